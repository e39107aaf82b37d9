/** Characters as the API counts them: code points, a line end as one. */
export function countCharacters(text) {
  let count = 0;
  for (const character of text) count += character === "\r" ? 0 : 1;
  return count;
}

/** The number as people of that language write it. */
export function written(number, language) {
  return new Intl.NumberFormat(language).format(number);
}

/** Make a text area as high as its text, unless it was dragged to another height: WebKit has no `field-sizing`. */
export function grow(area) {
  if (CSS.supports("field-sizing", "content") || area.style.height !== (area.dataset.grown ?? "")) return;
  area.style.height = "auto";
  area.style.height = area.dataset.grown = `${area.scrollHeight + area.offsetHeight - area.clientHeight}px`;
}
