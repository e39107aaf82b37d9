/** The switch between selecting an area and marking up: loads the markup editor at its first use. */
class EditModes extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.slotElement = this.parentElement;
    this.addEventListener("change", ({ target }) => this.#choose(target.value), { signal: this.#ends.signal });
    // What was drawn before must be in the form and on the picture, whichever mode is chosen.
    if (this.slotElement.querySelector("[name=annotations]").value || sessionStorage.getItem("shared-annotations")) this.#load();
    if (sessionStorage.getItem("edit-mode") === "markup") this.#show("markup");
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  /** Show the annotations of a shared link. */
  takeShared() {
    this.#load();
    this.slotElement.querySelector("markup-editor").takeShared?.();
  }

  #choose(mode) {
    sessionStorage.setItem("edit-mode", mode);
    this.#show(mode);
  }

  #show(mode) {
    this.querySelector(`[value="${mode}"]`).checked = true;
    const isMarkup = mode === "markup";
    this.slotElement.querySelector("markup-editor").hidden = !isMarkup;
    for (const part of this.slotElement.querySelectorAll("mask-editor, frame-editor")) part.hidden = isMarkup;
    if (isMarkup) this.#load();
  }

  #load() {
    import("./markup-editor.js").catch(() => import("../lib/module-recovery.js").then(({ retryLoadOrReload }) => retryLoadOrReload(() => import("./markup-editor.js"))));
  }
}

customElements.define("edit-modes", EditModes);
