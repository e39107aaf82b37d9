/** Return the index that a key leads to in a grid of `count` items in rows of `columns`; null for other keys. */
export function steppedIndex(key, index, count, columns) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -index, End: count - 1 - index };
  const step = steps[key];
  if (step === undefined) return null;
  const next = index + step;
  // Rows don't wrap: a step that leaves the grid stays where it is.
  return next >= 0 && next < count ? next : index;
}
