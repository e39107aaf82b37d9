const SHOWN_MS = 2000;

/** A button that copies a text, the text at an address, the code shown beside it, or a picture; hidden where the
    clipboard cannot be written. */
class CopyButton extends HTMLElement {
  connectedCallback() {
    const isPicture = "pictureUrl" in this.dataset;
    if (!navigator.clipboard || ((isPicture || "textUrl" in this.dataset) && !window.ClipboardItem)) return;
    this.hidden = false;
    this.words = this.querySelector("span");
    this.label = this.words.textContent;
    this.onclick = () => this.#copy(isPicture);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async #copy(isPicture) {
    try {
      if (isPicture) await navigator.clipboard.write([new ClipboardItem({ "image/png": this.#picture() })]);
      else if ("textUrl" in this.dataset) await navigator.clipboard.write([new ClipboardItem({ "text/plain": this.#fetched() })]);
      else await navigator.clipboard.writeText(this.dataset.text ?? this.#shownCode());
    } catch {
      this.hidden = true;
      return;
    }
    this.words.textContent = this.dataset.done;
    this.toggleAttribute("data-copied", true);
    document.getElementById("announcer").textContent = this.dataset.done;
    this.timer = setTimeout(() => {
      this.words.textContent = this.label;
      this.removeAttribute("data-copied");
    }, SHOWN_MS);
  }

  /** The code of this listing in the chosen language. */
  #shownCode() {
    return [...this.closest(".listing").querySelectorAll("pre")].find((code) => code.offsetParent).textContent;
  }

  async #fetched() {
    const answer = await fetch(this.dataset.textUrl);
    if (!answer.ok) throw new Error(String(answer.status));
    return new Blob([await answer.text()], { type: "text/plain" });
  }

  async #picture() {
    const response = await fetch(this.dataset.pictureUrl);
    if (!response.ok) throw new Error(String(response.status));
    return response.blob();
  }
}

customElements.define("copy-button", CopyButton);
