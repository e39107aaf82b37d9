import { coverConvex } from "./coverage.js";

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
