/* A mask is a list of frozen operations, in pixels of the picture; `mode` is add or subtract. */

/**
 * Brush or eraser: `points` are x, y and pressure (0 to 1) in turn, `size` is the diameter at full pressure, `hardness`
 * is the share of it (0 to 1) that is marked in full.
 */
export function stroke(mode, size, points, reach = 0, hardness = 1) {
  const rim = hardness < 1 ? { hardness } : {};
  return Object.freeze({ kind: "stroke", mode, size, reach, ...rim, points: Float32Array.from(points, roundCoordinate) });
}

/** A rectangle or an ellipse, as `kind` says. */
export function box(kind, mode, { left, top, right, bottom }) {
  return Object.freeze({ kind, mode, left, top, right, bottom });
}

/** A lasso's or a polygon's outline: `points` are x and y in turn. */
export function outline(mode, points) {
  return Object.freeze({ kind: "outline", mode, points: Float32Array.from(points, roundCoordinate) });
}

/** The connected area with the colour at (x, y); without `isJoined` that colour anywhere. `tolerance` is 0 to 255. */
export function fill(mode, x, y, tolerance, isJoined) {
  return Object.freeze({ kind: "fill", mode, x: Math.floor(x), y: Math.floor(y), tolerance, isJoined });
}

/** An operation without parameters: all, clear, invert. */
export const simple = (kind) => Object.freeze({ kind });

/** Grow by pixels (shrink when negative), then feather. */
export const edges = (grow, feather) => Object.freeze({ kind: "edges", grow, feather });

/** grow, shrink, feather by `amount` pixels; tidy removes specks and holes of at most `amount` pixels. */
export const sized = (kind, amount) => Object.freeze({ kind, amount });

/** An imported mask, packed, in its own size; `mode` may also be replace. */
export function importMarks(mode, width, height, packed) {
  return Object.freeze({ kind: "import", mode, width, height, packed });
}

const STEPS_PER_PIXEL = 64;

/** Round a coordinate or pressure to a step that JSON and Float32 hold exactly: replay must give equal pixels. */
export const roundCoordinate = (value) => Math.round(value * STEPS_PER_PIXEL) / STEPS_PER_PIXEL;

/** Convert an operation to plain JSON. */
export function jsonFromOperation(operation) {
  const { points, packed, ...rest } = operation;
  if (points) rest.points = differences(points, operation.kind === "stroke" ? 3 : 2);
  if (packed) rest.packed = base64FromBytes(packed);
  return rest;
}

/** Convert the result of `jsonFromOperation` back. */
export function operationFromJson({ points, packed, ...rest }) {
  if (points) rest.points = sums(points, rest.kind === "stroke" ? 3 : 2);
  if (packed) rest.packed = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return Object.freeze(rest);
}

// Differences of neighbouring points are small numbers, which keeps links and tab storage short.
function differences(points, width) {
  return Array.from(points, (value, index) => Math.round((value - (index < width ? 0 : points[index - width])) * STEPS_PER_PIXEL));
}

function sums(plain, width) {
  const points = new Float32Array(plain.length);
  plain.forEach((value, index) => (points[index] = value / STEPS_PER_PIXEL + (index < width ? 0 : points[index - width])));
  return points;
}

function base64FromBytes(bytes) {
  let text = "";
  for (let index = 0; index < bytes.length; index += 8192) text += String.fromCharCode(...bytes.subarray(index, index + 8192));
  return btoa(text);
}
