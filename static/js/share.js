/* A brief as a link: prompt and parameters after the #, which no server ever sees. Never a key, an address, a picture. */
import { recover } from "./recovery.js";

export const SHARED = [
  "prompt", "preface", "size", "quality", "n", "background", "output_format", "output_compression", "input_fidelity",
];
const MARK = "#brief=";
const MASK = "&mask=";
const WAITING = "shared-mask";
const LONGEST = 400_000;

const loadLink = () => import("./mask/link.js");
/** The module that writes and reads masks in links. */
export const maskLink = () => loadLink().catch(() => recover(loadLink));

/** The part after the # for these values and the piece for a mask; what is empty is left out. */
export function written(values, mask = "") {
  const kept = Object.fromEntries(SHARED.filter((name) => values[name]).map((name) => [name, String(values[name])]));
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return MARK + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") + (mask && MASK + mask);
}

/** The values of a link; null for anything that is none. Only names of the list come through, and only texts. */
export function read(hash) {
  if (!hash.startsWith(MARK) || hash.length > LONGEST) return null;
  try {
    const [brief] = hash.slice(MARK.length).split(MASK);
    const text = atob(brief.replaceAll("-", "+").replaceAll("_", "/"));
    const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (one) => one.charCodeAt(0))));
    const values = {};
    for (const name of SHARED) if (Object.hasOwn(said, name) && typeof said[name] === "string") values[name] = said[name];
    return values;
  } catch {
    return null;
  }
}

/** The piece of a link that holds its mask. */
export const maskOf = (hash) => (hash.startsWith(MARK) ? (hash.split(MASK)[1] ?? "") : "");

/** The mask of a link waits in this tab for a picture. */
export const waitingMask = {
  get: () => sessionStorage.getItem(WAITING) ?? "",
  set: (piece) => sessionStorage.setItem(WAITING, piece),
  forget: () => sessionStorage.removeItem(WAITING),
};

/** What stands in a form. */
export function valuesOf(form) {
  return Object.fromEntries(SHARED.map((name) => [name, form.elements[name]?.value ?? ""]));
}

/** Fill a form as if typed; a value that it does not offer is passed over. */
export function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field) continue;
    field.value = value;
    const changed = field instanceof RadioNodeList ? [...field].find((one) => one.checked) : field;
    changed?.closest("[hidden]")?.removeAttribute("hidden");
    changed?.dispatchEvent(new Event("input", { bubbles: true }));
    changed?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Fill the page's form from its address, say so, and take the long text out of the address. */
export function open() {
  const values = read(location.hash);
  const form = document.querySelector("brief-form form");
  if (!values || !form) return;
  const mask = maskOf(location.hash);
  history.replaceState(history.state, "", location.pathname + location.search);
  fill(form, values);
  const words = document.querySelector("[data-shared]");
  words.hidden = false;
  document.getElementById("announcer").textContent = words.innerText;
  const takesMask = words.querySelector("[data-mask-said]");
  if (!takesMask) return;
  waitingMask.forget();
  if (mask) openMask(mask);
}

/** Put the mask of a link on the picture, or let it wait for one. */
async function openMask(piece) {
  const { read } = await maskLink();
  if (!(await read(piece))) return sayOfMask("unreadable");
  waitingMask.set(piece);
  sayOfMask("waits");
  document.querySelector("mask-editor")?.takeShared?.();
}

/** Say beside the form what became of the mask of a link. */
export function sayOfMask(what) {
  for (const words of document.querySelectorAll("[data-mask-said]")) {
    words.hidden = words.dataset.maskSaid !== what;
    if (words.hidden) continue;
    words.closest("[data-shared]").hidden = false;
    document.getElementById("announcer").textContent = words.innerText;
  }
}
