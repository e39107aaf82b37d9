import { Bitmap, workingScale } from "../pixels/bitmap.js";
import { History } from "./history.js";
import { operationFromJson, importMarks, jsonFromOperation } from "./operations.js";
import { pack } from "../pixels/run-length.js";
import { applyOperation } from "./apply-operation.js";
import { whole } from "../pixels/rectangles.js";
import { StrokePainter } from "./stroke.js";

/** Most pixels the bitmap that is worked on has; a larger picture's mask is drawn again in full for sending. */
export const MAX_BITMAP_PIXELS = 3840 * 2160;

/** The mask: operations, the bitmap that shows them, and the stroke that is being drawn. */
export class MaskModel {
  #before;
  #readPicture;

  /** `readPicture` gives the picture's RGBA at the bitmap's size, when a fill by colour needs it. */
  constructor(picture, { cap = MAX_BITMAP_PIXELS, readPicture = () => null } = {}) {
    this.bitmap = new Bitmap(picture, workingScale(picture, cap));
    this.#before = new Uint8Array(this.bitmap.data.length);
    this.#readPicture = readPicture;
    this.history = new History(this.bitmap, (operation, bitmap) => this.#carryOut(operation, bitmap));
    this.painter = null;
  }

  /** Carry out an operation; answers where pixels changed. */
  do(operation) {
    this.#before.set(this.bitmap.data);
    const dirty = this.#carryOut(operation, this.bitmap);
    this.history.add(operation, dirty, this.#before);
    return dirty;
  }

  /** Take over what an operation came to elsewhere; answers where pixels changed. */
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

  /** Begin to paint at once what becomes an operation later. */
  begin(toolOptions) {
    this.#before.set(this.bitmap.data);
    this.painter = new StrokePainter(this.bitmap, toolOptions);
  }

  /** The stroke is done and was `operation`; `dirty` is all it touched until now. Answers where pixels changed. */
  commit(operation, dirty) {
    this.painter = null;
    this.history.add(operation, dirty, this.#before);
  }

  /** The stroke never was. */
  cancel(dirty) {
    this.painter = null;
    if (!dirty) return;
    const { data, width } = this.bitmap;
    for (let y = dirty.top; y < dirty.bottom; y++) {
      const [from, to] = [y * width + dirty.left, y * width + dirty.right];
      data.set(this.#before.subarray(from, to), from);
    }
  }

  /** The mask as JSON: every operation, also those undone, and the position; or, `isFlat`, what is marked now. */
  save(isFlat = false) {
    const { width, height, data } = this.bitmap;
    const { history } = this;
    const operations = isFlat ? [importMarks("replace", width, height, pack(data, width, whole(this.bitmap)))] : history.all;
    return { operations: operations.map(jsonFromOperation), position: isFlat ? 1 : history.position };
  }

  /** Bring back what was saved. */
  restore({ operations, position }) {
    for (const plain of operations) this.do(operationFromJson(plain));
    while (this.history.position > position) this.undo();
  }

  #carryOut(operation, bitmap) {
    return applyOperation(operation, bitmap, operation.kind === "fill" ? this.#readPicture() : null);
  }
}
