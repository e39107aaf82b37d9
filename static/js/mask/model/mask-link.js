/* A mask as a part of a link: its operations, deflated. A link is untrusted: check it before drawing. */
import { operationFromJson, importMarks, roundCoordinate, jsonFromOperation } from "./operations.js";
import { pack } from "../pixels/run-length.js";
import { whole } from "../pixels/rectangles.js";

/** Characters; longer masks are not put into a link. */
export const MAX_LINK_LENGTH = 60_000;
const MAX_BYTES = 8_000_000;
const MAX_OPERATIONS = 2000;
const MAX_COORDINATES = 600_000;
const MAX_SIDE = 16_384;
const MAX_PIXELS = 3840 * 2160;
const MODES = ["add", "subtract"];

/** Encode the mask of a model for a link; empty when nothing was drawn, null when it is too long. */
export async function encodeMask({ bitmap, history }) {
  const { operations } = history;
  if (!operations.length) return "";
  const flattened = () => [flatMarks(bitmap)];
  // A fill depends on the picture's colours, which are not part of the link.
  const encodings = operations.some(({ kind }) => kind === "fill") ? [flattened] : [() => withoutOverwrittenOperations(operations), flattened];
  for (const listOperations of encodings) {
    const text = await encodeOperations(bitmap, listOperations());
    if (text.length <= MAX_LINK_LENGTH) return text;
  }
  return null;
}

/** Encode the marks of a bitmap as they are, without the way they were made. */
export const encodeMarks = (bitmap) => encodeOperations(bitmap, [flatMarks(bitmap)]);

const flatMarks = (bitmap) => importMarks("replace", bitmap.width, bitmap.height, pack(bitmap.data, bitmap.width, whole(bitmap)));

function encodeOperations({ picture: { width, height } }, operations) {
  return deflate(JSON.stringify({ width, height, operations: operations.map(jsonFromOperation) }));
}

/** Decode the picture size and the operations of a link; null when it is no valid mask. */
export async function decodeMask(text) {
  try {
    const mask = JSON.parse(await inflate(text));
    return isMask(mask) ? mask : null;
  } catch {
    return null;
  }
}

/** Scale the operations of a mask from the picture they were drawn on to another one. */
export function scaleOperations({ width, height, operations }, picture) {
  const [across, down] = [picture.width / width, picture.height / height];
  return operations.map((plain) => scaleOperation(operationFromJson(plain), across, down, Math.sqrt(across * down)));
}

/** Drop operations before the last one that clears, marks or replaces everything. */
function withoutOverwrittenOperations(operations) {
  const last = operations.findLastIndex(({ kind, mode }) => kind === "clear" || kind === "all" || mode === "replace");
  return last < 0 ? operations : operations.slice(operations[last].kind === "clear" ? last + 1 : last);
}

function scaleOperation(operation, across, down, both) {
  if (across === 1 && down === 1) return operation;
  const fit = { ...operation };
  for (const side of ["left", "right"]) if (side in fit) fit[side] *= across;
  for (const side of ["top", "bottom"]) if (side in fit) fit[side] *= down;
  if (fit.kind === "tidy") fit.amount *= both * both;
  else for (const length of ["size", "reach", "amount", "grow", "feather"]) if (length in fit) fit[length] *= both;
  if (fit.points) {
    const factors = fit.kind === "stroke" ? [across, down, 1] : [across, down];
    fit.points = fit.points.map((value, index) => roundCoordinate(value * factors[index % factors.length]));
  }
  return Object.freeze(fit);
}

// -- limits: a hostile link must not block the page for minutes

const isNumber = (value, min, max) => typeof value === "number" && value >= min && value <= max;
const isSize = (value) => Number.isInteger(value) && isNumber(value, 1, MAX_SIDE);
const isBox = (operation) => isMode(operation) && ["left", "top", "right", "bottom"].every((side) => isNumber(operation[side], -MAX_SIDE, 2 * MAX_SIDE));
const isMode = ({ mode }) => MODES.includes(mode);
const isAmount = ({ amount }) => isNumber(amount, 0, 5000);
const isLine = ({ points }, width) => Array.isArray(points) && points.length % width === 0 && points.every(Number.isInteger);

const CHECKS = {
  stroke: (operation) => isMode(operation) && isNumber(operation.size, 0, MAX_SIDE) && isNumber(operation.reach, 0, MAX_SIDE) && isNumber(operation.hardness ?? 1, 0, 1) && isLine(operation, 3),
  outline: (operation) => isMode(operation) && isLine(operation, 2),
  rectangle: isBox,
  ellipse: isBox,
  import: isImport,
  all: () => true,
  clear: () => true,
  invert: () => true,
  edges: ({ grow, feather }) => isNumber(grow, -5000, 5000) && isNumber(feather, 0, 5000),
  grow: isAmount,
  shrink: isAmount,
  feather: isAmount,
  tidy: isAmount,
};

function isMask({ width, height, operations }) {
  if (!isSize(width) || !isSize(height) || !Array.isArray(operations) || operations.length > MAX_OPERATIONS) return false;
  const numbers = operations.reduce((sum, operation) => sum + (operation.points?.length ?? 0), 0);
  return numbers <= MAX_COORDINATES && operations.every((operation) => Object.hasOwn(CHECKS, operation.kind) && CHECKS[operation.kind](operation));
}

function isImport({ mode, width, height, packed }) {
  if (![...MODES, "replace"].includes(mode) || !isSize(width) || !isSize(height)) return false;
  return width * height <= MAX_PIXELS && typeof packed === "string" && isPacked(atob(packed), width, height);
}

/** Check that packed bytes hold exactly `height` rows of that width. */
function isPacked(text, width, height) {
  let index = 0;
  for (let row = 0; row < height; row++) {
    for (let left = width; left > 0; ) {
      let token = 0;
      for (let shift = 0, more = true; more; shift += 7) {
        const byte = text.charCodeAt(index++);
        // NaN is behind the end of the text, and a token has 32 bits.
        if (!(byte >= 0) || shift > 28) return false;
        token |= (byte & 127) << shift;
        more = byte > 127;
      }
      const length = token >>> 1;
      // Length 0 would never come to the end of the row.
      if (length === 0 || length > left) return false;
      index += token & 1 ? 1 : length;
      left -= length;
    }
  }
  return index === text.length;
}

// -- compression

async function deflate(text) {
  const bytes = new Uint8Array(await readThrough(new CompressionStream("deflate-raw"), new TextEncoder().encode(text)));
  let characters = "";
  // In parts: each byte is an argument, and the stack holds a limited number of them.
  for (let index = 0; index < bytes.length; index += 8192) characters += String.fromCharCode(...bytes.subarray(index, index + 8192));
  return btoa(characters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function inflate(text) {
  const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(characters, (operation) => operation.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await readThrough(new DecompressionStream("deflate-raw"), bytes));
}

async function readThrough(stream, bytes) {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  // The reader below fails with the same error; this one would be reported as unhandled.
  written.catch(() => {});
  const parts = [];
  let length = 0;
  for (const reader = stream.readable.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    // Deflate can make a hostile link a thousand times as long.
    if (length > MAX_BYTES) throw new RangeError("too long");
    parts.push(value);
  }
  return new Blob(parts).arrayBuffer();
}
