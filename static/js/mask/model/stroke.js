import { Curve } from "./curve.js";
import { clip, union } from "../pixels/rectangles.js";
import { coverSoftSegment } from "../pixels/brush-hardness.js";
import { coverSegment } from "../pixels/shape-coverage.js";

/** Paint a stroke sample by sample, live and in replay with the same pixels. */
export class StrokePainter {
  #curve;
  #dirty = null;

  constructor(bitmap, { mode, size, reach, hardness = 1 }) {
    this.bitmap = bitmap;
    this.isAdding = mode === "add";
    this.size = size;
    this.hardness = hardness;
    this.#curve = new Curve(reach * bitmap.scale, (from, to) => this.#cover(from, to));
  }

  /** Add a sample in pixels of the picture. */
  add(x, y, pressure) {
    const { scale } = this.bitmap;
    this.#curve.add({ x: x * scale, y: y * scale, radius: (this.size * pressure * scale) / 2 });
  }

  end() {
    this.#curve.end();
  }

  /** Return the two newest samples: the piece between them is not painted yet. */
  get pending() {
    return this.#curve.pending;
  }

  /** Return the rectangle that changed since the last call. */
  takeDirty() {
    const dirty = this.#dirty && clip(this.#dirty, this.bitmap);
    this.#dirty = null;
    return dirty;
  }

  #cover(from, to) {
    if (this.hardness < 1) coverSoftSegment(this.bitmap, this.isAdding, from, to, this.hardness);
    else coverSegment(this.bitmap, this.isAdding, from, to);
    this.#dirty = union(this.#dirty, union(strokePointBounds(from), strokePointBounds(to)));
  }
}

/** Return the rectangle around a sample. */
export function strokePointBounds({ x, y, radius }) {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}
