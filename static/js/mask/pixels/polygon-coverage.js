import { LINES, blend } from "./coverage.js";

/** Cover a closed outline that may cross itself; `points` are x and y in turn. Non-zero winding is inside. */
export function coverPolygon(bitmap, isAdding, points) {
  const edges = findEdges(points);
  if (!edges.length) return;
  const first = Math.max(0, Math.floor(edges[0].top));
  const last = Math.min(bitmap.height, Math.ceil(edges.reduce((bottom, edge) => Math.max(bottom, edge.bottom), 0)));
  // A step at the right edge of the picture writes to the two cells behind it.
  const sums = new Float64Array(bitmap.width + 2);
  let [active, waiting] = [[], 0];
  for (let row = first; row < last; row++) {
    while (waiting < edges.length && edges[waiting].top < row + 1) active.push(edges[waiting++]);
    active = active.filter((edge) => edge.bottom > row);
    for (let line = 0; line < LINES; line++) sumLine(sums, active, row + (line + 0.5) / LINES, bitmap.width);
    coverSums(bitmap, isAdding, row, sums);
  }
}

function findEdges(points) {
  const edges = [];
  for (let index = 0; index < points.length; index += 2) {
    const next = (index + 2) % points.length;
    const [x0, y0, x1, y1] = [points[index], points[index + 1], points[next], points[next + 1]];
    // No line crosses a horizontal edge.
    if (y0 === y1) continue;
    const slope = (x1 - x0) / (y1 - y0);
    edges.push({ x: x0 - y0 * slope, slope, top: Math.min(y0, y1), bottom: Math.max(y0, y1), turn: y0 < y1 ? 1 : -1 });
  }
  return edges.sort((first, second) => first.top - second.top);
}

/** Add the inside of one line to the row: `sums` holds differences of coverage from pixel to pixel. */
function sumLine(sums, edges, y, width) {
  const crossings = [];
  for (const edge of edges) {
    // Half open: at a corner one of its two edges counts, not both.
    if (edge.top <= y && y < edge.bottom) crossings.push([edge.x + edge.slope * y, edge.turn]);
  }
  crossings.sort((first, second) => first[0] - second[0]);
  let turns = 0;
  for (const [x, turn] of crossings) {
    if (turns === 0) step(sums, x, 1, width);
    turns += turn;
    if (turns === 0) step(sums, x, -1, width);
  }
}

function step(sums, x, sign, width) {
  const index = Math.min(width, Math.max(0, x));
  const pixel = Math.floor(index);
  // A crossing within a pixel: this pixel gets its part, the next one the rest.
  sums[pixel] += (sign * (1 - (index - pixel))) / LINES;
  sums[pixel + 1] += (sign * (index - pixel)) / LINES;
}

function coverSums({ data, width }, isAdding, row, sums) {
  let cover = 0;
  for (let x = 0; x < width; x++) {
    cover += sums[x];
    // Sums of fractions do not return to exactly 0.
    if (cover > 0.001) blend(data, row * width + x, Math.round(cover * 255), isAdding);
  }
  sums.fill(0);
}
