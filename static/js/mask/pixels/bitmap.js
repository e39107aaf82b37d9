/** The marks, 0 to 255 for each pixel. `scale` is the size of a pixel of the picture in the bitmap, at most 1. */
export class Bitmap {
  constructor(picture, scale = 1) {
    this.picture = { width: picture.width, height: picture.height };
    this.scale = scale;
    // A long, thin picture must not be scaled down to no pixels.
    this.width = Math.max(1, Math.round(picture.width * scale));
    this.height = Math.max(1, Math.round(picture.height * scale));
    this.data = new Uint8Array(this.width * this.height);
  }
}

/** Return the scale at which a picture of that size has at most `cap` pixels. */
export function workingScale({ width, height }, cap) {
  return Math.min(1, Math.sqrt(cap / (width * height)));
}
