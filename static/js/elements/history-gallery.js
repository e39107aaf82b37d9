const SEARCH_DELAY_MS = 300;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The history: search while typing, and a selection of runs that outlives searches and pages. */
class HistoryGallery extends HTMLElement {
  // Ids of the selected runs, with their numbers of images.
  #selected = new Map();
  #anchor = null;
  #ends = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("#selection");
    if (!this.form) return;
    this.search = this.querySelector(".gallery-search");
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this, "click", (event) => this.#clicked(event));
    on(this, "change", ({ target }) => this.#changed(target));
    on(this, "keydown", (event) => this.#pressed(event));
    on(this.form, "formdata", ({ formData }) => this.#addOthers(formData));
    on(this.search.q, "input", (event) => this.#typed(event));
    // While a Chinese word is composed, the field holds its letters.
    on(this.search.q, "compositionend", (event) => this.#typed(event));
    on(this, "htmx:configRequest", ({ target, detail }) => target === this.search && dropEmpty(detail.parameters));
    on(this, "htmx:beforeRequest", ({ detail }) => this.#sent(detail));
    for (const name of ["htmx:sendError", "htmx:timeout"]) on(this, name, ({ detail }) => this.#failed(detail));
    on(this, "htmx:afterSwap", (event) => this.#swapped(event));
    on(document, "htmx:oobAfterSwap", () => this.#show());
    // Browsers restore checkboxes when a page is reloaded or visited again.
    on(window, "pageshow", () => this.#readBoxes());
    this.#readBoxes();
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearTimeout(this.timer);
  }

  get #boxes() {
    return [...this.querySelectorAll("[data-select]")];
  }

  #readBoxes() {
    for (const box of this.#boxes) if (box.checked) this.#set(box, true);
    this.#show();
  }

  #set(box, isSelected) {
    box.checked = isSelected;
    if (isSelected) this.#selected.set(box.value, Number(box.dataset.pictures));
    else this.#selected.delete(box.value);
  }

  /** Check the boxes of selected runs, and let the bar say what can be done with them. */
  #show() {
    const boxes = this.#boxes;
    for (const box of boxes) box.checked = this.#selected.has(box.value);
    const here = boxes.filter((box) => box.checked).length;
    const count = this.#selected.size;
    const counts = [...this.#selected.values()].filter(Boolean);
    const pictures = counts.reduce((sum, number) => sum + number, 0);
    this.toggleAttribute("data-selecting", count > 0);
    this.form.querySelector("[data-selected]").textContent = count;
    const elsewhere = this.form.querySelector("[data-elsewhere]");
    elsewhere.hidden = count === here;
    elsewhere.querySelector("span").textContent = count - here;
    this.form.querySelector("[data-zip]").disabled = !pictures;
    // Of many images, one of each run is compared.
    const compare = this.form.querySelector("[data-compare-limit]");
    const compared = pictures > compare.dataset.compareLimit ? counts.length : pictures;
    compare.disabled = compared < 2 || compared > compare.dataset.compareLimit;
    const all = this.querySelector("[data-select-all]");
    if (all) Object.assign(all, { checked: here > 0 && here === boxes.length, indeterminate: here > 0 && here < boxes.length });
  }

  #selectRange(from, to, isSelected) {
    const boxes = this.#boxes;
    const [first, last] = [boxes.indexOf(from), boxes.indexOf(to)].sort((a, b) => a - b);
    for (const box of boxes.slice(Math.max(0, first), last + 1)) this.#set(box, isSelected);
  }

  #selectPage(isSelected) {
    for (const box of this.#boxes) this.#set(box, isSelected);
    this.#show();
  }

  #unselect() {
    const hadFocus = this.form.contains(document.activeElement);
    this.#selected.clear();
    this.#show();
    // The bar that had the focus is hidden now.
    if (hadFocus) this.querySelector("#gallery").focus({ preventScroll: true });
  }

  #clicked(event) {
    const { target } = event;
    if (target.matches("[data-select]")) {
      if (event.shiftKey && this.#anchor?.isConnected) this.#selectRange(this.#anchor, target, target.checked);
      this.#anchor = target;
    } else if (target.closest("[data-unselect]")) {
      this.#unselect();
    } else if (target.closest("[data-search-again]")) {
      this.#request();
    } else if (target.closest("[data-clear]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.#clear();
    }
  }

  #changed(target) {
    if (target.matches("[data-select-all]")) return this.#selectPage(target.checked);
    if (!target.matches("[data-select]")) return;
    this.#set(target, target.checked);
    this.#show();
  }

  #pressed(event) {
    const isSelecting = event.target.closest("#gallery, #selection") && !event.target.closest(".menu[open]");
    if (!isSelecting || event.altKey) return;
    const direction = KEYS[event.key];
    const box = event.target.closest(".shot")?.querySelector("[data-select]");
    if (direction && box && event.target.matches("[data-select], .state a")) {
      event.preventDefault();
      this.#move(event, box, direction);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#selectPage(true);
    } else if (event.key === "Escape" && this.#selected.size) {
      this.#unselect();
    } else if (event.key === "Delete" && this.#selected.size) {
      this.form.requestSubmit(this.form.querySelector("[data-delete]"));
    }
  }

  /** Focus the next run in that direction; with Shift, select the runs up to it. */
  #move(event, box, [right, down]) {
    const boxes = this.#boxes;
    const next = right ? boxes[boxes.indexOf(box) + right] : nearestInRow(boxes, box, down);
    if (!next) return;
    if (event.shiftKey) {
      this.#selectRange(box, next, true);
      this.#show();
    }
    const isTitle = !event.target.matches("[data-select]");
    (isTitle ? next.closest(".shot").querySelector(".state a") : next).focus();
    this.#anchor = next;
  }

  /** Send runs of other pages too: the form has no boxes of theirs. */
  #addOthers(formData) {
    const shown = new Set(this.#boxes.map((box) => box.value));
    for (const id of this.#selected.keys()) if (!shown.has(id)) formData.append("run", id);
  }

  #typed(event) {
    if (event.isComposing) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#request(), SEARCH_DELAY_MS);
  }

  #request() {
    clearTimeout(this.timer);
    window.htmx.trigger(this.search, "search-now");
  }

  #clear() {
    this.search.q.value = "";
    this.search.api.value = "";
    for (const box of this.search.querySelectorAll("[type=checkbox]")) box.checked = false;
    this.search.q.focus();
    this.#request();
  }

  #sent({ target }) {
    if (target.id !== "gallery") return;
    target.setAttribute("aria-busy", "true");
    this.#showFailure(false);
  }

