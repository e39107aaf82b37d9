export const HIGHEST_WHILE_RUNNING = 95;

/** Per cent of the expected time that has passed; never ahead of the end. The server counts the same way. */
export function progressAt(elapsed, expectedHigh) {
  if (!(elapsed > 0)) return 0;
  return Math.min(HIGHEST_WHILE_RUNNING, Math.floor((100 * elapsed) / Math.max(1, expectedHigh)));
}

/** Remembers how far each run has come, so that no answer moves a bar back. */
export class Highest {
  #values = new Map();

  of(run, value) {
    const highest = Math.max(value, this.#values.get(run) ?? 0);
    this.#values.set(run, highest);
    return highest;
  }
}
