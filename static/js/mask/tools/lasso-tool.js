import { outline } from "../model/operations.js";
import { SnappingPath } from "./snapping-path.js";

// Screen pixels; closer points would make the outline longer, not finer.
const CLOSEST = 1.5;

/** A freehand outline: its inside is marked on release. With snapping it follows the edges under the pointer. */
export class LassoTool {
  #controller;
  #path = null;

  constructor(controller) {
    this.#controller = controller;
  }

  begin(sample) {
    this.#path = this.#controller.toolOptions.isSnapping ? new SnappingPath(this.#controller, sample) : new FreePath(sample);
    this.isSubtracting = (this.#controller.toolOptions.mode === "subtract") !== sample.alt;
  }

  move(samples) {
    if (!this.#path) return;
    this.#path.add(samples, this.#controller.view.scale);
    this.#controller.outlines.show({ kind: "path", points: this.#path.points, isClosed: true, isSubtracting: this.isSubtracting });
  }

  end() {
    const points = this.#path?.close();
    this.cancel();
    // Fewer than three points have no inside.
    if (points?.length >= 6) this.#controller.perform(outline(this.isSubtracting ? "subtract" : "add", points));
  }

  cancel() {
    this.#path = null;
    this.#controller.outlines.hide();
  }

  leave() {
    this.cancel();
  }
}

class FreePath {
  constructor({ x, y }) {
    this.points = [x, y];
  }

  add(samples, scale) {
    for (const { x, y } of samples) {
      const distance = Math.hypot(x - this.points.at(-2), y - this.points.at(-1)) * scale;
      if (distance >= CLOSEST) this.points.push(x, y);
    }
  }

  close() {
    return this.points;
  }
}
