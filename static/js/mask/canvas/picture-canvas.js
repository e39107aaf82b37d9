import { readDrawable } from "../ui/pixel-reader.js";

/** The picture in halved versions, made one after the other: drawing from a small one is fast. */
export class PictureCanvas {
  #versions;

  constructor(image, onReady) {
    this.image = image;
    this.#versions = [{ drawable: image, shrunk: 1 }];
    this.#prepare(onReady);
  }

  get isReady() {
    return this.image.complete && this.image.naturalWidth > 0;
  }

  /** Return the smallest version that is sharp when a pixel of the picture is `size` screen pixels large. */
  for(size) {
    return this.#versions.findLast(({ shrunk }) => shrunk * size <= 1) ?? this.#versions[0];
  }

  /** Return the picture's RGBA in that size. */
  read(width, height) {
    return readDrawable(this.image, width, height);
  }

  /** Return the RGBA of a part of the picture, in that size. */
  readPart({ left, top, right, bottom }, width, height) {
    const { drawable, shrunk } = this.for(width / (right - left));
    const source = [left, top, right - left, bottom - top].map((value) => value / shrunk);
    return readDrawable(drawable, width, height, source);
  }

  async #prepare(onReady) {
    // A picture that cannot be decoded is never ready, and the mask is drawn without it.
    await this.image.decode().catch(() => {});
    onReady();
    if (!window.createImageBitmap || !this.image.naturalWidth) return;
    // A version of 500 pixels is quick to draw from; smaller ones would only take memory.
    for (let shrunk = 2; Math.max(this.image.naturalWidth, this.image.naturalHeight) / shrunk > 500; shrunk *= 2) {
      const resizeWidth = Math.round(this.image.naturalWidth / shrunk);
      const resizeHeight = Math.round(this.image.naturalHeight / shrunk);
      // Each from the one before, which has a quarter of the pixels to read.
      const before = this.#versions.at(-1).drawable;
      const options = { resizeWidth, resizeHeight, resizeQuality: "high" };
      const drawable = await createImageBitmap(before, options).catch(() => null);
      // Browsers refuse when memory is short: the versions so far will do.
      if (!drawable) return;
      this.#versions.push({ drawable, shrunk });
    }
    onReady();
  }
}
