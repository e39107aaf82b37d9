import { Cells } from "../mask/parts/cells.js";
import { Delivery } from "../mask/parts/delivery.js";
import { Exporter } from "../mask/parts/exporter.js";
import { Intake } from "../mask/parts/intake.js";
import { Keeper } from "../mask/parts/keeper.js";
import { Keys } from "../mask/parts/keys.js";
import { Look } from "../mask/parts/look.js";
import { Numbers } from "../mask/parts/numbers.js";
import { Pointer } from "../mask/parts/pointer.js";
import { Reader } from "../mask/parts/reader.js";
import { Report } from "../mask/parts/report.js";
import { Settings } from "../mask/parts/settings.js";
import { Words } from "../mask/parts/words.js";
import { Studio } from "../mask/studio.js";
import { simple } from "../mask/operations.js";
import { toWindow } from "../mask/viewport.js";
import { maskLink, sayOfMask, waitingMask } from "../share.js";

/** Wraps a picture and the file input of its mask: what is marked on the picture is in the input, always. */
class MaskEditor extends HTMLElement {
  #ends = new AbortController();
  #isServed;
  #outcome = { marked: { share: 0 }, findings: [{ code: "nothing" }], png: null };

  connectedCallback() {
    this.image = this.querySelector(".mask-stage img");
    this.input = this.querySelector('input[type="file"][name="mask"]');
    this.#build();
    this.#listen();
    this.studio.camera.measure();
    this.#update();
    this.report.show(this.#outcome);
    this.dataset.ready = "view";
    this.#restore();
  }

  disconnectedCallback() {
    this.studio.background.settle();
    this.keeper.keep();
    this.#ends.abort();
    for (const part of [this.studio, this.exporter, this.keeper, this.look]) part.stop();
  }

  /** Where a place of the picture is in the window, now. */
  clientPoint(x, y) {
    const box = this.studio.stage.getBoundingClientRect();
    const place = toWindow(this.studio.view, { x, y });
    return { x: box.left + place.x, y: box.top + place.y };
  }

  #on(target, name, act, options) {
    target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
  }

  #build() {
    const on = (target, name, act, options) => this.#on(target, name, act, options);
    const picture = { width: Number(this.dataset.width), height: Number(this.dataset.height) };
    this.words = new Words(this.querySelector("template[data-words]"));
    this.report = new Report(this, this.words);
    this.studio = new Studio(this.querySelector(".mask-stage"), this.image, picture, {
      worker: this.dataset.worker,
      onChange: () => this.#changed(),
      onWork: () => this.#working(),
      onUpdate: () => this.#update(),
      onNumbers: (shape) => this.numbers.show(shape),
      onNotRead: (why) => this.#notRead(why),
    });
    const { studio } = this;
    const token = () => this.input.form.elements.csrfmiddlewaretoken.value;
    studio.reader = new Reader(this.dataset.pixels, studio.model.bitmap, token, () => this.#readByServer());
    this.numbers = new Numbers(this, studio, on);
    studio.settings = this.settings = new Settings(this, picture, on, (event) => this.#set(event.target));
    this.keys = new Keys(this, studio, (action) => this.#act(action), on);
    this.cells = new Cells(studio, this.words, on);
    this.look = new Look(this, studio, on);
    studio.isPanning = () => this.keys.isPanning;
    this.pointer = new Pointer(studio.stage, studio, on);
    studio.release = () => this.pointer.release();
    this.intake = new Intake(studio, studio.reader, (code, values) => this.report.say(code, values), () => this.#decided());
    this.keeper = new Keeper(this.dataset.key, studio.model);
    const read = () => studio.readPicture();
    this.exporter = new Exporter(this.dataset.worker, studio.model, read, (outcome) => this.#receive(outcome));
    const ways = { finish: () => this.#finish(), isBehind: () => this.exporter.isBehind || studio.background.isWorking, waiting: () => this.intake.file };
    this.delivery = new Delivery(this.input, this.dataset.maskFile, ways, on);
  }

  #listen() {
    const sizes = new ResizeObserver(() => this.studio.camera.measure());
    sizes.observe(this.studio.stage);
    this.#ends.signal.addEventListener("abort", () => sizes.disconnect());
    this.#on(this, "click", (event) => this.#click(event.target.closest("button")));
    this.#on(this.input, "change", () => this.#takeFile());
    this.#on(window, "pagehide", () => {
      this.studio.background.settle();
      this.keeper.keep();
    });
  }

  /** Strokes of this tab come back; else a mask that the page brought along is taken. */
  async #restore() {
    await this.image.decode().catch(() => {});
    if (this.#ends.signal.aborted || this.studio.model.history.canUndo) return;
    if (this.keeper.restore()) {
      this.studio.screen.refresh();
      this.studio.screen.touch({ left: 0, top: 0, right: this.studio.model.bitmap.width, bottom: this.studio.model.bitmap.height });
      this.#changed();
      this.#update();
    } else if (this.dataset.maskUrl) await this.intake.take(this.dataset.maskUrl, this.dataset.maskName);
    await this.takeShared();
    this.dataset.ready = "mask";
  }

  /** The mask of a link, which waits in this tab: scaled to this picture, in place of what is marked. */
  async takeShared() {
    const piece = waitingMask.get();
    if (!piece || this.#ends.signal.aborted) return;
    const { fitted, read } = await maskLink();
    const said = await read(piece);
    // Somebody else may have taken it meanwhile.
    if (!said || this.#ends.signal.aborted || waitingMask.get() !== piece) return;
    waitingMask.forget();
    if (this.studio.model.history.canUndo) this.studio.perform(simple("clear"));
    for (const operation of fitted(said, this.studio.picture)) this.studio.perform(operation);
    sayOfMask("applied");
  }

  // -- what people do

  #click(button) {
    if (!button) return;
    const { tool, action, decide, from, difference } = button.dataset;
    if (tool) this.studio.choose(tool);
    else if (action) this.#act(action);
    else if (decide) this.intake.decide(decide);
    else if (from) this.intake.take(from, button.textContent.trim());
    else if (difference) this.intake.takeDifference(difference, button.textContent.trim());
    if (from || difference) button.closest("details").open = false;
  }

  #act(action) {
    this.pointer.release();
    const { studio } = this;
    const acts = {
      undo: () => studio.undo(),
      redo: () => studio.redo(),
      "zoom-in": () => studio.step(1),
      "zoom-out": () => studio.step(-1),
      fit: () => studio.camera.fit(),
      actual: () => studio.camera.actual(),
      close: () => studio.polygon.finish(),
      back: () => studio.polygon.back(),
      place: () => this.numbers.finish(),
      transparency: () => this.intake.takeTransparency(),
      download: () => this.delivery.download() || this.report.say("no-download"),
      file: () => this.input.click(),
      understood: () => this.#understood(),
    };
    (acts[action] ?? (() => studio.change(action)))();
  }

  #set(input) {
    if (input.dataset.setting === "cells") this.cells.open(this.settings.cells);
    else if ("difference" in input.dataset && input.files?.[0]) {
      this.intake.takeDifference(input.files[0], input.files[0].name);
      input.value = "";
    } else this.look.set(input);
  }

  #takeFile() {
    const [file] = this.input.files;
    this.querySelector("details[open]")?.removeAttribute("open");
    if (file) this.intake.take(file, file.name);
    else this.delivery.refill();
  }

