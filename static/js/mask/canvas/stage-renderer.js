import { clip, union, whole, widen } from "../pixels/rectangles.js";
import { strokePointBounds } from "../model/stroke.js";
import { MaskCanvas } from "./mask-canvas.js";
import { makeTransparencyPattern, makePattern } from "./pattern.js";
import { PictureCanvas } from "./picture-canvas.js";
import { ScratchCanvas } from "./scratch-canvas.js";

// People who zoom in this far aim at single pixels: do not smooth them.
const PIXELATED_FROM = 3;

/**
 * Render the picture with the mask over it, on one opaque canvas as large as the visible part of the picture.
 * Paint once a frame, and only changed rectangles.
 */
export class StageRenderer {
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
    this.look = { colour: "#ff2e63", pattern: "stripes", opacity: 60, peek: "" };
    this.mask = new MaskCanvas(model.bitmap);
    this.picture = new PictureCanvas(image, () => this.refresh());
    this.canvas = stage.querySelector("canvas");
    // Opaque, so that the browser does not blend it with the page below.
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.overlay = new ScratchCanvas();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
  }

  /** Take the stage's size and the screen's density. */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.size = { width, height };
    // Controls float over the padding: a fitted picture leaves it free.
    const { paddingTop, paddingBottom } = getComputedStyle(this.stage);
    this.inset = { top: parseFloat(paddingTop), bottom: parseFloat(paddingBottom) };
    this.density = window.devicePixelRatio || 1;
    this.refresh();
  }

  show(view) {
    this.view = view;
    this.refresh();
  }

  /** Schedule a repaint of everything. */
  refresh() {
    this.#isStale = true;
    this.#requestFrame();
  }

  /** Schedule a repaint of a rectangle of the bitmap. */
  touch(rect) {
    if (!rect) return;
    this.#changed = union(this.#changed, rect);
    this.#requestFrame();
  }

  /** Show the end of a stroke that is not on the bitmap yet: {from, to, isAdding} in its pixels, or null. */
  set tail(tail) {
    if (!tail && !this.#tail) return;
    this.#tail = tail;
    this.#requestFrame();
  }

  #requestFrame() {
    // Pointers report more often than the screen changes.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.view) this.paint();
    });
  }

  /** Paint all scheduled changes now. */
  paint() {
    const zoom = this.view.scale * this.density;
    this.mask.sharpenFor(zoom / this.#model.bitmap.scale);
    if (this.#changed) this.mask.update(this.#changed);
    const tail = this.#tail && widen(union(strokePointBounds(this.#tail.from), strokePointBounds(this.#tail.to)), 1);
    // The tail that was painted last must go, too.
    const dirty = union(this.#changed, union(tail, this.#painted));
    if (this.#isStale) this.#frameCanvas(zoom);
    if (this.#isStale) this.#paint(whole(this.canvas), zoom);
    else if (dirty) this.#paint(this.#onScreen(dirty, zoom / this.#model.bitmap.scale), zoom);
    this.#painted = tail;
    this.#changed = null;
    this.#isStale = false;
  }

  /** Fit the canvas to the visible part of the picture, on whole pixels of the screen. */
  #frameCanvas(zoom) {
    const { view, density, size } = this;
    const { width, height } = this.#model.bitmap.picture;
    const [x, y] = [view.x * density, view.y * density];
    const stage = { width: Math.round(size.width * density), height: Math.round(size.height * density) };
    const sight = clip({ left: x, top: y, right: x + width * zoom, bottom: y + height * zoom }, stage) ?? whole({ width: 1, height: 1 });
    const [across, down] = [sight.right - sight.left, sight.bottom - sight.top];
    this.origin = { x: x - sight.left, y: y - sight.top };
    const { canvas } = this;
    // Setting a size clears the canvas and takes new memory, even when it is the same size.
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    Object.assign(canvas.style, {
      width: `${across / density}px`,
      height: `${down / density}px`,
      transform: `translate(${sight.left / density}px, ${sight.top / density}px)`,
    });
    this.pattern = makePattern(this.context, this.look.pattern, this.look.colour, density);
    this.ground = makeTransparencyPattern(this.context, this.stage, density);
  }

  #onScreen(rect, zoom) {
    const { x, y } = this.origin;
    const placed = { left: rect.left * zoom + x, top: rect.top * zoom + y, right: rect.right * zoom + x, bottom: rect.bottom * zoom + y };
    // Smoothing spreads a change to the neighbouring pixels.
    return clip(widen(placed, 2), this.canvas);
  }

  #paint(rect, zoom) {
    if (!rect) return;
    const { context, look } = this;
    const box = drawArguments(rect);
    const isMaskAlone = look.peek === "mask";
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = isMaskAlone ? "#000" : this.ground;
    context.fillRect(...box);
    if (!isMaskAlone && this.picture.isReady) clipTo(context, box, () => this.#drawPicture(rect, zoom));
    if (look.peek === "picture") return;
    this.#tint(rect, zoom / this.#model.bitmap.scale);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = isMaskAlone ? 1 : look.opacity / 100;
    context.drawImage(this.overlay.canvas, 0, 0, box[2], box[3], ...box);
  }

  #drawPicture(rect, zoom) {
    const { drawable, shrunk } = this.picture.for(zoom);
    const limits = { width: drawable.naturalWidth ?? drawable.width, height: drawable.naturalHeight ?? drawable.height };
    const part = this.#visiblePart(limits, rect, zoom * shrunk);
    if (part) this.context.drawImage(drawable, ...drawArguments(part), ...this.#place(this.context, part, zoom * shrunk, this.origin));
  }

  /** Tint marked pixels evenly, however often they were painted over. */
  #tint(rect, zoom) {
    const [left, top, width, height] = drawArguments(rect);
    this.overlay.fit(width, height);
    const { context } = this.overlay;
    const origin = { x: this.origin.x - left, y: this.origin.y - top };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    clipTo(context, [0, 0, width, height], () => {
      const size = zoom * this.mask.detail;
      const part = this.#visiblePart(this.mask, rect, size);
      this.#place(context, part ?? rect, size, origin);
      if (part) this.mask.draw(context, part);
      if (this.#tail) this.#drawTail(context, zoom, origin);
      context.setTransform(1, 0, 0, 1, -left, -top);
      // Colour what is there already: marks that overlap must not look darker.
      context.globalCompositeOperation = "source-in";
      context.fillStyle = this.look.peek === "mask" ? "#fff" : this.pattern;
      context.fillRect(left, top, width, height);
    });
  }

  /** Return the part that a rectangle of the screen shows, with a margin, when a pixel is `size` large there. */
  #visiblePart(limits, rect, size) {
    const { x, y } = this.origin;
    const shown = { left: rect.left - x, top: rect.top - y, right: rect.right - x, bottom: rect.bottom - y };
    for (const side in shown) shown[side] /= size;
    return clip(widen(shown, 2), limits);
  }

  /** Set the scale so that a pixel is `size` large; return the arguments to draw a part. */
  #place(context, part, size, { x, y }) {
    context.setTransform(size, 0, 0, size, x, y);
    context.imageSmoothingEnabled = size < PIXELATED_FROM;
    return drawArguments(part);
  }

  #drawTail(context, zoom, { x, y }) {
    const { from, to, isAdding } = this.#tail;
    context.setTransform(zoom, 0, 0, zoom, x, y);
    context.globalCompositeOperation = isAdding ? "source-over" : "destination-out";
    context.lineCap = "round";
    // The mean of both diameters: the painter covers the exact shape with the next sample.
    context.lineWidth = from.radius + to.radius;
    context.beginPath();
    context.moveTo(from.x, from.y);
    // Lines without length are not drawn, not even with round caps.
    context.lineTo(to.x, to.y + 0.001);
    context.stroke();
  }
}

const drawArguments = ({ left, top, right, bottom }) => [left, top, right - left, bottom - top];

/** Restrict drawing to a rectangle. */
function clipTo(context, box, draw) {
  context.save();
  context.beginPath();
  context.rect(...box);
  context.clip();
  draw();
  context.restore();
}
