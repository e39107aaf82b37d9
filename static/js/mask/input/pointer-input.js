import { Gesture } from "./gesture.js";

const MIDDLE = 1;
const ERASER_END = 5;

/** Pass pointer events of the stage to a Gesture, which calls `hands`. */
export class PointerInput {
  #gesture;
  #hands;

  /** `hands`: what Gesture needs, and placeOf(event), toSample(event), hover(event), leave(), isPanning(). */
  constructor(stage, hands, on) {
    this.stage = stage;
    this.#hands = hands;
    this.#gesture = new Gesture(hands);
    on(stage, "pointerdown", (event) => this.#down(event));
    on(stage, "pointermove", (event) => this.#move(event));
    on(stage, "pointerleave", () => hands.leave());
    // WebKit says after each stroke that the pointer left and came back, and nothing more until it moves.
    on(stage, "pointerenter", (event) => hands.hover(event));
    on(stage, "pointerup", (event) => this.#up(event));
    on(stage, "lostpointercapture", (event) => this.#up(event));
    on(stage, "pointercancel", (event) => this.#gesture.cancel(event.pointerId));
    on(stage, "wheel", (event) => this.#wheel(event), { passive: false });
    // Else the middle button begins to scroll by itself.
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

  /** Let go of everything; what was drawn stays. */
  release() {
    this.#gesture.release();
    this.stage.removeAttribute("data-moving");
  }

  #down(event) {
    if (event.target.closest("button, input")) return;
    const isMiddle = event.pointerType === "mouse" && event.button === MIDDLE;
    if (event.button !== 0 && !isMiddle && event.button !== ERASER_END) return;
    event.preventDefault();
    this.stage.focus({ preventScroll: true });
    const isNavigating = isMiddle || this.#hands.isPanning();
    const pointer = { id: event.pointerId, type: event.pointerType, isNavigating, ...this.#hands.placeOf(event) };
    if (!this.#gesture.down(pointer, this.#hands.toSample(event))) return;
    this.stage.setPointerCapture(event.pointerId);
    this.stage.toggleAttribute("data-moving", this.#gesture.isMoving);
    this.#hands.hover(event);
  }

  #move(event) {
    // The button was released outside of the window.
    if (event.buttons === 0 && this.#gesture.isDrawing && event.pointerType !== "touch") this.#up(event);
    const at = this.#hands.placeOf(event, this.isDrawing);
    this.#gesture.move({ id: event.pointerId, ...at }, () => this.#samples(event));
    this.#hands.hover(event, this.isDrawing);
  }

  #up(event) {
    this.#gesture.up(event.pointerId);
    if (!this.#gesture.isMoving) this.stage.removeAttribute("data-moving");
  }

  /** Return all positions since the last event; browsers without coalesced events give only the last. */
  #samples(event) {
    const passed = event.getCoalescedEvents?.() ?? [];
    return (passed.length ? passed : [event]).map((one) => this.#hands.toSample(one, true));
  }

  #wheel(event) {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.shiftKey) return this.#hands.pan(-(event.deltaX || event.deltaY) * unit, 0);
    const speed = event.ctrlKey ? 100 : 400;
    const turn = Math.max(-240, Math.min(240, event.deltaY * unit));
    this.#hands.pinch(Math.exp(-turn / speed), this.#hands.placeOf(event));
  }
}
