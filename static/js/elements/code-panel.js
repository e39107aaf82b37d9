import { loadMaskLink, formValues, encodeBrief } from "../lib/share-link.js";

const SHOWN = 2000;

/** The open code panel: style sheet, chosen tab, copies, downloads and links. */
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

  /** Restore the chosen tab: the one chosen before this module was loaded, else the stored one. */
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

  /** Copy a text; select it where the clipboard cannot be written. */
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

  /** Show "Copied"; called again when the code, and its button, was replaced meanwhile. */
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
    const values = formValues(document.querySelector("brief-form form"));
    address.value = new URL(button.dataset.share + encodeBrief(values, mask ?? ""), location);
    address.hidden = false;
    address.select();
    this.#copy(button, address, address.value);
  }

  /** Encode the drawn mask for a link; null when it is too long. */
  async #mask() {
    const editor = document.querySelector("mask-editor");
    editor?.controller?.settle();
    return editor?.controller ? (await loadMaskLink()).encodeMask(editor.controller.model) : "";
  }

  #download(button, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: address, download: button.dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** Send the size of the mask only: the mask stays in the browser until the form is sent. */
  #addMask(parameters) {
    const [file] = document.querySelector("input[type=file][name=mask]")?.files ?? [];
    if (file) parameters.mask_bytes = file.size;
  }
}

customElements.define("code-panel", CodePanel);
