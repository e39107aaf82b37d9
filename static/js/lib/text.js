/** Count characters as the API does: code points, CRLF as one. */
export function countCharacters(text) {
  let count = 0;
  for (const character of text) count += character === "\r" ? 0 : 1;
  return count;
}

/** Format a number in the conventions of a language. */
export function formatNumber(number, language) {
  return new Intl.NumberFormat(language).format(number);
}

/** Fit a textarea to its text unless the visitor resized it. WebKit lacks `field-sizing`. */
export function growTextArea(area) {
  if (CSS.supports("field-sizing", "content") || area.style.height !== (area.dataset.grown ?? "")) return;
  area.style.height = "auto";
  area.style.height = area.dataset.grown = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
