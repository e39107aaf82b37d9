import { edges } from "../model/operations.js";
import { applyOperation } from "../model/apply-operation.js";
import { union } from "../pixels/rectangles.js";

/**
 * Grow, shrink and soften the marks by sliders. The picture shows the outcome while they move; it becomes one operation
 * when it is applied, or when the visitor goes on with anything else.
 */
export class EdgesTool {
  #controller;
  #worker = null;
  #isBusy = false;
  #turn = 0;
  #before = null;
  #wanted = null;
  #asked = null;
  #shown = null;
  #touched = null;

  constructor(controller, address) {
    this.#controller = controller;
    this.address = address;
  }

  begin() {}
  move() {}
  end() {}
  cancel() {}

  stop() {
    this.#worker?.terminate();
  }

  /** Check whether the sliders ask for a change that is not an operation yet. */
  get isPending() {
    return this.#wanted !== null;
  }

  /** Show the outcome of the sliders. */
  show() {
    const { grow, feather } = this.#controller.toolOptions.edges;
    if (grow === (this.#wanted?.grow ?? 0) && feather === (this.#wanted?.feather ?? 0)) return;
    if (!grow && !feather) return void this.back();
    this.#controller.background.settle();
    this.#before ??= this.#controller.model.bitmap.data.slice();
    this.#wanted = edges(grow, feather);
    this.#controller.update();
    if (!this.#isBusy) this.#compute();
  }

  /** Take the preview back; return whether there was one. */
  back() {
    if (!this.isPending) return false;
    this.#controller.screen.touch(this.#end());
    this.#controller.changed();
    return true;
  }

  /** Make the preview an operation; with `isNow` before returning. */
  apply(isNow = false) {
    if (!this.isPending) return;
    const { model, background, screen } = this.#controller;
    const [operation, shown] = [this.#wanted, this.#shown];
    screen.touch(this.#end());
    if (shown?.operation === operation) {
      if (shown.dirty) screen.touch(model.adopt(operation, shown.dirty, shown.data));
    } else if (isNow) screen.touch(model.do(operation));
    else return this.#controller.work(operation);
    this.#controller.changed();
  }

  leave() {
    this.apply();
  }

  key(event) {
    if (event.key === "Enter" && this.isPending) this.apply();
    else if (event.key !== "Escape" || !this.back()) return false;
    return true;
  }

  /** Restore the marks and the sliders; return the rectangle that changed. */
  #end() {
    const touched = this.#touched;
    this.#controller.model.bitmap.data.set(this.#before);
    this.#before = this.#wanted = this.#shown = this.#touched = null;
    this.#turn++;
    this.#isBusy = false;
    this.#controller.toolOptions.edges = { grow: 0, feather: 0 };
    return touched;
  }

  #compute() {
    const bitmap = { ...this.#controller.model.bitmap, data: this.#before };
    const operation = (this.#asked = this.#wanted);
    const worker = this.#open();
    if (worker) {
      this.#isBusy = true;
      return worker.postMessage({ turn: ++this.#turn, operation, bitmap });
    }
    bitmap.data = this.#before.slice();
    this.#receive(operation, applyOperation(operation, bitmap), bitmap.data);
  }

  #open() {
    if (this.#worker || !this.address) return this.#worker;
    try {
      this.#worker = new Worker(this.address, { type: "module" });
      this.#worker.addEventListener("message", ({ data: { turn, dirty, data } }) => {
        if (turn === this.#turn) this.#receive(this.#asked, dirty, data);
      });
      this.#worker.addEventListener("error", () => this.#lose());
    } catch {
      this.address = null;
    }
    return this.#worker;
  }

  #receive(operation, dirty, data) {
    const { model, screen } = this.#controller;
    this.#isBusy = false;
    this.#shown = { operation, dirty, data };
    model.bitmap.data.set(data);
    screen.touch(union(this.#touched, dirty));
    this.#touched = union(this.#touched, dirty);
    if (this.#wanted !== operation) this.#compute();
  }

  /** Fall back to the main thread when the worker does not start. */
  #lose() {
    this.#worker = this.address = null;
    this.#isBusy = false;
    if (this.isPending) this.#compute();
  }
}
