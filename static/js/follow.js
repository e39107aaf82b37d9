export const AFTER_FAILURE = 5000;
const SOONEST = 250;
// Nobody looks at a hidden page, but its title, its icon and a notification say when the run is over.
const SOONEST_HIDDEN = 5000;

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
export function nextWait({ wait, active }, isHidden = false) {
  if (!(active > 0) || !(wait > 0)) return null;
  return Math.max(isHidden ? SOONEST_HIDDEN : SOONEST, wait);
}
