import { fill } from "../model/operations.js";

/** Mark the pixels that have the colour under the pointer. */
export class FillTool {
  #controller;
  #sample = null;

  constructor(controller) {
    this.#controller = controller;
  }

  // Fill on release only, so that a second finger can take it back.
  begin(sample) {
    this.#sample = sample;
  }

  move() {}

  end() {
    const { picture, toolOptions } = this.#controller;
    const sample = this.#sample;
    this.#sample = null;
    // The stage is larger than the picture.
    if (!sample || sample.x < 0 || sample.y < 0 || sample.x >= picture.width || sample.y >= picture.height) return;
    const isSubtracting = (toolOptions.mode === "subtract") !== sample.alt;
    this.#controller.performOnPixels(fill(isSubtracting ? "subtract" : "add", sample.x, sample.y, toolOptions.tolerance, toolOptions.isJoined));
  }

  cancel() {
    this.#sample = null;
  }
}
