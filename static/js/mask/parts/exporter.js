import { redraw, toPng } from "../export.js";
import { lint } from "../lint.js";
import { toPlain } from "../operations.js";

const PAUSE = 150;

/** Keeps a PNG of the mask at hand: made in a worker after each change, or here when it is needed at once. */
export class Exporter {
  #model;
  #worker = null;
  #turn = 0;
  #done = 0;
  #timer = 0;

  /** `onReady({png, marked, findings})` gets every newest outcome; png is null when nothing is marked. */
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

  /** The mask changed. */
  ask() {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), PAUSE);
  }

  get isBehind() {
    return this.#done < this.#turn;
  }

  /** Be up to date when this returns. */
  finish() {
    if (!this.isBehind) return;
    clearTimeout(this.#timer);
    this.#done = this.#turn;
    const bitmap = this.#isWhole ? this.#model.bitmap : redraw(...this.#work());
    this.#hand(lint(bitmap), toPng(bitmap));
  }

  stop() {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
  }

  get #isWhole() {
    return this.#model.bitmap.scale === 1;
  }

  #work() {
    const { bitmap, history } = this.#model;
    const operations = history.operations;
    const pixels = operations.some(({ kind }) => kind === "fill") ? this.readPicture() : null;
    return [bitmap.picture, operations.map(toPlain), pixels];
  }

  #send() {
    if (!this.#worker) return this.finish();
    const { width, height, data } = this.#model.bitmap;
    const turn = this.#turn;
    if (this.#isWhole) {
      const copy = data.slice();
      this.#worker.postMessage({ turn, bitmap: { width, height, data: copy } }, [copy.buffer]);
    } else this.#worker.postMessage({ turn, work: this.#work() });
  }

  #receive({ turn, report, png }) {
    if (turn <= this.#done) return;
    this.#done = turn;
    if (turn === this.#turn) this.#hand(report, png);
  }

  #hand({ marked, findings }, png) {
    this.onReady({ marked, findings, png: marked.share ? png : null });
  }

  /** A worker that does not start costs nothing but its help. */
  #loseWorker() {
    this.#worker = null;
    this.finish();
  }
}
