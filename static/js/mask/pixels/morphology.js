/* Growing and shrinking by true distance: round corners, smooth edges. */
const HALF = 128;

/** Mark all that is at most `radius` away from what is marked. */
export function grow(data, width, height, radius) {
  spread(data, width, height, radius, true);
}

/** Keep marked what is more than `radius` away from what is not marked; the picture's edge takes nothing away. */
export function shrink(data, width, height, radius) {
  spread(data, width, height, radius, false);
}

function spread(data, width, height, radius, isGrowing) {
  const room = Math.ceil(radius) + 2;
  const rows = distancesAlongColumns(data, width, height, room, isGrowing);
  const [sites, starts] = [new Int32Array(width), new Float64Array(width + 1)];
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * width, (y + 1) * width);
    const count = envelope(row, room, sites, starts);
    if (count) coverRow(data, y * width, row, sites, starts, count, radius, isGrowing);
  }
}

/** How far the nearest pixel of the growing kind is above or below, at most `room`. */
function distancesAlongColumns(data, width, height, room, isGrowing) {
  const far = new Uint16Array(width * height);
  for (let at = 0; at < far.length; at++) {
    const isSite = data[at] >= HALF === isGrowing;
    far[at] = isSite ? 0 : at < width ? room : Math.min(room, far[at - width] + 1);
  }
  for (let at = far.length - width - 1; at >= 0; at--) {
    if (far[at] > far[at + width] + 1) far[at] = far[at + width] + 1;
  }
  return far;
}

/** Which column is nearest from where on: the lower envelope of parabolas over a row. */
function envelope(row, room, sites, starts) {
  let last = -1;
  for (let x = 0; x < row.length; x++) {
    if (row[x] >= room) continue;
    const height = row[x] * row[x] + x * x;
    while (last >= 0) {
      const other = sites[last];
      const start = (height - row[other] * row[other] - other * other) / (2 * (x - other));
      if (start > starts[last]) {
        starts[++last] = start;
        break;
      }
      last--;
    }
    if (last < 0) starts[(last = 0)] = -Infinity;
    sites[last] = x;
  }
  starts[last + 1] = Infinity;
  return last + 1;
}

function coverRow(data, start, row, sites, starts, count, radius, isGrowing) {
  let at = 0;
  for (let x = 0; x < row.length; x++) {
    while (at < count - 1 && starts[at + 1] < x) at++;
    const across = x - sites[at];
    const squared = across * across + row[sites[at]] * row[sites[at]];
    if (squared >= (radius + 1) * (radius + 1)) continue;
    const cover = Math.round(255 * Math.min(1, radius + 1 - Math.sqrt(squared)));
    if (isGrowing && cover > data[start + x]) data[start + x] = cover;
    if (!isGrowing && 255 - cover < data[start + x]) data[start + x] = 255 - cover;
  }
}
