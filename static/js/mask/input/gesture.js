/**
 * Turn pointer events into drawing or navigating. Independent of the DOM.
 * One finger, pen or mouse draws. A second finger takes back what the first began, and both move the view, until all
 * are up. Once a pen was seen, fingers only move the view, and are ignored while the pen draws.
 */
export class Gesture {
  #hands;
  #drawing = null;
  #moving = new Map();
  #isPenHere;

  /** `hands` implements begin(sample), move(samples), end(), cancel(), pan(x, y), pinch(factor, point). */
  constructor(hands, isPenHere = false) {
    this.#hands = hands;
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

  /** A pointer {id, type, x, y, isNavigating} went down. Return whether its events are used. */
  down(pointer, sample) {
    if (pointer.type === "pen") this.#isPenHere = true;
    const isFinger = pointer.type === "touch";
    if (isFinger && this.#drawing?.type === "pen") return false;
    if (this.#drawing?.type === "touch") this.#giveUp(isFinger);
    if (this.#drawing) return false;
    if (pointer.isNavigating || (isFinger && (this.#isPenHere || this.isMoving))) {
      this.#moving.set(pointer.id, pointer);
    } else {
      this.#moving.clear();
      this.#drawing = pointer;
      this.#hands.begin(sample);
    }
    return true;
  }

  /** A pointer moved to (x, y); `samples` are all it passed since. */
  move({ id, x, y }, samples) {
    if (this.#drawing?.id === id) {
      Object.assign(this.#drawing, { x, y });
      this.#hands.move(samples());
    } else if (this.#moving.has(id)) this.#navigate(id, x, y);
  }

  /** A pointer went up, or was lost: what it drew stays. */
  up(id) {
    this.#moving.delete(id);
    if (this.#drawing?.id !== id) return;
    this.#drawing = null;
    this.#hands.end();
  }

  /** A pointer was taken away by the system: what a finger drew was not meant. */
  cancel(id) {
    if (this.#drawing?.id === id && this.#drawing.type === "touch") this.#giveUp(false);
    else this.up(id);
  }

  /** Nothing is held any longer. */
  release() {
    this.#moving.clear();
    if (this.#drawing) this.up(this.#drawing.id);
  }

  #giveUp(isMoving) {
    const finger = this.#drawing;
    this.#drawing = null;
    this.#hands.cancel();
    if (isMoving) this.#moving.set(finger.id, finger);
  }

  #navigate(id, x, y) {
    const before = this.#moving.get(id);
    const other = [...this.#moving.values()].find((pointer) => pointer.id !== id);
    this.#moving.set(id, { ...before, x, y });
    if (!other) return this.#hands.pan(x - before.x, y - before.y);
    const factor = apart({ x, y }, other) / Math.max(1, apart(before, other));
    this.#hands.pan((x - before.x) / 2, (y - before.y) / 2);
    this.#hands.pinch(factor, { x: (x + other.x) / 2, y: (y + other.y) / 2 });
  }
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);
