import { Messages } from "../mask/ui/messages.js";
import { pendingFrame } from "../lib/share-link.js";
import { FrameOverlay } from "../mask/ui/frame-overlay.js";
import {
  SIDES, addedPixels, boxProblem, boxSize, decodeFrame, encodeFrame, frameBox, frameRegion, hasShape, nearestSize, parseSide, parseSize, wholeBox,
} from "../mask/model/frame-geometry.js";

const SAVE_MS = 400;
const AUTO = "auto";
const NOTE_GAP = 12;

/** The frame of the first image: its fields, what they mean in words, and the frame that is drawn over the image. */
class FrameEditor extends HTMLElement {
  #ends = new AbortController();
  #saving = 0;
  isExtended = false;

  connectedCallback() {
    this.form = document.getElementById("edit-form");
    this.messages = new Messages(this.querySelector("template[data-words]"));
    const { width, height, overlap } = this.dataset;
    this.frame = { size: { width: Number(width), height: Number(height) }, overlap: Number(overlap), mode: "fit" };
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    on(this, "change", ({ target }) => (target === this.sizes ? this.#chooseSize(target.value) : this.#changed(target)));
    on(this, "input", ({ target }) => "side" in target.dataset && this.#changed());
    on(this.querySelector("[data-centre]"), "click", () => this.#setSides({}));
    on(this.form, "change", ({ target }) => ["size", "own_size"].includes(target.name) && this.update());
    on(this.form, "fields-renewed", () => this.#renewSizes());
    on(window, "pagehide", () => this.#saving && this.#save());
    this.update();
    this.takeShared();
    this.#draw(on);
  }

  disconnectedCallback() {
    if (this.#saving) this.#save();
    this.#ends.abort();
    this.overlay?.remove();
  }

  /** Draw the frame once there is a mask editor to draw it on. */
  async #draw(on) {
    await customElements.whenDefined("mask-editor");
    this.editor = document.querySelector("mask-editor");
    const controller = this.editor?.controller;
    if (!controller || this.#ends.signal.aborted) return;
    const acts = { onMove: (box) => this.#moveTo(box), onEnd: () => this.#ended() };
    this.overlay = new FrameOverlay(controller, this.querySelector("template[data-parts]"), this.frame, acts, on);
    this.controller = controller;
    this.update();
  }

  /** The frame as a link holds it. */
  get shared() {
    return encodeFrame(this.frame, this.frame.size);
  }

  /** Take the frame of a link that was opened in this tab. */
  takeShared() {
    const shared = decodeFrame(pendingFrame.get(), this.frame.size);
    if (!shared) return;
    pendingFrame.forget();
    this.querySelector(`[name="frame"][value="${shared.mode}"]`).checked = true;
    this.#setSides(shared.sides);
  }

  get sizes() {
    return this.querySelector("[data-size]");
  }

  get #limits() {
    return { minShown: Number(this.dataset.minShown), maxEdge: Number(this.dataset.maxEdge) };
  }

  get #fields() {
    return SIDES.map((side) => this.querySelector(`[data-side="${side}"]`));
  }

  // -- the frame

  /** Read the fields again, and show what they mean. */
  update() {
    const { frame } = this;
    frame.mode = this.querySelector('[name="frame"]:checked').value;
    const values = this.#fields.map((field) => parseSide(field.value, this.#limits.maxEdge));
    frame.sides = Object.fromEntries(SIDES.map((side, index) => [side, values[index]]));
    const size = this.#formSize();
    this.#showSize(size);
    const isNumber = !values.some(Number.isNaN);
    const region = isNumber && frame.mode !== "fit" ? frameRegion(frame, frame.size) : wholeBox(frame.size);
    let problem = isNumber || frame.mode === "fit" ? boxProblem(region, frame.size, this.#limits) : "number";
    frame.shape = problem ? null : this.#delivered(size, region);
    frame.box = null;
    if (frame.shape) {
      // What the API delivers is drawn also while it decides itself what it shows.
      frame.box = frameBox(frame.mode === "fit" ? { ...frame, mode: "fill", sides: {} } : frame, frame.size, frame.shape);
      problem = frame.mode === "fit" ? "" : boxProblem(frame.box, frame.size, this.#limits);
    }
    this.#show(problem, size);
  }

  /** Return the size that the form asks for; the visitor's own one goes first. */
  #formSize() {
    const { size, own_size: own } = this.form.elements;
    return own?.value.trim().toLowerCase().replace("×", "x") || size.value;
  }

  /** Show the size of the form in the list beside the frame, which has no own sizes. */
  #showSize(size) {
    this.sizes.value = size;
    if (this.sizes.value === size) return;
    this.sizes.querySelector("[data-own]")?.remove();
    const option = new Option(size.replace("x", "×"), size, false, true);
    option.dataset.own = "";
    this.sizes.append(option);
  }

  /** Return what the chosen API says about sizes and files. */
  get #api() {
    return this.form.querySelector("#choices").dataset;
  }

  #delivered(size, region) {
    return parseSize(size === AUTO ? nearestSize(this.dataset.autoSizes.split(" "), region) : size);
  }

  #show(problem, size) {
    const { box, mode } = this.frame;
    const added = box && mode !== "fit" ? addedPixels(box, this.frame.size) : null;
    for (const field of this.#fields) {
      field.placeholder = added ? String(added[field.dataset.side]) : "";
      field.disabled = mode === "fit";
    }
    this.querySelector("[data-centre]").disabled = mode === "fit";
    this.toggleAttribute("data-problem", Boolean(problem));
    const note = this.querySelector("[data-note]");
    const words = this.#describe(problem, size, added);
    if (note.textContent !== words) note.textContent = words;
    if (!this.overlay) return;
    this.#tellEditor(Boolean(added) && Math.max(...Object.values(added)) > 0);
    if (added) this.overlay.describe(added, (pixels) => this.messages.text("edge", { pixels }), this.#limits.maxEdge);
    if (!this.overlay.isDragging) this.#showWhole();
    this.overlay.draw();
  }

  /** Fit picture and frame into the part of the stage that the sentence leaves free, where it floats over it. */
  #showWhole() {
    const { stage, camera } = this.controller;
    const note = this.querySelector("[data-note]");
    const isFloating = this.frame.mode !== "fit" && getComputedStyle(note).position === "absolute";
    const room = isFloating ? `${note.offsetHeight + NOTE_GAP}px` : "";
    if (stage.style.paddingTop !== room) {
      stage.style.paddingTop = room;
      camera.measure();
    }
    camera.show(this.overlay.extent);
  }

  #tellEditor(isExtended) {
    if (this.isExtended === isExtended) return;
    this.isExtended = isExtended;
    this.editor.dispatchEvent(new CustomEvent("frame-change", { detail: { isExtended } }));
  }

  #describe(problem, size, added) {
    if (problem) return this.messages.text(problem);
    const { frame } = this;
    if (!frame.shape) return "";
    const isAuto = size === AUTO;
    let codes = [isAuto ? AUTO : "result"];
    if (!added) {
      codes = [isAuto ? ("official" in this.#api ? "model" : AUTO) : "result", ...(hasShape(frame.size, frame.shape) ? [] : ["differs"])];
    } else if (Object.values(added).some(Boolean)) codes = [Math.max(...Object.values(added)) > 0 ? "extend" : "fill", ...codes];
    else if (frame.mode === "extend") codes = ["nothing", ...codes];
    const { width, height } = boxSize(frame.box);
    const limit = Math.min(Number(this.dataset.maxPixels), this.#api.file / Number(this.dataset.bytesPerPixel));
    if (added && width * height > limit) codes.push("smaller");
    const format = (one) => `${one.width}×${one.height}`;
    const sides = SIDES.filter((side) => added?.[side]).map((side) => {
      return `${this.messages.text(side)} ${added[side] > 0 ? "+" : "−"}${Math.abs(added[side])}`;
    });
    const values = { result: format(frame.shape), source: format(frame.size), frame: format({ width, height }), sides: this.#join("list", sides) };
    Object.assign(values, { overlap: frame.overlap, limit: this.#api.fileMb });
    return this.#join("sentences", codes.map((code) => this.messages.text(code, values)));
  }

  #join(code, texts) {
    return texts.length ? texts.reduce((before, after) => this.messages.text(code, { before, after })) : "";
  }

  // -- changes

  #changed(target) {
    if (target?.name === "frame") this.#nameSize();
    this.#clearError();
    this.update();
    this.#save(SAVE_MS);
  }

  /** Take a box that was dragged; refuse one that shows too little or is too large. */
  #moveTo(box) {
    this.#nameSize();
    if (boxProblem(box, this.frame.size, this.#limits)) return;
    this.#setSides(addedPixels(box, this.frame.size), true);
  }

  #ended() {
    this.#clearError();
    this.update();
    this.#save(SAVE_MS);
  }

  #setSides(added, isMoving = false) {
    for (const field of this.#fields) field.value = added[field.dataset.side] ?? "";
    if (isMoving) this.update();
    else this.#ended();
  }

  /** A framed image has the shape of one size: choose the one that "auto" would be, so that its price is known. */
  #nameSize() {
    const isFramed = this.querySelector('[name="frame"]:checked').value !== "fit";
    if (!isFramed || this.#formSize() !== AUTO || !this.frame.shape) return;
    this.#chooseSize(`${this.frame.shape.width}x${this.frame.shape.height}`);
  }

  #chooseSize(name) {
    const { own_size: own } = this.form.elements;
    if (own?.value) {
      own.value = "";
      own.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.form.querySelector(`[name="size"][value="${CSS.escape(name)}"]`)?.click();
  }

  /** Offer the sizes of another API. */
  #renewSizes() {
    const chosen = [...this.form.querySelectorAll('[name="size"]')].map(({ value, nextElementSibling: tile }) => {
      const [name, pixels] = [tile.querySelector("b").textContent, tile.querySelector(".pixels").textContent];
      return new Option(value === AUTO ? name : `${name} ${pixels}`.replace(/\s+/g, " ").trim(), value);
    });
    this.sizes.replaceChildren(...chosen);
    this.update();
  }

  #clearError() {
    this.querySelector("#error-frame")?.remove();
    for (const field of this.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  }

  /** Store the frame with the image, now or after a pause; the code panel follows it. */
  #save(pause = 0) {
    clearTimeout(this.#saving);
    if (pause) {
      this.#saving = setTimeout(() => this.#save(), pause);
      return;
    }
    this.#saving = 0;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const own = this.querySelectorAll("[name^='frame']:not([type=radio]), [name='frame']:checked");
    for (const { name, value } of own) body.set(name, value);
    // The form sends the frame again: a failure here loses nothing.
    fetch(this.dataset.save, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
    this.form.dispatchEvent(new Event("change"));
  }
}

customElements.define("frame-editor", FrameEditor);
