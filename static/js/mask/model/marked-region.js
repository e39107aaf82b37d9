import { endOfRun, markedBounds, asWords } from "../pixels/pixel-runs.js";

/* Share and position of the marked area, as codes for which the template has words. */

/** Return {share 0…1, row: top|middle|bottom, column: left|centre|right, isSpread} of a bitmap. */
export function describeMarkedRegion(bitmap) {
  const { width, height } = bitmap;
  const box = markedBounds(bitmap);
  if (!box) return { share: 0, row: "", column: "", isSpread: false };
  const { total, across, down } = sums(bitmap, box);
  return {
    share: total / 255 / (width * height),
    column: third(across / total / width, ["left", "centre", "right"]),
    row: third(down / total / height, ["top", "middle", "bottom"]),
    // The centre of marks on both sides of a picture says nothing about where they are.
    isSpread: box.right - box.left > 0.8 * width && box.bottom - box.top > 0.8 * height,
  };
}

function sums({ data, width }, box) {
  const words = asWords(data);
  let [total, across, down] = [0, 0, 0];
  for (let y = box.top; y < box.bottom; y++) {
    const [start, end] = [y * width, y * width + box.right];
    for (let from = start + box.left; from < end; ) {
      const to = endOfRun(data, words, from, end);
      const weight = data[from] * (to - from);
      total += weight;
      across += weight * ((from + to) / 2 - start);
      down += weight * (y + 0.5);
      from = to;
    }
  }
  return { total, across, down };
}

const third = (place, names) => names[Math.min(2, Math.floor(place * 3))];
