import { isCanvasReadable } from "./pixel-reader.js";

/** Store the strokes of a picture in this tab, so that a reload loses none. */
export class TabStorage {
  #name;
  #timer = 0;

  constructor(key, model) {
    this.#name = `mask:${key}`;
    this.model = model;
  }

  /** Schedule a save. */
  schedule() {
    clearTimeout(this.#timer);
    // Each save writes all steps: wait until some strokes are together.
    this.#timer = setTimeout(() => this.save(), 400);
  }

  /** Save now: all steps, or the current marks when sessionStorage has no room for the steps. */
  save() {
    clearTimeout(this.#timer);
    const { history } = this.model;
    if (!history.canUndo && !history.canRedo) return sessionStorage.removeItem(this.#name);
    // Strokes are restored before the server can read the picture, so a fill cannot be replayed then.
    const isDrawable = isCanvasReadable() || !history.all.some(({ kind }) => kind === "fill");
    for (const isFlat of isDrawable ? [false, true] : [true]) {
      try {
        return sessionStorage.setItem(this.#name, JSON.stringify(this.model.save(isFlat)));
      } catch (error) {
        if (error.name !== "QuotaExceededError") throw error;
      }
    }
  }

  /** Restore the saved strokes; return whether there were any. */
  restore() {
    const stored = sessionStorage.getItem(this.#name);
    if (!stored) return false;
    this.model.restore(JSON.parse(stored));
    return true;
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
