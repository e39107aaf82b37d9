/* A brief as a link: prompt and parameters after the #, which browsers do not send. Never a key or a picture. */
import { retryLoadOrReload } from "./module-recovery.js";

export const SHARED_FIELDS = [
  "prompt", "preface", "size", "quality", "n", "background", "output_format", "output_compression", "input_fidelity",
  "frame", "annotations",
];
// As much as the list of a page with a few strokes takes: links must stay short enough for a chat.
const MAX_ANNOTATIONS_LENGTH = 20_000;
const BRIEF_PREFIX = "#brief=";
const MASK_PREFIX = "&mask=";
const PENDING_MASK_KEY = "shared-mask";
const PENDING_FRAME_KEY = "shared-frame";
// 32,000 Chinese characters make 128,000 of base64; preface and mask come on top.
const MAX_HASH_LENGTH = 400_000;

const importMaskLink = () => import("../mask/model/mask-link.js");
/** Load the module that encodes and decodes masks. */
export const loadMaskLink = () => importMaskLink().catch(() => retryLoadOrReload(importMaskLink));

/** Encode values and an encoded mask as the part after the #; leave empty values out. */
export function encodeBrief(values, mask = "") {
  const given = Object.fromEntries(SHARED_FIELDS.filter((name) => values[name]).map((name) => [name, String(values[name])]));
  const bytes = new TextEncoder().encode(JSON.stringify(given));
  let text = "";
  // One by one: String.fromCharCode(...bytes) fails for more arguments than the stack holds.
  for (const byte of bytes) text += String.fromCharCode(byte);
  // base64url: + / and = may be escaped, or end a link that a chat recognizes.
  return BRIEF_PREFIX + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") + (mask && MASK_PREFIX + mask);
}

/** Decode the values of a hash; null when it is no brief. Only strings of SHARED_FIELDS are accepted. */
export function decodeBrief(hash) {
  if (!hash.startsWith(BRIEF_PREFIX) || hash.length > MAX_HASH_LENGTH) return null;
  try {
    const [encoded] = hash.slice(BRIEF_PREFIX.length).split(MASK_PREFIX);
    const text = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    // fatal: refuse a damaged link instead of filling the form with replacement characters.
    const brief = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (candidate) => candidate.charCodeAt(0))));
    const values = {};
    for (const name of SHARED_FIELDS) if (Object.hasOwn(brief, name) && typeof brief[name] === "string") values[name] = brief[name];
    return values;
  } catch {
    return null;
  }
}

/** Return the encoded mask of a hash, or an empty string. */
export const maskFromHash = (hash) => (hash.startsWith(BRIEF_PREFIX) ? (hash.split(MASK_PREFIX)[1] ?? "") : "");

/** The encoded mask of a link, stored in this tab until there is a picture for it. */
export const pendingMask = {
  get: () => sessionStorage.getItem(PENDING_MASK_KEY) ?? "",
  set: (piece) => sessionStorage.setItem(PENDING_MASK_KEY, piece),
  forget: () => sessionStorage.removeItem(PENDING_MASK_KEY),
};

/** The frame of a link, stored in this tab until there is a picture for it. */
export const pendingFrame = {
  get: () => sessionStorage.getItem(PENDING_FRAME_KEY) ?? "",
  set: (frame) => sessionStorage.setItem(PENDING_FRAME_KEY, frame),
  forget: () => sessionStorage.removeItem(PENDING_FRAME_KEY),
};

/** Read the shared fields of a form. */
export function formValues(form) {
  const values = Object.fromEntries(SHARED_FIELDS.map((name) => [name, form.elements[name]?.value ?? ""]));
  const annotations = form.elements.annotations?.value ?? "";
  const frame = document.querySelector("frame-editor")?.shared ?? "";
  // Who opens the link may have no palette pinned, so its sentence goes into the prompt.
  const palette = form.querySelector("[name=palette]:checked")?.value;
  if (palette) values.prompt = `${palette}\n${values.prompt}`.trimEnd();
  return { ...values, frame, annotations: fitsLink(annotations) ? annotations : "" };
}

/** Say whether a link may hold the annotations of a form. */
export const fitsLink = (annotations) => annotations.length <= MAX_ANNOTATIONS_LENGTH;

/** Fill a form and fire its events; skip values that it does not offer. */
export function fillForm(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field) continue;
    field.value = value;
    const changed = field instanceof RadioNodeList ? [...field].find((candidate) => candidate.checked) : field;
    changed?.closest("[hidden]")?.removeAttribute("hidden");
    changed?.dispatchEvent(new Event("input", { bubbles: true }));
    changed?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Fill the page's form from its address, announce it, and remove the brief from the address. */
export function openSharedBrief() {
  const values = decodeBrief(location.hash);
  const form = document.querySelector("brief-form form");
  if (!values || !form) return;
  const mask = maskFromHash(location.hash);
  // A reload must not fill the form again, over what was typed since.
  history.replaceState(history.state, "", location.pathname + location.search);
  const { frame, annotations, ...fields } = values;
  fillForm(form, fields);
  pendingFrame.forget();
  if (frame) pendingFrame.set(frame);
  document.querySelector("frame-editor")?.takeShared?.();
  sessionStorage.removeItem("shared-annotations");
  if (annotations && document.getElementById("edit-form")) sessionStorage.setItem("shared-annotations", annotations);
  document.querySelector("edit-modes")?.takeShared?.();
  const words = document.querySelector("[data-shared]");
  words.hidden = false;
  document.getElementById("announcer").textContent = words.innerText;
  const maskStatus = words.querySelector("[data-mask-said]");
  if (!maskStatus) return;
  pendingMask.forget();
  if (mask) openSharedMask(mask);
}

/** Apply the mask of a link to the picture, or keep it until there is one. */
async function openSharedMask(piece) {
  const { decodeMask } = await loadMaskLink();
  if (!(await decodeMask(piece))) return showMaskStatus("unreadable");
  pendingMask.set(piece);
  showMaskStatus("waits");
  document.querySelector("mask-editor")?.takeShared?.();
}

/** Show beside the form whether the mask of a link is waiting, applied or unreadable. */
export function showMaskStatus(status) {
  for (const words of document.querySelectorAll("[data-mask-said]")) {
    words.hidden = words.dataset.maskSaid !== status;
    if (words.hidden) continue;
    words.closest("[data-shared]").hidden = false;
    document.getElementById("announcer").textContent = words.innerText;
  }
}
