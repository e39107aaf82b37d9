import { pack, unpack } from "../pixels/run-length.js";
import { whole } from "../pixels/rectangles.js";

const MAX_PATCH_BYTES = 12 * 1024 * 1024;
const CHECKPOINT_INTERVAL = 24;
const MAX_CHECKPOINTS = 4;

/**
 * The operations, and a position among them. Each operation has a patch of the pixels it changed (packed, so
 * kilobytes), which undo restores. Above MAX_PATCH_BYTES the oldest patches are dropped, and undo replays operations.
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

  /** Return the memory of all patches, operations and checkpoints. */
  get bytes() {
    const patches = this.#steps.reduce((sum, { patch, operation }) => sum + (patch?.length ?? 0) + operationBytes(operation), 0);
    return [...this.#checkpoints.values()].reduce((sum, packed) => sum + packed.length, patches);
  }

  /** Add an operation that changed `rect`; `before` is the bitmap's data before it. */
  add(operation, rect, before) {
    this.#steps.length = this.#position;
    for (const position of this.#checkpoints.keys()) if (position > this.#position) this.#checkpoints.delete(position);
    this.#steps.push({ operation, rect, patch: rect && pack(before, this.bitmap.width, rect) });
    this.#position++;
    this.#dropOldPatches();
    if (this.#position % CHECKPOINT_INTERVAL === 0) this.#addCheckpoint();
  }

  /** Undo one step; return the rectangle that changed. */
  undo() {
    if (!this.canUndo) return null;
    const step = this.#steps[--this.#position];
    if (!step.rect) return null;
    if (step.patch) return this.#swap(step);
    this.#rebuild();
    return whole(this.bitmap);
  }

  /** Redo one step; return the rectangle that changed. */
  redo() {
    if (!this.canRedo) return null;
    const step = this.#steps[this.#position++];
    if (!step.rect) return null;
    if (step.patch) return this.#swap(step);
    return this.replay(step.operation, this.bitmap);
  }

  #swap(step) {
    const { data, width } = this.bitmap;
    const current = pack(data, width, step.rect);
    unpack(step.patch, data, width, step.rect);
    // The step keeps what its patch replaced, so one patch serves undo and redo.
    step.patch = current;
    return step.rect;
  }

  #rebuild() {
    const start = Math.max(0, ...[...this.#checkpoints.keys()].filter((position) => position <= this.#position));
    if (start) unpack(this.#checkpoints.get(start), this.bitmap.data, this.bitmap.width, whole(this.bitmap));
    else this.bitmap.data.fill(0);
    for (let position = start; position < this.#position; position++) this.replay(this.#steps[position].operation, this.bitmap);
  }

  #addCheckpoint() {
    this.#checkpoints.set(this.#position, pack(this.bitmap.data, this.bitmap.width, whole(this.bitmap)));
    if (this.#checkpoints.size <= MAX_CHECKPOINTS) return;
    // Drop the second oldest: older checkpoints then lie further and further apart.
    const old = [...this.#checkpoints.keys()].sort((first, second) => first - second);
    this.#checkpoints.delete(old[1]);
  }

  #dropOldPatches() {
    let bytes = this.#steps.reduce((sum, step) => sum + (step.patch?.length ?? 0), 0);
    for (const step of this.#steps) {
      if (bytes <= MAX_PATCH_BYTES) return;
      bytes -= step.patch?.length ?? 0;
      // The newest one stays however large it is: its undo comes most often.
      step.patch = step === this.#steps.at(-1) ? step.patch : null;
    }
  }
}

const operationBytes = ({ points, packed }) => (points?.byteLength ?? 0) + (packed?.length ?? 0);
