/**
 * Turn pointer events into drawing or navigating. Independent of the DOM.
 * One finger, pen or mouse draws. A second finger takes back what the first began, and both move the view, until all
 * are up. Once a pen was seen, fingers only move the view, and are ignored while the pen draws.
 */
export class Gesture {
  #handlers;
  #drawing = null;
  #moving = new Map();
  #isPenHere;

  /** `handlers` implements begin(sample), move(samples), end(), cancel(), pan(x, y), pinch(factor, point). */
  constructor(handlers, isPenHere = false) {
    this.#handlers = handlers;
    this.#isPenHere = isPenHere;
  }

  get isDrawing() {
    return this.#drawing !== null;
  }

  get isMoving() {
    return this.#moving.size > 0;
  }

  get isPenHere() {
    return this.#isPenHere;
  }

  /** Handle a pointer {id, type, x, y, isNavigating} that goes down; return whether its events are used. */
  down(pointer, sample) {
    if (pointer.type === "pen") this.#isPenHere = true;
    const isFinger = pointer.type === "touch";
    if (isFinger && this.#drawing?.type === "pen") return false;
    // The finger that draws was the first of two, or the palm that came before the pen.
    if (this.#drawing?.type === "touch") this.#cancelDrawing(isFinger);
    if (this.#drawing) return false;
    if (pointer.isNavigating || (isFinger && (this.#isPenHere || this.isMoving))) {
      this.#moving.set(pointer.id, pointer);
    } else {
      // Fingers that rest on the screen must not move the view under a pen.
      this.#moving.clear();
      this.#drawing = pointer;
      this.#handlers.begin(sample);
    }
    return true;
  }

  /** Handle a move to (x, y); `samples()` returns all positions since the last one. */
  move({ id, x, y }, samples) {
    if (this.#drawing?.id === id) {
      Object.assign(this.#drawing, { x, y });
      this.#handlers.move(samples());
    } else if (this.#moving.has(id)) this.#navigate(id, x, y);
  }

  /** Handle a pointer that goes up or is lost: its drawing stays. */
  up(id) {
    this.#moving.delete(id);
    if (this.#drawing?.id !== id) return;
    this.#drawing = null;
    this.#handlers.end();
  }

  /** Handle a pointer that the system takes away: a finger's drawing was unintended, so remove it. */
  cancel(id) {
    if (this.#drawing?.id === id && this.#drawing.type === "touch") this.#cancelDrawing(false);
    else this.up(id);
  }

  /** Release all pointers; the drawing stays. */
  release() {
    this.#moving.clear();
    if (this.#drawing) this.up(this.#drawing.id);
  }

  #cancelDrawing(isMoving) {
    const finger = this.#drawing;
    this.#drawing = null;
    this.#handlers.cancel();
    if (isMoving) this.#moving.set(finger.id, finger);
  }

  #navigate(id, x, y) {
    const before = this.#moving.get(id);
    const other = [...this.#moving.values()].find((pointer) => pointer.id !== id);
    this.#moving.set(id, { ...before, x, y });
    if (!other) return this.#handlers.pan(x - before.x, y - before.y);
    // Fingers that touch would make the factor infinite.
    const factor = distance({ x, y }, other) / Math.max(1, distance(before, other));
    // Each of the two fingers reports by itself, and each moves their middle by half.
    this.#handlers.pan((x - before.x) / 2, (y - before.y) / 2);
    this.#handlers.pinch(factor, { x: (x + other.x) / 2, y: (y + other.y) / 2 });
  }
}

const distance = (first, second) => Math.hypot(first.x - second.x, first.y - second.y);
