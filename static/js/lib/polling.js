export const RETRY_MS = 5000;
const MIN_WAIT_MS = 50;
// A hidden page polls less often, but still updates its title, its icon and the notification.
const MIN_HIDDEN_WAIT_MS = 5000;

/** Return the shown version of each run, as `ID:VERSION,ID:VERSION`; the older version of a run that is shown twice. */
export function shownVersions(items) {
  const versions = new Map();
  for (const { id, version } of items) {
    const known = versions.get(id);
    versions.set(id, known === undefined ? Number(version) : Math.min(known, Number(version)));
  }
  return [...versions].map(([id, version]) => `${id}:${version}`).join(",");
}

/** Return the milliseconds until the next poll, or null to stop polling. */
export function nextWaitMs({ wait, active }, isHidden = false) {
  if (!(active > 0) || !(wait > 0)) return null;
  return Math.max(isHidden ? MIN_HIDDEN_WAIT_MS : MIN_WAIT_MS, wait);
}
