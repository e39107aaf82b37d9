const HEADERS = { "HX-Request": "true" };
const PAUSE_MS = 120;
const MOVES = { ArrowDown: (place) => place + 1, ArrowUp: (place) => place - 1, Home: () => 0, End: () => -1 };

/** Open the palette in place of the page that `link` leads to, or close it. */
export function openPalette(link) {
  // main.js says so there when this module did not load before.
  const notice = document.getElementById("gone");
  if (notice?.textContent === link.dataset.lost) notice.replaceChildren();
  const open = document.querySelector("dialog[open]");
  if (open?.matches(".commands")) open.close();
  else if (!open) new Palette(link);
}

const create = (tag, properties) => Object.assign(document.createElement(tag), properties);

class Palette {
  #request = null;
  #timer = 0;
  // Keys pressed before the answer to the typed words: they mean an option that is not there yet.
  #keys = [];
  #isCurrent = false;

  constructor(link) {
    this.url = link.pathname;
    this.input = create("input", { type: "text", role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false", ariaLabel: link.title, placeholder: link.title, maxLength: 200, autocomplete: "off", spellcheck: false, enterKeyHint: "go" });
    this.input.setAttribute("aria-controls", "command-results");
    this.content = create("div", { className: "content" });
    this.status = create("p", { className: "hint", role: "status" });
    this.lost = create("p", { className: "error", role: "alert" });
    this.lostText = link.dataset.lost;
    this.dialog = create("dialog", { className: "sheet commands", ariaLabel: link.title });
    this.dialog.append(this.input, this.content, this.status, this.lost);
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("click", (event) => this.#click(event));
    this.dialog.addEventListener("close", () => {
      this.#request?.abort();
      clearTimeout(this.#timer);
      this.dialog.remove();
    });
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.#find();
  }

  get options() {
    return [...this.content.querySelectorAll("[role=option]")];
  }

  get selected() {
    return this.content.querySelector('[aria-selected="true"]');
  }

  #typed() {
    this.#request?.abort();
    this.#request = null;
    this.#keys = [];
    this.#isCurrent = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#find(), PAUSE_MS);
  }

  async #find() {
    clearTimeout(this.#timer);
    const request = (this.#request = new AbortController());
    const query = `${this.url}?${new URLSearchParams({ q: this.input.value })}`;
    const html = await fetch(query, { headers: HEADERS, signal: request.signal }).then((response) => (response.ok ? response.text() : null)).catch(() => null);
    const { content } = create("template", { innerHTML: html ?? "" });
    await loadStyles(content);
    if (request.signal.aborted) return;
    this.#request = null;
    this.#isCurrent = html !== null;
    this.lost.textContent = html === null ? this.lostText : "";
    this.content.replaceChildren(content);
    this.input.ariaExpanded = String(this.#isCurrent);
    if (this.#isCurrent) this.#addTools();
    this.#select(this.options[0]);
    this.#showCount();
    for (const key of this.#keys.splice(0)) if (this.#isCurrent) this.#press(key);
  }

  /** Offer the buttons of the mask and markup editors, in the words of their toolbars. */
  #addTools() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const buttons = [...document.querySelectorAll(".mask-tool")].filter((button) => button.checkVisibility() && !button.disabled && words.every((word) => button.title.toLowerCase().includes(word)));
    const section = this.content.querySelector("template").content.firstElementChild;
    if (buttons.length === 0) return;
    const pattern = section.querySelector("[role=option]");
    section.append(...buttons.map((button, place) => {
      const option = pattern.cloneNode(true);
      option.id = `command-tools-${place}`;
      option.firstElementChild.textContent = button.title;
      option.button = button;
      return option;
    }));
    pattern.remove();
    this.content.querySelector("[role=listbox]").prepend(section);
  }

  #showCount() {
    const { none, one, many } = this.content.querySelector("[role=listbox]")?.dataset ?? {};
    const count = this.options.length;
    this.status.textContent = count === 0 ? none : count === 1 ? one : many.replace("{count}", count);
  }

  #select(option) {
    if (this.selected) this.selected.ariaSelected = "false";
    if (option) option.ariaSelected = "true";
    // The heading of the first group is above its first option.
    (option === this.options[0] ? option?.parentElement : option)?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  #key(event) {
    // Enter and arrows of an input method choose characters, and belong to it.
    if (event.isComposing || event.shiftKey || event.altKey || (event.key !== "Enter" && !(event.key in MOVES))) return;
    event.preventDefault();
    if (this.#isCurrent) return this.#press(event.key);
    this.#keys.push(event.key);
    if (event.key === "Enter" && !this.#request) this.#find();
  }

  #press(key) {
    if (key === "Enter") return this.selected?.click();
    const { options } = this;
    this.#select(options.at(MOVES[key](options.indexOf(this.selected)) % options.length));
  }

  #click(event) {
    const option = event.target.closest("[role=option]");
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    const { clientX: x, clientY: y, target } = event;
    if (target === this.dialog && (x < left || x > right || y < top || y > bottom)) return this.dialog.close();
    // A modified click opens another tab.
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const control = option.button ?? (option.dataset.press && document.querySelector(option.dataset.press));
    if (control) event.preventDefault();
    // The prompt of an option is filled in by the form (brief-form.js), which listens to the same click.
    this.dialog.close();
    control?.click();
  }
}

/** Move the style sheets of `content` to the page, and wait until they apply. */
function loadStyles(content) {
  return Promise.all([...content.querySelectorAll("link")].map((sheet) => {
    sheet.remove();
    if (document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) return null;
    document.head.append(sheet);
    return new Promise((done) => (sheet.onload = sheet.onerror = done));
  }));
}
