import { rounded, stroke } from "../operations.js";
import { union } from "../rectangles.js";

const CLICK = 4;
const CLOSEST = 0.4;
const REACH = 48;

/** Brush and eraser. With Shift: straight from press to release, or after a click straight from the last place. */
export class Paint {
  #studio;
  #last = null;
  #stroke = null;

  constructor(studio) {
    this.#studio = studio;
  }

  get hasRing() {
    return true;
  }

  begin(sample) {
    const { settings, view, model } = this.#studio;
    const isErasing = (settings.tool === "eraser" || sample.isEraserEnd) !== sample.alt;
    const mode = isErasing ? "subtract" : "add";
    const kind = { mode, size: settings.size, reach: REACH / view.scale };
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
    const { model, screen } = this.#studio;
    if (!this.#stroke) return;
    const { isStraight, mode, size, points, reach } = this.#stroke;
    screen.tail = null;
    if (isStraight) this.#endStraight();
    else {
      model.painter.end();
      this.#show();
      screen.tail = null;
      model.commit(stroke(mode, size, points, reach), this.#stroke.dirty);
      this.#last = { x: points.at(-3), y: points.at(-2) };
      this.#stroke = null;
      this.#studio.changed();
    }
  }

  cancel() {
    const { model, screen } = this.#studio;
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
    const [x, y, pressure] = [sample.x, sample.y, sample.pressure].map(rounded);
    const scale = this.#studio.view.scale;
    const apart = Math.hypot(x - points.at(-3), y - points.at(-2)) * scale;
    if (apart < CLOSEST && pressure <= points.at(-1)) return;
    points.push(x, y, pressure);
    this.#studio.model.painter.add(x, y, pressure);
  }

  /** What is painted goes to the screen; the way from there to the pointer is only drawn over it. */
  #show() {
    const { model, screen } = this.#studio;
    const dirty = model.painter.takeDirty();
    this.#stroke.dirty = union(this.#stroke.dirty, dirty);
    screen.touch(dirty);
    const pending = model.painter.pending;
    screen.tail = pending && { from: pending[0], to: pending[1], isAdding: this.#stroke.mode === "add" };
  }

  #isClick() {
    const { from, to } = this.#stroke;
    return !to || Math.hypot(to.x - from.x, to.y - from.y) * this.#studio.view.scale < CLICK;
  }

  #showStraight(from, to) {
    const { bitmap } = this.#studio.model;
    const radius = (this.#stroke.size * bitmap.scale) / 2;
    const place = ({ x, y }) => ({ x: x * bitmap.scale, y: y * bitmap.scale, radius });
    this.#studio.screen.tail = { from: place(from), to: place(to), isAdding: this.#stroke.mode === "add" };
  }

  #endStraight() {
    const { mode, size, from, to } = this.#stroke;
    const isClick = this.#isClick();
    const [start, end] = isClick ? [this.#last ?? from, from] : [from, to];
    this.#stroke = null;
    this.#last = end;
    this.#studio.perform(stroke(mode, size, [start.x, start.y, 1, end.x, end.y, 1]));
  }
}
