import { roundCoordinate, stroke } from "../model/operations.js";
import { union } from "../pixels/rectangles.js";

const CLICK = 4;
const CLOSEST = 0.4;
// Screen pixels; longer gaps between two samples are joined straight.
const REACH = 48;

/** Brush and eraser. With Shift: straight from press to release, or for a click straight from the last end. */
export class BrushTool {
  #controller;
  #last = null;
  #stroke = null;

  constructor(controller) {
    this.#controller = controller;
  }

  get hasRing() {
    return true;
  }

  begin(sample) {
    const { toolOptions, view, model } = this.#controller;
    const isErasing = (toolOptions.tool === "eraser" || sample.isEraserEnd) !== sample.alt;
    const mode = isErasing ? "subtract" : "add";
    const kind = { mode, size: toolOptions.size, hardness: toolOptions.hardness, reach: REACH / view.scale };
    this.#stroke = { ...kind, points: [], dirty: null, from: sample, isStraight: sample.shift };
    if (sample.shift) return;
    model.begin(kind);
    this.#take(sample);
    this.#show();
  }

  move(samples) {
    if (!this.#stroke) return;
    if (this.#stroke.isStraight) {
      const newest = samples.at(-1);
      this.#stroke.to = newest;
      this.#showStraight(this.#isClick() ? (this.#last ?? this.#stroke.from) : this.#stroke.from, newest);
      return;
    }
    for (const sample of samples) this.#take(sample);
    this.#show();
  }

  end() {
    const { model, screen } = this.#controller;
    if (!this.#stroke) return;
    const { isStraight, mode, size, points, reach, hardness } = this.#stroke;
    screen.tail = null;
    if (isStraight) this.#endStraight();
    else {
      model.painter.end();
      this.#show();
      screen.tail = null;
      model.commit(stroke(mode, size, points, reach, hardness), this.#stroke.dirty);
      this.#last = { x: points.at(-3), y: points.at(-2) };
      this.#stroke = null;
      this.#controller.changed();
    }
  }

  cancel() {
    const { model, screen } = this.#controller;
    if (!this.#stroke) return;
    screen.tail = null;
    if (!this.#stroke.isStraight) {
      model.cancel(this.#stroke.dirty);
      screen.touch(this.#stroke.dirty);
    }
    this.#stroke = null;
  }

  #take(sample) {
    const { points } = this.#stroke;
    const [x, y, pressure] = [sample.x, sample.y, sample.pressure].map(roundCoordinate);
    const scale = this.#controller.view.scale;
    const distance = Math.hypot(x - points.at(-3), y - points.at(-2)) * scale;
    // A pen at rest sends many samples on one place; more pressure there still makes a larger dot.
    if (distance < CLOSEST && pressure <= points.at(-1)) return;
    points.push(x, y, pressure);
    this.#controller.model.painter.add(x, y, pressure);
  }

  /** Mark the painted part as changed; draw the rest of the stroke up to the pointer as an overlay. */
  #show() {
    const { model, screen } = this.#controller;
    const dirty = model.painter.takeDirty();
    this.#stroke.dirty = union(this.#stroke.dirty, dirty);
    screen.touch(dirty);
    const pending = model.painter.pending;
    screen.tail = pending && { from: this.#core(pending[0]), to: this.#core(pending[1]), isAdding: this.#stroke.mode === "add" };
  }

  /** The overlay of a stroke's end has no soft rim: show it as wide as the rim is marked by half. */
  #core(point) {
    const { hardness } = this.#stroke;
    return hardness < 1 ? { ...point, radius: (point.radius * (1 + hardness)) / 2 } : point;
  }

  #isClick() {
    const { from, to } = this.#stroke;
    return !to || Math.hypot(to.x - from.x, to.y - from.y) * this.#controller.view.scale < CLICK;
  }

  #showStraight(from, to) {
    const { bitmap } = this.#controller.model;
    const radius = (this.#stroke.size * bitmap.scale) / 2;
    const place = ({ x, y }) => this.#core({ x: x * bitmap.scale, y: y * bitmap.scale, radius });
    this.#controller.screen.tail = { from: place(from), to: place(to), isAdding: this.#stroke.mode === "add" };
  }

  #endStraight() {
    const { mode, size, from, to, hardness } = this.#stroke;
    const isClick = this.#isClick();
    const [start, end] = isClick ? [this.#last ?? from, from] : [from, to];
    this.#stroke = null;
    this.#last = end;
    this.#controller.perform(stroke(mode, size, [start.x, start.y, 1, end.x, end.y, 1], 0, hardness));
  }
}
