// A full bar would mean that the run is done.
export const MAX_WHILE_RUNNING = 95;

/** Return the share of the expected time that has passed, in per cent. The server computes it the same way. */
export function progressPercent(elapsed, expectedHigh) {
  if (!(elapsed > 0)) return 0;
  return Math.min(MAX_WHILE_RUNNING, Math.floor((100 * elapsed) / Math.max(1, expectedHigh)));
}

/** Keep the highest progress of each run, so that no poll moves a progress bar back. */
export class HighestProgress {
  #values = new Map();

  of(run, value) {
    const highest = Math.max(value, this.#values.get(run) ?? 0);
    this.#values.set(run, highest);
    return highest;
  }
}
