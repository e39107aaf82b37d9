import { pieces } from "./components.js";
import { region } from "./region.js";

const ALMOST_ALL = 0.995;
const MUCH = 0.6;
const MARKED = 128;

/** Pieces of at most so many pixels are taken for slips of the hand. */
export function smallest({ width, height }) {
  return Math.max(16, Math.round((width * height) / 50_000));
}

/** {marked: region, findings: [{code, count}]} with codes nothing, everything, inverted, specks, holes. */
export function lint(bitmap) {
  const marked = region(bitmap);
  const findings = [];
  if (!marked.share) findings.push({ code: "nothing" });
  else if (marked.share > ALMOST_ALL) findings.push({ code: "everything" });
  else if (marked.share > MUCH && isFramed(bitmap)) findings.push({ code: "inverted" });
  if (marked.share) findings.push(...slips(bitmap));
  return { marked, findings };
}

/** Is the picture's whole edge marked? Then it is probably the object that was meant, not all around it. */
function isFramed({ data, width, height }) {
  for (let x = 0; x < width; x++) if (data[x] < MARKED || data[(height - 1) * width + x] < MARKED) return false;
  for (let y = 0; y < height; y++) if (data[y * width] < MARKED || data[(y + 1) * width - 1] < MARKED) return false;
  return true;
}

function slips({ data, width, height }) {
  const limit = smallest({ width, height });
  let [specks, holes] = [0, 0];
  for (const { isMarked, area } of pieces(data, width, height)) {
    if (area > limit) continue;
    if (isMarked) specks++;
    else holes++;
  }
  return [
    { code: "specks", count: specks },
    { code: "holes", count: holes },
  ].filter((finding) => finding.count);
}
