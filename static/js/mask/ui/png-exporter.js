import { bitmapFromOperations, pngFromBitmap } from "../png/mask-png.js";
import { findProblems } from "../model/findings.js";
import { jsonFromOperation } from "../model/operations.js";

// Strokes follow each other quickly; encode when the hand pauses.
const DEBOUNCE_MS = 150;

/** Encode the mask as PNG in a worker after each change; on the main thread when it is needed at once. */
export class PngExporter {
  #model;
  #worker = null;
  #turn = 0;
  #done = 0;
  #timer = 0;

  /** `onReady({png, marked, findings})` is called with the newest outcome; png is null when nothing is marked. */
  constructor(address, model, readPicture, onReady) {
    this.#model = model;
    this.readPicture = readPicture;
    this.onReady = onReady;
    try {
      this.#worker = new Worker(address, { type: "module" });
      this.#worker.addEventListener("message", ({ data }) => this.#receive(data));
      this.#worker.addEventListener("error", () => this.#loseWorker());
    } catch {
      this.#worker = null;
    }
  }

  /** Schedule an export after a change of the mask. */
  schedule() {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), DEBOUNCE_MS);
  }

  get isBehind() {
    return this.#done < this.#turn;
  }

  /** Export pending changes before returning. */
  finish() {
    if (!this.isBehind) return;
    clearTimeout(this.#timer);
    this.#done = this.#turn;
    const bitmap = this.#isWhole ? this.#model.bitmap : bitmapFromOperations(...this.#exportJob());
    this.#deliver(findProblems(bitmap), pngFromBitmap(bitmap));
  }

  stop() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
  }

  // The bitmap of a picture over MAX_BITMAP_PIXELS is smaller than the picture, and the API wants a mask of its size.
  get #isWhole() {
    return this.#model.bitmap.scale === 1;
  }

  #exportJob() {
    const { bitmap, history } = this.#model;
    const operations = history.operations;
    const pixels = operations.some(({ kind }) => kind === "fill") ? this.readPicture() : null;
    return [bitmap.picture, operations.map(jsonFromOperation), pixels];
  }

  #send() {
    if (!this.#worker) return this.finish();
    const { width, height, data } = this.#model.bitmap;
    const turn = this.#turn;
    if (this.#isWhole) {
      // Hand over a copy: people go on drawing on the original.
      const copy = data.slice();
      this.#worker.postMessage({ turn, bitmap: { width, height, data: copy } }, [copy.buffer]);
    } else this.#worker.postMessage({ turn, work: this.#exportJob() });
  }

  #receive({ turn, report, png }) {
    // `finish` was faster.
    if (turn <= this.#done) return;
    this.#done = turn;
    // Otherwise the mask has changed since, and a newer PNG is on its way.
    if (turn === this.#turn) this.#deliver(report, png);
  }

  #deliver({ marked, findings }, png) {
    this.onReady({ marked, findings, png: marked.share ? png : null });
  }

  /** Fall back to the main thread when the worker does not start. */
  #loseWorker() {
    this.#worker = null;
    this.finish();
  }
}
