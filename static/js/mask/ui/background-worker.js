/**
 * Run a slow operation in a web worker. `settle()` runs it on the main thread instead, for callers that need the
 * result at once.
 */
export class BackgroundWorker {
  #model;
  #worker = null;
  #turn = 0;
  #operation = null;

  /** `onDone(dirty)` receives the rectangle of changed pixels. */
  constructor(address, model, readPicture, onDone) {
    this.#model = model;
    Object.assign(this, { address, readPicture, onDone });
  }

  get isWorking() {
    return this.#operation !== null;
  }

  start(operation) {
    // One after the other: this operation works on the result of the last one.
    this.settle();
    this.#operation = operation;
    const worker = this.#open();
    // Without a worker the page stands still until the operation is done, but it is done.
    if (!worker) return this.settle();
    const { bitmap } = this.#model;
    const pixels = operation.kind === "fill" ? this.readPicture() : null;
    // Cloned, not handed over: people go on drawing on this bitmap.
    worker.postMessage({ turn: ++this.#turn, operation, bitmap: { ...bitmap }, pixels });
  }

  /** Complete the pending operation before returning. */
  settle() {
    const operation = this.#operation;
    if (!operation) return;
    this.#operation = null;
    this.onDone(this.#model.do(operation));
  }

  stop() {
    this.#worker?.terminate();
  }

  #open() {
    if (this.#worker || !this.address) return this.#worker;
    try {
      this.#worker = new Worker(this.address, { type: "module" });
      this.#worker.addEventListener("message", ({ data }) => this.#receive(data));
      this.#worker.addEventListener("error", () => this.#lose());
    } catch {
      this.address = null;
    }
    return this.#worker;
  }

  #receive({ turn, dirty, data }) {
    // `settle` was faster, and its result may have been drawn upon.
    if (turn !== this.#turn || !this.#operation) return;
    const operation = this.#operation;
    this.#operation = null;
    this.onDone(this.#model.adopt(operation, dirty, data));
  }

  /** Fall back to the main thread when the worker does not start. */
  #lose() {
    this.#worker = this.address = null;
    this.settle();
  }
}
