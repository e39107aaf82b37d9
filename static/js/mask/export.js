import { Bitmap } from "./bitmap.js";
import { fromPlain } from "./operations.js";
import { encode } from "./png.js";
import { apply } from "./raster.js";
import { wordsOf } from "./runs.js";

/* The only place in the browser that knows which way round a mask is sent: alpha 0 is repainted, 255 is kept. */
const KEPT = 255;

/** The PNG to send, as large as the picture. */
export function toPng({ data, width, height }) {
  const alpha = data.slice();
  const words = wordsOf(alpha);
  // 255 - value turns every bit round: four pixels at once, then the rest.
  for (let at = 0; at < words.length; at++) words[at] = ~words[at];
  for (let at = words.length * 4; at < alpha.length; at++) alpha[at] = KEPT - alpha[at];
  return encode(alpha, width, height);
}

/** What an alpha value of a mask file means: how much is marked. */
export const fromAlpha = (alpha) => KEPT - alpha;

/** The mask of a picture in full, from operations; `pixels` is the picture as it was when filled by colour. */
export function redraw(picture, operations, pixels) {
  const bitmap = new Bitmap(picture);
  for (const plain of operations) apply(fromPlain(plain), bitmap, pixels);
  return bitmap;
}
