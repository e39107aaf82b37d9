/* Masks are flat, so most of a scan is long runs of one value: four pixels are compared at once. */

/** Return a view of the same memory, four pixels a word. */
export const asWords = (data) => new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);

/** Return the end of the run that begins at `from`, at most `end`. */
export function endOfRun(data, words, from, end) {
  const value = data[from];
  let position = from + 1;
  // Words begin at multiples of four: go there pixel by pixel.
  while (position & 3 && position < end && data[position] === value) position++;
  if (position & 3 || position >= end || data[position] !== value) return position;
  const word = (value * 0x01010101) >>> 0;
  const last = end >> 2;
  let index = position >> 2;
  while (index < last && words[index] === word) index++;
  position = index << 2;
  while (position < end && data[position] === value) position++;
  return position;
}

/** Return the smallest rectangle around the marks, or null. */
export function markedBounds({ data, width, height }) {
  const words = asWords(data);
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0; y < height; y++) {
    const [start, end] = [y * width, (y + 1) * width];
    let first = start;
    if (!data[start]) first = endOfRun(data, words, start, end);
    if (first === end) continue;
    let last = end;
    // Needs no bound: the row has a mark at `first`.
    while (!data[last - 1]) last--;
    box.left = Math.min(box.left, first - start);
    box.right = Math.max(box.right, last - start);
    box.top = Math.min(box.top, y);
    box.bottom = y + 1;
  }
  return box.right ? box : null;
}
