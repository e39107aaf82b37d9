import { blend, coverConvex } from "./coverage.js";

/** Cover a rectangle. */
export function coverRectangle(bitmap, isAdding, { left, top, right, bottom }) {
  coverConvex(bitmap, isAdding, top, bottom, (y, ends) => {
    if (y < top || y > bottom) return false;
    ends[0] = left;
    ends[1] = right;
    return true;
  });
}

/** Cover the ellipse that fills a rectangle. */
export function coverEllipse(bitmap, isAdding, { left, top, right, bottom }) {
  const [x, y, across, down] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
  coverConvex(bitmap, isAdding, top, bottom, (line, ends) => {
    const height = (line - y) / down;
    const rest = 1 - height * height;
    if (rest <= 0) return false;
    const half = across * Math.sqrt(rest);
    ends[0] = x - half;
    ends[1] = x + half;
    return true;
  });
}

/** Cover the path of a round brush that moves straight from one point {x, y, radius} to another. */
export function coverSegment(bitmap, isAdding, from, to) {
  const sides = tangents(from, to);
  const top = Math.min(from.y - from.radius, to.y - to.radius);
  const bottom = Math.max(from.y + from.radius, to.y + to.radius);
  coverConvex(bitmap, isAdding, top, bottom, (y, ends) => {
    ends[0] = Infinity;
    ends[1] = -Infinity;
    widenByDisc(from, y, ends);
    widenByDisc(to, y, ends);
    if (sides) for (let side = 0; side < 4; side++) widenByEdge(sides, side, y, ends);
    return ends[0] < ends[1];
  });
}

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

function widenByDisc({ x, y, radius }, line, ends) {
  const rest = radius * radius - (line - y) * (line - y);
  if (rest <= 0) return;
  const half = Math.sqrt(rest);
  if (x - half < ends[0]) ends[0] = x - half;
  if (x + half > ends[1]) ends[1] = x + half;
}

/** Return the four corners, x and y in turn, of the area between two discs; null when one lies inside the other. */
function tangents(from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = Math.hypot(dx, dy);
  const sine = (from.radius - to.radius) / distance;
  // Written so that NaN counts too, which two equal discs on one place give.
  if (!(Math.abs(sine) < 1)) return null;
  const cosine = Math.sqrt(1 - sine * sine);
  const [ux, uy] = [dx / distance, dy / distance];
  const normals = [
    [ux * sine - uy * cosine, uy * sine + ux * cosine],
    [ux * sine + uy * cosine, uy * sine - ux * cosine],
  ];
  const corner = (disc, normal) => [disc.x + normal[0] * disc.radius, disc.y + normal[1] * disc.radius];
  return [corner(from, normals[0]), corner(to, normals[0]), corner(to, normals[1]), corner(from, normals[1])].flat();
}

function widenByEdge(corners, side, line, ends) {
  const next = ((side + 1) % 4) * 2;
  const [x0, y0, x1, y1] = [corners[side * 2], corners[side * 2 + 1], corners[next], corners[next + 1]];
  if (y0 === y1 || line < Math.min(y0, y1) || line > Math.max(y0, y1)) return;
  const x = x0 + ((line - y0) / (y1 - y0)) * (x1 - x0);
  if (x < ends[0]) ends[0] = x;
  if (x > ends[1]) ends[1] = x;
}
