import { outline } from "../model/operations.js";

// Screen pixels around a corner that count as the corner; a finger covers more of them.
const NEAR = 10;
const NEAR_FINGER = 22;
const EIGHTH = Math.PI / 4;

/** Corner after corner; the first corner, a double click or Enter closes the outline. */
export class PolygonTool {
  #controller;
  #points = [];
  #pressed = null;

  constructor(controller) {
    this.#controller = controller;
  }

  begin(sample) {
    // Alt at the first corner decides for the whole outline.
    if (!this.#points.length) this.isSubtracting = (this.#controller.toolOptions.mode === "subtract") !== sample.alt;
    this.#pressed = this.#aligned(sample);
    this.#draw(this.#pressed);
  }

  move(samples) {
    if (this.#pressed) this.#draw((this.#pressed = this.#aligned(samples.at(-1))));
  }

  end() {
    const point = this.#pressed;
    this.#pressed = null;
    if (!point) return;
    // A double click closes: its second press meets the corner that the first one has just set.
    const isAgain = this.#points.length >= 6 && this.#isNear(point, this.#points.length - 2);
    if (this.#points.length >= 6 && (this.#isNear(point, 0) || isAgain)) return this.finish();
    if (!this.#points.length || !this.#isNear(point, this.#points.length - 2, 2)) this.#points.push(point.x, point.y);
    this.#draw();
    this.#controller.update();
  }

  hover(sample) {
    if (this.#points.length && !this.#pressed) this.#draw(this.#aligned(sample));
  }

  // A second finger takes back this press, not the corners before it.
  cancel() {
    this.#pressed = null;
    this.#draw();
  }

  /** Drop all corners. */
  leave() {
    this.#points = [];
    this.#pressed = null;
    this.#controller.outlines.hide();
  }

  /** Mark the inside of the corners. */
  finish() {
    const points = this.#points;
    this.leave();
    if (points.length >= 6) this.#controller.perform(outline(this.isSubtracting ? "subtract" : "add", points));
    else this.#controller.update();
  }

  /** Remove the last corner; return whether there was one. */
  back() {
    if (!this.#points.length) return false;
    this.#points.length -= 2;
    this.#draw();
    this.#controller.update();
    return true;
  }

  get corners() {
    return this.#points.length / 2;
  }

  key(event) {
    if (!this.#points.length) return false;
    if (event.key === "Enter") this.finish();
    else if (event.key === "Escape") this.leave();
    else if (event.key === "Backspace") this.back();
    else return false;
    this.#controller.update();
    return true;
  }

  #isNear(point, index, near = point.isFinger ? NEAR_FINGER : NEAR) {
    const apart = Math.hypot(point.x - this.#points[index], point.y - this.#points[index + 1]);
    return apart * this.#controller.view.scale <= near;
  }

  /** Align to steps of 45 degrees from the last corner with Shift. */
  #aligned(sample) {
    if (!sample.shift || !this.#points.length) return sample;
    const [dx, dy] = [sample.x - this.#points.at(-2), sample.y - this.#points.at(-1)];
    const angle = Math.round(Math.atan2(dy, dx) / EIGHTH) * EIGHTH;
    const length = Math.hypot(dx, dy);
    return { ...sample, x: this.#points.at(-2) + Math.cos(angle) * length, y: this.#points.at(-1) + Math.sin(angle) * length };
  }

  #draw(next = null) {
    const points = next ? [...this.#points, next.x, next.y] : this.#points;
    if (!points.length) return this.#controller.outlines.hide();
    const isClosing = next && this.#points.length >= 6 && this.#isNear(next, 0);
    const dots = [];
    for (let index = 0; index < this.#points.length; index += 2) {
      dots.push({ kind: "dot", x: points[index], y: points[index + 1], isTarget: index === 0 && isClosing });
    }
    this.#controller.outlines.show({ kind: "path", points, isClosed: points.length > 4, isSubtracting: this.isSubtracting }, ...dots);
  }
}
