/* Shapes cover pixels with smooth edges. Each row is crossed by LINES lines; along a line coverage is exact. */
export const LINES = 4;

/** Cover one pixel: adding never lowers it, subtracting never raises it, so that overlaps leave no trace. */
export function blend(data, index, cover, isAdding) {
  if (isAdding) {
    if (cover > data[index]) data[index] = cover;
  } else if (255 - cover < data[index]) data[index] = 255 - cover;
}

// Shared by all calls: a stroke covers thousands of rows, and collecting their garbage would stall it.
const lefts = new Float64Array(LINES);
const rights = new Float64Array(LINES);
const ends = new Float64Array(2);

/** Cover a convex shape between two heights. `span(y, ends)` writes where the line y enters and leaves it. */
export function coverConvex(bitmap, isAdding, top, bottom, span) {
  const first = Math.max(0, Math.floor(top));
  const last = Math.min(bitmap.height, Math.ceil(bottom));
  for (let row = first; row < last; row++) {
    let hits = 0;
    for (let line = 0; line < LINES; line++) {
      if (!span(row + (line + 0.5) / LINES, ends)) continue;
      lefts[hits] = ends[0];
      rights[hits++] = ends[1];
    }
    if (hits) coverRow(bitmap, isAdding, row, hits);
  }
}

function coverRow({ data, width }, isAdding, row, hits) {
  let [outerLeft, outerRight, innerLeft, innerRight] = [Infinity, -Infinity, -Infinity, Infinity];
  for (let hit = 0; hit < hits; hit++) {
    outerLeft = Math.min(outerLeft, lefts[hit]);
    innerLeft = Math.max(innerLeft, lefts[hit]);
    outerRight = Math.max(outerRight, rights[hit]);
    innerRight = Math.min(innerRight, rights[hit]);
  }
  const start = row * width;
  const from = Math.max(0, Math.floor(outerLeft));
  const to = Math.min(width, Math.ceil(outerRight));
  const solidFrom = Math.min(to, Math.max(from, Math.ceil(innerLeft)));
  const solidTo = Math.min(to, Math.floor(innerRight));
  // A row that some lines miss is the top or bottom of the shape: none of its pixels is solid.
  if (hits < LINES || solidTo <= solidFrom) return edge(data, isAdding, start, from, to, hits);
  edge(data, isAdding, start, from, solidFrom, hits);
  // One native fill for the middle, however wide the shape is.
  data.fill(isAdding ? 255 : 0, start + solidFrom, start + solidTo);
  edge(data, isAdding, start, solidTo, to, hits);
}

function edge(data, isAdding, start, from, to, hits) {
  for (let x = from; x < to; x++) {
    let cover = 0;
    for (let hit = 0; hit < hits; hit++) {
      const length = Math.min(rights[hit], x + 1) - Math.max(lefts[hit], x);
      if (length > 0) cover += length;
    }
    blend(data, start + x, Math.round((cover * 255) / LINES), isAdding);
  }
}
