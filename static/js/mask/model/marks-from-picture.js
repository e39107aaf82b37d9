/* Marks from pictures. Pictures are {width, height, data: RGBA}. */
import { markFromAlpha } from "../png/mask-png.js";

/** Return {hasAlpha, isWhiteMarked}: without alpha, the brightness at the edge is taken as kept. */
export function inspectMaskPicture({ width, height, data }) {
  return { hasAlpha: hasAlpha(data), isWhiteMarked: brightnessAtEdge(data, width, height) < 128 };
}

/** Return how much of each pixel is marked, by alpha. */
export function marksFromAlpha({ data }) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0; pixel < marked.length; pixel++) marked[pixel] = markFromAlpha(data[pixel * 4 + 3]);
  return marked;
}

/** Return how much of each pixel is marked, by brightness. */
export function marksFromBrightness({ data }, isWhiteMarked) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0; pixel < marked.length; pixel++) {
    const bright = brightness(data, pixel * 4);
    marked[pixel] = isWhiteMarked ? bright : 255 - bright;
  }
  return marked;
}

/** Mark pixels that differ by more than `tolerance` between two pictures of one size. */
export function marksFromDifference({ data }, other, tolerance) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0, offset = 0; pixel < marked.length; pixel++, offset += 4) {
    const difference = Math.max(
      Math.abs(data[offset] - other.data[offset]),
      Math.abs(data[offset + 1] - other.data[offset + 1]),
      Math.abs(data[offset + 2] - other.data[offset + 2]),
      Math.abs(data[offset + 3] - other.data[offset + 3]),
    );
    if (difference > tolerance) marked[pixel] = 255;
  }
  return marked;
}

function hasAlpha(data) {
  for (let offset = 3; offset < data.length; offset += 4) if (data[offset] < 255) return true;
  return false;
}

// Luma of Rec. 601, as Pillow's mode L has it on the server.
const brightness = (data, offset) => Math.round(data[offset] * 0.299 + data[offset + 1] * 0.587 + data[offset + 2] * 0.114);

function brightnessAtEdge(data, width, height) {
  let [sum, count] = [0, 0];
  const addPixel = (x, y) => {
    sum += brightness(data, (y * width + x) * 4);
    count++;
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => addPixel(x, y));
  for (let y = 0; y < height; y++) [0, width - 1].forEach((x) => addPixel(x, y));
  return sum / count;
}
