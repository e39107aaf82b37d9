/** The bitmap at half, a quarter … of its size, so that it looks smooth from afar and costs little to show. */
export class Pyramid {
  #levels;

  constructor(bitmap) {
    this.#levels = [bitmap];
  }

  /** Return the bitmap, halved `depth` times. */
  level(depth) {
    while (this.#levels.length <= depth) {
      const { width, height } = this.#levels.at(-1);
      const [half, low] = [Math.ceil(width / 2), Math.ceil(height / 2)];
      this.#levels.push({ width: half, height: low, data: new Uint8Array(half * low) });
      this.#halve(this.#levels.length - 1, { left: 0, top: 0, right: half, bottom: low });
    }
    return this.#levels[depth];
  }

  /** Update for a changed rectangle of the bitmap; return the changed rectangle of that level. */
  update(rect, depth) {
    // Drop the smaller levels, which nobody looks at now: zooming out makes them again.
    this.#levels.length = Math.min(this.#levels.length, depth + 1);
    for (let level = 1; level <= depth; level++) {
      const { width, height } = this.level(level);
      rect = {
        left: rect.left >> 1,
        top: rect.top >> 1,
        right: Math.min(width, (rect.right + 1) >> 1),
        bottom: Math.min(height, (rect.bottom + 1) >> 1),
      };
      this.#halve(level, rect);
    }
    return rect;
  }

  #halve(level, { left, top, right, bottom }) {
    const [from, to] = [this.#levels[level - 1], this.#levels[level]];
    for (let y = top; y < bottom; y++) {
      const above = 2 * y * from.width;
      const below = Math.min(2 * y + 1, from.height - 1) * from.width;
      for (let x = left; x < right; x++) {
        // An odd last row or column counts twice.
        const [x0, x1] = [2 * x, Math.min(2 * x + 1, from.width - 1)];
        const sum = from.data[above + x0] + from.data[above + x1] + from.data[below + x0] + from.data[below + x1];
        // Rounded: cut off, thin lines would fade from level to level.
        to.data[y * to.width + x] = (sum + 2) >> 2;
      }
    }
  }
}
