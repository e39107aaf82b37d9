const LATIN = /^[\p{ASCII}\p{Script=Latin}]+$/u;
const NAMED = /^(?:Key|Digit|Numpad)([A-Z0-9])$/;
const SIGNS = { BracketLeft: "[", BracketRight: "]", Minus: "-", Equal: "=" };

/** Return the key as shortcuts name it: on layouts of other scripts, the Latin character of that physical key. */
export function shortcutKey({ key, code }) {
  if (LATIN.test(key)) return key.length === 1 ? key.toLowerCase() : key;
  return SIGNS[code] ?? NAMED.exec(code)?.[1].toLowerCase() ?? key;
}
