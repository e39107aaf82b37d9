import { findComponents } from "../pixels/components.js";
import { describeMarkedRegion } from "./marked-region.js";

const EVERYTHING_SHARE = 0.995;
const INVERTED_SHARE = 0.6;
const MARKED = 128;

/** Return the area in pixels up to which a piece is taken for a slip of the hand. */
export function maxSpeckArea({ width, height }) {
  // 20 pixels of a megapixel: nobody means to repaint that little.
  return Math.max(16, Math.round((width * height) / 50_000));
}

/** Return {marked: region, findings: [{code, count}]}; codes are nothing, everything, inverted, specks, holes. */
export function findProblems(bitmap) {
  const marked = describeMarkedRegion(bitmap);
  const findings = [];
  if (!marked.share) findings.push({ code: "nothing" });
  else if (marked.share > EVERYTHING_SHARE) findings.push({ code: "everything" });
  else if (marked.share > INVERTED_SHARE && isFramed(bitmap)) findings.push({ code: "inverted" });
  if (marked.share) findings.push(...findSpecksAndHoles(bitmap));
  return { marked, findings };
}

/** Check whether the whole edge of the picture is marked: then the visitor probably meant the object inside. */
function isFramed({ data, width, height }) {
  for (let x = 0; x < width; x++) if (data[x] < MARKED || data[(height - 1) * width + x] < MARKED) return false;
  for (let y = 0; y < height; y++) if (data[y * width] < MARKED || data[(y + 1) * width - 1] < MARKED) return false;
  return true;
}

function findSpecksAndHoles({ data, width, height }) {
  const limit = maxSpeckArea({ width, height });
  let [specks, holes] = [0, 0];
  for (const { isMarked, area } of findComponents(data, width, height)) {
    if (area > limit) continue;
    if (isMarked) specks++;
    else holes++;
  }
  return [
    { code: "specks", count: specks },
    { code: "holes", count: holes },
  ].filter((finding) => finding.count);
}
