import { steppedIndex } from "../lib/grid-steps.js";

// A poll replaces the card while the run is active: what was chosen is remembered by run.
const chosenNumbers = new Map();
const shownVersions = new Map();

/** Return the version of a tile's picture that is shown: the locked one or the one that the API returned. */
export function shownFrame(tile) {
  return tile.querySelector(`a.frame[data-version="${tile.dataset.shown ?? "returned"}"]`) ?? tile.querySelector("a.frame");
}

/** The thumbnails of a run. Choosing a picture here or on the stage shows its facts and buttons in the side panel. */
class PictureBoard extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.run = this.closest("[data-run]");
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    // A press focuses the link before it clicks it: remember what was chosen before.
    on(this.run, "pointerdown", () => (this.before = this.number), { capture: true });
    on(this.run, "focusin", ({ target }) => this.choose(numberAt(target)));
    on(this.run, "click", (event) => this.#click(event));
    on(this.run, "change", ({ target }) => this.#changed(target));
    on(this.run, "keydown", (event) => this.#key(event));
    on(document, "htmx:afterSettle", () => this.#showStars());
    const linked = location.hash.length > 1 && this.run.querySelector(`[data-panel]${location.hash}`);
    const remembered = chosenNumbers.get(this.run.id);
    this.choose(remembered ?? Number((linked || this.run.querySelector("[data-panel]")).dataset.panel));
    // Pictures may arrive in any order: only a choice of the visitor outlives the next poll.
    if (!remembered) chosenNumbers.delete(this.run.id);
    for (const tile of this.#tiles) this.show(Number(tile.dataset.tile), shownVersions.get(this.#place(tile)) ?? tile.dataset.shown);
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  get #tiles() {
    return [...this.run.querySelectorAll("[data-tile]")];
  }

  /** The number of the chosen picture. */
  get number() {
    return Number(this.run.querySelector("[data-panel][data-chosen]").dataset.panel);
  }

  #tile(number) {
    return this.run.querySelector(`[data-tile="${number}"]`);
  }

  #place(tile) {
    return `${this.run.id}/${tile.dataset.tile}`;
  }

  choose(number) {
    if (!number || !this.#tile(number)) return;
    chosenNumbers.set(this.run.id, number);
    const isOnly = this.#tiles.length < 2;
    for (const tile of this.#tiles) tile.toggleAttribute("data-chosen", !isOnly && Number(tile.dataset.tile) === number);
    for (const panel of this.run.querySelectorAll("[data-panel]")) panel.toggleAttribute("data-chosen", Number(panel.dataset.panel) === number);
    for (const pick of this.querySelectorAll("[data-pick]")) {
      if (Number(pick.dataset.pick) === number) pick.setAttribute("aria-current", "true");
      else pick.removeAttribute("aria-current");
    }
  }

  /** Show one version of a picture. The other one stays below it, loaded: switching shows every difference. */
  show(number, version) {
    const tile = this.#tile(number);
    if (!version) return;
    shownVersions.set(this.#place(tile), version);
    for (const part of [tile, this.run.querySelector(`[data-panel="${number}"]`)]) part.dataset.shown = version;
    for (const frame of tile.querySelectorAll("a.frame")) frame.inert = frame.dataset.version !== version;
    for (const radio of this.run.querySelectorAll(`[data-panel="${number}"] .versions input`)) radio.checked = radio.value === version;
  }

  switchVersion(number) {
    this.show(number, this.#tile(number).dataset.shown === "locked" ? "returned" : "locked");
  }

  /** Show a star that was set by one button on the others of the same picture. */
  #showStars() {
    for (const button of this.run.querySelectorAll("[data-star]")) {
      const isSet = button.getAttribute("aria-pressed");
      for (const other of document.querySelectorAll(`[data-star-of="${button.form.id}"]`)) other.setAttribute("aria-pressed", isSet);
      this.querySelector(`[data-pick="${button.dataset.star}"] .starred`)?.toggleAttribute("hidden", isSet !== "true");
    }
  }

  #click(event) {
    const number = numberAt(event.target);
    if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("[data-toggle-version]")) this.switchVersion(number);
    // The first press on a picture chooses it, the next one opens it. Enter opens it at once.
    const isFirst = event.detail > 0 && this.#tiles.length > 1 && this.before !== number && event.target.closest("a.frame");
    if (isFirst || event.target.closest("[data-pick]")) event.preventDefault();
    this.choose(number);
  }

  #changed(radio) {
    if (radio.matches(".versions input")) this.show(Number(radio.closest("[data-panel]").dataset.panel), radio.value);
  }

  /** Arrow keys move between the pictures of the stage, or between the thumbnails. */
  #key(event) {
    const isPick = event.target.matches("[data-pick]");
    if ((!isPick && !event.target.matches("a.frame")) || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = isPick ? [...this.querySelectorAll("[data-pick]")] : this.#tiles.map(shownFrame);
    const next = steppedIndex(event.key, items.indexOf(event.target), items.length, rowLength(items));
    if (next === null || items.length < 2) return;
    event.preventDefault();
    items[next].focus();
  }
}

function numberAt(target) {
  const place = target.closest("[data-pick], [data-tile]");
  return place && Number(place.dataset.pick ?? place.dataset.tile);
}

function rowLength(items) {
  const tops = items.map((item) => Math.round(item.getBoundingClientRect().top));
  return tops.filter((top) => top === tops[0]).length;
}

customElements.define("picture-board", PictureBoard);
