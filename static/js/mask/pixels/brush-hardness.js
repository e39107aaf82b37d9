import { blend } from "./coverage.js";

const RIM_STEPS = 2048;
const rims = new Map();

/** Cover the path of a brush whose rim fades out: in full within `hardness` of the radius, then less and less. */
export function coverSoftSegment({ data, width, height }, isAdding, from, to, hardness) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy || 1;
  const top = Math.max(0, Math.floor(Math.min(from.y - from.radius, to.y - to.radius)));
  const bottom = Math.min(height, Math.ceil(Math.max(from.y + from.radius, to.y + to.radius)));
  const left = Math.max(0, Math.floor(Math.min(from.x - from.radius, to.x - to.radius)));
  const right = Math.min(width, Math.ceil(Math.max(from.x + from.radius, to.x + to.radius)));
  const rim = softRim(hardness);
  for (let y = top; y < bottom; y++) {
    const down = y + 0.5 - from.y;
    for (let x = left; x < right; x++) {
      const across = x + 0.5 - from.x;
      const share = Math.min(1, Math.max(0, (across * dx + down * dy) / squared));
      const [apartX, apartY] = [across - share * dx, down - share * dy];
      const radius = from.radius + share * (to.radius - from.radius);
      const step = ((apartX * apartX + apartY * apartY) / (radius * radius)) * RIM_STEPS;
      if (step < RIM_STEPS) blend(data, y * width + x, rim[step | 0], isAdding);
    }
  }
}

/** Return the coverage by squared distance from the centre, in RIM_STEPS of the squared radius. */
function softRim(hardness) {
  if (!rims.has(hardness)) {
    const cover = (step) => {
      const rest = Math.min(1, (1 - Math.sqrt((step + 0.5) / RIM_STEPS)) / (1 - hardness));
      return Math.round(255 * rest * rest * (3 - 2 * rest));
    };
    rims.set(hardness, Uint8Array.from({ length: RIM_STEPS }, (_, step) => cover(step)));
  }
  return rims.get(hardness);
}
