import { Pyramid } from "../pyramid.js";
import { whole } from "../rectangles.js";

/** The mask as a canvas to draw from, at the level of detail that the view needs; only what changed is written. */
export class MaskCanvas {
  #pyramid;
  #context;
  #depth = -1;

  constructor(bitmap) {
    this.bitmap = bitmap;
    this.#pyramid = new Pyramid(bitmap);
    this.canvas = document.createElement("canvas");
    this.#context = this.canvas.getContext("2d");
  }

  /** How many pixels of the bitmap one of the canvas stands for. */
  get detail() {
    return 2 ** this.#depth;
  }

  /** Be sharp enough for a pixel of the bitmap to be `size` screen pixels large. */
  sharpenFor(size) {
    const depth = Math.min(5, Math.max(0, Math.floor(-Math.log2(size))));
    if (depth === this.#depth) return;
    this.#depth = depth;
    const level = this.#pyramid.level(depth);
    this.canvas.width = level.width;
    this.canvas.height = level.height;
    this.update(whole(this.bitmap));
  }

  /** A rectangle of the bitmap changed. */
  update(changed) {
    const rect = this.#pyramid.update(changed, this.#depth);
    const { data, width } = this.#pyramid.level(this.#depth);
    const [across, down] = [rect.right - rect.left, rect.bottom - rect.top];
    if (across <= 0 || down <= 0) return;
    const image = this.#context.createImageData(across, down);
    const pixels = new Uint32Array(image.data.buffer);
    for (let y = 0, to = 0; y < down; y++) {
      const row = (rect.top + y) * width + rect.left;
      for (let x = 0; x < across; x++) pixels[to++] = data[row + x] << 24;
    }
    this.#context.putImageData(image, rect.left, rect.top);
  }
}
