import { Pyramid } from "../pixels/pyramid.js";
import { rectangleArea, union, whole } from "../pixels/rectangles.js";
import { ScratchCanvas } from "./scratch-canvas.js";

// Pixels of a part that is written anew for each draw; what a stroke changes in a frame is usually smaller.
const SMALL = 512 * 512;

/**
 * The mask to draw from, at the level of detail that the view needs. Small parts are created again each time: browsers
 * copy a canvas in full when it was drawn from and changes, so the large one is only brought up to date when used.
 */
export class MaskCanvas {
  #pyramid;
  #depth = -1;
  #part = new ScratchCanvas();
  #full = new ScratchCanvas();
  #stale = null;

  constructor(bitmap) {
    this.bitmap = bitmap;
    this.#pyramid = new Pyramid(bitmap);
  }

  /** Return the number of bitmap pixels along the side of one pixel of this canvas. */
  get detail() {
    return 2 ** this.#depth;
  }

  get width() {
    return this.#pyramid.level(this.#depth).width;
  }

  get height() {
    return this.#pyramid.level(this.#depth).height;
  }

  /** Choose the level for a pixel of the bitmap that is `size` screen pixels large. */
  sharpenFor(size) {
    // Level 5 halves 3840 pixels to 120, fewer than any stage has.
    const depth = Math.min(5, Math.max(0, Math.floor(-Math.log2(size))));
    if (depth === this.#depth) return;
    this.#depth = depth;
    this.#stale = whole(this);
  }

  /** Update for a changed rectangle of the bitmap. */
  update(changed) {
    this.#stale = union(this.#stale, this.#pyramid.update(changed, this.#depth));
  }

  /** Draw a rectangle of the mask at its position. */
  draw(context, part) {
    const [width, height] = [part.right - part.left, part.bottom - part.top];
    if (rectangleArea(part) <= SMALL) {
      this.#part.fit(width, height);
      this.#write(this.#part.context, part, 0, 0);
      context.drawImage(this.#part.canvas, 0, 0, width, height, part.left, part.top, width, height);
      return;
    }
    // A canvas that is resized is empty.
    if (this.#full.fit(this.width, this.height)) this.#stale = whole(this);
    if (this.#stale) this.#write(this.#full.context, this.#stale, this.#stale.left, this.#stale.top);
    this.#stale = null;
    context.drawImage(this.#full.canvas, part.left, part.top, width, height, part.left, part.top, width, height);
  }

  #write(context, rect, left, top) {
    const { data, width } = this.#pyramid.level(this.#depth);
    const [across, down] = [rect.right - rect.left, rect.bottom - rect.top];
    if (across <= 0 || down <= 0) return;
    const image = context.createImageData(across, down);
    const pixels = new Uint32Array(image.data.buffer);
    for (let y = 0, to = 0; y < down; y++) {
      const row = (rect.top + y) * width + rect.left;
      // Little-endian RGBA: the mark becomes the alpha of a black pixel, which the renderer colours afterwards.
      for (let x = 0; x < across; x++) pixels[to++] = data[row + x] << 24;
    }
    context.putImageData(image, left, top);
  }
}