  #failed({ target }) {
    if (target?.id !== "gallery") return;
    target.removeAttribute("aria-busy");
    this.#showFailure(true);
  }

  #showFailure(isFailed) {
    this.querySelector("[data-search-failed]").hidden = !isFailed;
  }

  #swapped({ detail }) {
    this.#show();
    // The links to other languages lead to this page as it is now.
    for (const link of document.querySelectorAll(".languages a")) {
      const query = new URLSearchParams(location.search);
      query.set("lang", link.hreflang);
      link.search = query;
    }
    // The link that was pressed is gone: begin at the top of the new page.
    if (detail.requestConfig.elt.matches(".pages a")) {
      this.querySelector("#gallery").focus({ preventScroll: true });
      this.scrollIntoView({ block: "start" });
    }
  }
}

/** Drop fields without a value, so that addresses stay short. */
function dropEmpty(parameters) {
  for (const [name, value] of Object.entries(parameters)) if (value === "") delete parameters[name];
}

/** Return the box above (-1) or below (1) that is nearest in the next row. */
function nearestInRow(boxes, box, down) {
  const middle = (one) => one.getBoundingClientRect();
  const from = middle(box);
  const beyond = boxes.filter((one) => (middle(one).top - from.top) * down > 8);
  const row = Math.min(...beyond.map((one) => Math.abs(middle(one).top - from.top)));
  const inRow = beyond.filter((one) => Math.abs(middle(one).top - from.top) - row < 8);
  return inRow.sort((a, b) => Math.abs(middle(a).left - from.left) - Math.abs(middle(b).left - from.left))[0];
}

customElements.define("history-gallery", HistoryGallery);
