/* Frames as playground/imaging/frames.py computes them. A box is {left, top, right, bottom} over the picture, whose corner is (0, 0). */
export const SIDES = ["left", "top", "right", "bottom"];
const SAME_SHAPE = 0.01;
const OPPOSITE = { left: "right", right: "left", top: "bottom", bottom: "top" };

const widthOf = ({ left, right }) => right - left;
const heightOf = ({ top, bottom }) => bottom - top;
export const boxSize = (box) => ({ width: widthOf(box), height: heightOf(box) });
export const wholeBox = ({ width, height }) => ({ left: 0, top: 0, right: width, bottom: height });

export function clipBox(box, { width, height }) {
  return { left: Math.max(box.left, 0), top: Math.max(box.top, 0), right: Math.min(box.right, width), bottom: Math.min(box.bottom, height) };
}

export const hasShape = (size, shape) => Math.abs((size.width * shape.height) / (size.height * shape.width) - 1) < SAME_SHAPE;

/** Return the pixels that a box adds at each side of the picture; negative where it cuts. */
export function addedPixels(box, { width, height }) {
  return { left: 0 - box.left, top: 0 - box.top, right: box.right - width, bottom: box.bottom - height };
}

/** Return a size `WIDTHxHEIGHT` as {width, height}; null for anything else. */
export function parseSize(name) {
  const found = /^(\d+)x(\d+)$/.exec(name);
  return found && { width: Number(found[1]), height: Number(found[2]) };
}

