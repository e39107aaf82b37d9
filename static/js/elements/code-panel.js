const SHOWN = 2000;

/** The code panel while it is open: its looks, the tab that was chosen last, downloads, and the mask's size. */
class CodePanel extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    const { style } = this.closest("details").dataset;
    if (!document.querySelector(`link[href="${style}"]`)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    }
    const options = { signal: this.#ends.signal };
    this.addEventListener("change", ({ target }) => this.#chose(target), options);
    this.addEventListener("click", ({ target }) => this.#click(target), options);
    this.addEventListener("htmx:configRequest", ({ detail }) => this.#addMask(detail.parameters), options);
    const chosen = this.querySelector(`[name="code-tab"][value="${CSS.escape(localStorage.getItem("code-tab") ?? "")}"]`);
    if (chosen) chosen.checked = true;
    this.querySelector("#code-body").dispatchEvent(new Event("refresh-code"));
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  #chose(radio) {
    if (radio.name === "code-tab") localStorage.setItem("code-tab", radio.value);
  }

  #click(target) {
    const [copying, keeping] = [target.closest("[data-copy]"), target.closest("[data-download]")];
    if (copying) this.#copy(copying, document.getElementById(copying.dataset.copy));
    if (keeping) this.#download(keeping, document.getElementById(keeping.dataset.download).textContent);
  }

  /** Where the browser has no clipboard to write to, the text is marked instead. */
  async #copy(button, shown) {
    try {
      await navigator.clipboard.writeText(shown.textContent);
    } catch {
      getSelection().selectAllChildren(shown);
      return;
    }
    const words = button.querySelector("span");
    const label = words.textContent;
    words.textContent = document.getElementById("announcer").textContent = button.dataset.done;
    setTimeout(() => (words.textContent = label), SHOWN);
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
