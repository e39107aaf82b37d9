/** Soften edges over about `radius` pixels to both sides: three running means come close to a bell curve. */
export function feather(data, width, height, radius) {
  const other = new Uint8Array(data.length);
  for (const reach of boxes(radius)) {
    if (!reach) continue;
    alongRows(data, other, width, height, reach);
    alongColumns(other, data, width, height, reach);
  }
}

/** Return the reach of each of the three means: together they are as wide as a bell curve of radius / 2. */
function boxes(radius) {
  const ideal = (Math.sqrt(radius * radius + 1) - 1) / 2;
  const [small, rest] = [Math.floor(ideal), ideal % 1];
  return [0, 1, 2].map((turn) => small + (turn < Math.round(rest * 3) ? 1 : 0));
}

function alongRows(from, to, width, height, reach) {
  const share = 1 / (2 * reach + 1);
  // A row with its ends extended, so that the loop needs no bounds check.
  const row = new Uint8Array(width + 2 * reach + 1);
  for (let start = 0; start < width * height; start += width) {
    row.fill(from[start], 0, reach);
    row.set(from.subarray(start, start + width), reach);
    row.fill(from[start + width - 1], reach + width);
    let sum = 0;
    for (let x = 0; x <= 2 * reach; x++) sum += row[x];
    for (let x = 0; x < width; x++) {
      // Storing into bytes cuts off; + 0.5 rounds, so that marks do not fade in three means.
      to[start + x] = sum * share + 0.5;
      sum += row[x + 2 * reach + 1] - row[x];
    }
  }
}

function alongColumns(from, to, width, height, reach) {
  const share = 1 / (2 * reach + 1);
  // All columns side by side: walking down one after the other would miss the CPU's cache at every pixel.
  const sums = new Int32Array(width);
  const row = (y) => Math.min(height - 1, Math.max(0, y)) * width;
  for (let y = -reach; y <= reach; y++) {
    for (let x = 0, index = row(y); x < width; x++, index++) sums[x] += from[index];
  }
  for (let y = 0; y < height; y++) {
    let [index, coming, going] = [y * width, row(y + reach + 1), row(y - reach)];
    for (let x = 0; x < width; x++, index++, coming++, going++) {
      to[index] = sums[x] * share + 0.5;
      sums[x] += from[coming] - from[going];
    }
  }
}
