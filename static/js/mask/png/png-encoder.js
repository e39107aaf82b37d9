import { Tokens } from "./deflate.js";
import { endOfRun, asWords } from "../pixels/pixel-runs.js";

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
// PNG's filter type, and the modulus of Adler-32 (RFC 1950), the largest prime below 65536.
const UP = 2;
const MODULUS = 65521;

/**
 * Encode a PNG (8-bit RGBA, colour 0) of an alpha plane. Rows are differences from the row above: where a mask is
 * flat those are zeros, which are counted and not visited, so that a large mask takes milliseconds.
 */
export function encodePng(alpha, width, height) {
  const [tokens, sum, change] = [new Tokens(), new Adler(), new Uint8Array(width)];
  const words = asWords(alpha);
  for (let y = 0; y < height; y++) {
    tokens.literal(UP);
    sum.byte(UP);
    if (y && isSame(alpha, words, y * width, width)) writeRun(tokens, sum, 0, width, true);
    else writeRow(alpha, y * width, change, y > 0, tokens, sum);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  // 8 bits a channel, RGBA, the standard compression and filters, not interlaced.
  header.set([8, 6, 0, 0, 0], 8);
  const body = compressed(tokens, sum);
  return joined([Uint8Array.from(SIGNATURE), chunk("IHDR", header), chunk("IDAT", body), chunk("IEND", new Uint8Array(0))]);
}

function compressed(tokens, sum) {
  const body = tokens.deflate();
  const data = new Uint8Array(body.length + 6);
  // zlib's header: deflate with a window of 32 KB, no dictionary.
  data.set([0x78, 0x01]);
  data.set(body, 2);
  new DataView(data.buffer).setUint32(body.length + 2, sum.value);
  return data;
}

/** Check whether a row equals the one above. */
function isSame(alpha, words, start, width) {
  // Only then does each row begin at a word.
  if (width % 4 === 0) {
    const [from, across] = [start / 4, width / 4];
    for (let index = from; index < from + across; index++) if (words[index] !== words[index - across]) return false;
    return true;
  }
  for (let index = start; index < start + width; index++) if (alpha[index] !== alpha[index - width]) return false;
  return true;
}

/** Write one row: its first pixel, then runs of equal pixels as matches four bytes back. */
function writeRow(alpha, start, change, hasAbove, tokens, sum) {
  const width = change.length;
  // The byte array keeps the difference modulo 256, as PNG wants it.
  if (hasAbove) for (let x = 0, index = start; x < width; x++, index++) change[x] = alpha[index] - alpha[index - width];
  else change.set(alpha.subarray(start, start + width));
  const words = asWords(change);
  for (let x = 0; x < width; ) {
    const end = endOfRun(change, words, x, width);
    writeRun(tokens, sum, change[x], end - x, x === 0);
    x = end;
  }
}

function writeRun(tokens, sum, value, count, isFirst) {
  sum.pixels(value, count);
  // RGB is 0, as it was four bytes before, except at the start of a row: there the filter byte is in between.
  if (isFirst) for (let byte = 0; byte < 3; byte++) tokens.literal(0);
  else tokens.repeat(4, 3);
  tokens.literal(value);
  if (count > 1) tokens.repeat(4, (count - 1) * 4);
}

/** The zlib checksum, for pixels whose first three bytes are 0. */
class Adler {
  #a = 1;
  #b = 0;

  byte(value) {
    this.#a = (this.#a + value) % MODULUS;
    this.#b = (this.#b + this.#a) % MODULUS;
  }

  /** Add `count` pixels 0, 0, 0, value. */
  pixels(value, count) {
    // The closed form of `count` additions. Exact, since it stays below 2 ** 53 for every width of a picture.
    const grown = value * ((count * (count - 1)) / 2);
    this.#b = (this.#b + 4 * count * this.#a + ((4 * grown) % MODULUS) + value * count) % MODULUS;
    this.#a = (this.#a + value * count) % MODULUS;
  }

  get value() {
    return this.#b * 65536 + this.#a;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

function chunk(type, data) {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let index = 0; index < 4; index++) bytes[4 + index] = type.charCodeAt(index);
  bytes.set(data, 8);
  let rest = 0xffffffff;
  for (let index = 4; index < data.length + 8; index++) rest = TABLE[(rest ^ bytes[index]) & 255] ^ (rest >>> 8);
  view.setUint32(data.length + 8, ~rest >>> 0);
  return bytes;
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let index = 0;
  for (const part of parts) {
    whole.set(part, index);
    index += part.length;
  }
  return whole;
}
