import { edgePath, edgeStrength, nearestEdge, smoothPath } from "../pixels/edge-path.js";
import { clip, widen } from "../pixels/rectangles.js";

/* Pixels of the window. */
const MARGIN = 24;
const SNAP = 9;
const CLOSEST = 3;
const SETTLED = 56;
const CLOSING = 200;
/** Pixels in which a way is searched: with more, a move takes longer than a frame. */
const MAX_PIXELS = 30_000;

/** An outline that follows the edges near the pointer. The way behind it settles; only its end still moves. */
export class SnappingPath {
  #controller;
  #settled = [];
  #moving = [];
  #start;
  #anchor = null;

  constructor(controller, { x, y }) {
    this.#controller = controller;
    this.#start = { x, y };
  }

  /** Return the outline so far: x and y in turn. */
  get points() {
    return [...this.#settled, ...this.#moving];
  }

  add(samples, scale) {
    const { x, y } = samples.at(-1);
    const from = this.#anchor ?? this.#start;
    if (Math.hypot(x - from.x, y - from.y) * scale < CLOSEST) return;
    this.#moving = this.#way(from, { x, y });
    if (!this.#anchor) this.#start = { x: this.#moving[0], y: this.#moving[1] };
    this.#anchor ??= this.#start;
    if (length(this.#moving) * scale > SETTLED) this.#settle();
  }

  /** Return the whole outline, closed along the edges where its ends are near each other. */
  close() {
    const points = this.points;
    if (points.length < 4) return points;
    const last = { x: points.at(-2), y: points.at(-1) };
    const isNear = Math.hypot(last.x - this.#start.x, last.y - this.#start.y) * this.#controller.view.scale < CLOSING;
    return isNear ? [...points, ...this.#way(last, this.#start)] : points;
  }

  /** Settle the first half of the way: the second half may still turn to another edge. */
  #settle() {
    const half = Math.floor(this.#moving.length / 4) * 2;
    this.#settled.push(...this.#moving.slice(0, half));
    this.#moving = this.#moving.slice(half);
    this.#anchor = { x: this.#moving[0], y: this.#moving[1] };
  }

  /** Return the way along edges, in pixels of the picture; straight where its pixels cannot be read. */
  #way(from, to) {
    const { picture, view, screen } = this.#controller;
    const straight = [from.x, from.y, to.x, to.y];
    const box = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), right: Math.max(from.x, to.x), bottom: Math.max(from.y, to.y) };
    const rect = clip(widen(box, MARGIN / view.scale), picture);
    if (!rect) return straight;
    const [across, down] = [rect.right - rect.left, rect.bottom - rect.top];
    const scale = Math.min(1, view.scale * screen.density, Math.sqrt(MAX_PIXELS / (across * down)));
    const part = this.#controller.readPart(rect, Math.max(3, Math.round(across * scale)), Math.max(3, Math.round(down * scale)));
    if (!part) return straight;
    const strength = edgeStrength(part);
    const inPart = ({ x, y }) => ({ x: ((x - rect.left) * part.width) / across, y: ((y - rect.top) * part.height) / down });
    const start = this.#anchor ? inPart(from) : nearestEdge(part, strength, inPart(from), (SNAP / view.scale) * scale);
    const end = nearestEdge(part, strength, inPart(to), (SNAP / view.scale) * scale);
    return smoothPath(edgePath(part, strength, start, end)).map((value, index) =>
      index % 2 ? rect.top + (value * down) / part.height : rect.left + (value * across) / part.width,
    );
  }
}

function length(points) {
  let sum = 0;
  for (let index = 2; index < points.length; index += 2) sum += Math.hypot(points[index] - points[index - 2], points[index + 1] - points[index - 1]);
  return sum;
}
