/* Geometry of comparing two pictures: both are scaled to one frame, so that equal positions lie on each other. */

// Sizes are rounded to multiples of 16, so the shapes of a source and its result may differ by this much.
const ALIKE = 0.02;

/** Return the frame for pictures: the first one's shape when all have it (`isAlike`), else a box that holds each. */
export function comparisonFrame(...pictures) {
  const [first] = pictures;
  const ratio = (picture) => picture.width / picture.height;
  const isAlike = pictures.every((picture) => Math.abs(ratio(picture) / ratio(first) - 1) < ALIKE);
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = isAlike ? Math.round(width / ratio(first)) : Math.max(...pictures.map((picture) => picture.height));
  return { width, height, isAlike };
}

/** Return the position of the dividing line in per cent of the frame, 0 to 100. */
export function linePercent(windowX, view, frame) {
  return Math.min(100, Math.max(0, (100 * (windowX - view.x)) / (frame.width * view.scale)));
}

/** Return the x coordinate of the dividing line in the window. */
export function lineX(percent, view, frame) {
  return view.x + (percent / 100) * frame.width * view.scale;
}

/** Return a clip path of whole pixels: half-covered pixels at the edges would count as different. */
export function wholePixelClip({ x, y, scale }, frame, window) {
  const [right, bottom] = [Math.floor(x + frame.width * scale), Math.floor(y + frame.height * scale)];
  return `inset(${Math.ceil(y)}px ${window.width - right}px ${window.height - bottom}px ${Math.ceil(x)}px)`;
}

/** Drop items with a URL that occurred before. */
export function uniqueByUrl(items) {
  const seen = new Set();
  return items.filter(({ url }) => !seen.has(url) && seen.add(url));
}
