/* A view is {scale, x, y}: picture pixel (0, 0) stands at (x, y) of the window, one pixel is `scale` large. */
const LARGEST = 8;

/** The whole picture, centred; small pictures are not blown up. */
export function fit(window, picture) {
  const scale = Math.min(1, window.width / picture.width, window.height / picture.height);
  return centred({ scale, x: 0, y: 0 }, window, picture);
}

/** Larger or smaller by `factor`, keeping what is under `point` where it is. */
export function zoom(view, factor, point, window, picture) {
  const smallest = fit(window, picture).scale;
  const scale = Math.min(LARGEST, Math.max(smallest, view.scale * factor));
  const change = scale / view.scale;
  return kept({ scale, x: point.x - (point.x - view.x) * change, y: point.y - (point.y - view.y) * change }, window, picture);
}

/** Moved by so many window pixels. */
export function move(view, by, window, picture) {
  return kept({ ...view, x: view.x + by.x, y: view.y + by.y }, window, picture);
}

/** No empty margin on a side while the picture is larger than the window; centred while it is smaller. */
function kept(view, window, picture) {
  const along = (at, length, room) => (length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, at)));
  return {
    scale: view.scale,
    x: along(view.x, picture.width * view.scale, window.width),
    y: along(view.y, picture.height * view.scale, window.height),
  };
}

const centred = kept;
