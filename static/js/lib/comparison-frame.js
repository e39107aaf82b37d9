/* Geometry of comparing two pictures: both are scaled to one frame, so that equal positions lie on each other. */

/** Return the frame for two pictures: the larger width, with the aspect ratio of the first. */
export function comparisonFrame(first, second) {
  const width = Math.max(first.width, second.width);
  return { width, height: Math.round((width * first.height) / first.width) };
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
