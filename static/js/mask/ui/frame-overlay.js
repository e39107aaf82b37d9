import { boxSize, hasShape, keepInside, keptBox, moveBox, moveEdge, snap, snapBox } from "../model/frame-geometry.js";
import { toPicture, toWindow } from "../canvas/viewport.js";

const SNAP_PX = 7;
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The frame over the picture: draws it, and turns drags and arrow keys on its handles into new boxes. */
export class FrameOverlay {
  #drag = null;

  /** `frame` has box, mode, shape and size (of the picture); `onMove(box)` is called while it changes, `onEnd()` after. */
  constructor(controller, parts, frame, { onMove, onEnd }, on) {
    Object.assign(this, { controller, frame, onMove, onEnd, stage: controller.stage });
    const content = parts.content.cloneNode(true);
    [this.ground, this.paint, this.outline] = content.children;
    this.stage.prepend(this.ground);
    this.stage.append(this.paint, this.outline);
    on(this.stage, "view", () => this.draw());
    on(this.outline, "pointerdown", (event) => this.#down(event));
    on(this.outline, "pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) on(this.outline, name, (event) => this.#up(event));
    on(this.outline, "keydown", (event) => this.#key(event));
  }

  remove() {
    for (const part of [this.ground, this.paint, this.outline]) part.remove();
  }

  get isDragging() {
    return this.#drag !== null;
  }

  /** Draw the frame where the picture is seen now. */
  draw() {
    const { view } = this.controller;
    const { box, mode, size, shape } = this.frame;
    const isFramed = mode !== "fit";
    this.outline.hidden = !view || !box || (!isFramed && hasShape(size, shape));
    this.ground.hidden = this.paint.hidden = this.outline.hidden || mode !== "extend";
    if (this.outline.hidden) return;
    this.outline.classList.toggle("idle", !isFramed);
    const corner = toWindow(view, { x: box.left, y: box.top });
    const { width, height } = boxSize(box);
    for (const part of [this.ground, this.paint, this.outline]) {
      Object.assign(part.style, {
        transform: `translate(${corner.x}px, ${corner.y}px)`,
        width: `${width * view.scale}px`,
        height: `${height * view.scale}px`,
      });
    }
    const { look } = this.controller.screen;
    this.paint.style.setProperty("--paint", look.colour);
    this.paint.style.opacity = look.opacity / 100;
    this.paint.style.clipPath = this.#around(box, keptBox(box, size, this.frame.overlap), view.scale);
  }

  /** Return the clip path of a box with a hole. */
  #around(box, hole, scale) {
    const [left, top] = [(hole.left - box.left) * scale, (hole.top - box.top) * scale];
    const [right, bottom] = [(hole.right - box.left) * scale, (hole.bottom - box.top) * scale];
    const inner = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]].map(([x, y]) => `${x}px ${y}px`);
    return `polygon(evenodd, 0 0, 100% 0, 100% 100%, 0 100%, 0 0, ${inner.join(", ")})`;
  }

  // -- pointers

  #place(event) {
    return toPicture(this.controller.view, this.controller.stagePoint(event));
  }

  #down(event) {
    const handle = event.target.closest("[data-edge]");
    if (!handle || event.button !== 0 || this.#drag) return;
    event.preventDefault();
    event.stopPropagation();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    this.#drag = { edge: handle.dataset.edge, id: event.pointerId, from: this.#place(event), box: this.frame.box };
  }

  #move(event) {
    if (this.#drag?.id !== event.pointerId) return;
    const { edge, from, box } = this.#drag;
    const place = this.#place(event);
    this.#change(box, edge, place.x - from.x, place.y - from.y, SNAP_PX / this.controller.view.scale);
  }

  #up(event) {
    if (this.#drag?.id !== event.pointerId) return;
    this.#drag = null;
    this.onEnd();
  }

  #change(box, edge, x, y, distance = 0) {
    const { size, shape, mode } = this.frame;
    let next;
    if (edge === "move") next = snapBox(moveBox(box, Math.round(x), Math.round(y)), size, distance);
    else next = moveEdge(box, edge, snap(box[edge] + (edge === "left" || edge === "right" ? x : y), edge, size, distance), shape);
    if (mode === "fill") next = keepInside(next, size, shape, edge);
    this.onMove(next);
  }

  // -- keys

  /** Arrow keys move a handle by 1 % of the picture, with Shift by one pixel; Escape takes a drag back. */
  #key(event) {
    const handle = event.target.closest("[data-edge]");
    if (!handle) return;
    if (event.key === "Escape" && this.#drag) {
      this.onMove(this.#drag.box);
      this.#drag = null;
      this.onEnd();
    } else {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      const { width, height } = this.frame.size;
      const pixels = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 100));
      this.#change(this.frame.box, handle.dataset.edge, step[0] * pixels, step[1] * pixels);
      this.onEnd();
    }
    event.preventDefault();
  }

  /** Tell assistive technology what each edge adds. */
  describe(added, label, maxEdge) {
    for (const [side, pixels] of Object.entries(added)) {
      const handle = this.outline.querySelector(`[data-edge="${side}"]`);
      const values = { "aria-valuenow": pixels, "aria-valuemin": -maxEdge, "aria-valuemax": maxEdge, "aria-valuetext": label(pixels) };
      for (const [name, value] of Object.entries(values)) handle.setAttribute(name, value);
    }
  }

  /** Return the box that has to be in sight: frame and picture. */
  get extent() {
    const { box, size, mode } = this.frame;
    if (mode === "fit" || !box) return { left: 0, top: 0, ...size };
    const [left, top] = [Math.min(0, box.left), Math.min(0, box.top)];
    return { left, top, width: Math.max(size.width, box.right) - left, height: Math.max(size.height, box.bottom) - top };
  }
}
