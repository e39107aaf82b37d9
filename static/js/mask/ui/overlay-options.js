const STORAGE_KEY = "mask-look";
// Milliseconds; a button that was held longer shows the part only while it is held.
const LONG_PRESS = 500;

/** Options of the display: colour, opacity and pattern of the mask, and the part shown alone. */
export class OverlayOptions {
  constructor(editor, controller, on) {
    this.editor = editor;
    this.controller = controller;
    this.percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    for (const [name, value] of Object.entries(stored)) this.#choose(name, value);
    for (const name of ["colour", "pattern", "opacity"]) this.#apply(name);
    for (const button of editor.querySelectorAll("button[data-peek]")) this.#listen(button, on);
    this.shortcuts = this.#addShortcuts();
  }

  stop() {
    for (const row of this.shortcuts) row.remove();
  }

  /** Apply and store a changed input. */
  set(input) {
    const name = input.dataset.look;
    if (!name) return;
    this.#apply(name);
    const look = Object.fromEntries(["colour", "pattern", "opacity"].map((key) => [key, this.#value(key)]));
    localStorage.setItem(STORAGE_KEY, JSON.stringify(look));
  }

  /** Show the scale, and the part that is shown alone. */
  showView() {
    const { view, screen } = this.controller;
    for (const button of this.editor.querySelectorAll("button[data-peek]")) {
      button.setAttribute("aria-pressed", String(button.dataset.peek === screen.look.peek));
    }
    if (view) this.editor.querySelector("[data-percent]").textContent = this.percent.format(view.scale * screen.density);
  }

  /** Offer pressure once a pen was used. */
  showPen(isHere) {
    if (isHere) for (const option of this.editor.querySelectorAll("[data-pen]")) option.hidden = false;
  }

  #value(name) {
    const inputs = [...this.editor.querySelectorAll(`[data-look="${name}"]`)];
    return (inputs.find((input) => input.type !== "radio" || input.checked) ?? inputs[0]).value;
  }

  #choose(name, value) {
    for (const input of this.editor.querySelectorAll(`[data-look="${name}"]`)) {
      if (input.type === "radio") input.checked = input.value === value;
      else input.value = value;
    }
  }

  #apply(name) {
    this.controller.screen.look[name] = this.#value(name);
    this.controller.screen.refresh();
  }

  /** Show a part while its button is held; a short press keeps it until the next one. */
  #listen(button, on) {
    let since = 0;
    let wasPressed = false;
    const press = () => {
      since = performance.now();
      wasPressed = button.getAttribute("aria-pressed") === "true";
      this.controller.peek(button.dataset.peek);
    };
    const release = () => {
      if (since) this.controller.peek(wasPressed || performance.now() - since > LONG_PRESS ? "" : button.dataset.peek);
      since = 0;
    };
    on(button, "pointerdown", (event) => {
      // The release counts wherever the pointer is by then.
      button.setPointerCapture(event.pointerId);
      press();
    });
    for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) on(button, name, release);
    on(button, "keydown", (event) => {
      // A held key repeats; a second press would forget what was shown before.
      if ((event.key !== "Enter" && event.key !== " ") || event.repeat) return;
      event.preventDefault();
      press();
    });
    on(button, "keyup", (event) => (event.key === "Enter" || event.key === " ") && release());
  }

  /** Add the editor's shortcuts to the page's list. */
  #addShortcuts() {
    const list = document.querySelector("#shortcuts dl");
    const rows = this.editor.querySelector("template[data-shortcuts]").content.cloneNode(true);
    const added = [...rows.children];
    list?.append(rows);
    return added;
  }
}
