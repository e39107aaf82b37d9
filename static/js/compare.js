/* Two pictures in one window: both are laid over the same frame, so that what is at one place stays together. */

/** The frame for two pictures of any sizes: the larger of both widths, in the first one's shape. */
export function frameOf(one, other) {
  const width = Math.max(one.width, other.width);
  return { width, height: Math.round((width * one.height) / one.width) };
}

/** The part of the frame that lies left of the dividing line, in per cent of the frame: 0 to 100. */
export function lineAt(windowX, view, frame) {
  return Math.min(100, Math.max(0, (100 * (windowX - view.x)) / (frame.width * view.scale)));
}

/** Where the dividing line stands in the window. */
export function lineX(percent, view, frame) {
  return view.x + (percent / 100) * frame.width * view.scale;
}

/** The frame's whole pixels as a clip path: half-covered ones at its edges would count as different. */
export function wholePixels({ x, y, scale }, frame, window) {
  const [right, bottom] = [Math.floor(x + frame.width * scale), Math.floor(y + frame.height * scale)];
  return `inset(${Math.ceil(y)}px ${window.width - right}px ${window.height - bottom}px ${Math.ceil(x)}px)`;
}

/** Each picture once, by address; what comes first stays. */
export function distinct(items) {
  const seen = new Set();
  return items.filter(({ url }) => !seen.has(url) && seen.add(url));
}