/** Return the name of the size whose aspect is nearest to that of a box. */
export function nearestSize(names, box) {
  const aspect = Math.log(widthOf(box) / heightOf(box));
  const distance = (name) => {
    const { width, height } = parseSize(name);
    return Math.abs(Math.log(width / height) - aspect);
  };
  return names.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/** Read the typed sides: a number, null for an empty one, or NaN. */
export function parseSide(text, maxEdge) {
  const plain = text.trim().replace("\u2212", "-").replace(/^\+/, "");
  if (!plain) return null;
  return /^-?\d{1,6}$/.test(plain) && Math.abs(Number(plain)) <= maxEdge ? Number(plain) : NaN;
}

/** Write a frame for a link, where the picture may have another size: sides as shares of it, empty ones stay open. */
export function encodeFrame({ mode, sides }, { width, height }) {
  if (mode === "fit") return "";
  const share = (side) => (sides[side] === null ? "" : Number((sides[side] / (side === "left" || side === "right" ? width : height)).toFixed(4)));
  return [mode, ...SIDES.map(share)].join();
}

/** Read the frame of a link for a picture; null for anything else. */
export function decodeFrame(text, { width, height }) {
  const found = /^(fill|extend),(-?[\d.]{0,7}),(-?[\d.]{0,7}),(-?[\d.]{0,7}),(-?[\d.]{0,7})$/.exec(text);
  if (!found) return null;
  const pixels = SIDES.map((side, index) => {
    const share = found[index + 2];
    return share && Number.isFinite(Number(share)) ? Math.round(Number(share) * (side === "left" || side === "right" ? width : height)) : null;
  });
  return { mode: found[1], sides: Object.fromEntries(SIDES.map((side, index) => [side, pixels[index]])) };
}

/** Return the box before it takes a shape. */
export function frameRegion({ mode, sides }, size) {
  const box = { left: 0 - (sides.left ?? 0), top: 0 - (sides.top ?? 0), right: size.width + (sides.right ?? 0), bottom: size.height + (sides.bottom ?? 0) };
  return mode === "fill" ? clipBox(box, size) : box;
}

/** Return the box in the aspect of `shape`. */
export function frameBox(frame, size, shape) {
  const region = frameRegion(frame, size);
  return frame.mode === "fill" ? shrink(region, shape) : grow(region, frame.sides, shape);
}

/** Check a box against `limits` {minShown, maxEdge}; return what is wrong: small, large, or nothing. */
export function boxProblem(box, size, { minShown, maxEdge }) {
  const [shown, whole] = [boxSize(clipBox(box, size)), boxSize(box)];
  if (shown.width < Math.min(minShown, size.width) || shown.height < Math.min(minShown, size.height)) return "small";
  return Math.max(whole.width, whole.height) > maxEdge ? "large" : "";
}

/** Return the part of the frame that is kept, in the picture: without the overlap beside the added areas. */
export function keptBox(box, size, overlap) {
  const part = clipBox(box, size);
  const [across, down] = [Math.min(overlap, Math.floor(widthOf(part) / 4)), Math.min(overlap, Math.floor(heightOf(part) / 4))];
  return {
    left: part.left + (box.left < 0 ? across : 0),
    top: part.top + (box.top < 0 ? down : 0),
    right: part.right - (box.right > size.width ? across : 0),
    bottom: part.bottom - (box.bottom > size.height ? down : 0),
  };
}

/** Move one edge to `place`: the opposite one stays, the others keep the shape around their middle. */
export function moveEdge(box, edge, place, shape) {
  const moved = { ...box, [edge]: place };
  const isAcross = edge === "left" || edge === "right";
  if (moved.right - moved.left < 1 || moved.bottom - moved.top < 1) return box;
  const length = Math.max(1, Math.round(isAcross ? (widthOf(moved) * shape.height) / shape.width : (heightOf(moved) * shape.width) / shape.height));
  const [start, end] = isAcross ? ["top", "bottom"] : ["left", "right"];
  moved[start] = Math.round((box[start] + box[end] - length) / 2);
  moved[end] = moved[start] + length;
  return moved;
}

export function moveBox(box, x, y) {
  return { left: box.left + x, top: box.top + y, right: box.right + x, bottom: box.bottom + y };
}

/** Keep a box of a filled frame within the picture: smaller if it must be, with `edge` and its opposite in place. */
export function keepInside(box, size, shape, edge = "") {
  let kept = box;
  const tooLarge = Math.max(widthOf(box) / size.width, heightOf(box) / size.height, 1);
  if (tooLarge > 1) {
    const width = Math.min(size.width, Math.floor(widthOf(box) / tooLarge));
    const height = Math.min(size.height, Math.max(1, Math.round((width * shape.height) / shape.width)));
    const left = edge === "left" ? box.right - width : box.left;
    const top = edge === "top" ? box.bottom - height : box.top;
    kept = { left, top, right: left + width, bottom: top + height };
  }
  const x = Math.max(0, -kept.left) - Math.max(0, kept.right - size.width);
  const y = Math.max(0, -kept.top) - Math.max(0, kept.bottom - size.height);
  return moveBox(kept, x, y);
}

/** Return `place`, or the edge of the picture when it is at most `distance` away. */
export function snap(place, edge, size, distance) {
  const target = { left: 0, top: 0, right: size.width, bottom: size.height }[edge];
  return Math.abs(place - target) <= distance ? target : Math.round(place);
}

/** Snap a moved box to the edges of the picture. */
export function snapBox(box, size, distance) {
  const shift = (first) => {
    for (const edge of [first, OPPOSITE[first]]) {
      const off = snap(box[edge], edge, size, distance) - box[edge];
      if (off && Math.abs(off) <= distance) return off;
    }
    return 0;
  };
  return moveBox(box, shift("left"), shift("top"));
}

/** Return how much width and height a box lacks to have a shape; one pixel is rounding. */
function missing(box, shape) {
  const across = Math.floor((heightOf(box) * shape.width) / shape.height + 0.5) - widthOf(box);
  const down = Math.floor((widthOf(box) * shape.height) / shape.width + 0.5) - heightOf(box);
  return [across > 1 ? across : 0, down > 1 ? down : 0];
}

function share(length, isBeforeOpen, isAfterOpen) {
  if (isBeforeOpen === isAfterOpen) return [Math.floor(length / 2), length - Math.floor(length / 2)];
  return isBeforeOpen ? [length, 0] : [0, length];
}

function grow(box, sides, shape) {
  const [across, down] = missing(box, shape);
  const [before, after] = share(across, sides.left === null, sides.right === null);
  const [above, below] = share(down, sides.top === null, sides.bottom === null);
  return { left: box.left - before, top: box.top - above, right: box.right + after, bottom: box.bottom + below };
}

function shrink(box, shape) {
  const [across, down] = missing(box, shape);
  const width = down ? widthOf(box) - Math.floor((heightOf(box) * shape.width) / shape.height + 0.5) : 0;
  const height = across ? heightOf(box) - Math.floor((widthOf(box) * shape.height) / shape.width + 0.5) : 0;
  return {
    left: box.left + Math.floor(width / 2),
    top: box.top + Math.floor(height / 2),
    right: box.right - (width - Math.floor(width / 2)),
    bottom: box.bottom - (height - Math.floor(height / 2)),
  };
}
