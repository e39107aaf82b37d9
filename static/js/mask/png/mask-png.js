import { Bitmap } from "../pixels/bitmap.js";
import { operationFromJson } from "../model/operations.js";
import { encodePng } from "./png-encoder.js";
import { applyOperation } from "../model/apply-operation.js";
import { asWords } from "../pixels/pixel-runs.js";

/* The only module of the browser that knows the polarity of a mask file: alpha 0 is repainted, 255 is kept. */
const KEPT = 255;

/** Encode the bitmap as the PNG to send. */
export function pngFromBitmap({ data, width, height }) {
  const alpha = data.slice();
  const words = asWords(alpha);
  // 255 - value inverts every bit, so four pixels can be inverted as one word.
  for (let index = 0; index < words.length; index++) words[index] = ~words[index];
  for (let index = words.length * 4; index < alpha.length; index++) alpha[index] = KEPT - alpha[index];
  return encodePng(alpha, width, height);
}

/** Convert an alpha value of a mask file to a mark. */
export const markFromAlpha = (alpha) => KEPT - alpha;

/** Replay operations in the full size of the picture; `pixels` is the RGBA in which fills sought their colour. */
export function bitmapFromOperations(picture, operations, pixels) {
  const bitmap = new Bitmap(picture);
  for (const plain of operations) applyOperation(operationFromJson(plain), bitmap, pixels);
  return bitmap;
}
