/* The way along the edges of a picture between two places, after Intelligent Scissors (Mortensen and Barrett, 1995). */

const LEAST_STRENGTH = 48;
const ON_EDGE = 2;
const OFF_EDGE = 30;
const DIAGONAL = Math.SQRT2;
const BUCKETS = 64;

/** Return how strong the edge is at each pixel (0 to 1) of a picture {width, height, data: RGBA}. */
export function edgeStrength({ width, height, data }) {
  const strength = new Float32Array(width * height);
  const row = width * 4;
  let strongest = LEAST_STRENGTH;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const index = y * width + x;
      let most = 0;
      for (let here = index * 4, last = here + 2; here <= last; here++) {
        // The two diagonals of the Sobel operator belong to both of its directions.
        const rising = data[here + row + 4] - data[here - row - 4];
        const falling = data[here + row - 4] - data[here - row + 4];
        const across = rising - falling + 2 * (data[here + 4] - data[here - 4]);
        const down = rising + falling + 2 * (data[here + row] - data[here - row]);
        most = Math.max(most, across * across + down * down);
      }
      strength[index] = Math.sqrt(most);
      strongest = Math.max(strongest, strength[index]);
    }
  }
  return strength.map((value) => value / strongest);
}

/** Return the place {x, y} with the strongest edge within `reach` pixels, or the place itself. */
export function nearestEdge({ width, height }, strength, place, reach) {
  let [best, most] = [place, 0.25];
  for (let y = Math.max(0, Math.floor(place.y - reach)); y <= Math.min(height - 1, place.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(place.x - reach)); x <= Math.min(width - 1, place.x + reach); x++) {
      const near = strength[y * width + x] * (1 - (0.5 * Math.hypot(x + 0.5 - place.x, y + 0.5 - place.y)) / (reach + 1));
      if (near > most) [best, most] = [{ x: x + 0.5, y: y + 0.5 }, near];
    }
  }
  return best;
}

/** Return the cheapest way from one place to another, as x and y in turn: steps along edges cost least. */
export function edgePath({ width, height }, strength, from, to) {
  const node = ({ x, y }) =>
    Math.min(height - 1, Math.max(0, Math.floor(y))) * width + Math.min(width - 1, Math.max(0, Math.floor(x)));
  const [start, end] = [node(from), node(to)];
  const cost = new Int32Array(width * height).fill(0x7fffffff);
  const before = new Int32Array(width * height).fill(-1);
  const isDone = new Uint8Array(width * height);
  // Costs of steps are small whole numbers: a ring of buckets replaces a heap.
  const buckets = Array.from({ length: BUCKETS }, () => []);
  cost[start] = 0;
  buckets[0].push(start);
  let waiting = 1;
  for (let level = 0; waiting; level++) {
    const bucket = buckets[level % BUCKETS];
    while (bucket.length) {
      const current = bucket.pop();
      waiting--;
      if (isDone[current] || cost[current] !== level) continue;
      if (current === end) return places(before, end, width);
      isDone[current] = 1;
      const x = current % width;
      for (let down = -1; down <= 1; down++) {
        for (let right = -1; right <= 1; right++) {
          const other = current + down * width + right;
          if ((!down && !right) || x + right < 0 || x + right >= width || other < 0 || other >= cost.length || isDone[other]) continue;
          const price = ON_EDGE + OFF_EDGE * (1 - strength[other]);
          const total = level + Math.round(right && down ? price * DIAGONAL : price);
          if (total >= cost[other]) continue;
          cost[other] = total;
          before[other] = current;
          buckets[total % BUCKETS].push(other);
          waiting++;
        }
      }
    }
  }
  return [from.x, from.y, to.x, to.y];
}

function places(before, end, width) {
  const points = [];
  for (let node = end; node >= 0; node = before[node]) points.push(Math.floor(node / width) + 0.5, (node % width) + 0.5);
  return points.reverse();
}

/** Return points (x and y in turn) as the mean of three neighbours each: a way over pixels has steps. */
export function smoothPath(points) {
  return points.map((value, index) => (index < 2 || index >= points.length - 2 ? value : (points[index - 2] + 2 * value + points[index + 2]) / 4));
}
