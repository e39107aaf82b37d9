import { endOfRun, asWords } from "./pixel-runs.js";

/* What hangs together, found by runs: one row after the other, each run joined with those it touches above. */
const HALF = 128;

/** Every piece of marked and unmarked pixels: {isMarked, area, runs: [row start, from, to, …]}. */
export function findComponents(data, width, height) {
  const runs = findRuns(data, width, height);
  const found = new Map();
  for (let run = 0; run < runs.count; run++) {
    const root = rootOf(runs.parents, run);
    const piece = found.get(root) ?? { isMarked: runs.marked[run] === 1, area: 0, runs: [] };
    piece.area += runs.ends[run] - runs.starts[run];
    piece.runs.push(runs.starts[run], runs.ends[run]);
    found.set(root, piece);
  }
  return [...found.values()];
}

/** Flip every piece of at most `area` pixels, with its soft rim: specks go, holes close. */
export function tidy(data, width, height, area) {
  for (const piece of findComponents(data, width, height)) {
    if (piece.area > area) continue;
    for (let at = 0; at < piece.runs.length; at += 2) flip(data, width, piece.runs[at], piece.runs[at + 1], piece.isMarked);
  }
}

function flip(data, width, from, to, isMarked) {
  const value = isMarked ? 0 : 255;
  data.fill(value, from, to);
  const column = from % width;
  const [before, after] = [column ? 1 : 0, column + to - from < width ? 1 : 0];
  for (const shift of [-width, 0, width]) {
    const end = Math.min(data.length, to + shift + after);
    for (let at = Math.max(0, from + shift - before); at < end; at++) {
      if (data[at] < HALF === isMarked) data[at] = value;
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
    const [from, to] = [starts[run] - width - marked[run], ends[run] - width + marked[run]];
    while (above < aboveEnd && ends[above] <= from) above++;
    for (let other = above; other < aboveEnd && starts[other] < to; other++) {
      if (marked[other] === marked[run] && ends[other] > from) join(parents, run, other);
    }
  }
}

function join(parents, one, other) {
  const [a, b] = [rootOf(parents, one), rootOf(parents, other)];
  if (a !== b) parents[Math.max(a, b)] = Math.min(a, b);
}

function rootOf(parents, run) {
  while (parents[run] !== run) {
    parents[run] = parents[parents[run]];
    run = parents[run];
  }
  return run;
}
