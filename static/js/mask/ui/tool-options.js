const SLIDER_STEPS = 1000;

/** The chosen tool and what its options say, read from the page; brush sizes also go by a slider that grows evenly. */
export class ToolOptions {
  constructor(editor, picture, on, onChange) {
    this.editor = editor;
    this.most = Math.max(200, Math.round(Math.max(picture.width, picture.height) / 2));
    this.slider = editor.querySelector("[data-slider]");
    this.input = editor.querySelector('[data-setting="size"]');
    this.input.max = this.most;
    this.slider.max = SLIDER_STEPS;
    this.size = Math.max(8, Math.round(Math.max(picture.width, picture.height) / 24));
    this.tool = "brush";
    for (const name of ["input", "change"]) {
      on(this.input, name, () => this.#typed());
      on(editor, name, (event) => event.target !== this.input && onChange(event));
    }
    on(this.slider, "input", () => (this.size = this.#fromSlider()));
    this.choose("brush");
  }

  /** The brush's diameter in pixels of the picture. */
  get size() {
    return this.diameter;
  }

  set size(size) {
    this.diameter = Math.min(this.most, Math.max(1, Math.round(size)));
    if (document.activeElement !== this.input || Number(this.input.value) !== this.diameter) this.input.value = this.diameter;
    this.slider.value = Math.round((SLIDER_STEPS * Math.log(this.diameter)) / Math.log(this.most));
  }

  /** A step larger or smaller, by about a tenth. */
  resize(direction) {
    const step = Math.max(1, Math.round(this.size / 10));
    this.size += direction * step;
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

  get usesPressure() {
    return this.editor.querySelector('[data-setting="pressure"]').checked;
  }

  get amount() {
    return this.#number("amount", 1, 500);
  }

  /** Cells along the shorter edge. */
  get cells() {
    return Number(this.editor.querySelector('[data-setting="cells"]:checked').value);
  }

  /** Take a tool, and show its options. */
  choose(tool) {
    this.tool = tool;
    for (const button of this.editor.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    for (const options of this.editor.querySelectorAll("[data-for]")) {
      options.hidden = !options.dataset.for.split(" ").includes(tool);
    }
  }

  #number(name, least, most) {
    const value = Number(this.editor.querySelector(`[data-setting="${name}"]`).value);
    return Math.min(most, Math.max(least, Number.isFinite(value) ? value : least));
  }

  #typed() {
    const size = Number(this.input.value);
    if (size >= 1) this.size = size;
  }

  #fromSlider() {
    return this.most ** (Number(this.slider.value) / SLIDER_STEPS);
  }
}
