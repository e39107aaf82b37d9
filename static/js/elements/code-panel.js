import { maskLink, valuesOf, written } from "../share.js";

const SHOWN = 2000;

/** The code panel while it is open: its looks, the tab that was chosen last, downloads, and the mask's size. */
class CodePanel extends HTMLElement {
  #ends = new AbortController();
  #copied = "";

  connectedCallback() {
    const { style } = this.closest("details").dataset;
    if (!document.querySelector(`link[href="${style}"]`)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    }
    const options = { signal: this.#ends.signal };
    this.addEventListener("change", ({ target }) => this.#chose(target), options);
    this.addEventListener("click", ({ target }) => this.#click(target), options);
    this.addEventListener("htmx:afterSwap", () => this.#sayCopied(this.querySelector(`[data-copy="${this.#copied}"]`)), options);
    this.addEventListener("htmx:configRequest", ({ detail }) => this.#addMask(detail.parameters), options);
    this.#restore();
    this.querySelector("#code-body").dispatchEvent(new Event("refresh-code"));
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  /** The tab that was chosen last: on this page before this program came, else on an earlier one. */
  #restore() {
    const checked = this.querySelector('[name="code-tab"]:checked');
    if (!checked.defaultChecked) return this.#chose(checked);
    const kept = this.querySelector(`[name="code-tab"][value="${CSS.escape(localStorage.getItem("code-tab") ?? "")}"]`);
    if (kept) kept.checked = true;
  }

  #chose(radio) {
    if (radio.name === "code-tab") localStorage.setItem("code-tab", radio.value);
  }

  #click(target) {
    const [copying, keeping] = [target.closest("[data-copy]"), target.closest("[data-download]")];
    if (copying) this.#copy(copying, document.getElementById(copying.dataset.copy));
    if (target.closest("[data-share]")) this.#share(target.closest("[data-share]"));
    if (keeping) this.#download(keeping, document.getElementById(keeping.dataset.download).textContent);
  }

  /** Where the browser has no clipboard to write to, the text is marked instead. */
  async #copy(button, shown, text = shown.textContent) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!shown.select) getSelection().selectAllChildren(shown);
      return;
    }
    document.getElementById("announcer").textContent = button.dataset.done;
    this.#copied = button.dataset.copy ?? "";
    setTimeout(() => (this.#copied = ""), SHOWN);
    this.#sayCopied(button);
  }

  /** The code may be written anew meanwhile, and its button with it. */
  #sayCopied(button) {
    const words = button?.querySelector("span");
    if (!words || words.textContent === button.dataset.done) return;
    const label = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = label), SHOWN);
  }

  async #share(button) {
    const address = this.querySelector("#share-address");
    const mask = await this.#mask();
    this.querySelector("[data-mask-too-long]").hidden = mask !== null;
    const values = valuesOf(document.querySelector("brief-form form"));
    address.value = new URL(button.dataset.share + written(values, mask ?? ""), location);
    address.hidden = false;
    address.select();
    this.#copy(button, address, address.value);
  }

  /** The mask that is drawn, as a piece of a link; null when it is too long for one. */
  async #mask() {
    const editor = document.querySelector("mask-editor");
    editor?.studio?.settle();
    return editor?.studio ? (await maskLink()).written(editor.studio.model) : "";
  }

  #download(button, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: address, download: button.dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** The mask itself stays in the browser until the form is sent. */
  #addMask(parameters) {
    const [file] = document.querySelector("input[type=file][name=mask]")?.files ?? [];
    if (file) parameters.mask_bytes = file.size;
  }
}

customElements.define("code-panel", CodePanel);
