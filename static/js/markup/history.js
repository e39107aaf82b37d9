const MAX_STEPS = 200;

/** The annotations with undo: each step holds the whole list, of which unchanged annotations are shared. */
export class AnnotationHistory {
  #steps = [[]];
  #index = 0;

  get annotations() {
    return this.#steps[this.#index];
  }

  get canUndo() {
    return this.#index > 0;
  }

  get canRedo() {
    return this.#index < this.#steps.length - 1;
  }

  /** Begin anew with these annotations. */
  restore(annotations) {
    this.#steps = [annotations];
    this.#index = 0;
  }

  /** Take a step to these annotations. */
  push(annotations) {
    this.#steps = [...this.#steps.slice(0, this.#index + 1), annotations].slice(-MAX_STEPS);
    this.#index = this.#steps.length - 1;
  }

  /** Replace the newest step: one undo takes back what belongs together, as typing a note. */
  amend(annotations) {
    this.#steps = [...this.#steps.slice(0, this.#index), annotations];
  }

  undo() {
    if (this.canUndo) this.#index--;
  }

  redo() {
    if (this.canRedo) this.#index++;
  }
}
