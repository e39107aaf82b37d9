const SIDE = 64;
let isTrue;

/**
 * Does a canvas give back what was put on it? Against fingerprinting Firefox (resistFingerprinting), Brave and Safari
 * hand pages noise in place of pixels, and do not say so.
 */
export function isCanvasReadable() {
  return (isTrue ??= testCanvas());
}

function testCanvas() {
  const context = createContext(SIDE, SIDE);
  const image = context.createImageData(SIDE, SIDE);
  for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
    // Opaque colours, and black with every alpha: both survive the way through premultiplied colours.
    const value = pixel % 2 ? [pixel * 7, pixel * 13, pixel * 29, 255] : [0, 0, 0, pixel / 2];
    image.data.set(value.map((one) => one % 256), pixel * 4);
  }
  context.putImageData(image, 0, 0);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return data.every((value, at) => value === image.data[at]);
}

function createContext(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  return canvas.getContext("2d", { willReadFrequently: true });
}

/** The RGBA of something that can be drawn. */
export function readDrawable(drawable, width, height) {
  const context = createContext(width, height);
  context.drawImage(drawable, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Why a picture could not be read, in the server's words; none when it was not reached. */
export class PictureNotReadError extends Error {}

/** Reads pictures from files and addresses: here, or where a canvas lies, through the server. */
export class PixelReader {
  /** `size` is the mask's, `token` gives the form's; `onServer()` is called whenever the server reads. */
  constructor(address, size, token, onServer) {
    Object.assign(this, { address, size, token, onServer });
  }

  /** {width, height, data: RGBA, original: {width, height}}, in `size` when one is asked for. */
  async read(source, size) {
    const blob = typeof source === "string" ? await (await fetch(source)).blob() : source;
    if (!isCanvasReadable()) return this.#readThere(blob, size ?? this.size);
    const image = await createImageBitmap(blob);
    const original = { width: image.width, height: image.height };
    const { width, height } = size ?? original;
    const { data } = readDrawable(image, width, height);
    image.close();
    return { width, height, data, original };
  }

  async #readThere(blob, { width, height }) {
    this.onServer();
    const body = new FormData();
    for (const [name, value] of Object.entries({ width, height, csrfmiddlewaretoken: this.token() })) body.set(name, value);
    body.set("image", blob, blob.name ?? "image");
    const answer = await fetch(this.address, { method: "POST", body }).catch(() => null);
    if (answer?.status === 422) throw new PictureNotReadError(await answer.text());
    if (!answer?.ok) throw new PictureNotReadError("");
    const [across, down] = answer.headers.get("X-Picture-Size").split("x").map(Number);
    const data = new Uint8ClampedArray(await answer.arrayBuffer());
    return { width, height, data, original: { width: across, height: down } };
  }
}
