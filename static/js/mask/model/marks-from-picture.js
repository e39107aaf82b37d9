/* Marks from pictures. Pictures are {width, height, data: RGBA}. */
import { markFromAlpha } from "../png/mask-png.js";

/** Return {hasAlpha, isWhiteMarked}: without alpha, the brightness at the edge is taken as kept. */
export function inspectMaskPicture({ width, height, data }) {
  return { hasAlpha: hasAlpha(data), isWhiteMarked: brightnessAtEdge(data, width, height) < 128 };
}

/** How much of each pixel is marked, by alpha. */
export function marksFromAlpha({ data }) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0; pixel < marked.length; pixel++) marked[pixel] = markFromAlpha(data[pixel * 4 + 3]);
  return marked;
}

/** How much of each pixel is marked, by brightness. */
export function marksFromBrightness({ data }, isWhiteMarked) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0; pixel < marked.length; pixel++) {
    const bright = brightness(data, pixel * 4);
    marked[pixel] = isWhiteMarked ? bright : 255 - bright;
  }
  return marked;
}

/** Marked is what differs by more than `tolerance` between two pictures of one size. */
export function marksFromDifference({ data }, other, tolerance) {
  const marked = new Uint8Array(data.length / 4);
  for (let pixel = 0, at = 0; pixel < marked.length; pixel++, at += 4) {
    const apart = Math.max(
      Math.abs(data[at] - other.data[at]),
      Math.abs(data[at + 1] - other.data[at + 1]),
      Math.abs(data[at + 2] - other.data[at + 2]),
      Math.abs(data[at + 3] - other.data[at + 3]),
    );
    if (apart > tolerance) marked[pixel] = 255;
  }
  return marked;
}

function hasAlpha(data) {
  for (let at = 3; at < data.length; at += 4) if (data[at] < 255) return true;
  return false;
}

const brightness = (data, at) => Math.round(data[at] * 0.299 + data[at + 1] * 0.587 + data[at + 2] * 0.114);

function brightnessAtEdge(data, width, height) {
  let [sum, count] = [0, 0];
  const look = (x, y) => {
    sum += brightness(data, (y * width + x) * 4);
    count++;
  };
  for (let x = 0; x < width; x++) [0, height - 1].forEach((y) => look(x, y));
  for (let y = 0; y < height; y++) [0, width - 1].forEach((x) => look(x, y));
  return sum / count;
}
