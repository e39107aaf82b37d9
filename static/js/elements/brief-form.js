import { countCharacters, written } from "../text.js";

/** The brief: counts, fills, keeps what is typed, and says beside the button what went wrong on the way. */
class BriefForm extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("form");
    this.prompt = this.form.elements.prompt;
    this.notice = this.querySelector("#submit-notice");
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this.prompt, "input", () => this.#typed());
    on(this.form, "keydown", (event) => this.#key(event));
    on(this.form, "change", (event) => event.target.name === "api" && this.#chose(event.target));
    on(this.form, "change", () => this.#prevent());
    on(document, "click", (event) => this.#click(event));
    on(this.form, "htmx:beforeRequest", () => this.notice.replaceChildren());
    on(this.form, "htmx:sendError", (event) => this.#tell(event, this.dataset.offline));
    on(this.form, "htmx:timeout", (event) => this.#tell(event, this.dataset.late));
    on(this.form, "htmx:responseError", (event) => this.notice.textContent.trim() || this.#tell(event, this.dataset.late));
    this.#restore();
    this.#count();
    this.#prevent();
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearTimeout(this.keeping);
  }

  /** What cannot go together cannot be chosen together, and the reason stands beside it. */
  #prevent() {
    const { background, output_format: format } = this.form.elements;
    const [isTransparent, isJpeg] = [background?.value === "transparent", format?.value === "jpeg"];
    for (const option of format?.options ?? []) option.disabled = isTransparent && !isJpeg && option.value === "jpeg";
    for (const option of background?.options ?? []) option.disabled = isJpeg && !isTransparent && option.value === "transparent";
    for (const why of this.querySelectorAll("[data-why]")) {
      why.hidden = !(why.dataset.why === "jpeg" ? isJpeg && !isTransparent : isTransparent);
    }
  }

  #tell(event, words) {
    if (event.target === this.form) this.notice.textContent = words;
  }

  #typed() {
    this.#count();
    this.prompt.removeAttribute("aria-invalid");
    this.querySelector("#error-prompt")?.remove();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.#keep(), 300);
  }

  /** The text stays with this step of the history: back, forward and reload find it again. */
  #keep() {
    history.replaceState({ ...history.state, draft: this.prompt.value }, "");
  }

  #restore() {
    const draft = history.state?.draft;
    if (typeof draft === "string" && draft && !this.querySelector("[data-field-error]")) this.prompt.value = draft;
  }

  #count() {
    const count = countCharacters(this.prompt.value);
    const [shown, most] = [this.querySelector("[data-count]"), this.querySelector("[data-limit]")];
    const limit = Number(most.dataset.limit);
    shown.textContent = written(count, document.documentElement.lang);
    most.textContent = written(limit, document.documentElement.lang);
    shown.parentElement.toggleAttribute("data-over", count > limit);
  }

  #fill(words) {
    this.prompt.value = words;
    this.#typed();
    this.prompt.focus();
    this.prompt.setSelectionRange(words.length, words.length);
  }

  #click(event) {
    const filling = event.target.closest("[data-fill]");
    const choosing = event.target.closest("[data-choose-api]");
    if (filling && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      filling.closest("details")?.removeAttribute("open");
      this.#fill(filling.dataset.fill);
    } else if (choosing) {
      const radio = this.form.querySelector(`[name="api"][value="${CSS.escape(choosing.dataset.chooseApi)}"]`);
      radio.click();
      (this.querySelector("#api-picker").open ? this.form.elements.key : this.querySelector("#submit")).focus();
    }
  }

  #chose(radio) {
    const row = radio.closest("label");
    this.querySelector("[data-chosen-api]").textContent = row.querySelector("b").textContent;
    this.querySelector("[data-chosen-key]").textContent = row.querySelector(".chip").textContent;
    this.form.elements.key.placeholder = radio.dataset.placeholder;
    if ("demo" in radio.dataset || "hasKey" in radio.dataset) return;
    this.querySelector("#api-picker").open = true;
    this.querySelector(".key").scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const menu = this.querySelector(".earlier");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && event.altKey && menu) {
      event.preventDefault();
      menu.open = true;
      menu.querySelector("button").focus();
    } else if (menu?.contains(event.target) && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const places = [...menu.querySelectorAll("button")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      places.at((places.indexOf(event.target) + step) % places.length).focus();
    }
  }
}

customElements.define("brief-form", BriefForm);
