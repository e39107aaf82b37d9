import { Bitmap } from "../pixels/bitmap.js";
import { operationFromJson } from "../model/operations.js";
import { encodePng } from "./png-encoder.js";
import { applyOperation } from "../model/apply-operation.js";
import { asWords } from "../pixels/pixel-runs.js";

/* The only module of the browser that knows the polarity of a mask file: alpha 0 is repainted, 255 is kept. */
const KEPT = 255;

/** The PNG to send, as large as the picture. */
export function pngFromBitmap({ data, width, height }) {
  const alpha = data.slice();
  const words = asWords(alpha);
  // 255 - value turns every bit round: four pixels at once, then the rest.
  for (let at = 0; at < words.length; at++) words[at] = ~words[at];
  for (let at = words.length * 4; at < alpha.length; at++) alpha[at] = KEPT - alpha[at];
  return encodePng(alpha, width, height);
}

/** Convert an alpha value of a mask file to a mark. */
export const markFromAlpha = (alpha) => KEPT - alpha;

/** The mask of a picture in full, from operations; `pixels` is the picture as it was when filled by colour. */
export function bitmapFromOperations(picture, operations, pixels) {
  const bitmap = new Bitmap(picture);
  for (const plain of operations) applyOperation(operationFromJson(plain), bitmap, pixels);
  return bitmap;
}
