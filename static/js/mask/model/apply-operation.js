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
    for (let at = 0; at < data.length; at++) data[at] = 255 - data[at];
  },
  grow: (bitmap, { amount }) => work(grow, bitmap, amount * bitmap.scale),
  shrink: (bitmap, { amount }) => work(shrink, bitmap, amount * bitmap.scale),
  feather: (bitmap, { amount }) => work(feather, bitmap, amount * bitmap.scale),
  tidy: ({ data, width, height, scale }, { amount }) => tidy(data, width, height, amount * scale * scale),
};

/** Carry out an operation; `picture` (RGBA) is needed to fill by colour. Answers where pixels may have changed. */
export function applyOperation(operation, bitmap, picture = null) {
  const dirty = painters[operation.kind](bitmap, operation, picture);
  return dirty === undefined ? whole(bitmap) : dirty;
}

function paintStroke(bitmap, operation) {
  const painter = new StrokePainter(bitmap, operation);
  const { points } = operation;
  for (let at = 0; at < points.length; at += 3) painter.add(points[at], points[at + 1], points[at + 2]);
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
  for (let at = 0; at < scaled.length; at += 2) {
    rect.left = Math.min(rect.left, scaled[at]);
    rect.right = Math.max(rect.right, scaled[at]);
    rect.top = Math.min(rect.top, scaled[at + 1]);
    rect.bottom = Math.max(rect.bottom, scaled[at + 1]);
  }
  return clip(rect, bitmap);
}

/** Let `change` work on what is marked and as far around as it may reach. */
function work(change, bitmap, amount) {
  const marked = markedBounds(bitmap);
  if (!marked) return null;
  const rect = clip(widen(marked, Math.ceil(amount * 1.6) + 4), bitmap);
  const [width, height] = [rect.right - rect.left, rect.bottom - rect.top];
  if (width === bitmap.width && height === bitmap.height) {
    change(bitmap.data, width, height, amount);
    return rect;
  }
  const part = new Uint8Array(width * height);
  const start = (y) => (rect.top + y) * bitmap.width + rect.left;
  for (let y = 0; y < height; y++) part.set(bitmap.data.subarray(start(y), start(y) + width), y * width);
  change(part, width, height, amount);
  for (let y = 0; y < height; y++) bitmap.data.set(part.subarray(y * width, (y + 1) * width), start(y));
  return rect;
}

function paintFill(bitmap, operation, picture) {
  const across = picture.width / bitmap.picture.width;
  const x = Math.min(picture.width - 1, Math.floor((operation.x + 0.5) * across));
  const y = Math.min(picture.height - 1, Math.floor((operation.y + 0.5) * across));
  const near = floodFill(picture, x, y, operation.tolerance, operation.isJoined);
  for (let at = 0; at < near.length; at++) near[at] *= 255;
  return put(bitmap, operation.mode, near, picture.width, picture.height);
}

function paintImport(bitmap, { mode, width, height, packed }) {
  const marked = new Uint8Array(width * height);
  unpack(packed, marked, width, whole({ width, height }));
  return put(bitmap, mode, marked, width, height);
}

/** Put another mask, of whatever size, over the whole bitmap. */
function put(bitmap, mode, marked, width, height) {
  const isSame = width === bitmap.width && height === bitmap.height;
  const fitting = isSame ? marked : resampled(marked, width, height, bitmap);
  if (mode === "replace") bitmap.data.set(fitting);
  else for (let at = 0; at < fitting.length; at++) blend(bitmap.data, at, fitting[at], mode === "add");
}

/** A mask as large as `bitmap`, neighbours mixed. */
function resampled(marked, width, height, bitmap) {
  const across = places(bitmap.width, width);
  const down = places(bitmap.height, height);
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

/** For each of `count` places which two of `length` pixels lie around it, and how far towards the second. */
function places(count, length) {
  const found = { first: new Int32Array(count), second: new Int32Array(count), share: new Float32Array(count) };
  for (let at = 0; at < count; at++) {
    const place = Math.min(length - 1, Math.max(0, ((at + 0.5) * length) / count - 0.5));
    found.first[at] = Math.floor(place);
    found.second[at] = Math.min(length - 1, found.first[at] + 1);
    found.share[at] = place - found.first[at];
  }
  return found;
}
