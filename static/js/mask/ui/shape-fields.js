/** Number fields of a rectangle or an ellipse: updated while it is drawn, and editable. */
export class ShapeFields {
  constructor(editor, controller, on) {
    this.controller = controller;
    this.fields = Object.fromEntries(
      [...editor.querySelectorAll("[data-number]")].map((field) => [field.dataset.number, field]),
    );
    for (const field of Object.values(this.fields)) {
      on(field, "input", () => this.#numbersTyped());
      on(field, "keydown", (event) => this.#key(event));
    }
  }

  show(shape) {
    const { x, y, width, height } = this.fields;
    const values = shape && [shape.left, shape.top, shape.right - shape.left, shape.bottom - shape.top];
    [x, y, width, height].forEach((field, index) => {
      if (field !== document.activeElement) field.value = values ? values[index] : "";
    });
  }

  /** Mark the shape of the numbers. */
  finish() {
    if (this.#numbersTyped()) this.controller.tool.finish();
    else this.fields.width.focus();
  }

  #numbersTyped() {
    const shape = Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, Number(field.value)]));
    if (!(shape.width > 0 && shape.height > 0)) return false;
    this.controller.tool.placeNumbers(shape);
    return true;
  }

  #key(event) {
    if (event.key !== "Enter") return;
    // Enter would submit the page's form and start a paid run.
    event.preventDefault();
    this.finish();
  }
}
