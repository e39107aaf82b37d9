const LATIN = /^[\p{ASCII}\p{Script=Latin}]+$/u;
const NAMED = /^(?:Key|Digit|Numpad)([A-Z0-9])$/;
const SIGNS = { BracketLeft: "[", BracketRight: "]", Minus: "-", Equal: "=" };

/** Return the key as shortcuts name it: on layouts of other scripts, the Latin character of that physical key. */
export function shortcutKey({ key, code }) {
  // Not the place on Latin layouts: Z and Y change places on German keyboards, and people press what is printed.
  if (LATIN.test(key)) return key.length === 1 ? key.toLowerCase() : key;
  // Cyrillic, Greek, Arabic and Hebrew layouts have no key that gives a Latin letter.
  return SIGNS[code] ?? NAMED.exec(code)?.[1].toLowerCase() ?? key;
}
