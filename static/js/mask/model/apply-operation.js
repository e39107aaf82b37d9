import { tidy } from "../pixels/components.js";
import { blend } from "../pixels/coverage.js";
import { feather } from "../pixels/feather.js";
import { floodFill } from "../pixels/flood-fill.js";
import { grow, shrink } from "../pixels/morphology.js";
import { unpack } from "../pixels/run-length.js";
import { coverPolygon } from "../pixels/polygon-coverage.js";
import { clip, whole, widen } from "../pixels/rectangles.js";
import { markedBounds } from "../pixels/pixel-runs.js";
import { coverEllipse, coverRectangle } from "../pixels/shape-coverage.js";
import { StrokePainter } from "./stroke.js";

const painters = {
  stroke: paintStroke,
  rectangle: (bitmap, operation) => paintBox(coverRectangle, bitmap, operation),
  ellipse: (bitmap, operation) => paintBox(coverEllipse, bitmap, operation),
  outline: paintOutline,
  fill: paintFill,
  import: paintImport,
  all: (bitmap) => void bitmap.data.fill(255),
  clear: (bitmap) => void bitmap.data.fill(0),
  invert: ({ data }) => {
    for (let index = 0; index < data.length; index++) data[index] = 255 - data[index];
  },
  edges: paintEdges,
  grow: (bitmap, { amount }) => changeMarked(grow, bitmap, amount * bitmap.scale),
  shrink: (bitmap, { amount }) => changeMarked(shrink, bitmap, amount * bitmap.scale),
  feather: (bitmap, { amount }) => changeMarked(feather, bitmap, amount * bitmap.scale),
  // An area shrinks with the square of the scale.
  tidy: ({ data, width, height, scale }, { amount }) => tidy(data, width, height, amount * scale * scale),
};

/** Apply an operation and return the rectangle that may have changed. `picture` (RGBA) is needed to fill by colour. */
export function applyOperation(operation, bitmap, picture = null) {
  const dirty = painters[operation.kind](bitmap, operation, picture);
  return dirty === undefined ? whole(bitmap) : dirty;
}

function paintStroke(bitmap, operation) {
  const painter = new StrokePainter(bitmap, operation);
  const { points } = operation;
  for (let index = 0; index < points.length; index += 3) painter.add(points[index], points[index + 1], points[index + 2]);
  painter.end();
  return painter.takeDirty();
}

function paintBox(cover, bitmap, operation) {
  const scaled = {};
  for (const side of ["left", "top", "right", "bottom"]) scaled[side] = operation[side] * bitmap.scale;
  cover(bitmap, operation.mode === "add", scaled);
  return clip(scaled, bitmap);
}

function paintOutline(bitmap, { mode, points }) {
  const scaled = points.map((value) => value * bitmap.scale);
  coverPolygon(bitmap, mode === "add", scaled);
  const rect = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let index = 0; index < scaled.length; index += 2) {
    rect.left = Math.min(rect.left, scaled[index]);
    rect.right = Math.max(rect.right, scaled[index]);
    rect.top = Math.min(rect.top, scaled[index + 1]);
    rect.bottom = Math.max(rect.bottom, scaled[index + 1]);
  }
  return clip(rect, bitmap);
}

/** Call `change` for the marked area and a margin that it may reach: large empty masks stay fast. */
function changeMarked(change, bitmap, amount) {
  const marked = markedBounds(bitmap);
  if (!marked) return null;
  // The three means of `feather` reach 1.5 times its amount; grow reaches less.
  const rect = clip(widen(marked, Math.ceil(amount * 1.6) + 4), bitmap);
  const [width, height] = [rect.right - rect.left, rect.bottom - rect.top];
  if (width === bitmap.width && height === bitmap.height) {
    change(bitmap.data, width, height, amount);
    return rect;
  }
  // The functions work on whole rows without gaps: copy the part out and back.
  const part = new Uint8Array(width * height);
  const start = (y) => (rect.top + y) * bitmap.width + rect.left;
  for (let y = 0; y < height; y++) part.set(bitmap.data.subarray(start(y), start(y) + width), y * width);
  change(part, width, height, amount);
  for (let y = 0; y < height; y++) bitmap.data.set(part.subarray(y * width, (y + 1) * width), start(y));
  return rect;
}

function paintEdges(bitmap, operation) {
  const [by, soft] = [operation.grow * bitmap.scale, operation.feather * bitmap.scale];
  const change = (data, width, height) => {
    if (by > 0) grow(data, width, height, by);
    if (by < 0) shrink(data, width, height, -by);
    if (soft) feather(data, width, height, soft);
  };
  return changeMarked(change, bitmap, Math.max(0, by) + soft);
}

function paintFill(bitmap, operation, picture) {
  const across = picture.width / bitmap.picture.width;
  // The middle of the pixel: the picture may have been read at a smaller size.
  const x = Math.min(picture.width - 1, Math.floor((operation.x + 0.5) * across));
  const y = Math.min(picture.height - 1, Math.floor((operation.y + 0.5) * across));
  const near = floodFill(picture, x, y, operation.tolerance, operation.isJoined);
  for (let index = 0; index < near.length; index++) near[index] *= 255;
  return overlay(bitmap, operation.mode, near, picture.width, picture.height);
}

function paintImport(bitmap, { mode, width, height, packed }) {
  const marked = new Uint8Array(width * height);
  unpack(packed, marked, width, whole({ width, height }));
  return overlay(bitmap, mode, marked, width, height);
}

/** Combine another mask of any size with the whole bitmap. */
function overlay(bitmap, mode, marked, width, height) {
  const isSame = width === bitmap.width && height === bitmap.height;
  const fitting = isSame ? marked : resampled(marked, width, height, bitmap);
  if (mode === "replace") bitmap.data.set(fitting);
  else for (let index = 0; index < fitting.length; index++) blend(bitmap.data, index, fitting[index], mode === "add");
}

/** Resample a mask to the size of `bitmap`, bilinearly. */
function resampled(marked, width, height, bitmap) {
  const across = samplePositions(bitmap.width, width);
  const down = samplePositions(bitmap.height, height);
  const fitting = new Uint8Array(bitmap.data.length);
  for (let y = 0, to = 0; y < bitmap.height; y++) {
    const [above, below, low] = [down.first[y] * width, down.second[y] * width, down.share[y]];
    for (let x = 0; x < bitmap.width; x++, to++) {
      const [left, right, far] = [across.first[x], across.second[x], across.share[x]];
      const upper = marked[above + left] * (1 - far) + marked[above + right] * far;
      const lower = marked[below + left] * (1 - far) + marked[below + right] * far;
      fitting[to] = upper * (1 - low) + lower * low + 0.5;
    }
  }
  return fitting;
}

/** Return for each of `count` positions the two of `length` pixels around it, and the share of the second. */
function samplePositions(count, length) {
  const positions = { first: new Int32Array(count), second: new Int32Array(count), share: new Float32Array(count) };
  for (let index = 0; index < count; index++) {
    // Values stand in the middles of pixels; without the halves the mask would move by half a pixel.
    const position = Math.min(length - 1, Math.max(0, ((index + 0.5) * length) / count - 0.5));
    positions.first[index] = Math.floor(position);
    positions.second[index] = Math.min(length - 1, positions.first[index] + 1);
    positions.share[index] = position - positions.first[index];
  }
  return positions;
}
