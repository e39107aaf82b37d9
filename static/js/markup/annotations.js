/* Annotations are frozen, in whole pixels of the picture: the server draws the same list (imaging/annotations.py). */
const BOXED = ["box", "circle"];
const SMALLEST_DRAG = 4;

/** Make an annotation that begins at a place; `end` follows with `stretch`. */
export function begin(kind, { colour, width }, { x, y, pressure = 1 }) {
  const common = { kind, colour, width };
  const [left, top] = [Math.round(x), Math.round(y)];
  if (kind === "arrow") return Object.freeze({ ...common, x1: left, y1: top, x2: left, y2: top });
  if (kind === "pen") return Object.freeze({ ...common, points: [left, top, percent(pressure)] });
  if (kind === "note") return Object.freeze({ ...common, x: left, y: top, text: "" });
  return Object.freeze({ ...common, left, top, right: left, bottom: top });
}

/** Let an annotation end at a place: a stroke goes on to it. With Shift an arrow snaps to 45°, a box is a square. */
export function stretch(annotation, { x, y, pressure = 1, shift = false }) {
  const { kind, points } = annotation;
  if (kind === "pen") return Object.freeze({ ...annotation, points: [...points, Math.round(x), Math.round(y), percent(pressure)] });
  if (kind === "note") return move(annotation, Math.round(x) - annotation.x, Math.round(y) - annotation.y);
  const start = kind === "arrow" ? { x: annotation.x1, y: annotation.y1 } : { x: annotation.left, y: annotation.top };
  const end = shift ? snapped(kind, start, { x, y }) : { x, y };
  const names = kind === "arrow" ? ["x2", "y2"] : ["right", "bottom"];
  return Object.freeze({ ...annotation, [names[0]]: Math.round(end.x), [names[1]]: Math.round(end.y) });
}

function snapped(kind, start, end) {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  if (kind !== "arrow") {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    return { x: start.x + Math.sign(dx || 1) * side, y: start.y + Math.sign(dy || 1) * side };
  }
  const angle = Math.round(Math.atan2(dy, dx) / (Math.PI / 4)) * (Math.PI / 4);
  const length = Math.hypot(dx, dy);
  return { x: start.x + Math.cos(angle) * length, y: start.y + Math.sin(angle) * length };
}

/** Complete a drawn annotation: sort the sides of a box, thin out a stroke. Null when it is only a dot. */
export function complete(annotation, tolerance = 0.5) {
  const { kind } = annotation;
  if (kind === "arrow") return Math.hypot(annotation.x2 - annotation.x1, annotation.y2 - annotation.y1) < SMALLEST_DRAG ? null : annotation;
  if (kind === "pen") return Object.freeze({ ...annotation, points: thinned(annotation.points, tolerance) });
  if (!BOXED.includes(kind)) return annotation;
  const { left, top, right, bottom } = annotation;
  if (Math.abs(right - left) < SMALLEST_DRAG && Math.abs(bottom - top) < SMALLEST_DRAG) return null;
  const sides = { left: Math.min(left, right), top: Math.min(top, bottom), right: Math.max(left, right), bottom: Math.max(top, bottom) };
  return Object.freeze({ ...annotation, ...sides });
}

/** Drop points of a stroke that are closer than `tolerance` to the line through their neighbours (Douglas and Peucker). */
function thinned(points, tolerance) {
  const count = points.length / 3;
  const keeps = new Set([0, count - 1]);
  const parts = [[0, count - 1]];
  while (parts.length) {
    const [first, last] = parts.pop();
    let [farthest, distance] = [0, tolerance];
    for (let index = first + 1; index < last; index++) {
      const away = distanceToLine(points, index, first, last);
      if (away > distance) [farthest, distance] = [index, away];
    }
    if (farthest) {
      keeps.add(farthest);
      parts.push([first, farthest], [farthest, last]);
    }
  }
  return points.filter((_value, index) => keeps.has(Math.floor(index / 3)));
}

function distanceToLine(points, index, first, last) {
  const at = (place) => [points[3 * place], points[3 * place + 1]];
  return distanceToSegment(at(index), at(first), at(last));
}

function distanceToSegment([x, y], [x1, y1], [x2, y2]) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const along = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}

/** Move an annotation by whole pixels. */
export function move(annotation, dx, dy) {
  return mapped(annotation, (x) => x + dx, (y) => y + dy);
}

/** Make an annotation larger or smaller: the first corner stays. */
export function resize(annotation, dx, dy) {
  const box = bounds(annotation);
  if (annotation.kind === "arrow") return Object.freeze({ ...annotation, x2: annotation.x2 + dx, y2: annotation.y2 + dy });
  if (annotation.kind === "note") return Object.freeze({ ...annotation, width: Math.max(1, annotation.width + Math.sign(dx + dy)) });
  const factor = (length, change) => (length ? Math.max(1, length + change) / length : 1);
  const [across, down] = [factor(box.right - box.left, dx), factor(box.bottom - box.top, dy)];
  return mapped(annotation, (x) => Math.round(box.left + (x - box.left) * across), (y) => Math.round(box.top + (y - box.top) * down));
}

