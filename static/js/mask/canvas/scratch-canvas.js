/** An off-screen canvas of at least the requested size. */
export class ScratchCanvas {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d");
    // A new canvas has 300 x 150 pixels: take no memory before the first use.
    this.canvas.width = this.canvas.height = 0;
  }

  /** Resize to at least that size, and not many times more; return whether the content is lost. */
  fit(width, height) {
    const { canvas } = this;
    // Browsers copy a canvas in full after it was drawn from: a small part must not be on a huge one.
    const isLarge = canvas.width * canvas.height > 4 * Math.max(width * height, 128 * 128);
    if (canvas.width >= width && canvas.height >= height && !isLarge) return false;
    // Steps of 64 pixels, so that a growing rectangle does not resize the canvas in every frame.
    canvas.width = Math.ceil(width / 64) * 64;
    canvas.height = Math.ceil(height / 64) * 64;
    return true;
  }
}
