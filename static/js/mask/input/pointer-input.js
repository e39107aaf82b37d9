import { Gesture } from "./gesture.js";

const MIDDLE = 1;
// Pointer Events number the eraser of a pen like a button.
const ERASER_END = 5;
const NOTCH = 100;

/** Pass pointer events of the stage to a Gesture, which calls `handlers`. */
export class PointerInput {
  #gesture;
  #handlers;
  #turned = 0;

  /**
   * `handlers` has the methods for Gesture, and stagePoint(event), toSample(event), hover(event), leave(), isPanning(),
   * resizeBrush(direction).
   */
  constructor(stage, handlers, on) {
    this.stage = stage;
    this.#handlers = handlers;
    this.#gesture = new Gesture(handlers);
    on(stage, "pointerdown", (event) => this.#down(event));
    on(stage, "pointermove", (event) => this.#move(event));
    on(stage, "pointerleave", () => handlers.leave());
    // WebKit fires leave and enter after each stroke, and no event until the next move: the ring would stay hidden.
    on(stage, "pointerenter", (event) => handlers.hover(event));
    on(stage, "pointerup", (event) => this.#up(event));
    on(stage, "lostpointercapture", (event) => this.#up(event));
    on(stage, "pointercancel", (event) => this.#gesture.cancel(event.pointerId));
    on(stage, "wheel", (event) => this.#wheel(event), { passive: false });
    // Without this the middle button starts autoscroll.
    on(stage, "mousedown", (event) => event.button === MIDDLE && event.preventDefault());
    on(stage, "auxclick", (event) => event.button === MIDDLE && event.preventDefault());
    on(stage, "contextmenu", (event) => this.#gesture.isDrawing && event.preventDefault());
    on(window, "blur", () => this.release());
    on(document, "visibilitychange", () => document.hidden && this.release());
  }

  get isPenHere() {
    return this.#gesture.isPenHere;
  }

  get isDrawing() {
    return this.#gesture.isDrawing;
  }

  /** Release all pointers; the drawing stays. */
  release() {
    this.#gesture.release();
    this.stage.removeAttribute("data-moving");
  }

  #down(event) {
    // The stage has buttons on it: the cells, and the controls that float over it.
    if (event.target.closest("button, input")) return;
    const isMiddle = event.pointerType === "mouse" && event.button === MIDDLE;
    if (event.button !== 0 && !isMiddle && event.button !== ERASER_END) return;
    event.preventDefault();
    // On tablets the card of a source lies over the image: the tap that closes it must not leave a dot of a mask.
    const card = document.activeElement?.closest(".source-card");
    const isClosing = card && getComputedStyle(card).position === "absolute";
    this.stage.focus({ preventScroll: true });
    if (isClosing) return;
    const isNavigating = isMiddle || this.#handlers.isPanning();
    const pointer = { id: event.pointerId, type: event.pointerType, isNavigating, ...this.#handlers.stagePoint(event) };
    if (!this.#gesture.down(pointer, this.#handlers.toSample(event))) return;
    this.stage.setPointerCapture(event.pointerId);
    this.stage.toggleAttribute("data-moving", this.#gesture.isMoving);
    this.#handlers.hover(event);
  }

  #move(event) {
    // The button was released outside of the window.
    if (event.buttons === 0 && this.#gesture.isDrawing && event.pointerType !== "touch") this.#up(event);
    const point = this.#handlers.stagePoint(event, this.isDrawing);
    this.#gesture.move({ id: event.pointerId, ...point }, () => this.#samples(event));
    this.#handlers.hover(event, this.isDrawing);
  }

  #up(event) {
    this.#gesture.up(event.pointerId);
    if (!this.#gesture.isMoving) this.stage.removeAttribute("data-moving");
  }

  /** Return all positions since the last event; browsers without coalesced events give only the last. */
  #samples(event) {
    const passed = event.getCoalescedEvents?.() ?? [];
    return (passed.length ? passed : [event]).map((coalesced) => this.#handlers.toSample(coalesced, true));
  }

  /** Turn the wheel over the picture: with Alt the brush, with Ctrl or the focus the view, else the page moves. */
  #wheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.altKey) return this.#turnBrush(event, event.deltaY * unit);
    if (!event.ctrlKey && document.activeElement !== this.stage) return;
    event.preventDefault();
    if (event.shiftKey) return this.#handlers.pan(-(event.deltaX || event.deltaY) * unit, 0);
    const speed = event.ctrlKey ? 100 : 400;
    const turn = Math.max(-240, Math.min(240, event.deltaY * unit));
    this.#handlers.pinch(Math.exp(-turn / speed), this.#handlers.stagePoint(event));
  }

  /** Change the brush by a step a notch: trackpads send many small turns. */
  #turnBrush(event, turn) {
    event.preventDefault();
    this.#turned = Math.sign(turn) === Math.sign(this.#turned) ? this.#turned + turn : turn;
    if (Math.abs(this.#turned) < NOTCH) return;
    this.#turned = 0;
    this.#handlers.resizeBrush(turn < 0 ? 1 : -1);
  }
}
