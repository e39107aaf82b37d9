/* A brief as a link: prompt and parameters after the #, which no server ever sees. Never a key, an address, a picture. */
export const SHARED = [
  "prompt", "preface", "size", "quality", "n", "background", "output_format", "output_compression", "input_fidelity",
];
const MARK = "#brief=";
const LONGEST = 400_000;

/** The part after the # for these values; what is empty is left out. */
export function written(values) {
  const kept = Object.fromEntries(SHARED.filter((name) => values[name]).map((name) => [name, String(values[name])]));
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return MARK + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The values of a link; null for anything that is none. Only names of the list come through, and only texts. */
export function read(hash) {
  if (!hash.startsWith(MARK) || hash.length > LONGEST) return null;
  try {
    const text = atob(hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/"));
    const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(text, (one) => one.charCodeAt(0))));
    const values = {};
    for (const name of SHARED) if (Object.hasOwn(said, name) && typeof said[name] === "string") values[name] = said[name];
    return values;
  } catch {
    return null;
  }
}

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
  history.replaceState(history.state, "", location.pathname + location.search);
  fill(form, values);
  const words = document.querySelector("[data-shared]");
  words.hidden = false;
  document.getElementById("announcer").textContent = words.textContent;
}
