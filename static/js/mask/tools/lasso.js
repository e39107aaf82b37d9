import { outline } from "../operations.js";

const CLOSEST = 1.5;

/** A freehand outline: what it goes around is marked when it is let go. */
export class Lasso {
  #studio;
  #points = null;

  constructor(studio) {
    this.#studio = studio;
  }

  begin(sample) {
    this.#points = [sample.x, sample.y];
    this.isTaking = (this.#studio.settings.mode === "subtract") !== sample.alt;
  }

  move(samples) {
    if (!this.#points) return;
    const { scale } = this.#studio.view;
    for (const { x, y } of samples) {
      const apart = Math.hypot(x - this.#points.at(-2), y - this.#points.at(-1)) * scale;
      if (apart >= CLOSEST) this.#points.push(x, y);
    }
    this.#studio.lines.show({ kind: "path", points: this.#points, isClosed: true, isTaking: this.isTaking });
  }

  end() {
    const points = this.#points;
    this.cancel();
    if (points?.length >= 6) this.#studio.perform(outline(this.isTaking ? "subtract" : "add", points));
  }

  cancel() {
    this.#points = null;
    this.#studio.lines.hide();
  }

  leave() {
    this.cancel();
  }
}
