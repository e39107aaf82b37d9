import { endOfRun, asWords } from "./pixel-runs.js";

/* Connected components by runs: row after row, each run is joined with those it touches above. */
const HALF = 128;

/** Return every piece of marked and unmarked pixels: {isMarked, area, runs: [row start, from, to, …]}. */
export function findComponents(data, width, height) {
  const runs = findRuns(data, width, height);
  const components = new Map();
  for (let run = 0; run < runs.count; run++) {
    const root = findRoot(runs.parents, run);
    const piece = components.get(root) ?? { isMarked: runs.marked[run] === 1, area: 0, runs: [] };
    piece.area += runs.ends[run] - runs.starts[run];
    piece.runs.push(runs.starts[run], runs.ends[run]);
    components.set(root, piece);
  }
  return [...components.values()];
}

/** Flip every piece of at most `area` pixels with its soft rim: remove specks, close holes. */
export function tidy(data, width, height, area) {
  for (const piece of findComponents(data, width, height)) {
    if (piece.area > area) continue;
    for (let index = 0; index < piece.runs.length; index += 2) flip(data, width, piece.runs[index], piece.runs[index + 1], piece.isMarked);
  }
}

function flip(data, width, from, to, isMarked) {
  const value = isMarked ? 0 : 255;
  data.fill(value, from, to);
  const column = from % width;
  // Not beyond the ends of the row: there the memory goes on with the other edge of the picture.
  const [before, after] = [column ? 1 : 0, column + to - from < width ? 1 : 0];
  for (const shift of [-width, 0, width]) {
    const end = Math.min(data.length, to + shift + after);
    for (let index = Math.max(0, from + shift - before); index < end; index++) {
      // The soft rim lies on the other side of HALF, so it is in no run of the piece.
      if (data[index] < HALF === isMarked) data[index] = value;
    }
  }
}

function findRuns(data, width, height) {
  const runs = { count: 0, starts: [], ends: [], marked: [], parents: [] };
  const words = asWords(data);
  let [above, aboveEnd] = [0, 0];
  for (let y = 0; y < height; y++) {
    const first = runs.count;
    const end = (y + 1) * width;
    for (let from = y * width; from < end; ) {
      const isMarked = data[from] >= HALF;
      let to = from;
      while (to < end && data[to] >= HALF === isMarked) to = endOfRun(data, words, to, end);
      runs.starts.push(from);
      runs.ends.push(to);
      runs.marked.push(isMarked ? 1 : 0);
      runs.parents.push(runs.count++);
      from = to;
    }
    joinRows(runs, above, aboveEnd, first, runs.count, width);
    [above, aboveEnd] = [first, runs.count];
  }
  return runs;
}

/** Marked pixels touch over corners too, unmarked ones only over edges. */
function joinRows({ starts, ends, marked, parents }, above, aboveEnd, first, end, width) {
  for (let run = first; run < end; run++) {
    // Two rules, or a diagonal line would neither be one piece nor separate its two sides.
    const [from, to] = [starts[run] - width - marked[run], ends[run] - width + marked[run]];
    while (above < aboveEnd && ends[above] <= from) above++;
    for (let second = above; second < aboveEnd && starts[second] < to; second++) {
      if (marked[second] === marked[run] && ends[second] > from) join(parents, run, second);
    }
  }
}

function join(parents, first, second) {
  const [a, b] = [findRoot(parents, first), findRoot(parents, second)];
  if (a !== b) parents[Math.max(a, b)] = Math.min(a, b);
}

function findRoot(parents, run) {
  while (parents[run] !== run) {
    // Shorten the way to the root for the next search.
    parents[run] = parents[parents[run]];
    run = parents[run];
  }
  return run;
}
