/* A mask is a list of operations in pixels of the picture. They never change once made; `mode` is add or subtract. */

/** What brush and eraser do: `points` are x, y and pressure (0 to 1) in turn, `size` the diameter at full pressure. */
export function stroke(mode, size, points, reach = 0) {
  return Object.freeze({ kind: "stroke", mode, size, reach, points: Float32Array.from(points, roundCoordinate) });
}

/** `kind` is rectangle or ellipse. */
export function box(kind, mode, { left, top, right, bottom }) {
  return Object.freeze({ kind, mode, left, top, right, bottom });
}

/** A lasso's or a polygon's outline: `points` are x and y in turn. */
export function outline(mode, points) {
  return Object.freeze({ kind: "outline", mode, points: Float32Array.from(points, roundCoordinate) });
}

/** All that has the colour at (x, y), or, not `isJoined`, all of that colour anywhere. `tolerance` is 0 to 255. */
export function fill(mode, x, y, tolerance, isJoined) {
  return Object.freeze({ kind: "fill", mode, x: Math.floor(x), y: Math.floor(y), tolerance, isJoined });
}

/** all, clear, invert. */
export const simple = (kind) => Object.freeze({ kind });

/** grow, shrink, feather: by so many pixels. tidy: specks and holes of at most so many pixels go. */
export const sized = (kind, amount) => Object.freeze({ kind, amount });

/** A mask from elsewhere, packed, of a size of its own; `mode` may be replace too. */
export function importMarks(mode, width, height, packed) {
  return Object.freeze({ kind: "import", mode, width, height, packed });
}

const FINENESS = 64;

/** Places and pressures are kept in steps that JSON and Float32 hold exactly. */
export const roundCoordinate = (value) => Math.round(value * FINENESS) / FINENESS;

/** The operation as plain JSON. */
export function jsonFromOperation(operation) {
  const { points, packed, ...rest } = operation;
  if (points) rest.points = differences(points, operation.kind === "stroke" ? 3 : 2);
  if (packed) rest.packed = toText(packed);
  return rest;
}

/** Return the operation that `jsonFromOperation` was given. */
export function operationFromJson({ points, packed, ...rest }) {
  if (points) rest.points = sums(points, rest.kind === "stroke" ? 3 : 2);
  if (packed) rest.packed = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Object.freeze(rest);
}

function differences(points, width) {
  return Array.from(points, (value, at) => Math.round((value - (at < width ? 0 : points[at - width])) * FINENESS));
}

function sums(plain, width) {
  const points = new Float32Array(plain.length);
  plain.forEach((value, at) => (points[at] = value / FINENESS + (at < width ? 0 : points[at - width])));
  return points;
}

function toText(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
