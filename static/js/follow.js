export const AFTER_FAILURE = 5000;
const SOONEST = 250;

/** What the page shows of each run, as `ID:VERSION,ID:VERSION`; the older one where a run is shown twice. */
export function seen(items) {
  const versions = new Map();
  for (const { id, version } of items) {
    const known = versions.get(id);
    versions.set(id, known === undefined ? Number(version) : Math.min(known, Number(version)));
  }
  return [...versions].map(([id, version]) => `${id}:${version}`).join(",");
}

/** Milliseconds until the next look, or null to stop. */
export function nextWait({ wait, active }) {
  if (!(active > 0) || !(wait > 0)) return null;
  return Math.max(SOONEST, wait);
}
