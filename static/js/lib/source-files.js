/* Checks of files before the upload; the server checks them again. */
const TYPES = ["image/png", "image/jpeg", "image/webp"];
// Photos of phones: no API takes them, and some systems name them by extension only.
const HEIC = /\.hei[cf]$|^image\/hei[cf]/i;

/** Return why a file cannot be added to the held ones ({count, total} in bytes), or "" when it can. */
export function refusalReason(file, held, limits) {
  if (HEIC.test(file.name) || HEIC.test(file.type)) return "heic";
  // Systems that do not know a type leave it empty; the server looks at the bytes.
  if (file.type && !TYPES.includes(file.type)) return "format";
  if (file.size > limits.file) return "tooLarge";
  if (held.count >= limits.count) return "tooMany";
  if (held.total + file.size > limits.total) return "tooLargeTogether";
  return "";
}

/** Check whether a text holds only the names of the files: file managers copy them along. */
export function areFileNames(text, files) {
  const names = new Set(files.flatMap(({ name }) => [name, name.replace(/\.[^.]+$/, "")]));
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  return lines.every((line) => names.has(line) || names.has(decodeAddress(line).split("/").at(-1)));
}

function decodeAddress(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** Check whether a text is a single URL. */
export const isLink = (text) => /^https?:\/\/\S+$/.test(text.trim());

/** Replace placeholders such as `{name}` in a sentence. */
export function fillPlaceholders(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

/** Return the list with `id` moved to the index `place`. */
export function moveItem(ids, id, place) {
  const others = ids.filter((other) => other !== id);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** Return the new index of a dragged item: behind or before the item under the pointer. */
export function targetIndex(x, y, boxes, place) {
  const under = boxes.findIndex((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
  if (under < 0) return place;
  return under < place ? under : under + 1;
}
