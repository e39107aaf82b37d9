import { Camera } from "../mask/canvas/camera.js";
import { toPicture, toWindow } from "../mask/canvas/viewport.js";
import { scrollIntoRow } from "../mask/ui/tool-options.js";
import { PointerInput } from "../mask/input/pointer-input.js";
import { begin, bounds, complete, decode, distance, encode, move, place, resize, scale, stretch } from "../markup/annotations.js";
import { Drawing } from "../markup/drawing.js";
import { AnnotationHistory } from "../markup/history.js";
import { shortcutKey } from "../lib/shortcut-key.js";

const SAVE_MS = 600;
const REACH = 12;
const STEP = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const TOOLS = { s: "select", a: "arrow", r: "box", o: "circle", d: "pen", t: "note" };
const ACTIONS = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "fit", 1: "actual" };

/** Return whether it can be sent: a note that is still empty is one that is being written. */
const hasWords = ({ kind, text }) => kind !== "note" || Boolean(text.trim());

/** Draws arrows, boxes, circles, strokes and notes on the first picture, and stores them with it. */
class MarkupEditor extends HTMLElement {
  #ends = new AbortController();
  #history = new AnnotationHistory();
  #drawn = null;
  #selected = -1;
  #grabbed = null;
  #timer = 0;

  connectedCallback() {
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    // In a template until then: most visitors never mark up, and the page would have every toolbar twice.
    const parts = this.querySelector("template[data-parts]");
    parts?.replaceWith(parts.content.cloneNode(true));
    this.stage = this.querySelector(".mask-stage");
    this.image = this.stage.querySelector("img");
    this.svg = this.stage.querySelector("svg");
    this.input = this.querySelector("[name=annotations]");
    this.text = this.querySelector("[data-text]");
    this.picture = { width: Number(this.dataset.width), height: Number(this.dataset.height) };
    this.size = { width: 1, height: 1 };
    this.inset = { top: 0, bottom: 0 };
    this.density = 1;
    this.camera = new Camera(this, this.picture, () => this.#showView());
    const colours = Object.fromEntries([...this.querySelectorAll("[data-ink]")].map(({ value, dataset }) => [value, [dataset.ink, dataset.edge]]));
    this.drawing = new Drawing(this.svg.querySelector("[data-layer]"), colours, JSON.parse(this.dataset.geometry));
    this.pointerInput = new PointerInput(this.stage, this, on);
    const sizes = new ResizeObserver(() => this.camera.measure());
    sizes.observe(this.stage);
    this.#ends.signal.addEventListener("abort", () => sizes.disconnect());
    on(this, "click", ({ target }) => this.#click(target.closest("button")));
    on(this, "change", ({ target }) => this.#set(target));
    on(this, "input", ({ target }) => target === this.text && this.#typed());
    on(this, "keydown", (event) => this.#key(event));
    on(this.text, "blur", () => this.#dropEmptyNotes());
    on(document, "fields-renewed", () => this.#isStale && this.#send(), { capture: true });
    on(document, "new-parts", () => this.#isStale && this.#schedule());
    on(document, "mask-change", () => this.#isStale && this.#schedule());
    on(this.input.form, "change", () => this.#isStale && this.#schedule());
    on(window, "pagehide", () => this.#timer && this.#send());
    this.#press("arrow");
    this.#restore();
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearTimeout(this.#timer);
  }

  /** Return the window coordinates of a picture position. */
  clientPoint(x, y) {
    const box = this.stage.getBoundingClientRect();
    const point = toWindow(this.view, { x, y });
    return { x: box.left + point.x, y: box.top + point.y };
  }

  /** The annotations for a link; empty without any. */
  get shared() {
    return this.input.value;
  }

  #restore() {
    const stored = sessionStorage.getItem(this.#storageKey);
    const list = decode(stored ?? this.input.value);
    this.#history.restore(list ? scale(list, this.picture) : []);
    this.takeShared();
    this.camera.measure();
    this.#render();
    if (stored !== null && stored !== this.input.defaultValue) this.#changed();
    this.dataset.ready = "markup";
  }

  /** Replace the annotations by those of a shared link, scaled to this picture. */
  takeShared() {
    const list = decode(sessionStorage.getItem("shared-annotations") ?? "");
    sessionStorage.removeItem("shared-annotations");
    if (list) this.#push(scale(list, this.picture));
  }

  get #storageKey() {
    return `markup:${this.dataset.key}`;
  }

  // -- the annotations

  get #annotations() {
    return this.#history.annotations;
  }

  get #tool() {
    return this.querySelector('[data-tool][aria-pressed="true"]').dataset.tool;
  }

  get #style() {
    return { colour: this.querySelector("[name=markup-colour]:checked").value, width: this.#width };
  }

  get #width() {
    const part = Number(this.querySelector("[name=markup-width]:checked").value);
    return Math.max(2, Math.round(Math.max(this.picture.width, this.picture.height) * part));
  }

  #push(annotations, selected = -1) {
    this.#history.push(annotations);
    this.#selected = selected;
    this.#changed();
  }

  #replace(annotation, isNewStep = true) {
    const annotations = this.#annotations.map((other, index) => (index === this.#selected ? annotation : other));
    if (isNewStep) this.#history.push(annotations);
    else this.#history.amend(annotations);
    this.#changed();
  }

  #add(annotation) {
    if (this.#annotations.length >= Number(this.dataset.maxAnnotations)) return this.#announce(this.dataset.full);
    this.#push([...this.#annotations, annotation], this.#annotations.length);
  }

  #remove() {
    if (this.#selected < 0) return;
    this.#push(this.#annotations.filter((_other, index) => index !== this.#selected));
    this.stage.focus({ preventScroll: true });
  }

  #changed() {
    this.input.value = encode(this.picture, this.#annotations.filter(hasWords));
    sessionStorage.setItem(this.#storageKey, this.input.value);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.#render();
    this.#schedule();
  }

  #schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), SAVE_MS);
  }

  /** Store the annotations with the picture; the list of pictures then shows how they are sent. */
  #send() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.dispatchEvent(new CustomEvent("annotations", { bubbles: true, detail: { address: this.dataset.save, annotations: this.input.value, sentTo: this.#sentTo } }));
  }

  get #sentTo() {
    const { api, model, frame } = this.input.form.elements;
    const mask = new FormData(this.input.form).get("mask");
    // A frame makes a mask on the server.
    const hasMask = mask?.size || (frame?.value ?? "fit") !== "fit";
    return { api: api?.value ?? "", model: model?.value ?? "", has_mask: hasMask ? "1" : "" };
  }

  /** Check whether the page shows the annotations for another API, model or mask than the form has. */
  get #isStale() {
    const [api, model, hasMask] = (document.getElementById("sources")?.dataset.sentTo ?? "").split(" ");
    const chosen = this.#sentTo;
    const isOther = api !== chosen.api || (chosen.model && model !== chosen.model) || hasMask !== (chosen.has_mask || "0");
    return this.#annotations.length > 0 && isOther;
  }

  // -- buttons, fields and keys

  #click(button) {
    if (!button) return;
    const { tool, action } = button.dataset;
    if (tool) this.#choose(tool);
    else if (action) this.#act(action);
  }

  #choose(tool) {
    this.#press(tool);
    this.#drawn = null;
    this.#render();
  }

  #press(tool) {
    for (const button of this.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    scrollIntoRow(this.querySelector(`[data-tool="${tool}"]`));
  }

  #act(action) {
    const acts = {
      undo: () => this.#travel(() => this.#history.undo()),
      redo: () => this.#travel(() => this.#history.redo()),
      remove: () => this.#remove(),
      clear: () => this.#annotations.length && this.#push([]),
      "zoom-in": () => this.camera.step(1),
      "zoom-out": () => this.camera.step(-1),
      fit: () => this.camera.fit(),
      actual: () => this.camera.actual(),
    };
    acts[action]?.();
  }

