/* What the browser can say of files before they are sent; the server asks again. */
const TYPES = ["image/png", "image/jpeg", "image/webp"];
const HEIC = /\.hei[cf]$|^image\/hei[cf]/i;

/** Why this file cannot be added to what is there ({count, total} in bytes), or "" when it can. */
export function refusal(file, held, limits) {
  if (HEIC.test(file.name) || HEIC.test(file.type)) return "heic";
  if (file.type && !TYPES.includes(file.type)) return "format";
  if (file.size > limits.file) return "tooLarge";
  if (held.count >= limits.count) return "tooMany";
  if (held.total + file.size > limits.total) return "tooLargeTogether";
  return "";
}

/** Are these lines nothing but the names of the files, as a file manager copies them along? */
export function areNames(text, files) {
  const names = new Set(files.flatMap(({ name }) => [name, name.replace(/\.[^.]+$/, "")]));
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  return lines.every((line) => names.has(line) || names.has(decoded(line).split("/").at(-1)));
}

function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** Is this text one address and nothing else? */
export const isLink = (text) => /^https?:\/\/\S+$/.test(text.trim());

/** The sentence with its places filled in: `{name}` and the like. */
export function filled(sentence, places) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in places ? String(places[name]) : whole));
}

/** The list with the item of that id moved to `place`, from 0. */
export function moved(ids, id, place) {
  const others = ids.filter((one) => one !== id);
  return [...others.slice(0, place), id, ...others.slice(place)];
}

/** Where a dragged item goes that was at `place`: past the box of another one that the pointer has come to. */
export function placeAt(x, y, boxes, place) {
  const under = boxes.findIndex((box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
  if (under < 0) return place;
  return under < place ? under : under + 1;
}
