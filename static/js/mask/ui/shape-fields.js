/** Number fields of a rectangle or an ellipse: updated while it is drawn, and editable. */
export class ShapeFields {
  constructor(editor, controller, on) {
    this.controller = controller;
    this.fields = Object.fromEntries(
      [...editor.querySelectorAll("[data-number]")].map((field) => [field.dataset.number, field]),
    );
    for (const field of Object.values(this.fields)) {
      on(field, "input", () => this.#typed());
      on(field, "keydown", (event) => this.#key(event));
    }
  }

  show(shape) {
    const { x, y, width, height } = this.fields;
    const values = shape && [shape.left, shape.top, shape.right - shape.left, shape.bottom - shape.top];
    [x, y, width, height].forEach((field, at) => {
      if (field !== document.activeElement) field.value = values ? values[at] : "";
    });
  }

  /** Mark what the numbers say. */
  finish() {
    if (this.#typed()) this.controller.tool.finish();
    else this.fields.width.focus();
  }

  #typed() {
    const shape = Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, Number(field.value)]));
    if (!(shape.width > 0 && shape.height > 0)) return false;
    this.controller.tool.placeNumbers(shape);
    return true;
  }

  #key(event) {
    if (event.key !== "Enter") return;
    // Not the page's form: the shape is what is entered here.
    event.preventDefault();
    this.finish();
  }
}
