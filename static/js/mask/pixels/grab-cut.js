import { ColourModel } from "./colour-model.js";
import { DIRECTIONS, GridGraph } from "./max-flow.js";

/* Separate what is in a box from what is around it, after GrabCut (Rother, Kolmogorov and Blake, 2004). */

const ROUNDS = 4;
const SMOOTHNESS = 50;
const COST_STEPS = 100;
const NEVER = 1_000_000;
const FEWEST_SAMPLES = 60;

/**
 * Return 1 for each pixel of the subject in `box`; the picture {width, height, data: RGBA} shows some of what is around
 * it. `onProgress(share)` is called after each round.
 */
export function grabCut(picture, box, onProgress = () => {}) {
  const { width, height } = picture;
  const isInside = markBox(width, height, box);
  let subject = isInside.slice();
  const contrast = contrastCosts(picture);
  for (let round = 1; round <= ROUNDS; round++) {
    const [own, other] = [indices(subject, 1), indices(subject, 0)];
    // Too few pixels say nothing about colours: then nothing is found, or what the last round found stays.
    if (own.length < FEWEST_SAMPLES || other.length < FEWEST_SAMPLES) return round === 1 ? new Uint8Array(width * height) : subject;
    subject = separate(picture, isInside, new ColourModel(picture.data, own), new ColourModel(picture.data, other), contrast);
    onProgress(round / ROUNDS);
  }
  return subject;
}

/** Mark the box; its rim counts as around it where the box leaves nothing of the picture out. */
function markBox(width, height, box) {
  const isInside = new Uint8Array(width * height);
  const isWhole = (box.right - box.left) * (box.bottom - box.top) > 0.97 * width * height;
  const rim = isWhole ? Math.max(2, Math.round(0.02 * Math.min(width, height))) : 0;
  for (let y = box.top + rim; y < box.bottom - rim; y++) isInside.fill(1, y * width + box.left + rim, y * width + box.right - rim);
  return isInside;
}

function indices(marks, value) {
  const found = [];
  for (let index = 0; index < marks.length; index++) if (marks[index] === value) found.push(index);
  return found;
}

/** Return for four directions what it costs to separate a pixel from its neighbour: little across an edge. */
function contrastCosts({ width, height, data }) {
  const forward = [0, 2, 4, 6];
  const squares = forward.map(() => new Float32Array(width * height));
  let [sum, count] = [0, 0];
  forward.forEach((direction, slot) => {
    const { x: right, y: down } = DIRECTIONS[direction];
    for (let y = 0; y < height - down; y++) {
      for (let x = Math.max(0, -right); x < width - Math.max(0, right); x++) {
        const [from, to] = [(y * width + x) * 4, ((y + down) * width + x + right) * 4];
        const square = (data[from] - data[to]) ** 2 + (data[from + 1] - data[to + 1]) ** 2 + (data[from + 2] - data[to + 2]) ** 2;
        squares[slot][y * width + x] = square;
        sum += square;
        count++;
      }
    }
  });
  const sharpness = 1 / (2 * (sum / count || 1));
  return forward.map((direction, slot) => {
    const length = Math.hypot(DIRECTIONS[direction].x, DIRECTIONS[direction].y);
    return { direction, costs: squares[slot].map((square) => (SMOOTHNESS / length) * Math.exp(-sharpness * square)) };
  });
}

function separate({ width, height, data }, isInside, own, other, contrast) {
  const graph = new GridGraph(width, height);
  for (let y = 0, index = 0; y < height; y++) {
    for (let x = 0; x < width; x++, index++) {
      const colour = [data[index * 4], data[index * 4 + 1], data[index * 4 + 2]];
      const difference = isInside[index] ? Math.round((other.cost(...colour) - own.cost(...colour)) * COST_STEPS) : -NEVER;
      graph.setTerminal(graph.node(x, y), difference);
      for (const { direction, costs } of contrast) {
        const { x: right, y: down } = DIRECTIONS[direction];
        if (x + right < 0 || x + right >= width || y + down >= height) continue;
        graph.setEdge(graph.node(x, y), direction, Math.round(costs[index] * COST_STEPS));
      }
    }
  }
  return graph.cut();
}
