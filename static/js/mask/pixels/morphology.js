/* Growing and shrinking by true distance: round corners, smooth edges. */
const HALF = 128;

/** Mark pixels within `radius` of marked ones. */
export function grow(data, width, height, radius) {
  spread(data, width, height, radius, true);
}

/** Unmark pixels within `radius` of unmarked ones; the picture's edge does not count as unmarked. */
export function shrink(data, width, height, radius) {
  spread(data, width, height, radius, false);
}

function spread(data, width, height, radius, isGrowing) {
  // Longer distances than the radius and its soft edge make no difference; capped, they fit into 16 bits.
  const room = Math.ceil(radius) + 2;
  const rows = distancesAlongColumns(data, width, height, room, isGrowing);
  const [sites, starts] = [new Int32Array(width), new Float64Array(width + 1)];
  for (let y = 0; y < height; y++) {
    const row = rows.subarray(y * width, (y + 1) * width);
    const count = envelope(row, room, sites, starts);
    if (count) coverRow(data, y * width, row, sites, starts, count, radius, isGrowing);
  }
}

/** Return the distance to the nearest pixel of the growing kind above or below, at most `room`. */
function distancesAlongColumns(data, width, height, room, isGrowing) {
  const far = new Uint16Array(width * height);
  for (let index = 0; index < far.length; index++) {
    const isSite = data[index] >= HALF === isGrowing;
    // Nothing lies above the first row, so that `shrink` does not eat into the picture's edge.
    far[index] = isSite ? 0 : index < width ? room : Math.min(room, far[index - width] + 1);
  }
  for (let index = far.length - width - 1; index >= 0; index--) {
    if (far[index] > far[index + width] + 1) far[index] = far[index + width] + 1;
  }
  return far;
}

/** Find the nearest column for each part of a row: the lower envelope of parabolas. */
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
  let index = 0;
  for (let x = 0; x < row.length; x++) {
    while (index < count - 1 && starts[index + 1] < x) index++;
    const across = x - sites[index];
    const squared = across * across + row[sites[index]] * row[sites[index]];
    // Compare squares: most pixels need no root.
    if (squared >= (radius + 1) * (radius + 1)) continue;
    const cover = Math.round(255 * Math.min(1, radius + 1 - Math.sqrt(squared)));
    if (isGrowing && cover > data[start + x]) data[start + x] = cover;
    if (!isGrowing && 255 - cover < data[start + x]) data[start + x] = 255 - cover;
  }
}
