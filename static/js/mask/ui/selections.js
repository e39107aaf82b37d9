import { importMarks, operationFromJson } from "../model/operations.js";
import { decodeMask, encodeMarks } from "../model/mask-link.js";

/** The named selections of a picture, which the server stores with it: save the marks, and load them again. */
export class Selections {
  #marks = new Map();
  #removed = null;

  /** `token()` returns the form's CSRF token. */
  constructor(editor, controller, messages, token, on) {
    Object.assign(this, { controller, messages, token, address: editor.dataset.selections });
    const part = (name) => editor.querySelector(`[data-selection-${name}]`);
    [this.menu, this.list, this.none, this.note, this.again, this.name] = ["menu", "list", "none", "note", "undo", "name"].map(part);
    this.row = editor.querySelector("template[data-selection]");
    on(this.menu, "toggle", () => this.menu.open && this.#request());
    on(this.list, "click", (event) => this.#click(event.target.closest("button")));
    on(this.again, "click", () => this.#undoRemoval());
    on(this.name, "keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.save();
    });
  }

  /** Save the marks under the typed name, or under a number. */
  async save() {
    this.controller.settle();
    const { bitmap } = this.controller.model;
    if (!bitmap.data.some((value) => value)) return this.#say("selection-empty");
    const name = this.name.value.trim() || this.#freeName();
    if (await this.#request(name, await encodeMarks(bitmap))) {
      this.name.value = "";
      this.#say("selection-saved", { name });
    }
  }

  #freeName() {
    let number = this.#marks.size + 1;
    const name = () => this.messages.text("selection-name", { number });
    while (this.#marks.has(name())) number++;
    return name();
  }

  async #click(button) {
    const name = button?.closest("li").dataset.name;
    if (name === undefined) return;
    if (button.dataset.load) await this.#load(name, button.dataset.load);
    else await this.#remove(name);
  }

  /** Mark a saved selection, add it to the marks, or take it from them (`mode`). */
  async #load(name, mode) {
    const mask = await decodeMask(this.#marks.get(name));
    if (!mask) return this.#say("selection-failed");
    const { width, height, packed } = operationFromJson(mask.operations[0]);
    this.controller.work(importMarks(mode, width, height, packed));
    this.#say("selection-loaded", { name });
  }

  async #remove(name) {
    const marks = this.#marks.get(name);
    if (!(await this.#request(name, ""))) return;
    this.#say("selection-deleted", { name });
    this.#removed = { name, marks };
    this.again.hidden = false;
    // The pressed button is gone with its row.
    this.again.focus();
  }

  async #undoRemoval() {
    const { name, marks } = this.#removed;
    if (!(await this.#request(name, marks))) return;
    this.#say("selection-saved", { name });
    this.name.focus();
  }

  /** Read the selections, or save one first; without `marks` it is removed. Return whether the server did it. */
  async #request(name, marks) {
    const body = name === undefined ? undefined : new URLSearchParams({ name, marks, csrfmiddlewaretoken: this.token() });
    const response = await fetch(this.address, body && { method: "POST", body }).catch(() => null);
    if (!response?.ok) {
      this.#say("selection-failed");
      if (response?.status === 422) this.note.textContent = await response.text();
      return false;
    }
    this.#marks = new Map(await response.json());
    this.#show();
    return true;
  }

  #show() {
    this.none.hidden = this.#marks.size > 0;
    this.list.replaceChildren(
      ...[...this.#marks.keys()].map((name) => {
        const row = this.row.content.firstElementChild.cloneNode(true);
        row.dataset.name = row.querySelector("[data-name-here]").textContent = name;
        for (const button of row.querySelectorAll("button")) button.setAttribute("aria-label", `${button.textContent.trim() || button.title}: ${name}`);
        return row;
      }),
    );
  }

  #say(code, values) {
    this.#removed = null;
    this.again.hidden = true;
    this.note.textContent = this.messages.text(code, values);
  }
}
