/* A view is {scale, x, y}: pixel (0, 0) of the picture stands at (x, y) of the window, a pixel is `scale` large. */
export const MAX_SCALE = 20;
const MARGIN = 24;
const MIN_VISIBLE = 64;
const STEPS = [0.02, 0.03, 0.05, 0.08, 0.125, 0.1667, 0.25, 0.3333, 0.5, 0.6667, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 20];

/** Fit the whole picture, centred, with a little room around it; small pictures grow up to four times. */
export function fit(window, picture) {
  const room = (length) => Math.max(1, length - 2 * Math.min(MARGIN, length / 16));
  const scale = Math.min(4, room(window.width) / picture.width, room(window.height) / picture.height);
  return centred(scale, window, picture);
}

/** Return the centred view at a scale. What is shown may begin beside the picture, at {left, top}. */
export function centred(scale, window, { left = 0, top = 0, width, height }) {
  return { scale, x: (window.width - width * scale) / 2 - left * scale, y: (window.height - height * scale) / 2 - top * scale };
}

/** Zoom to a scale; the picture position under `point` stays there. */
export function zoomTo(view, scale, point, window, picture) {
  // Further out than half of the fitted size there is nothing to see or to do.
  const smallest = Math.min(1, fit(window, picture).scale) / 2;
  const bounded = Math.min(MAX_SCALE, Math.max(smallest, scale));
  const change = bounded / view.scale;
  const moved = { scale: bounded, x: point.x - (point.x - view.x) * change, y: point.y - (point.y - view.y) * change };
  return keepVisible(moved, window, picture);
}

/** The next round scale up or down; `density` is how many pixels the screen has for one of the page. */
export function nextStep(scale, direction, density = 1) {
  // Steps count pixels of the screen: at 1 the picture is sharp, whatever the density is.
  const real = scale * density;
  const larger = STEPS.find((step) => step > real * 1.01);
  const smaller = STEPS.findLast((step) => step < real * 0.99);
  return ((direction > 0 ? larger : smaller) ?? real) / density;
}

/** Move the view by window pixels. */
export function pan(view, x, y, window, picture) {
  return keepVisible({ ...view, x: view.x + x, y: view.y + y }, window, picture);
}

/** Keep at least MIN_VISIBLE pixels of the picture in sight. */
function keepVisible(view, window, picture) {
  const limitOffset = (offset, length, room) => {
    const visible = Math.min(MIN_VISIBLE, length / 2);
    return Math.min(room - visible, Math.max(visible - length, offset));
  };
  return {
    scale: view.scale,
    x: limitOffset(view.x, picture.width * view.scale, window.width),
    y: limitOffset(view.y, picture.height * view.scale, window.height),
  };
}

export const toPicture = (view, { x, y }) => ({ x: (x - view.x) / view.scale, y: (y - view.y) / view.scale });
export const toWindow = (view, { x, y }) => ({ x: view.x + x * view.scale, y: view.y + y * view.scale });