  // -- what follows from it

  #working() {
    this.toggleAttribute("data-working", true);
    this.toggleAttribute("data-behind", true);
  }

  #changed() {
    this.toggleAttribute("data-working", this.studio.background.isWorking);
    this.toggleAttribute("data-behind", true);
    this.exporter.ask();
    this.keeper.ask();
    this.cells.update();
  }

  #receive(outcome) {
    this.#outcome = outcome;
    this.toggleAttribute("data-behind", this.studio.background.isWorking);
    this.delivery.fill(outcome.png);
    this.#show();
  }

  /** A file waits for a decision, or no longer does. */
  #decided() {
    this.delivery.refill();
    this.#show();
  }

  /** The browser hides pixels from pages: say once who reads them instead. */
  #readByServer() {
    this.#isServed ??= true;
    this.#show();
    this.report.say("reading");
  }

  #notRead(why) {
    this.toggleAttribute("data-working", false);
    this.toggleAttribute("data-behind", this.exporter.isBehind);
    this.report.say("not-read", { why });
  }

  #understood() {
    this.#isServed = false;
    this.#show();
  }

  #show() {
    const served = this.#isServed ? [{ code: "served", values: {} }] : [];
    const words = this.report.show(this.#outcome, [...served, ...this.intake.findings]);
    const { share } = this.#outcome.marked;
    this.dispatchEvent(new CustomEvent("mask-change", { bubbles: true, detail: { share, words } }));
  }

  #finish() {
    this.studio.settle();
    this.exporter.finish();
    this.keeper.keep();
  }

  #update() {
    const { history } = this.studio.model;
    const { settings, studio } = this;
    const disable = (action, isOff) => (this.querySelector(`[data-action="${action}"]`).disabled = isOff);
    disable("undo", !history.canUndo && !studio.polygon.corners);
    disable("redo", !history.canRedo);
    disable("close", studio.polygon.corners < 3);
    disable("back", !studio.polygon.corners);
    this.look.showView();
    if (settings.tool === "cells" && !this.cells.isOpen) this.cells.open(settings.cells);
    else if (settings.tool !== "cells") this.cells.close();
    else this.cells.place();
    this.look.showPen(this.pointer?.isPenHere);
  }
}

customElements.define("mask-editor", MaskEditor);
