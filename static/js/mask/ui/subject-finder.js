import { importMarks } from "../model/operations.js";
import { subjectPart } from "../model/subject.js";

/** Find the subject in a box in a worker, with progress; stopping ends the worker at once. */
export class SubjectFinder {
  #worker = null;
  #turn = 0;
  #isWorking = false;
  #afterwards = null;

  /** `announce(code)` shows a message of the page, `onStop()` is called when a search ends. */
  constructor(editor, address, controller, announce, onStop) {
    this.bar = editor.querySelector("[data-finding-subject]");
    Object.assign(this, { address, controller, announce, onStop });
  }

  get isWorking() {
    return this.#isWorking;
  }

  /** Call back when the search has ended by itself. */
  finishThen(act) {
    this.#afterwards = act;
  }

  /** Mark or unmark (`mode`) the subject in `box`, in pixels of the picture. */
  async start(mode, box) {
    this.stop();
    const { controller } = this;
    this.#show(true);
    this.announce("finding-subject");
    const turn = ++this.#turn;
    const isLoaded = await controller.loadPixels();
    if (turn !== this.#turn) return;
    if (!isLoaded) return void this.stop();
    const { width, height, scale, picture } = controller.model.bitmap;
    const [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom].map((value) => value * scale);
    const part = subjectPart({ left, top, right, bottom }, { width, height });
    if (!part) return this.#finish(mode, null);
    const [across, down] = [picture.width / width, picture.height / height];
    const rect = { left: part.left * across, top: part.top * down, right: part.right * across, bottom: part.bottom * down };
    const seen = await controller.partForWorker(rect, part.right - part.left, part.bottom - part.top);
    if (turn !== this.#turn) return;
    const subject = { part, rect, box: { left, top, right, bottom }, size: { width, height }, mode };
    const pixels = seen instanceof Blob ? seen : { width: seen.width, height: seen.height, data: seen.data };
    this.#open(turn).postMessage({ turn, subject, pixels }, pixels.data ? [pixels.data.buffer] : []);
  }

  /** Give up; return whether there was something to give up. */
  stop() {
    const wasWorking = this.#isWorking;
    this.#turn++;
    this.#worker?.terminate();
    this.#worker = null;
    this.#afterwards = null;
    if (!wasWorking) return false;
    this.#show(false);
    this.onStop();
    return true;
  }

  #open(turn) {
    this.#worker = new Worker(this.address, { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => data.turn === this.#turn && this.#receive(data));
    this.#worker.addEventListener("error", () => turn === this.#turn && this.#finish("add", null));
    return this.#worker;
  }

  #receive({ progress, mode, packed }) {
    if (progress === undefined) this.#finish(mode, packed);
    else this.bar.querySelector("progress").value = progress;
  }

  #finish(mode, packed) {
    const afterwards = this.#afterwards;
    this.stop();
    const { width, height } = this.controller.model.bitmap;
    if (packed) this.controller.work(importMarks(mode, width, height, packed));
    else this.announce("no-subject");
    afterwards?.();
  }

  #show(isWorking) {
    this.#isWorking = isWorking;
    const hadFocus = this.bar.contains(document.activeElement);
    this.bar.hidden = !isWorking;
    this.bar.querySelector("progress").value = 0;
    if (hadFocus) this.controller.stage.focus({ preventScroll: true });
  }
}
