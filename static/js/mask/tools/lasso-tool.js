import { outline } from "../model/operations.js";

// Screen pixels; closer points would make the outline longer, not finer.
const CLOSEST = 1.5;

/** A freehand outline: its inside is marked on release. */
export class LassoTool {
  #controller;
  #points = null;

  constructor(controller) {
    this.#controller = controller;
  }

  begin(sample) {
    this.#points = [sample.x, sample.y];
    this.isSubtracting = (this.#controller.toolOptions.mode === "subtract") !== sample.alt;
  }

  move(samples) {
    if (!this.#points) return;
    const { scale } = this.#controller.view;
    for (const { x, y } of samples) {
      const distance = Math.hypot(x - this.#points.at(-2), y - this.#points.at(-1)) * scale;
      if (distance >= CLOSEST) this.#points.push(x, y);
    }
    this.#controller.outlines.show({ kind: "path", points: this.#points, isClosed: true, isSubtracting: this.isSubtracting });
  }

  end() {
    const points = this.#points;
    this.cancel();
    // Fewer than three points have no inside.
    if (points?.length >= 6) this.#controller.perform(outline(this.isSubtracting ? "subtract" : "add", points));
  }

  cancel() {
    this.#points = null;
    this.#controller.outlines.hide();
  }

  leave() {
    this.cancel();
  }
}
