import { fill } from "../model/operations.js";

/** Marks what has the colour under the pointer. */
export class FillTool {
  #controller;
  #at = null;

  constructor(controller) {
    this.#controller = controller;
  }

  begin(sample) {
    this.#at = sample;
  }

  move() {}

  end() {
    const { picture, toolOptions } = this.#controller;
    const at = this.#at;
    this.#at = null;
    if (!at || at.x < 0 || at.y < 0 || at.x >= picture.width || at.y >= picture.height) return;
    const isSubtracting = (toolOptions.mode === "subtract") !== at.alt;
    this.#controller.performOnPixels(fill(isSubtracting ? "subtract" : "add", at.x, at.y, toolOptions.tolerance, toolOptions.isJoined));
  }

  cancel() {
    this.#at = null;
  }
}
