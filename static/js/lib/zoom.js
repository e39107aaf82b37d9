/* A view is {scale, x, y}: picture pixel (0, 0) is at (x, y) of the window; a picture pixel is `scale` pixels wide. */
const MAX_SCALE = 8;

/** Fit the whole picture, centred; never enlarge it. */
export function fit(window, picture) {
  const scale = Math.min(1, window.width / picture.width, window.height / picture.height);
  return centred({ scale, x: 0, y: 0 }, window, picture);
}

/** Zoom by `factor` around `point`. */
export function zoom(view, factor, point, window, picture) {
  const smallest = fit(window, picture).scale;
  const scale = Math.min(MAX_SCALE, Math.max(smallest, view.scale * factor));
  const change = scale / view.scale;
  return keepInWindow({ scale, x: point.x - (point.x - view.x) * change, y: point.y - (point.y - view.y) * change }, window, picture);
}

/** Move the view by window pixels. */
export function move(view, by, window, picture) {
  return keepInWindow({ ...view, x: view.x + by.x, y: view.y + by.y }, window, picture);
}

/** Leave no margin while the picture is larger than the window; centre it while it is smaller. */
function keepInWindow(view, window, picture) {
  const limitOffset = (offset, length, room) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset)));
  return {
    scale: view.scale,
    x: limitOffset(view.x, picture.width * view.scale, window.width),
    y: limitOffset(view.y, picture.height * view.scale, window.height),
  };
}

// A fitted picture is smaller than the window, so keeping it in there centres it.
const centred = keepInWindow;
