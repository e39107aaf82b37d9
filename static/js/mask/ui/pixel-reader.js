const SIDE = 64;
let isReadable;

/**
 * Check whether a canvas returns the pixels that were put on it. Against fingerprinting, Firefox
 * (resistFingerprinting), Brave and Safari return noise, without an error.
 */
export function isCanvasReadable() {
  return (isReadable ??= testCanvas());
}

function testCanvas() {
  const context = createContext(SIDE, SIDE);
  const image = context.createImageData(SIDE, SIDE);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    // Opaque colours, and black with every alpha: both survive the way through premultiplied colours.
    const value = pixel % 2 ? [pixel * 7, pixel * 13, pixel * 29, 255] : [0, 0, 0, pixel / 2];
    image.data.set(value.map((channel) => channel % 256), pixel * 4);
  }
  context.putImageData(image, 0, 0);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return data.every((value, index) => value === image.data[index]);
}

function createContext(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  // Keeps the pixels in memory; reading them back from the GPU is slow.
  return canvas.getContext("2d", { willReadFrequently: true });
}

/** Return the RGBA of an image, bitmap or canvas, or of a `part` of it: [left, top, width, height]. */
export function readDrawable(drawable, width, height, part = []) {
  const context = createContext(width, height);
  context.drawImage(drawable, ...part, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** The message is the server's reason, or empty when the server was not reached. */
export class PictureNotReadError extends Error {}

/** Read pictures from files and URLs: in the browser, or through the server where a canvas returns noise. */
export class PixelReader {
  /** `size` is the mask's, `token()` returns the form's CSRF token; `onServer()` is called when the server reads. */
  constructor(address, size, token, onServer) {
    Object.assign(this, { address, size, token, onServer });
  }

  /** Return {width, height, data: RGBA, original: {width, height}}, scaled to `size` when given. */
  async read(source, size) {
    const blob = typeof source === "string" ? await (await fetch(source)).blob() : source;
    if (!isCanvasReadable()) return this.#readByServer(blob, size ?? this.size);
    const image = await createImageBitmap(blob);
    const original = { width: image.width, height: image.height };
    const { width, height } = size ?? original;
    const { data } = readDrawable(image, width, height);
    // Frees tens of megabytes now; the garbage collector does not see how large it is.
    image.close();
    return { width, height, data, original };
  }

  async #readByServer(blob, { width, height }) {
    this.onServer();
    const body = new FormData();
    for (const [name, value] of Object.entries({ width, height, csrfmiddlewaretoken: this.token() })) body.set(name, value);
    body.set("image", blob, blob.name ?? "image");
    const response = await fetch(this.address, { method: "POST", body }).catch(() => null);
    if (response?.status === 422) throw new PictureNotReadError(await response.text());
    if (!response?.ok) throw new PictureNotReadError("");
    const [across, down] = response.headers.get("X-Picture-Size").split("x").map(Number);
    const data = new Uint8ClampedArray(await response.arrayBuffer());
    return { width, height, data, original: { width: across, height: down } };
  }
}
