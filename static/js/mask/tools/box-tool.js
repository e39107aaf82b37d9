import { box } from "../model/operations.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
// Screen pixels that an arrow key moves.
const STEP = 10;

/** Rectangle, ellipse, and the box around a subject: drawn by pointer, or placed by keys and numbers. */
export class BoxTool {
  #controller;
  #start = null;
  #shape = null;
  #isSubtracting = false;

  constructor(controller) {
    this.#controller = controller;
  }

  begin(sample) {
    this.#start = sample;
    this.#shape = null;
    this.#isSubtracting = (this.#controller.toolOptions.mode === "subtract") !== sample.alt;
  }

  move(samples) {
    if (this.#start) this.#place(this.#between(this.#start, samples.at(-1)));
  }

  end() {
    // A press without a move places nothing.
    if (this.#start && this.#shape) this.finish();
    this.leave();
  }

  cancel() {
    this.leave();
  }

  /** Drop the unfinished shape. */
  leave() {
    this.#start = this.#shape = null;
    this.#controller.outlines.hide();
    this.#controller.showShapeFields(null);
  }

  /** Mark the placed shape. */
  finish() {
    const shape = this.#shape;
    const isSubtracting = this.#isSubtracting;
    this.leave();
    // An empty shape would be a step to undo that changes nothing.
    if (!shape || shape.right <= shape.left || shape.bottom <= shape.top) return;
    const { tool } = this.#controller.toolOptions;
    const mode = isSubtracting ? "subtract" : "add";
    if (tool === "subject") this.#controller.findSubject(mode, shape);
    else this.#controller.perform(box(tool, mode, shape));
  }

  /** Show a shape given by numbers; finish() marks it. */
  placeNumbers({ x, y, width, height }) {
    this.#isSubtracting = this.#controller.toolOptions.mode === "subtract";
    this.#place({ left: x, top: y, right: x + width, bottom: y + height });
  }

  key(event) {
    const move = MOVES[event.key];
    if (event.key === "Escape" && this.#shape) this.leave();
    else if (event.key === "Enter") {
      if (this.#shape) this.finish();
      else this.#placeInSight();
    } else if (move && this.#shape) this.#nudge(move, event);
    else return false;
    return true;
  }

  #placeInSight() {
    const { picture } = this.#controller;
    const [width, height] = [Math.round(picture.width / 3), Math.round(picture.height / 3)];
    this.placeNumbers({ x: width, y: height, width, height });
  }

  /** Move by arrows, resize with Shift, by single pixels with Alt. */
  #nudge([right, down], event) {
    const step = event.altKey ? 1 : Math.max(1, Math.round(STEP / this.#controller.view.scale));
    const { left, top, right: end, bottom } = this.#shape;
    const moved = { left: left + right * step, top: top + down * step, right: end + right * step, bottom: bottom + down * step };
    const sized = { left, top, right: Math.max(left + 1, moved.right), bottom: Math.max(top + 1, moved.bottom) };
    this.#place(event.shiftKey ? sized : moved);
  }

  #place(shape) {
    this.#shape = shape;
    const kind = this.#controller.toolOptions.tool === "ellipse" ? "ellipse" : "rectangle";
    this.#controller.outlines.show({ kind, ...shape, isSubtracting: this.#isSubtracting });
    this.#controller.showShapeFields(shape);
  }

  /** Return the rectangle between two samples; a square with Shift. */
  #between(from, to) {
    let [width, height] = [to.x - from.x, to.y - from.y];
    if (to.shift) {
      const side = Math.max(Math.abs(width), Math.abs(height));
      // Straight sideways the height is 0, whose sign would leave no square.
      [width, height] = [Math.sign(width || 1) * side, Math.sign(height || 1) * side];
    }
    return {
      // Whole pixels, as the number fields show them.
      left: Math.round(Math.min(from.x, from.x + width)),
      top: Math.round(Math.min(from.y, from.y + height)),
      right: Math.round(Math.max(from.x, from.x + width)),
      bottom: Math.round(Math.max(from.y, from.y + height)),
    };
  }
}
