import { sized, simple } from "./operations.js";
import { smallest } from "./lint.js";
import { Model } from "./model.js";
import { Background } from "./parts/background.js";
import { Camera } from "./parts/camera.js";
import { Lines } from "./parts/lines.js";
import { isCanvasTrue } from "./parts/reader.js";
import { Screen } from "./parts/screen.js";
import { Box } from "./tools/box.js";
import { Bucket } from "./tools/bucket.js";
import { Lasso } from "./tools/lasso.js";
import { Paint } from "./tools/paint.js";
import { Polygon } from "./tools/polygon.js";
import { toPicture } from "./viewport.js";

const KEPT_PIXELS = 30_000;
const idle = { begin() {}, move() {}, end() {}, cancel() {} };

/** The mask, the view of it and the tool in hand: what pointers, keys and buttons act upon. */
export class Studio {
  #pixels = null;
  #pointer = null;
  #box = null;

  /** `onChange()` after every change of the mask, `onUpdate()` when buttons may have to look different. */
  constructor(stage, image, picture, { worker, onChange, onWork, onUpdate, onNumbers, onNotRead }) {
    Object.assign(this, { stage, image, picture, onChange, onWork, onUpdate, onNotRead, tellNumbers: onNumbers });
    this.model = new Model(picture, { readPicture: () => this.readPicture() });
    this.background = new Background(worker, this.model, () => this.readPicture(), (dirty) => this.#worked(dirty));
    this.screen = new Screen(stage, image, this.model);
    this.lines = new Lines(stage, this.screen);
    this.camera = new Camera(this.screen, picture, () => this.#looked());
    const [paint, box] = [new Paint(this), new Box(this)];
    this.polygon = new Polygon(this);
    this.tools = { brush: paint, eraser: paint, rectangle: box, ellipse: box, polygon: this.polygon };
    Object.assign(this.tools, { lasso: new Lasso(this), fill: new Bucket(this), cells: idle, edges: idle });
  }

  stop() {
    this.screen.stop();
    this.background.stop();
    clearTimeout(this.forgetting);
  }

  get view() {
    return this.screen.view;
  }

  get tool() {
    return this.tools[this.settings.tool];
  }

  // -- the mask

  perform(operation) {
    this.settle();
    this.screen.touch(this.model.do(operation));
    this.changed();
  }

  /** Carry out an operation that takes long on a large picture, without keeping the page. */
  work(operation) {
    this.release();
    this.background.start(operation);
    if (this.background.isWorking) this.onWork();
  }

  #worked(dirty) {
    this.screen.touch(dirty);
    this.changed();
  }

  /** Nothing is on its way any more; what is drawn just now stays. */
  settle() {
    // What was waited for may come in the middle of a stroke.
    this.release();
    this.background.settle();
  }

  changed() {
    this.onChange();
    this.onUpdate();
  }

  undo() {
    if (this.polygon.back()) return;
    this.settle();
    this.screen.touch(this.model.undo());
    this.changed();
  }

  redo() {
    this.settle();
    this.screen.touch(this.model.redo());
    this.changed();
  }

  /** all, clear, invert; grow, shrink, feather by the amount that is set; tidy. */
  change(kind) {
    const amount = kind === "tidy" ? smallest(this.picture) : this.settings.amount;
    if (["all", "clear", "invert"].includes(kind)) this.perform(simple(kind));
    else this.work(sized(kind, amount));
  }

  /** Carry out what needs the picture's pixels, as soon as they are there. */
  performOnPixels(operation) {
    if (this.#pixels || isCanvasTrue()) return this.work(operation);
    this.onWork();
    this.loadPixels().then((isThere) => isThere && this.work(operation));
  }

  /** Have `readPicture` work where only the server can read; answers whether it does. */
  async loadPixels() {
    if (isCanvasTrue()) return true;
    try {
      this.#pixels ??= await this.reader.read(this.image.src, this.model.bitmap);
    } catch (error) {
      this.onNotRead(error.message);
    }
    return this.#pixels !== null;
  }

  /** The picture's RGBA at the bitmap's size; kept for a while, as one fill follows another. */
  readPicture() {
    if (!isCanvasTrue()) return this.#pixels;
    const { width, height } = this.model.bitmap;
    this.#pixels ??= this.screen.picture.read(width, height);
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => (this.#pixels = null), KEPT_PIXELS);
    return this.#pixels;
  }

  // -- the tool

  choose(tool) {
    this.tool.leave?.();
    this.lines.hideRing();
    this.settings.choose(tool);
    this.onUpdate();
  }

  resizeBrush(direction) {
    this.settings.resize(direction);
    if (this.#pointer) this.hover(this.#pointer);
  }

  swapMode() {
    this.settings.mode = this.settings.mode === "add" ? "subtract" : "add";
  }

  toolKey(event) {
    return Boolean(this.tool.key?.(event));
  }

  update() {
    this.onUpdate();
  }

  peek(what) {
    if (this.screen.look.peek === what) return;
    this.screen.look.peek = this.stage.dataset.peek = what;
    this.screen.refresh();
    this.onUpdate();
  }

  // -- what pointers do

  begin(sample) {
    this.background.settle();
    this.peek("");
    this.tool.begin(sample);
  }

  move(samples) {
    this.tool.move(samples);
  }

  end() {
    this.tool.end();
  }

  cancel() {
    this.tool.cancel();
  }

  pinch(factor, point) {
    this.zoom(this.view.scale * factor, point);
  }

  /** Where an event is in the window. While something is drawn the stage stays where it was: asking costs time. */
  placeOf(event, isDrawing = false) {
    if (!isDrawing || !this.#box) this.#box = this.stage.getBoundingClientRect();
    return { x: event.clientX - this.#box.left, y: event.clientY - this.#box.top };
  }

  hover(event, isDrawing = false) {
    const at = this.placeOf(event, isDrawing);
    this.#pointer = { clientX: event.clientX, clientY: event.clientY, pointerType: event.pointerType, at };
    if (this.tool.hasRing && event.pointerType !== "touch") this.lines.moveRing(at, this.settings.size);
    else this.lines.hideRing();
    if (event.type) this.tool.hover?.(this.toSample(event, isDrawing));
  }

  get isPointedAt() {
    return this.#pointer !== null;
  }

  leave() {
    this.#pointer = null;
    this.lines.hideRing();
  }

  /** An event's place in the picture, and how the pointer is held. */
  toSample(event, isDrawing = false) {
    const isPen = event.pointerType === "pen";
    const factor = isPen && this.settings.usesPressure ? 0.15 + 0.85 * event.pressure : 1;
    return {
      ...toPicture(this.view, this.placeOf(event, isDrawing)),
      pressure: factor,
      shift: event.shiftKey,
      alt: event.altKey,
      isFinger: event.pointerType === "touch",
      isEraserEnd: isPen && (event.buttons & 32) === 32,
    };
  }

  // -- the view

  zoom(scale, place) {
    this.camera.zoom(scale, place);
  }

  pan(x, y) {
    this.camera.pan(x, y);
  }

  step(direction) {
    this.camera.step(direction, this.#pointer?.at);
  }

  #looked() {
    this.lines.draw();
    if (this.#pointer && this.tool.hasRing) this.hover(this.#pointer);
    this.onUpdate();
  }
}
