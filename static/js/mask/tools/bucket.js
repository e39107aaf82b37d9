import { fill } from "../operations.js";

/** Marks what has the colour under the pointer. */
export class Bucket {
  #studio;
  #at = null;

  constructor(studio) {
    this.#studio = studio;
  }

  begin(sample) {
    this.#at = sample;
  }

  move() {}

  end() {
    const { picture, settings } = this.#studio;
    const at = this.#at;
    this.#at = null;
    if (!at || at.x < 0 || at.y < 0 || at.x >= picture.width || at.y >= picture.height) return;
    const isTaking = (settings.mode === "subtract") !== at.alt;
    this.#studio.performOnPixels(fill(isTaking ? "subtract" : "add", at.x, at.y, settings.tolerance, settings.isJoined));
  }

  cancel() {
    this.#at = null;
  }
}
