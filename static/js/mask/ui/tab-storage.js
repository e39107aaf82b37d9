import { isCanvasReadable } from "./pixel-reader.js";

/** Store the strokes of a picture in this tab, so that a reload loses none. */
export class TabStorage {
  #name;
  #timer = 0;

  constructor(key, model) {
    this.#name = `mask:${key}`;
    this.model = model;
  }

  /** Keep them soon. */
  ask() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), 400);
  }

  /** Keep them now: all steps, or when there is no room for that, what they came to. */
  keep() {
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

  /** Bring back what was kept; answers whether there was anything. */
  restore() {
    const kept = sessionStorage.getItem(this.#name);
    if (!kept) return false;
    this.model.restore(JSON.parse(kept));
    return true;
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