/** Put an annotation's corner at {x, y}, and give it a size; a note only moves. */
export function place(annotation, { x, y, width, height }) {
  const box = bounds(annotation);
  const moved = move(annotation, x - box.left, y - box.top);
  if (annotation.kind === "note") return moved;
  const [across, down] = [width / (box.right - box.left || 1), height / (box.bottom - box.top || 1)];
  return mapped(moved, (value) => Math.round(x + (value - x) * across), (value) => Math.round(y + (value - y) * down));
}

/** Fit annotations to a picture of another size. */
export function scale({ width, height, annotations }, picture) {
  const [across, down] = [picture.width / width, picture.height / height];
  if (across === 1 && down === 1) return annotations.map(Object.freeze);
  return annotations.map((annotation) => {
    const fit = mapped(annotation, (x) => Math.round(x * across), (y) => Math.round(y * down));
    return Object.freeze({ ...fit, width: Math.max(1, Math.round(annotation.width * Math.sqrt(across * down))) });
  });
}

const ACROSS = ["x", "x1", "x2", "left", "right"];
const DOWN = ["y", "y1", "y2", "top", "bottom"];

function mapped(annotation, x, y) {
  const changed = { ...annotation };
  for (const name of ACROSS) if (name in changed) changed[name] = x(changed[name]);
  for (const name of DOWN) if (name in changed) changed[name] = y(changed[name]);
  if (changed.points) changed.points = changed.points.map((value, index) => [x, y, (pressure) => pressure][index % 3](value));
  return Object.freeze(changed);
}

/** Return the rectangle of the places of an annotation; that of a note is only its corner. */
export function bounds(annotation) {
  const { kind, points } = annotation;
  if (BOXED.includes(kind)) return annotation;
  const xs = kind === "pen" ? points.filter((_value, index) => index % 3 === 0) : ACROSS.filter((name) => name in annotation).map((name) => annotation[name]);
  const ys = kind === "pen" ? points.filter((_value, index) => index % 3 === 1) : DOWN.filter((name) => name in annotation).map((name) => annotation[name]);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** Return how far a place is from the line of an annotation; boxes and circles are hollow. */
export function distance(annotation, { x, y }) {
  const { kind } = annotation;
  if (kind === "arrow") return distanceToSegment([x, y], [annotation.x1, annotation.y1], [annotation.x2, annotation.y2]);
  if (kind === "pen") {
    const { points } = annotation;
    let nearest = Infinity;
    for (let index = 0; index < points.length; index += 3) {
      const next = Math.min(index + 3, points.length - 3);
      nearest = Math.min(nearest, distanceToSegment([x, y], [points[index], points[index + 1]], [points[next], points[next + 1]]));
    }
    return nearest;
  }
  const { left, top, right, bottom } = bounds(annotation);
  if (kind === "circle") {
    const [rx, ry] = [(right - left) / 2 || 1, (bottom - top) / 2 || 1];
    const radius = Math.hypot((x - left - rx) / rx, (y - top - ry) / ry);
    return Math.abs(radius - 1) * Math.min(rx, ry);
  }
  const corners = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
  return Math.min(...corners.slice(1).map((corner, index) => distanceToSegment([x, y], corners[index], corner)));
}

/** Encode the annotations for the form; empty without any. */
export function encode({ width, height }, annotations) {
  return annotations.length ? JSON.stringify({ width, height, annotations }) : "";
}

/** Decode what a page, a tab or a link holds; null when it is no list. The server checks it again. */
export function decode(text) {
  try {
    const list = JSON.parse(text);
    return Array.isArray(list.annotations) && list.width > 0 && list.height > 0 && list.annotations.every(isDrawable) ? list : null;
  } catch {
    return null;
  }
}

const FIELDS = { arrow: ["x1", "y1", "x2", "y2"], box: ["left", "top", "right", "bottom"], circle: ["left", "top", "right", "bottom"], pen: [], note: ["x", "y"] };

function isDrawable(annotation) {
  const fields = Object.hasOwn(FIELDS, annotation?.kind) && FIELDS[annotation.kind];
  if (!fields || typeof annotation.colour !== "string") return false;
  if (annotation.kind === "note" && typeof annotation.text !== "string") return false;
  if (annotation.kind === "pen" && !(Array.isArray(annotation.points) && annotation.points.length && annotation.points.every(Number.isInteger))) return false;
  return ["width", ...fields].every((name) => Number.isInteger(annotation[name]));
}

const percent = (pressure) => Math.max(1, Math.min(100, Math.round(pressure * 100)));
