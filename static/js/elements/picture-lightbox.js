import { shortcutKey } from "../lib/shortcut-key.js";
import { shownFrame } from "./picture-board.js";
import { fit, move, zoom } from "../lib/zoom.js";

const STEP = 1.4;

/** Show the pictures of a run in full size: zoom by buttons, wheel, keys and pinch; arrows step through them. */
class PictureLightbox extends HTMLElement {
  #ends = new AbortController();
  #fingers = new Map();

  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.stage = this.querySelector(".light-view");
    this.large = this.querySelector("[data-large]");
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    on(document, "click", (event) => this.#open(event));
    on(this.dialog, "click", (event) => this.#press(event.target.closest("button")));
    on(this.dialog, "keydown", (event) => this.#key(event));
    on(this.dialog, "close", () => this.opener?.isConnected && this.opener.focus());
    // Not passive, because the page below must not scroll.
    on(this.stage, "wheel", (event) => this.#wheel(event), { passive: false });
    on(this.stage, "dblclick", (event) => this.#toggle(event));
    on(this.stage, "pointerdown", (event) => this.#down(event));
    on(this.stage, "pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) on(this.stage, name, (event) => this.#fingers.delete(event.pointerId));
    on(window, "resize", () => this.dialog.open && this.#fit());
    on(this.large, "load", () => this.#fit());
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  #open(event) {
    const link = event.target.closest("a[data-lightbox]");
    // With these keys the link opens in a tab or a window, as links do.
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.run = link.closest("[data-run]");
    this.tiles = [...this.run.querySelectorAll("[data-tile]")];
    this.dialog.showModal();
    this.#show(this.tiles.indexOf(link.closest("[data-tile]")));
  }

  get #board() {
    return this.run.querySelector("picture-board");
  }

  #show(index) {
    this.index = (index + this.tiles.length) % this.tiles.length;
    const tile = this.tiles[this.index];
    const link = shownFrame(tile);
    const small = link.querySelector("img");
    this.opener = link;
    this.#board?.choose(Number(tile.dataset.tile));
    this.dialog.dataset.shown = tile.dataset.shown ?? "returned";
    // The buttons over the picture belong to forms of the page by their attribute `form`, so copies work as they do.
    const bar = tile.querySelector(".tile-bar")?.cloneNode(true);
    this.querySelector("[data-bar]").replaceChildren(...(bar?.children ?? []));
    // Hidden until it is loaded: its size, and so its place, is not known before.
    this.large.hidden = true;
    // Not currentSrc, which may be the small file of `srcset`.
    this.large.src = small.getAttribute("src");
    this.large.alt = small.alt;
    this.large.parentElement.classList.toggle("alpha", link.classList.contains("alpha"));
    this.querySelector("[data-place]").textContent = `${this.index + 1} / ${this.tiles.length}`;
    for (const step of this.querySelectorAll("[data-step]")) step.hidden = this.tiles.length < 2;
  }

  get #window() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  get #picture() {
    return { width: this.large.naturalWidth, height: this.large.naturalHeight };
  }

  #fit() {
    if (!this.large.naturalWidth) return;
    this.large.hidden = false;
    this.#setView(fit(this.#window, this.#picture));
  }

  #setView(view) {
    this.view = view;
    this.large.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    this.querySelector("[data-percent]").textContent = percent.format(view.scale);
  }

  #zoom(factor, point = { x: this.#window.width / 2, y: this.#window.height / 2 }) {
    if (this.view) this.#setView(zoom(this.view, factor, point, this.#window, this.#picture));
  }

  #stagePoint(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #press(button) {
    if (!button) return;
    if ("close" in button.dataset) this.dialog.close();
    else if (button.dataset.step) this.#show(this.index + Number(button.dataset.step));
    else if ("toggleVersion" in button.dataset) this.#switchVersion();
    else if (button.dataset.zoom === "fit") this.#fit();
    else if (button.dataset.zoom) this.#zoom(button.dataset.zoom === "in" ? STEP : 1 / STEP);
  }

  #switchVersion() {
    this.#board.switchVersion(Number(this.tiles[this.index].dataset.tile));
    this.#show(this.index);
    this.querySelector("[data-toggle-version]").focus();
  }

  #key(event) {
    const acts = {
      ArrowLeft: () => this.#show(this.index - 1),
      ArrowRight: () => this.#show(this.index + 1),
      "+": () => this.#zoom(STEP),
      "=": () => this.#zoom(STEP),
      "-": () => this.#zoom(1 / STEP),
      0: () => this.#fit(),
    };
    const act = acts[shortcutKey(event)];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #wheel(event) {
    event.preventDefault();
    this.#zoom(Math.exp(-event.deltaY / 400), this.#stagePoint(event));
  }

  #toggle(event) {
    if (this.view.scale < 1) this.#zoom(1 / this.view.scale, this.#stagePoint(event));
    else this.#fit();
  }

  #down(event) {
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, this.#stagePoint(event));
  }

  #drag(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before || !this.view) return;
    const now = this.#stagePoint(event);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.#zoom(distance(now, other) / Math.max(1, distance(before, other)), other);
    else this.#setView(move(this.view, { x: now.x - before.x, y: now.y - before.y }, this.#window, this.#picture));
    this.#fingers.set(event.pointerId, now);
  }
}

const distance = (first, second) => Math.hypot(first.x - second.x, first.y - second.y);

customElements.define("picture-lightbox", PictureLightbox);
