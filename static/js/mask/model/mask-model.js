import { Bitmap, workingScale } from "../pixels/bitmap.js";
import { History } from "./history.js";
import { operationFromJson, importMarks, jsonFromOperation } from "./operations.js";
import { pack } from "../pixels/run-length.js";
import { applyOperation } from "./apply-operation.js";
import { whole } from "../pixels/rectangles.js";
import { StrokePainter } from "./stroke.js";

/** Maximum pixels of the bitmap on the screen; the mask of a larger picture is replayed in full size for the file. */
export const MAX_BITMAP_PIXELS = 3840 * 2160;

/** The mask: operations, the bitmap that shows them, and the stroke that is being drawn. */
export class MaskModel {
  #before;
  #readPicture;

  /** `readPicture()` returns the picture's RGBA at the bitmap's size, for fills by colour. */
  constructor(picture, { cap = MAX_BITMAP_PIXELS, readPicture = () => null } = {}) {
    this.bitmap = new Bitmap(picture, workingScale(picture, cap));
    // One buffer for all operations: 8 MB anew for each would keep the garbage collector busy.
    this.#before = new Uint8Array(this.bitmap.data.length);
    this.#readPicture = readPicture;
    this.history = new History(this.bitmap, (operation, bitmap) => this.#carryOut(operation, bitmap));
    this.painter = null;
  }

  /** Apply an operation; return the rectangle that changed. */
  do(operation) {
    this.#before.set(this.bitmap.data);
    const dirty = this.#carryOut(operation, this.bitmap);
    this.history.add(operation, dirty, this.#before);
    return dirty;
  }

  /** Adopt the result of an operation from a worker; return the rectangle that changed. */
  adopt(operation, dirty, data) {
    this.#before.set(this.bitmap.data);
    this.bitmap.data.set(data);
    this.history.add(operation, dirty, this.#before);
    return dirty;
  }

  undo() {
    return this.history.undo();
  }

  redo() {
    return this.history.redo();
  }

  /** Begin a stroke, which is painted at once and becomes an operation on `commit`. */
  begin(toolOptions) {
    this.#before.set(this.bitmap.data);
    this.painter = new StrokePainter(this.bitmap, toolOptions);
  }

  /** Add the finished stroke as `operation`; `dirty` is the rectangle that it changed. */
  commit(operation, dirty) {
    this.painter = null;
    this.history.add(operation, dirty, this.#before);
  }

  /** Remove the unfinished stroke. */
  cancel(dirty) {
    this.painter = null;
    if (!dirty) return;
    const { data, width } = this.bitmap;
    for (let y = dirty.top; y < dirty.bottom; y++) {
      const [from, to] = [y * width + dirty.left, y * width + dirty.right];
      data.set(this.#before.subarray(from, to), from);
    }
  }

  /** Return the mask as JSON: all operations, undone ones too, and the position; with `isFlat` the current marks only. */
  save(isFlat = false) {
    const { width, height, data } = this.bitmap;
    const { history } = this;
    const operations = isFlat ? [importMarks("replace", width, height, pack(data, width, whole(this.bitmap)))] : history.all;
    return { operations: operations.map(jsonFromOperation), position: isFlat ? 1 : history.position };
  }

  /** Restore the result of `save`. */
  restore({ operations, position }) {
    // Undone operations too, so that they can be redone after a reload.
    for (const plain of operations) this.do(operationFromJson(plain));
    while (this.history.position > position) this.undo();
  }

  #carryOut(operation, bitmap) {
    return applyOperation(operation, bitmap, operation.kind === "fill" ? this.#readPicture() : null);
  }
}
