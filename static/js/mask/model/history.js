import { pack, unpack } from "../pixels/run-length.js";
import { whole } from "../pixels/rectangles.js";

const MOST_BYTES = 12 * 1024 * 1024;
const BETWEEN = 24;
const MOST_CHECKPOINTS = 4;

/**
 * The operations, and a position among them. Beside each operation lies what it changed (packed, so kilobytes): an
 * undo puts that back. When too much lies there the oldest goes, and what is needed of it is replayed.
 */
export class History {
  #steps = [];
  #position = 0;
  #checkpoints = new Map();

  constructor(bitmap, replay) {
    this.bitmap = bitmap;
    this.replay = replay;
  }

  get operations() {
    return this.#steps.slice(0, this.#position).map((step) => step.operation);
  }

  get all() {
    return this.#steps.map((step) => step.operation);
  }

  get position() {
    return this.#position;
  }

  get canUndo() {
    return this.#position > 0;
  }

  get canRedo() {
    return this.#position < this.#steps.length;
  }

  /** Bytes that undoing costs. */
  get bytes() {
    const patches = this.#steps.reduce((sum, { patch, operation }) => sum + (patch?.length ?? 0) + weight(operation), 0);
    return [...this.#checkpoints.values()].reduce((sum, packed) => sum + packed.length, patches);
  }

  /** An operation was carried out within `rect` on a bitmap that looked like `before`. */
  add(operation, rect, before) {
    this.#steps.length = this.#position;
    for (const at of this.#checkpoints.keys()) if (at > this.#position) this.#checkpoints.delete(at);
    this.#steps.push({ operation, rect, patch: rect && pack(before, this.bitmap.width, rect) });
    this.#position++;
    this.#forget();
    if (this.#position % BETWEEN === 0) this.#remember();
  }

  /** One step back; answers where pixels changed. */
  undo() {
    if (!this.canUndo) return null;
    const step = this.#steps[--this.#position];
    if (!step.rect) return null;
    if (step.patch) return this.#swap(step);
    this.#rebuild();
    return whole(this.bitmap);
  }

  /** One step forward again; answers where pixels changed. */
  redo() {
    if (!this.canRedo) return null;
    const step = this.#steps[this.#position++];
    if (!step.rect) return null;
    if (step.patch) return this.#swap(step);
    return this.replay(step.operation, this.bitmap);
  }

  #swap(step) {
    const { data, width } = this.bitmap;
    const shown = pack(data, width, step.rect);
    unpack(step.patch, data, width, step.rect);
    step.patch = shown;
    return step.rect;
  }

  #rebuild() {
    const start = Math.max(0, ...[...this.#checkpoints.keys()].filter((at) => at <= this.#position));
    if (start) unpack(this.#checkpoints.get(start), this.bitmap.data, this.bitmap.width, whole(this.bitmap));
    else this.bitmap.data.fill(0);
    for (let at = start; at < this.#position; at++) this.replay(this.#steps[at].operation, this.bitmap);
  }

  #remember() {
    this.#checkpoints.set(this.#position, pack(this.bitmap.data, this.bitmap.width, whole(this.bitmap)));
    if (this.#checkpoints.size <= MOST_CHECKPOINTS) return;
    // Every other one of the older: they come further and further apart.
    const old = [...this.#checkpoints.keys()].sort((one, other) => one - other);
    this.#checkpoints.delete(old[1]);
  }

  #forget() {
    let bytes = this.#steps.reduce((sum, step) => sum + (step.patch?.length ?? 0), 0);
    for (const step of this.#steps) {
      if (bytes <= MOST_BYTES) return;
      bytes -= step.patch?.length ?? 0;
      step.patch = step === this.#steps.at(-1) ? step.patch : null;
    }
  }
}

const weight = ({ points, packed }) => (points?.byteLength ?? 0) + (packed?.length ?? 0);
