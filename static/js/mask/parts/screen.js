import { clipped, union, whole, widened } from "../rectangles.js";
import { around } from "../stroke.js";
import { MaskCanvas } from "./mask-canvas.js";
import { makePattern } from "./pattern.js";
import { PictureCanvas } from "./picture-canvas.js";

const PIXELATED_FROM = 3;

/** What is seen: the picture, and over it the mask. Paints once a frame, and only what changed. */
export class Screen {
  #model;
  #changed = null;
  #painted = null;
  #isStale = true;
  #frame = 0;
  #tail = null;

  constructor(stage, image, model) {
    this.#model = model;
    this.stage = stage;
    this.size = { width: 1, height: 1 };
    this.density = 1;
    this.look = { colour: "#ff2e63", pattern: "stripes", peek: "" };
    this.mask = new MaskCanvas(model.bitmap);
    this.picture = new PictureCanvas(image, () => this.refresh());
    this.below = stage.querySelector('[data-layer="picture"]').getContext("2d");
    this.above = stage.querySelector('[data-layer="mask"]').getContext("2d");
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  /** Take the stage's size and the screen's density. */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.size = { width, height };
    this.density = window.devicePixelRatio || 1;
    for (const { canvas } of [this.below, this.above]) {
      canvas.width = Math.max(1, Math.round(width * this.density));
      canvas.height = Math.max(1, Math.round(height * this.density));
    }
    this.refresh();
  }

  show(view) {
    this.view = view;
    this.refresh();
  }

  /** Everything is to be painted anew. */
  refresh() {
    this.#isStale = true;
    this.#ask();
  }

  /** A rectangle of the bitmap changed. */
  touch(rect) {
    if (!rect) return;
    this.#changed = union(this.#changed, rect);
    this.#ask();
  }

  /** The end of a stroke that is not on the bitmap yet: {from, to, isAdding} in its pixels, or null. */
  set tail(tail) {
    if (!tail && !this.#tail) return;
    this.#tail = tail;
    this.#ask();
  }

  #ask() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.view) this.paint();
    });
  }

  /** Bring the screen up to date now. */
  paint() {
    const zoom = (this.view.scale * this.density) / this.#model.bitmap.scale;
    this.mask.sharpenFor(zoom);
    if (this.#changed) this.mask.update(this.#changed);
    const tail = this.#tail && widened(union(around(this.#tail.from), around(this.#tail.to)), 1);
    const dirty = union(this.#changed, union(tail, this.#painted));
    if (this.#isStale) {
      this.pattern = makePattern(this.above, this.look.pattern, this.look.colour, this.density);
      this.#paintPicture();
      this.#paintMask(whole(this.above.canvas), zoom);
    } else if (dirty) this.#paintMask(this.#onScreen(dirty, zoom), zoom);
    this.#painted = tail;
    this.#changed = null;
    this.#isStale = false;
  }

  #onScreen(rect, zoom) {
    const [x, y] = [this.view.x * this.density, this.view.y * this.density];
    const placed = {
      left: rect.left * zoom + x,
      top: rect.top * zoom + y,
      right: rect.right * zoom + x,
      bottom: rect.bottom * zoom + y,
    };
    return clipped(widened(placed, 2), this.above.canvas);
  }

  #paintPicture() {
    const { view, density, below } = this;
    const { width, height } = this.#model.bitmap.picture;
    const zoom = view.scale * density;
    const { drawable } = this.picture.for(zoom);
    below.setTransform(1, 0, 0, 1, 0, 0);
    below.clearRect(0, 0, below.canvas.width, below.canvas.height);
    if (!this.picture.image.naturalWidth) return;
    below.imageSmoothingEnabled = zoom < PIXELATED_FROM;
    below.drawImage(drawable, view.x * density, view.y * density, width * zoom, height * zoom);
  }

  /** Flat colour wherever something is marked, however often it was painted over. */
  #paintMask(rect, zoom) {
    if (!rect) return;
    const { above, mask, view, density } = this;
    above.save();
    above.beginPath();
    above.rect(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
    above.clip();
    above.clearRect(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
    above.translate(view.x * density, view.y * density);
    above.scale(zoom, zoom);
    above.imageSmoothingEnabled = zoom < PIXELATED_FROM;
    this.#drawPart(rect, zoom);
    if (this.#tail) this.#drawTail();
    above.setTransform(1, 0, 0, 1, 0, 0);
    above.globalCompositeOperation = "source-in";
    above.fillStyle = this.look.peek === "mask" ? "#fff" : this.pattern;
    above.fillRect(rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top);
    above.restore();
  }

  /** Only that part of the mask which the rectangle of the screen shows, and a pixel around it. */
  #drawPart(rect, zoom) {
    const { canvas, detail } = this.mask;
    const at = (value, offset) => (value - offset * this.density) / zoom / detail;
    const shown = {
      left: at(rect.left, this.view.x),
      top: at(rect.top, this.view.y),
      right: at(rect.right, this.view.x),
      bottom: at(rect.bottom, this.view.y),
    };
    const part = clipped(widened(shown, 2), canvas);
    if (!part) return;
    const box = [part.left, part.top, part.right - part.left, part.bottom - part.top];
    this.above.drawImage(canvas, ...box, ...box.map((value) => value * detail));
  }

  #drawTail() {
    const { from, to, isAdding } = this.#tail;
    const { above } = this;
    above.globalCompositeOperation = isAdding ? "source-over" : "destination-out";
    above.lineCap = "round";
    above.lineWidth = from.radius + to.radius;
    above.strokeStyle = "#000";
    above.beginPath();
    above.moveTo(from.x, from.y);
    above.lineTo(to.x, to.y + 0.001);
    above.stroke();
  }
}
