const SLIDER_STEPS = 1000;
const FADED = 44;

/** The chosen tool and its options on the page. The slider of the brush size is logarithmic. */
export class ToolOptions {
  constructor(editor, picture, on, onChange) {
    this.editor = editor;
    this.maxSize = Math.max(200, Math.round(Math.max(picture.width, picture.height) / 2));
    this.slider = editor.querySelector("[data-slider]");
    this.input = editor.querySelector('[data-setting="size"]');
    this.input.max = this.maxSize;
    this.slider.max = SLIDER_STEPS;
    this.maxEdge = Math.max(32, Math.round(Math.max(picture.width, picture.height) / 16));
    for (const name of ["grow", "feather"]) editor.querySelector(`[data-setting="${name}"]`).max = this.maxEdge;
    editor.querySelector('[data-setting="grow"]').min = -this.maxEdge;
    this.size = Math.max(8, Math.round(Math.max(picture.width, picture.height) / 24));
    this.tool = "brush";
    for (const name of ["input", "change"]) {
      on(this.input, name, () => this.#sizeTyped());
      on(editor, name, (event) => event.target !== this.input && onChange(event));
    }
    // The value of a slider stands beside it.
    on(editor, "input", ({ target }) => "slides" in target.dataset && this.#showValue(target.dataset.setting));
    on(this.slider, "input", () => (this.size = this.#fromSlider()));
    this.choose("brush");
  }

  /** Return the brush's diameter in pixels of the picture. */
  get size() {
    return this.diameter;
  }

  set size(size) {
    this.diameter = Math.min(this.maxSize, Math.max(1, Math.round(size)));
    // Writing into a field while somebody types moves the cursor.
    if (document.activeElement !== this.input || Number(this.input.value) !== this.diameter) this.input.value = this.diameter;
    this.slider.value = Math.round((SLIDER_STEPS * Math.log(this.diameter)) / Math.log(this.maxSize));
  }

  /** Change the brush size by about a tenth. */
  resize(direction) {
    const step = Math.max(1, Math.round(this.size / 10));
    this.size += direction * step;
  }

  /** Return the share of the brush that marks in full, 0 to 1. */
  get hardness() {
    return this.#number("hardness", 0, 100) / 100;
  }

  set hardness(hardness) {
    this.#slide("hardness", Math.round(100 * hardness));
  }

  get mode() {
    return this.editor.querySelector('[data-setting="mode"]:checked').value;
  }

  set mode(mode) {
    this.editor.querySelector(`[data-setting="mode"][value="${mode}"]`).checked = true;
  }

  get tolerance() {
    return this.#number("tolerance", 0, 255);
  }

  get isJoined() {
    return this.editor.querySelector('[data-setting="joined"]').checked;
  }

  get isSnapping() {
    return this.editor.querySelector('[data-setting="snapping"]').checked;
  }

  get usesPressure() {
    return this.editor.querySelector('[data-setting="pressure"]').checked;
  }

  /** Return by how many pixels the marks grow and are feathered. */
  get edges() {
    return { grow: this.#number("grow", -this.maxEdge, this.maxEdge), feather: this.#number("feather", 0, this.maxEdge) };
  }

  set edges(values) {
    for (const [name, value] of Object.entries(values)) this.#slide(name, value);
  }

  /** Return the number of cells along the shorter edge. */
  get cells() {
    return Number(this.editor.querySelector('[data-setting="cells"]:checked').value);
  }

  /** Choose a tool, and show its options. */
  choose(tool) {
    this.tool = tool;
    for (const button of this.editor.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    for (const options of this.editor.querySelectorAll("[data-for]")) {
      options.hidden = !options.dataset.for.split(" ").includes(tool);
    }
    // The row of tools is as wide as these options leave room.
    scrollIntoRow(this.editor.querySelector(`[data-tool="${tool}"]`));
  }

  #slide(name, value) {
    this.editor.querySelector(`[data-setting="${name}"]`).value = value;
    this.#showValue(name);
  }

  #showValue(name) {
    this.editor.querySelector(`[data-shown="${name}"]`).textContent = this.editor.querySelector(`[data-setting="${name}"]`).value;
  }

  #number(name, min, max) {
    const value = Number(this.editor.querySelector(`[data-setting="${name}"]`).value);
    return Math.min(max, Math.max(min, Number.isFinite(value) ? value : min));
  }

  #sizeTyped() {
    const size = Number(this.input.value);
    if (size >= 1) this.size = size;
  }

  #fromSlider() {
    return this.maxSize ** (Number(this.slider.value) / SLIDER_STEPS);
  }
}

/** Scroll a button into sight in its row; `scrollIntoView` would move the page too. */
export function scrollIntoRow(button) {
  const row = button.parentElement;
  // The end of the row fades out to show that there is more.
  const [start, end, room] = [button.offsetLeft, button.offsetLeft + button.offsetWidth, row.clientWidth - FADED];
  if (start < row.scrollLeft || end > row.scrollLeft + room) row.scrollLeft = (start + end - room) / 2;
}