  #travel(act) {
    act();
    this.#selected = -1;
    this.#changed();
  }

  #set(target) {
    if (target.name === "markup-list") {
      this.#selected = Number(target.value);
      this.#render();
    } else if (target.dataset.number) this.#numberTyped();
    else if (["markup-colour", "markup-width"].includes(target.name) && this.#selected >= 0) {
      this.#replace(Object.freeze({ ...this.#annotations[this.#selected], ...this.#style }));
    }
  }

  #numberTyped() {
    const numbers = Object.fromEntries([...this.querySelectorAll("[data-number]")].map(({ dataset, value }) => [dataset.number, Math.round(Number(value))]));
    const selected = this.#annotations[this.#selected];
    const isUsable = Object.values(numbers).every((number) => Math.abs(number) <= Math.max(this.picture.width, this.picture.height));
    if (selected && isUsable && numbers.width >= 0 && numbers.height >= 0) this.#replace(place(selected, numbers));
  }

  #typed() {
    const selected = this.#annotations[this.#selected];
    if (selected?.kind === "note") this.#replace(Object.freeze({ ...selected, text: this.text.value }), false);
  }

  /** A note without words is nothing: drop it, also from the undo. */
  #dropEmptyNotes() {
    const left = this.#annotations.filter(hasWords);
    if (left.length === this.#annotations.length) return;
    this.#selected = -1;
    this.#history.amend(left);
    this.#changed();
  }

  #key(event) {
    if (event.target === this.text || event.target.matches("input[type=number]")) {
      // Enter would submit the page's form and start a paid run.
      if (event.key === "Enter" && event.target !== this.text) event.preventDefault();
      return;
    }
    if (event.target.matches("select") || event.defaultPrevented) return;
    const key = shortcutKey(event);
    const isCommand = event.ctrlKey || event.metaKey;
    const isSingle = !isCommand && !event.altKey && localStorage.getItem("single-keys") !== "off";
    if (isCommand && (key === "z" || key === "y")) this.#act(key === "y" || event.shiftKey ? "redo" : "undo");
    else if (isCommand) return;
    else if (event.key === "Delete" || event.key === "Backspace") this.#remove();
    else if (event.target === this.stage && this.#stageKey(event)) {
      // Handled.
    } else if (isSingle && TOOLS[key]) this.#choose(TOOLS[key]);
    else if (isSingle && ACTIONS[key]) this.#act(ACTIONS[key]);
    else return;
    event.preventDefault();
  }

  /** Enter places an annotation in the middle; arrow keys move it, with Shift they resize it or draw on. */
  #stageKey(event) {
    const direction = ARROWS[event.key];
    const selected = this.#annotations[this.#selected];
    if (event.key === "Enter") this.#placeInSight();
    else if (event.key === "Escape" && selected) this.#select(-1);
    else if (direction && selected) {
      const step = event.altKey ? 1 : Math.max(1, Math.round(STEP / this.view.scale));
      const [dx, dy] = [direction[0] * step, direction[1] * step];
      if (event.shiftKey && selected.kind === "pen") {
        const [x, y] = selected.points.slice(-3);
        this.#replace(stretch(selected, { x: x + dx, y: y + dy }));
      } else this.#replace(event.shiftKey ? resize(selected, dx, dy) : move(selected, dx, dy));
    } else if (direction) this.camera.pan(-direction[0] * 40, -direction[1] * 40);
    else return false;
    return true;
  }

  #placeInSight() {
    const tool = this.#tool === "select" ? "arrow" : this.#tool;
    const middle = toPicture(this.view, { x: this.size.width / 2, y: this.size.height / 2 });
    const reach = Math.round(Math.min(this.picture.width, this.picture.height) / 8);
    const start = begin(tool, this.#style, { x: middle.x - reach, y: middle.y - reach });
    const isLine = tool === "pen" || tool === "note";
    this.#add(isLine ? start : stretch(start, { x: middle.x + reach, y: middle.y + reach }));
    if (tool === "note") this.text.focus();
  }

  #select(index) {
    this.#selected = index;
    this.#render();
  }

  #announce(words) {
    document.getElementById("announcer").textContent = words;
  }

  // -- handlers of PointerInput

  isPanning() {
    return false;
  }

  begin(sample) {
    const handle = this.#selected >= 0 && this.#isAtEnd(sample);
    if (handle || this.#tool === "select") return this.#grab(sample, handle);
    // A tap beside a note that was written ends it. It must not leave another, empty one.
    if (this.#tool === "note" && this.#annotations[this.#selected]?.kind === "note") return this.#select(this.#indexAt(sample));
    this.#drawn = begin(this.#tool, this.#style, sample);
    this.#render();
  }

  #isAtEnd(sample) {
    const annotation = this.#annotations[this.#selected];
    if (!annotation || annotation.kind === "note" || annotation.kind === "pen") return false;
    const end = annotation.kind === "arrow" ? { x: annotation.x2, y: annotation.y2 } : { x: annotation.right, y: annotation.bottom };
    return Math.hypot(sample.x - end.x, sample.y - end.y) * this.view.scale < REACH;
  }

  #grab(sample, isEnd) {
    const index = isEnd ? this.#selected : this.#indexAt(sample);
    this.#select(index);
    this.#grabbed = index < 0 ? null : { sample, isEnd, before: this.#annotations[index] };
  }

  /** Return the index of the annotation under a place, the newest first; -1 when there is none. */
  #indexAt(sample) {
    const reach = REACH / this.view.scale;
    const boxes = [...this.svg.querySelectorAll("[data-layer] > g")].map((group) => group.getBBox());
    return this.#annotations.findLastIndex((annotation, index) => {
      const { x, y, width, height } = boxes[index];
      if (annotation.kind === "note") return sample.x >= x && sample.x <= x + width && sample.y >= y && sample.y <= y + height;
      return distance(annotation, sample) <= annotation.width / 2 + reach;
    });
  }

  move(samples) {
    if (this.#grabbed) this.#drag(samples.at(-1));
    else if (this.#drawn?.kind === "pen") this.#drawn = samples.reduce(stretch, this.#drawn);
    else if (this.#drawn) this.#drawn = stretch(this.#drawn, samples.at(-1));
    this.#render();
  }

  #drag(sample) {
    const { before, isEnd, sample: from } = this.#grabbed;
    const [dx, dy] = [Math.round(sample.x - from.x), Math.round(sample.y - from.y)];
    this.#grabbed.after = isEnd ? stretch(before, sample) : move(before, dx, dy);
  }

  end() {
    const { after } = this.#grabbed ?? {};
    const drawn = this.#drawn && complete(this.#drawn, 0.75 / this.view.scale);
    this.#grabbed = this.#drawn = null;
    if (after) this.#replace(complete(after) ?? after);
    else if (drawn) this.#add(drawn);
    if (drawn?.kind === "note") this.text.focus();
    this.#render();
  }

  cancel() {
    this.#grabbed = this.#drawn = null;
    this.#render();
  }

  pinch(factor, point) {
    this.camera.zoom(this.view.scale * factor, point);
  }

  pan(x, y) {
    this.camera.pan(x, y);
  }

  stagePoint(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  toSample(event) {
    const pressure = event.pointerType === "pen" ? 0.3 + 0.7 * event.pressure : 1;
    return { ...toPicture(this.view, this.stagePoint(event)), pressure, shift: event.shiftKey };
  }

  hover() {}

  leave() {}

  resizeBrush() {}

  // -- the screen of Camera

  measure() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.size = { width, height };
    this.density = window.devicePixelRatio || 1;
  }

  show(view) {
    this.view = view;
    const { width, height } = this.picture;
    Object.assign(this.image.style, { width: `${width * view.scale}px`, height: `${height * view.scale}px`, transform: `translate(${view.x}px, ${view.y}px)` });
    for (const group of this.svg.children) group.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  #showView() {
    this.querySelector("[data-percent]").textContent = `${Math.round(this.view.scale * this.density * 100)}%`;
    this.#showHandles(this.#shown);
  }

  /** The annotations with what is being drawn or moved. */
  get #shown() {
    if (this.#drawn) return [...this.#annotations, this.#drawn];
    const { after } = this.#grabbed ?? {};
    return after ? this.#annotations.map((annotation, index) => (index === this.#selected ? after : annotation)) : this.#annotations;
  }

  #render() {
    const shown = this.#shown;
    this.drawing.show(shown);
    this.#showHandles(shown);
    this.#showState();
  }

  #showHandles(shown) {
    const frame = this.svg.querySelector("[data-frame]");
    const group = shown[this.#selected] && this.drawing.group.children[this.#selected];
    frame.replaceChildren();
    if (!group || !this.view) return;
    const { x, y, width, height } = group.getBBox();
    const margin = 4 / this.view.scale;
    for (const name of ["under", "over"]) {
      const outline = document.createElementNS(this.svg.namespaceURI, "rect");
      const sides = { class: name, x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
      for (const [side, value] of Object.entries(sides)) outline.setAttribute(side, value);
      frame.append(outline);
    }
  }

  #showState() {
    const annotations = this.#annotations;
    const selected = annotations[this.#selected];
    const enable = (action, isOn) => (this.querySelector(`[data-action="${action}"]`).disabled = !isOn);
    enable("undo", this.#history.canUndo);
    enable("redo", this.#history.canRedo);
    enable("remove", Boolean(selected));
    enable("clear", annotations.length > 0);
    this.#showList();
    this.text.closest(".mask-set").hidden = selected?.kind !== "note";
    if (selected?.kind === "note" && this.text !== document.activeElement) this.text.value = selected.text;
    this.querySelector("[data-place]").hidden = !selected;
    if (!selected) return;
    const { left, top, right, bottom } = bounds(selected);
    const numbers = { x: left, y: top, width: right - left, height: bottom - top };
    for (const field of this.querySelectorAll("[data-number]")) {
      field.parentElement.hidden = selected.kind === "note" && ["width", "height"].includes(field.dataset.number);
      if (field !== document.activeElement) field.value = numbers[field.dataset.number];
    }
  }

  #showList() {
    const list = this.querySelector("[name=markup-list]");
    const words = Object.fromEntries([...this.querySelectorAll("[data-tool]")].map(({ dataset, title }) => [dataset.tool, title.replace(/ \(.\)$/, "")]));
    const options = this.#annotations.map(({ kind, text }, index) => new Option(`${index + 1} ${words[kind]}${text ? `: ${text.slice(0, 24)}` : ""}`, index));
    list.replaceChildren(new Option(list.dataset.none, -1), ...options);
    list.value = this.#annotations[this.#selected] ? this.#selected : -1;
    list.disabled = !options.length;
  }
}

customElements.define("markup-editor", MarkupEditor);
