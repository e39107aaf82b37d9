import { shortcutKey } from "../../lib/shortcut-key.js";

const TOOLS = { b: "brush", e: "eraser", r: "rectangle", o: "ellipse", l: "lasso", p: "polygon", f: "fill", s: "subject", g: "cells", j: "edges" };
const ACTIONS = { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out", 0: "fit", 1: "actual", i: "invert", a: "all", Delete: "clear" };

/** Keys of the editor: active while the focus is inside of it, and never in text fields. */
export class Keyboard {
  #held = new Set();
  #isPointing = false;

  constructor(editor, controller, act, on) {
    this.editor = editor;
    this.controller = controller;
    this.act = act;
    on(editor, "keydown", (event) => this.#down(event));
    on(editor, "keyup", (event) => this.#up(event));
    on(editor, "pointerdown", () => (this.#isPointing = true), { capture: true });
    // The keyup goes to another window then, and the key would count as held for ever.
    on(window, "blur", () => this.#release());
    on(editor, "focusout", (event) => !editor.contains(event.relatedTarget) && this.#release());
  }

  /** Check whether Space is held to move the picture. */
  get isPanning() {
    return this.#held.has(" ");
  }

  #down(event) {
    if (event.key === "Tab") this.#isPointing = false;
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (this.#command(event) || this.#hold(event) || this.#tool(event) || this.#single(event)) event.preventDefault();
  }

  #up(event) {
    if (!this.#held.delete(shortcutKey(event))) return;
    event.preventDefault();
    this.#show();
  }

  #release() {
    this.#held.clear();
    this.#show();
  }

  /** Handle undo and redo. */
  #command(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
    const key = shortcutKey(event);
    if (key !== "z" && key !== "y") return false;
    this.act(key === "y" || event.shiftKey ? "redo" : "undo");
    return true;
  }

  /** Handle keys that act while they are held: Space moves, V shows the picture alone, M the mask alone. */
  #hold(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#isAllowed(event)) return false;
    const key = shortcutKey(event);
    // On a button Space presses it, unless that was clicked and the pointer is over the picture by now.
    const isSpace = key === " " && (event.target === this.controller.stage || (this.#isPointing && this.controller.isPointedAt));
    if (!isSpace && key !== "v" && key !== "m") return false;
    if (!event.repeat) this.#held.add(key);
    this.#show();
    return true;
  }

  #show() {
    const peek = this.#held.has("v") ? "picture" : this.#held.has("m") ? "mask" : "";
    this.controller.peek(peek);
    this.editor.toggleAttribute("data-panning", this.isPanning);
  }

  /** Pass a key to the chosen tool while the picture has the focus. */
  #tool(event) {
    // Enter and Escape end a preview from its sliders, too; arrows move the slider, not the picture.
    if (event.target.matches("[data-slides]")) return this.controller.toolKey(event);
    if (event.target !== this.controller.stage || event.ctrlKey || event.metaKey) return false;
    return this.controller.toolKey(event) || (!event.altKey && this.#move(event));
  }

  #move(event) {
    const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (move) this.controller.pan(move[0] * 40, move[1] * 40);
    return Boolean(move);
  }

  #single(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#isAllowed(event)) return false;
    const key = shortcutKey(event);
    if (TOOLS[key]) this.controller.choose(TOOLS[key]);
    else if (ACTIONS[key]) this.act(ACTIONS[key]);
    else if (key === "[" || key === "]") this.controller.resizeBrush(key === "]" ? 1 : -1);
    else if (key === "{" || key === "}") this.controller.hardenBrush(key === "}" ? 0.25 : -0.25);
    else if (key === "x") this.controller.swapMode();
    else return false;
    return true;
  }

  /** Check that single keys are not switched off on the page (WCAG 2.1.4). */
  #isAllowed(event) {
    return event.key === " " || event.key === "Delete" || localStorage.getItem("single-keys") !== "off";
  }
}

const isTyping = (target) =>
  target.matches("input:not([type=radio], [type=checkbox], [type=range], [type=color]), textarea, select");
