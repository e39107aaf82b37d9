/**
 * Carries out an operation that takes long in a worker, while the page goes on. Whoever needs the mask sooner settles
 * it: then it is carried out here and now.
 */
export class Background {
  #model;
  #worker = null;
  #turn = 0;
  #operation = null;

  /** `onDone(dirty)` is told where pixels changed. */
  constructor(address, model, readPicture, onDone) {
    this.#model = model;
    Object.assign(this, { address, readPicture, onDone });
  }

  get isWorking() {
    return this.#operation !== null;
  }

  start(operation) {
    this.settle();
    this.#operation = operation;
    const worker = this.#open();
    if (!worker) return this.settle();
    const { bitmap } = this.#model;
    const pixels = operation.kind === "fill" ? this.readPicture() : null;
    worker.postMessage({ turn: ++this.#turn, operation, bitmap: { ...bitmap }, pixels });
  }

  /** What is on its way is done when this returns. */
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
    if (turn !== this.#turn || !this.#operation) return;
    const operation = this.#operation;
    this.#operation = null;
    this.onDone(this.#model.adopt(operation, dirty, data));
  }

  /** A worker that does not start costs nothing but its help. */
  #lose() {
    this.#worker = this.address = null;
    this.settle();
  }
}
