import { sized, simple } from "../model/operations.js";
import { maxSpeckArea } from "../model/findings.js";
import { MaskModel } from "../model/mask-model.js";
import { cutOut, shrinkPicture } from "../pixels/edge-refine.js";
import { BackgroundWorker } from "./background-worker.js";
import { Camera } from "../canvas/camera.js";
import { Outlines } from "../canvas/outlines.js";
import { isCanvasReadable } from "./pixel-reader.js";
import { StageRenderer } from "../canvas/stage-renderer.js";
import { BoxTool } from "../tools/box-tool.js";
import { EdgesTool } from "../tools/edges-tool.js";
import { FillTool } from "../tools/fill-tool.js";
import { LassoTool } from "../tools/lasso-tool.js";
import { BrushTool } from "../tools/brush-tool.js";
import { PolygonTool } from "../tools/polygon-tool.js";
import { toPicture } from "../canvas/viewport.js";

const PIXEL_CACHE_MS = 30_000;
const idle = { begin() {}, move() {}, end() {}, cancel() {} };

/** Control the mask, its view and the chosen tool; pointers, keys and buttons call it. */
export class EditorController {
  #pixels = null;
  #pointer = null;
  #box = null;

  /** `onChange()` is called after every change of the mask, `onUpdate()` when the state of buttons may change. */
  constructor(stage, image, picture, { worker, onChange, onWork, onUpdate, onShape, onNotRead }) {
    Object.assign(this, { stage, image, picture, onChange, onWork, onUpdate, onNotRead, showShapeFields: onShape });
    this.model = new MaskModel(picture, { readPicture: () => this.readPicture() });
    this.background = new BackgroundWorker(worker, this.model, () => this.readPicture(), (dirty) => this.#worked(dirty));
    this.screen = new StageRenderer(stage, image, this.model);
    this.outlines = new Outlines(stage, this.screen);
    this.camera = new Camera(this.screen, picture, () => this.#looked());
    const [paint, box] = [new BrushTool(this), new BoxTool(this)];
    this.polygon = new PolygonTool(this);
    this.edges = new EdgesTool(this, worker);
    this.tools = { brush: paint, eraser: paint, rectangle: box, ellipse: box, subject: box, polygon: this.polygon };
    Object.assign(this.tools, { lasso: new LassoTool(this), fill: new FillTool(this), cells: idle, edges: this.edges });
  }

  stop() {
    this.screen.stop();
    this.background.stop();
    this.edges.stop();
    this.subjectFinder.stop();
    clearTimeout(this.forgetting);
  }

  get view() {
    return this.screen.view;
  }

  get tool() {
    return this.tools[this.toolOptions.tool];
  }

  // -- the mask

  perform(operation) {
    this.settle();
    this.screen.touch(this.model.do(operation));
    this.changed();
  }

  /** Apply an operation that is slow on large pictures, in a worker. */
  work(operation) {
    this.release();
    this.edges.apply(true);
    this.background.start(operation);
    if (this.background.isWorking) this.onWork();
  }

  #worked(dirty) {
    this.screen.touch(dirty);
    this.changed();
  }

  /** Complete pending operations and the stroke being drawn. */
  settle() {
    // A result may arrive in the middle of a stroke: end the stroke first.
    this.release();
    this.background.settle();
    this.edges.apply(true);
  }

  changed() {
    this.onChange();
    this.onUpdate();
  }

  undo() {
    if (this.polygon.back() || this.edges.back()) return;
    this.settle();
    this.screen.touch(this.model.undo());
    this.changed();
  }

  redo() {
    this.edges.back();
    this.settle();
    this.screen.touch(this.model.redo());
    this.changed();
  }

  /** Apply all, clear, invert or tidy. */
  change(kind) {
    if (kind === "tidy") this.work(sized(kind, maxSpeckArea(this.picture)));
    else this.perform(simple(kind));
  }

  /** Apply an operation that needs the picture's pixels, as soon as they are loaded. */
  performOnPixels(operation) {
    if (this.#pixels || isCanvasReadable()) return this.work(operation);
    this.onWork();
    this.loadPixels().then((isLoaded) => isLoaded && this.work(operation));
  }

  /** Load the pixels through the server where the browser hides them; return whether they are loaded. */
  async loadPixels() {
    if (isCanvasReadable()) return true;
    try {
      this.#pixels ??= await this.reader.read(this.image.src, this.model.bitmap);
    } catch (error) {
      this.onNotRead(error.message);
    }
    return this.#pixels !== null;
  }

  /** Return the picture's RGBA at the bitmap's size, cached for PIXEL_CACHE_MS: fills come one after the other. */
  readPicture() {
    if (!isCanvasReadable()) return this.#pixels;
    const { width, height } = this.model.bitmap;
    this.#pixels ??= this.screen.picture.read(width, height);
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => (this.#pixels = null), PIXEL_CACHE_MS);
    return this.#pixels;
  }

  /** Return the RGBA of a part of the picture in that size; null while its pixels are not loaded. */
  readPart(rect, width, height) {
    if (isCanvasReadable()) return this.screen.picture.readPart(rect, width, height);
    return this.#pixels && shrinkPicture(cutOut(this.#pixels, rect, this.model.bitmap.scale), width, height);
  }

  /** Return a part of the picture for a worker: the file where workers can decode it, else RGBA. */
  async partForWorker(rect, width, height) {
    const canDecode = isCanvasReadable() && window.OffscreenCanvas;
    // Decoding a large picture once more would keep the page busy.
    const file = canDecode ? await fetch(this.image.src).then((response) => response.blob(), () => null) : null;
    return file ?? this.readPart(rect, width, height);
  }

  /** Mark or unmark (`mode`) the subject in a box. */
  findSubject(mode, box) {
    this.settle();
    this.subjectFinder.start(mode, box);
  }

  // -- the tool

  choose(tool) {
    this.tool.leave?.();
    this.outlines.hideRing();
    this.toolOptions.choose(tool);
    this.onUpdate();
  }

  resizeBrush(direction) {
    this.toolOptions.resize(direction);
    if (this.#pointer) this.hover(this.#pointer);
  }

  hardenBrush(change) {
    this.toolOptions.hardness = Math.min(1, Math.max(0, this.toolOptions.hardness + change));
  }

  swapMode() {
    this.toolOptions.mode = this.toolOptions.mode === "add" ? "subtract" : "add";
  }

  toolKey(event) {
    if (event.key === "Escape" && this.subjectFinder.stop()) return true;
    return Boolean(this.tool.key?.(event));
  }

  update() {
    this.onUpdate();
  }

  peek(part) {
    if (this.screen.look.peek === part) return;
    this.screen.look.peek = this.stage.dataset.peek = part;
    this.screen.refresh();
    this.onUpdate();
  }

  // -- pointers

  begin(sample) {
    this.background.settle();
    // Nobody can aim at what is not shown.
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

  /** Return an event's position on the stage. Reuse the stage's box while drawing: measuring forces a layout. */
  stagePoint(event, isDrawing = false) {
    if (!isDrawing || !this.#box) this.#box = this.stage.getBoundingClientRect();
    return { x: event.clientX - this.#box.left, y: event.clientY - this.#box.top };
  }

  hover(event, isDrawing = false) {
    const point = this.stagePoint(event, isDrawing);
    this.#pointer = { clientX: event.clientX, clientY: event.clientY, pointerType: event.pointerType, point };
    if (this.tool.hasRing && event.pointerType !== "touch") this.outlines.moveRing(point, this.toolOptions.size);
    else this.outlines.hideRing();
    if (event.type) this.tool.hover?.(this.toSample(event, isDrawing));
  }

  get isPointedAt() {
    return this.#pointer !== null;
  }

  leave() {
    this.#pointer = null;
    this.outlines.hideRing();
  }

  /** Return an event's position in the picture, with pressure and modifier keys. */
  toSample(event, isDrawing = false) {
    const isPen = event.pointerType === "pen";
    // The lightest touch still leaves a line.
    const factor = isPen && this.toolOptions.usesPressure ? 0.15 + 0.85 * event.pressure : 1;
    return {
      ...toPicture(this.view, this.stagePoint(event, isDrawing)),
      pressure: factor,
      shift: event.shiftKey,
      alt: event.altKey,
      isFinger: event.pointerType === "touch",
      // Bit 32 of `buttons`: the eraser end touches.
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
    this.camera.step(direction, this.#pointer?.point);
  }

  #looked() {
    this.outlines.draw();
    this.stage.dispatchEvent(new Event("view"));
    if (this.#pointer && this.tool.hasRing) this.hover(this.#pointer);
    this.onUpdate();
  }
}
