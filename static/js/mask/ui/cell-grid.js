import { box } from "../model/operations.js";
import { toWindow } from "../canvas/viewport.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/** The picture as a grid of cells to switch on and off: a way to a mask for the keyboard and for screen readers. */
export class CellGrid {
  #rows = 0;
  #columns = 0;
  #focus = [0, 0];

  constructor(controller, messages, on) {
    this.controller = controller;
    this.messages = messages;
    this.grid = controller.stage.querySelector("[data-cells]");
    on(this.grid, "click", (event) => this.#press(event.target.closest("button")));
    on(this.grid, "keydown", (event) => this.#key(event));
    on(this.grid, "focusin", (event) => (this.#focus = cellPosition(event.target)));
  }

  get isOpen() {
    return !this.grid.hidden;
  }

  /** Show a grid of about that many cells along the shorter edge. */
  open(count) {
    const { width, height } = this.controller.picture;
    const side = Math.min(width, height) / count;
    this.#rows = Math.max(1, Math.round(height / side));
    this.#columns = Math.max(1, Math.round(width / side));
    this.#focus = [0, 0];
    this.grid.replaceChildren(...Array.from({ length: this.#rows }, (_, row) => this.#makeRow(row)));
    // minmax(0, …), because 1fr alone never makes a row lower than its buttons.
    this.grid.style.gridTemplateRows = `repeat(${this.#rows}, minmax(0, 1fr))`;
    this.grid.hidden = false;
    this.place();
    this.update();
  }

  close() {
    this.grid.hidden = true;
  }

  /** Place the grid over the picture. */
  place() {
    if (!this.isOpen) return;
    const { view, picture } = this.controller;
    const { x, y } = toWindow(view, { x: 0, y: 0 });
    Object.assign(this.grid.style, {
      transform: `translate(${x}px, ${y}px)`,
      width: `${picture.width * view.scale}px`,
      height: `${picture.height * view.scale}px`,
    });
  }

  /** Show on each cell how much of it is marked. */
  update() {
    if (!this.isOpen) return;
    for (const cell of this.grid.querySelectorAll("button")) {
      const [row, column] = cellPosition(cell);
      const share = this.#share(this.#cellBox(row, column));
      // Not exactly 0 and 1: soft edges of the next cell reach a little into this one.
      cell.setAttribute("aria-pressed", share > 0.99 ? "true" : share > 0.01 ? "mixed" : "false");
      // Tab stops once in the whole grid; arrows move inside of it.
      cell.tabIndex = row === this.#focus[0] && column === this.#focus[1] ? 0 : -1;
    }
  }

  #makeRow(row) {
    const element = document.createElement("div");
    element.setAttribute("role", "group");
    element.style.gridTemplateColumns = `repeat(${this.#columns}, minmax(0, 1fr))`;
    for (let column = 0; column < this.#columns; column++) {
      const cell = document.createElement("button");
      cell.type = "button";
      Object.assign(cell.dataset, { row, column });
      cell.setAttribute("aria-label", this.messages.text("cell", { row: row + 1, column: column + 1 }));
      element.append(cell);
    }
    return element;
  }

  #press(cell) {
    if (!cell) return;
    const mode = cell.getAttribute("aria-pressed") === "true" ? "subtract" : "add";
    this.controller.perform(box("rectangle", mode, this.#cellBox(...cellPosition(cell))));
  }

  #key(event) {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = cellPosition(event.target);
    const [down, right] = [clamp(row + move[0], this.#rows), clamp(column + move[1], this.#columns)];
    event.target.tabIndex = -1;
    const next = this.grid.querySelector(`[data-row="${down}"][data-column="${right}"]`);
    next.tabIndex = 0;
    next.focus();
  }

  #cellBox(row, column) {
    const { width, height } = this.controller.picture;
    return {
      left: Math.round((column * width) / this.#columns),
      top: Math.round((row * height) / this.#rows),
      right: Math.round(((column + 1) * width) / this.#columns),
      bottom: Math.round(((row + 1) * height) / this.#rows),
    };
  }

  /** Estimate the marked share of a box from 12 x 12 samples. */
  #share({ left, top, right, bottom }) {
    const { data, width, scale } = this.controller.model.bitmap;
    // Exact shares of all cells would read the whole bitmap after every change.
    let sum = 0;
    for (let step = 0; step < 144; step++) {
      const x = left + ((step % 12) + 0.5) * ((right - left) / 12);
      const y = top + (Math.floor(step / 12) + 0.5) * ((bottom - top) / 12);
      sum += data[Math.floor(y * scale) * width + Math.floor(x * scale)];
    }
    return sum / 144 / 255;
  }
}

const cellPosition = (cell) => [Number(cell.dataset.row), Number(cell.dataset.column)];
const clamp = (index, count) => Math.min(count - 1, Math.max(0, index));
