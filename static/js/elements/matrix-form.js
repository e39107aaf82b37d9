import { growTextArea } from "../lib/text.js";

const KEPT = "matrix-prompt";

/** Keep the typed prompts in this tab, and begin with the prompt that was typed in the studio. */
class MatrixForm extends HTMLElement {
  connectedCallback() {
    this.prompt = this.querySelector("[name=prompt]");
    this.prompt.addEventListener("input", () => {
      growTextArea(this.prompt);
      sessionStorage.setItem(KEPT, this.prompt.value);
    });
    // Enter would press the button, whose total may be the one before this size.
    this.querySelector("[name=own_sizes]")?.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.querySelector("form").addEventListener("submit", () => sessionStorage.removeItem(KEPT));
    growTextArea(this.prompt);
    if (this.prompt.value.trim() || this.prompt.matches("[aria-invalid]")) return;
    const typed = sessionStorage.getItem(KEPT) ?? JSON.parse(sessionStorage.getItem(this.dataset.draft) ?? "{}").prompt?.to;
    if (typed) this.#fill(typed);
  }

  #fill(words) {
    this.prompt.value = words;
    growTextArea(this.prompt);
    // A prompt of several lines is one prompt in the studio.
    if (!sessionStorage.getItem(KEPT)) this.querySelector("[name=per_line]").checked = !words.includes("\n");
    const askTotal = () => this.prompt.dispatchEvent(new CustomEvent("new-total", { bubbles: true }));
    // htmx listens after the load event only.
    if (document.readyState === "complete") askTotal();
    else window.addEventListener("load", () => setTimeout(askTotal), { once: true });
  }
}

customElements.define("matrix-form", MatrixForm);
