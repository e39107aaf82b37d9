/** Return 1 where the picture has the colour of pixel (x, y) within `tolerance`; `isJoined`: only connected pixels. */
export function floodFill({ width, height, data }, x, y, tolerance, isJoined) {
  const near = alike(data, width * height, (y * width + x) * 4, tolerance);
  return isJoined ? joined(near, width, height, x, y) : near;
}

function alike(data, count, seed, tolerance) {
  const near = new Uint8Array(count);
  const [red, green, blue, alpha] = data.subarray(seed, seed + 4);
  for (let pixel = 0, offset = 0; pixel < count; pixel++, offset += 4) {
    // The colours of fully transparent pixels mean nothing, and often differ.
    const isClear = alpha === 0 && data[offset + 3] === 0;
    const isNear =
      Math.abs(data[offset] - red) <= tolerance &&
      Math.abs(data[offset + 1] - green) <= tolerance &&
      Math.abs(data[offset + 2] - blue) <= tolerance &&
      Math.abs(data[offset + 3] - alpha) <= tolerance;
    if (isClear || isNear) near[pixel] = 1;
  }
  return near;
}

/** Keep the ones that are connected with (x, y), row by row. */
function joined(near, width, height, x, y) {
  const reached = new Uint8Array(near.length);
  // A stack of its own: recursion overflows the engine's on large areas. It is read backwards, the row first.
  const seeds = [x, y];
  while (seeds.length) {
    const row = seeds.pop() * width;
    const offset = row + seeds.pop();
    if (reached[offset]) continue;
    let [from, to] = [offset, offset + 1];
    while (from > row && near[from - 1]) from--;
    while (to < row + width && near[to]) to++;
    reached.fill(1, from, to);
    for (const next of [row - width, row + width]) {
      if (next < 0 || next >= width * height) continue;
      const shift = next - row;
      for (let pixel = from; pixel < to; pixel++) {
        const other = pixel + shift;
        // One seed for each run: its other pixels are found from there.
        const isStart = near[other] && !reached[other] && (pixel === from || !near[other - 1]);
        if (isStart) seeds.push(other - next, next / width);
      }
    }
  }
  return reached;
}
