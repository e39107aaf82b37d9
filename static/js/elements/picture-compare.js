import { comparisonFrame, linePercent, lineX, wholePixelClip } from "../lib/comparison-frame.js";
import { comparisonItems, comparisonOptions, offeredItems, paneItems } from "../lib/comparison-items.js";
import { shortcutKey } from "../lib/shortcut-key.js";
import { fit, move, zoom } from "../lib/zoom.js";

const STEP = 1.4;
const BLINK_MS = 700;
const ARROW = 2;
const OPENERS = "[data-compare], [data-compare-with]";

/**
 * Compare two pictures: slider, blink, side by side, difference. In a dialog it offers the pictures of the page; on a
 * page of its own it shows those that the server put into its panes, and all of them side by side, or offers those that
 * are listed below the panes.
 */
class PictureCompare extends HTMLElement {
  #ends = new AbortController();
  #fingers = new Map();
  #line = 50;

  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.stage = this.querySelector(".compare-stage");
    this.picks = { a: this.querySelector("[data-side='a']"), b: this.querySelector("[data-side='b']") };
    this.panes = [...this.querySelectorAll("[data-pane]")];
    this.range = this.querySelector("[data-line]");
    this.hold = this.querySelector("[data-hold]");
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    if (this.dialog) {
      on(document, "click", (event) => event.target.closest(OPENERS) && this.#open(event.target.closest(OPENERS)));
      // Images of a run arrive out of band, and so there may be two to compare by now.
      on(document, "htmx:oobAfterSwap", () => this.#updateButtons());
      on(this.dialog, "close", () => this.#closed());
    }
    on(this, "click", (event) => this.#press(event.target.closest("button")));
    on(this, "click", (event) => this.#pick(event));
    on(this, "change", (event) => this.#changed(event.target));
    on(this, "input", (event) => this.#set(event.target));
    // On a page, arrow keys scroll unless the pictures have the focus.
    on(this.dialog ?? this.stage, "keydown", (event) => this.#key(event));
    // Not passive, because the page below must not scroll.
    on(this.stage, "wheel", (event) => this.#wheel(event), { passive: false });
    on(this.stage, "pointerdown", (event) => this.#down(event));
    on(this.stage, "pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) on(this.stage, name, (event) => this.#up(event));
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) {
      on(this.hold, name, (event) => this.#show(event.type === "pointerdown" ? "b" : "a"));
    }
    on(window, "resize", () => this.dialog?.open !== false && this.#fit());
    if (this.dialog) this.#updateButtons();
    else this.#showPanes();
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearInterval(this.blinking);
  }

  // -- choice of the pictures ------------------------------------------------------------------------------------------

  #updateButtons() {
    const isEnough = comparisonItems(document).length > 1;
    for (const button of document.querySelectorAll(OPENERS)) button.hidden = !isEnough;
  }

  #open(opener) {
    this.opener = opener;
    this.items = comparisonItems(document);
    for (const pick of Object.values(this.picks)) pick.replaceChildren(...comparisonOptions(this.items, this.dataset.earlier));
    const results = this.items.filter(({ isEarlier, isSource }) => !isEarlier && !isSource);
    // The button over a picture names it; the one of the side panel means the chosen picture.
    const chosen = opener.dataset.compareWith ?? document.querySelector(".stage [data-tile][data-chosen] a.frame:not([inert])")?.href;
    const second = this.items.find(({ url }) => chosen && url === new URL(chosen, document.baseURI).href) ?? results[0] ?? this.items[1];
    // A source beside its result: what an edit changed is the usual question.
    const first = this.items.find(({ isSource }) => isSource) ?? this.items.find((item) => item !== second);
    this.picks.a.value = first.url;
    this.picks.b.value = second.url;
    this.dialog.showModal();
    this.#switch(this.#mode);
  }

  /** Show the pictures that are in the panes already. */
  #showPanes() {
    const offered = offeredItems(this);
    this.items = offered.length ? offered : paneItems(this.panes);
    for (const pick of Object.values(this.picks)) pick.replaceChildren(...comparisonOptions(this.items));
    [this.picks.a.value, this.picks.b.value] = this.items.map(({ url }) => url);
    // A mode that was chosen before this script ran, or that the browser restored, counts.
    this.#switch(this.querySelector("[name='compare-mode']:checked")?.value ?? this.#mode);
  }

  /** Put the pictures into the panes: the chosen two, or all of a page side by side. */
  #load() {
    const isAll = !this.dialog && this.#mode === "beside" && this.items.length === this.panes.length;
    const chosen = Object.values(this.picks).map((pick) => this.items.find(({ url }) => url === pick.value));
    const shown = isAll ? this.items : chosen;
    this.frame = comparisonFrame(...shown);
    for (const [index, { url, label, tag }] of shown.entries()) {
      const image = this.panes[index].querySelector("img");
      image.src = url;
      image.alt = label;
      image.style.width = `${this.frame.width}px`;
      image.style.height = `${this.frame.height}px`;
      image.style.objectFit = this.frame.isAlike ? "fill" : "contain";
      if (tag) this.panes[index].querySelector(".compare-tag").textContent = tag;
    }
    for (const link of this.querySelectorAll("[data-compare-item]")) {
      link.toggleAttribute("data-shown", chosen.some(({ url }) => url === link.href));
    }
    this.#fit();
  }

  // -- display --------------------------------------------------------------------------------------------------------

  get #mode() {
    return this.stage.dataset.mode;
  }

  get #window() {
    return { width: this.panes[0].clientWidth, height: this.panes[0].clientHeight };
  }

  #fit() {
    this.#setView(fit(this.#window, this.frame));
  }

  #setView(view) {
    this.view = view;
    // While the pictures are fitted, a finger scrolls the page; later it moves them.
    this.stage.toggleAttribute("data-zoomed", view.scale > fit(this.#window, this.frame).scale);
    for (const image of this.querySelectorAll("[data-of]")) {
      image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    }
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    this.querySelector("[data-percent]").textContent = percent.format(view.scale);
    this.#draw();
  }

  /** Draw the first picture left of the line and the second one right of it. */
  #draw() {
    const isSlider = this.#mode === "slider";
    this.querySelector("[data-of='b']").style.clipPath = isSlider ? `inset(0 0 0 ${this.#line}%)` : "";
    const line = this.querySelector(".compare-line");
    line.style.translate = `${lineX(this.#line, this.view, this.frame)}px 0`;
    this.range.value = this.#line;
    const words = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(this.#line / 100);
    this.range.setAttribute("aria-valuetext", this.dataset.at.replace("{percent}", words));
    const isDifference = this.#mode === "difference";
    // Differences of a few values are black to the eye.
    this.stage.style.filter = isDifference ? `brightness(${this.querySelector("[data-gain]").value})` : "";
    for (const pane of this.panes) pane.style.clipPath = isDifference ? wholePixelClip(this.view, this.frame, this.#window) : "";
  }

  #switch(mode) {
    this.stage.dataset.mode = mode;
    for (const part of this.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(mode);
    this.querySelector("[data-auto]").checked = false;
    this.#blink(false);
    this.#show("a");
    this.#load();
  }

  #show(side) {
    this.stage.dataset.shown = side;
    this.hold.setAttribute("aria-pressed", String(side === "b"));
  }

  #blink(isOn) {
    clearInterval(this.blinking);
    if (isOn) this.blinking = setInterval(() => this.#show(this.stage.dataset.shown === "b" ? "a" : "b"), BLINK_MS);
  }

  #closed() {
    this.#blink(false);
    // A poll may have replaced the card meanwhile.
    if (this.opener?.isConnected) this.opener.focus();
  }

  // -- events ------------------------------------------------------------------------------------------------

  #changed(target) {
    if (target.name === "compare-mode") this.#switch(target.value);
    else if ("side" in target.dataset) this.#load();
    else if ("auto" in target.dataset) this.#blink(target.checked);
    else if (target.closest(".versions")) this.#showSecond(target.closest("figure").querySelector(`a[data-version="${target.value}"]`).href);
  }

  #set(target) {
    if ("line" in target.dataset) this.#line = Number(target.value);
    if ("line" in target.dataset || "gain" in target.dataset) this.#draw();
  }

  #press(button) {
    if (!button) return;
    if ("close" in button.dataset) this.dialog.close();
    else if ("swap" in button.dataset) this.#swap();
    else if ("hold" in button.dataset) this.#show("a");
    else if (button.dataset.zoom === "fit") this.#fit();
    else if (button.dataset.zoom) this.#zoom(button.dataset.zoom === "in" ? STEP : 1 / STEP);
  }

  /** Put a picture that is listed below the panes beside the first one; with Ctrl or Shift its link opens as links do. */
  #pick(event) {
    const link = event.target.closest("[data-compare-item]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#showSecond(link.href);
  }

  #showSecond(url) {
    if (url !== this.picks.a.value) this.picks.b.value = url;
    this.#load();
  }

  #swap() {
    [this.picks.a.value, this.picks.b.value] = [this.picks.b.value, this.picks.a.value];
    this.#load();
  }

  #key(event) {
    // In a select or a group of radios, letters and arrows choose.
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input[type='radio']")) return;
    const isRange = event.target.matches("input[type='range']");
    const acts = {
      "+": () => this.#zoom(STEP),
      "=": () => this.#zoom(STEP),
      "-": () => this.#zoom(1 / STEP),
      0: () => this.#fit(),
      b: () => this.#mode === "blink" && this.#show(this.stage.dataset.shown === "b" ? "a" : "b"),
      x: () => this.#swap(),
      ArrowLeft: () => this.#nudge(-ARROW, 0),
      ArrowRight: () => this.#nudge(ARROW, 0),
      ArrowUp: () => this.#nudge(0, -ARROW),
      ArrowDown: () => this.#nudge(0, ARROW),
    };
    const act = acts[shortcutKey(event)];
    if (!act || (isRange && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    act();
  }

  /** Move the line sideways; without a line, or up and down, move the picture. */
  #nudge(x, y) {
    if (this.#mode === "slider" && x) {
      this.#line = Math.min(100, Math.max(0, this.#line + x));
      this.#draw();
    } else {
      this.#setView(move(this.view, { x: -20 * x, y: -20 * y }, this.#window, this.frame));
    }
  }

  #zoom(factor, point = { x: this.#window.width / 2, y: this.#window.height / 2 }) {
    this.#setView(zoom(this.view, factor, point, this.#window, this.frame));
  }

  /** Return the event's position in `pane`: all panes have the same coordinates. */
  #stagePoint(event, pane = this.#paneUnder(event)) {
    const box = pane.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #paneUnder({ clientX, clientY }) {
    const isUnder = ({ left, right, top, bottom }) => clientX >= left && clientX < right && clientY >= top && clientY < bottom;
    return this.panes.find((pane) => isUnder(pane.getBoundingClientRect())) ?? this.panes[0];
  }

  #wheel(event) {
    // The page scrolls, unless the pictures have the focus. A pinch on a touchpad is a wheel with Ctrl.
    if (!this.dialog && !event.ctrlKey && !event.metaKey && document.activeElement !== this.stage) return;
    event.preventDefault();
    this.#zoom(Math.exp(-event.deltaY / 400), this.#stagePoint(event));
  }

  #down(event) {
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    if (!this.dialog) this.stage.focus({ preventScroll: true });
    const pane = this.#paneUnder(event);
    const point = this.#stagePoint(event, pane);
    this.#fingers.set(event.pointerId, { ...point, pane });
    const x = lineX(this.#line, this.view, this.frame);
    const isFit = this.view.scale <= fit(this.#window, this.frame).scale;
    // Zoomed in, a press moves the picture; only near the line it moves the line.
    this.isSliding = this.#mode === "slider" && this.#fingers.size === 1 && (isFit || Math.abs(point.x - x) < 24);
    if (this.isSliding) this.#slide(event);
    if (this.#mode === "blink" && isFit) this.#show("b");
  }

  #drag(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    // Captured, the pointer may be over another pane by now.
    const now = { ...this.#stagePoint(event, before.pane), pane: before.pane };
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.#zoom(distance(now, other) / Math.max(1, distance(before, other)), other);
    else if (this.isSliding) this.#slide(event);
    else this.#setView(move(this.view, { x: now.x - before.x, y: now.y - before.y }, this.#window, this.frame));
    this.#fingers.set(event.pointerId, now);
  }

  #slide(event) {
    this.#line = linePercent(this.#stagePoint(event).x, this.view, this.frame);
    this.#draw();
  }

  #up(event) {
    this.#fingers.delete(event.pointerId);
    this.isSliding = false;
    if (this.#mode === "blink") this.#show("a");
  }
}

const distance = (first, second) => Math.hypot(first.x - second.x, first.y - second.y);

customElements.define("picture-compare", PictureCompare);
