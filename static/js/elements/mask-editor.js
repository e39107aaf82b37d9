import { CellGrid } from "../mask/ui/cell-grid.js";
import { MaskFileInput } from "../mask/ui/mask-file-input.js";
import { SubjectFinder } from "../mask/ui/subject-finder.js";
import { PngExporter } from "../mask/ui/png-exporter.js";
import { MaskImport } from "../mask/ui/mask-import.js";
import { TabStorage } from "../mask/ui/tab-storage.js";
import { Keyboard } from "../mask/input/keyboard.js";
import { OverlayOptions } from "../mask/ui/overlay-options.js";
import { ShapeFields } from "../mask/ui/shape-fields.js";
import { PointerInput } from "../mask/input/pointer-input.js";
import { Selections } from "../mask/ui/selections.js";
import { PixelReader } from "../mask/ui/pixel-reader.js";
import { FindingsList } from "../mask/ui/findings-list.js";
import { ToolOptions } from "../mask/ui/tool-options.js";
import { Messages } from "../mask/ui/messages.js";
import { EditorController } from "../mask/ui/editor-controller.js";
import { simple } from "../mask/model/operations.js";
import { toWindow } from "../mask/canvas/viewport.js";
import { loadMaskLink, showMaskStatus, pendingMask } from "../lib/share-link.js";

/** The mask editor: keeps the file input in step with the marks on the picture. */
class MaskEditor extends HTMLElement {
  #ends = new AbortController();
  #isServed;
  #outcome = { marked: { share: 0 }, findings: [{ code: "nothing" }], png: null };

  connectedCallback() {
    this.image = this.querySelector(".mask-stage img");
    this.input = this.querySelector('input[type="file"][name="mask"]');
    this.#build();
    this.#listen();
    this.controller.camera.measure();
    this.#update();
    this.findingsList.show(this.#outcome);
    this.dataset.ready = "view";
    this.#restore();
  }

  disconnectedCallback() {
    this.controller.settle();
    this.tabStorage.save();
    this.#ends.abort();
    for (const part of [this.controller, this.exporter, this.tabStorage, this.overlayOptions]) part.stop();
  }

  /** Return the window coordinates of a picture position. */
  clientPoint(x, y) {
    const box = this.controller.stage.getBoundingClientRect();
    const place = toWindow(this.controller.view, { x, y });
    return { x: box.left + place.x, y: box.top + place.y };
  }

  #on(target, name, act, options) {
    target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
  }

  #build() {
    const on = (target, name, act, options) => this.#on(target, name, act, options);
    const picture = { width: Number(this.dataset.width), height: Number(this.dataset.height) };
    this.messages = new Messages(this.querySelector("template[data-words]"));
    this.findingsList = new FindingsList(this, this.messages);
    this.controller = new EditorController(this.querySelector(".mask-stage"), this.image, picture, {
      worker: this.dataset.worker,
      onChange: () => this.#changed(),
      onWork: () => this.#working(),
      onUpdate: () => this.#update(),
      onShape: (shape) => this.shapeFields.show(shape),
      onNotRead: (reason) => this.#notRead(reason),
    });
    const { controller } = this;
    const token = () => this.input.form.elements.csrfmiddlewaretoken.value;
    controller.reader = new PixelReader(this.dataset.pixels, controller.model.bitmap, token, () => this.#readByServer());
    controller.subjectFinder = new SubjectFinder(this, this.dataset.worker, controller, (code) => this.findingsList.announce(code), () => this.#show());
    this.selections = new Selections(this, controller, this.messages, token, on);
    this.shapeFields = new ShapeFields(this, controller, on);
    controller.toolOptions = this.toolOptions = new ToolOptions(this, picture, on, (event) => this.#set(event.target));
    this.keyboard = new Keyboard(this, controller, (action) => this.#act(action), on);
    this.cellGrid = new CellGrid(controller, this.messages, on);
    this.overlayOptions = new OverlayOptions(this, controller, on);
    controller.isPanning = () => this.keyboard.isPanning;
    this.pointerInput = new PointerInput(controller.stage, controller, on);
    controller.release = () => this.pointerInput.release();
    this.maskImport = new MaskImport(controller, controller.reader, (code, values) => this.findingsList.announce(code, values), () => this.#decided());
    this.tabStorage = new TabStorage(this.dataset.key, controller.model);
    const read = () => controller.readPicture();
    this.exporter = new PngExporter(this.dataset.worker, controller.model, read, (outcome) => this.#receive(outcome));
    on(document, "submit", (event) => this.#holdSubmit(event), { capture: true });
    const ways = { finish: () => this.#finish(), isBehind: () => this.exporter.isBehind || controller.background.isWorking || controller.edges.isPending, waiting: () => this.maskImport.file };
    this.fileInput = new MaskFileInput(this.input, this.dataset.maskFile, ways, on);
  }

  #listen() {
    const sizes = new ResizeObserver(() => this.controller.camera.measure());
    sizes.observe(this.controller.stage);
    this.#ends.signal.addEventListener("abort", () => sizes.disconnect());
    this.#on(this, "click", (event) => this.#click(event.target.closest("button")));
    this.#on(this.input, "change", () => this.#importFile());
    this.#on(this, "frame-change", ({ detail }) => {
      this.findingsList.isExtended = detail.isExtended;
      this.#show();
    });
    // Not unload, which mobile browsers often leave out when a tab is closed or put aside.
    this.#on(window, "pagehide", () => {
      this.controller.settle();
      this.tabStorage.save();
    });
  }

  /** Restore the strokes of this tab, else load the mask that the page links to. */
  async #restore() {
    // A fill among the strokes needs the picture's pixels.
    await this.image.decode().catch(() => {});
    if (this.#ends.signal.aborted || this.controller.model.history.canUndo) return;
    if (this.tabStorage.restore()) {
      this.controller.screen.refresh();
      this.controller.screen.touch({ left: 0, top: 0, right: this.controller.model.bitmap.width, bottom: this.controller.model.bitmap.height });
      this.#changed();
      this.#update();
    } else if (this.dataset.maskUrl) await this.maskImport.importFrom(this.dataset.maskUrl, this.dataset.maskName);
    await this.takeShared();
    this.dataset.ready = "mask";
  }

  /** Replace the marks by the mask of a shared link, scaled to this picture. */
  async takeShared() {
    const piece = pendingMask.get();
    if (!piece || this.#ends.signal.aborted) return;
    const { decodeMask, scaleOperations } = await loadMaskLink();
    const mask = await decodeMask(piece);
    // Another editor may have taken the mask while it was decoded.
    if (!mask || this.#ends.signal.aborted || pendingMask.get() !== piece) return;
    pendingMask.forget();
    if (this.controller.model.history.canUndo) this.controller.perform(simple("clear"));
    for (const operation of scaleOperations(mask, this.controller.picture)) this.controller.perform(operation);
    showMaskStatus("applied");
  }

  // -- events

  #click(button) {
    if (!button) return;
    const { tool, action, decide, from, difference } = button.dataset;
    if (tool) this.controller.choose(tool);
    else if (action) this.#act(action);
    else if (decide) this.maskImport.decide(decide);
    else if (from) this.maskImport.importFrom(from, button.textContent.trim());
    else if (difference) this.maskImport.importDifference(difference, button.textContent.trim());
    if (from || difference) button.closest("details").open = false;
  }

  #act(action) {
    // A shortcut in the middle of a stroke ends the stroke first.
    this.pointerInput.release();
    const { controller } = this;
    const acts = {
      undo: () => controller.undo(),
      redo: () => controller.redo(),
      "zoom-in": () => controller.step(1),
      "zoom-out": () => controller.step(-1),
      fit: () => controller.camera.fit(),
      actual: () => controller.camera.actual(),
      close: () => controller.polygon.finish(),
      back: () => controller.polygon.back(),
      place: () => this.shapeFields.finish(),
      "save-selection": () => this.selections.save(),
      "stop-subject": () => controller.subjectFinder.stop(),
      apply: () => controller.edges.apply(),
      reset: () => controller.edges.back(),
      transparency: () => this.maskImport.importTransparency(),
      download: () => this.fileInput.download() || this.findingsList.announce("no-download"),
      file: () => this.input.click(),
      understood: () => this.#understood(),
    };
    (acts[action] ?? (() => controller.change(action)))();
  }

  #set(input) {
    if (input.dataset.setting === "snapping" && input.checked) this.controller.loadPixels();
    else if (["grow", "feather"].includes(input.dataset.setting)) this.controller.edges.show();
    else if (input.dataset.setting === "cells") this.cellGrid.open(this.toolOptions.cells);
    else if ("difference" in input.dataset && input.files?.[0]) {
      this.maskImport.importDifference(input.files[0], input.files[0].name);
      input.value = "";
    } else this.overlayOptions.set(input);
  }

  #importFile() {
    const [file] = this.input.files;
    this.querySelector("details[open]")?.removeAttribute("open");
    if (file) this.maskImport.importFrom(file, file.name);
    // A cancelled file dialog may have emptied the input.
    else this.fileInput.refill();
  }

  // -- updates

  #working() {
    this.toggleAttribute("data-working", true);
    this.toggleAttribute("data-behind", true);
  }

  #changed() {
    this.toggleAttribute("data-working", this.controller.background.isWorking);
    this.toggleAttribute("data-behind", true);
    this.exporter.schedule();
    this.tabStorage.schedule();
    this.cellGrid.update();
  }

  #receive(outcome) {
    this.#outcome = outcome;
    this.toggleAttribute("data-behind", this.controller.background.isWorking);
    this.fileInput.fill(outcome.png);
    this.#show();
  }

  /** Update when a file waits for a decision, or no longer does. */
  #decided() {
    this.fileInput.refill();
    this.#show();
  }

  /** Show once that the server reads the pixels, since the browser hides them from pages. */
  #readByServer() {
    this.#isServed ??= true;
    this.#show();
    this.findingsList.announce("reading");
  }

  #notRead(reason) {
    this.toggleAttribute("data-working", false);
    this.toggleAttribute("data-behind", this.exporter.isBehind);
    this.findingsList.announce("not-read", { why: reason });
  }

  #understood() {
    this.#isServed = false;
    this.#show();
  }

  #show() {
    const served = this.#isServed ? [{ code: "served", values: {} }] : [];
    const words = this.findingsList.show(this.#outcome, [...served, ...this.maskImport.findings]);
    const { share } = this.#outcome.marked;
    this.dispatchEvent(new CustomEvent("mask-change", { bubbles: true, detail: { share, words } }));
  }

  /** Hold a submit back while the subject is searched: its mask would be without it. */
  #holdSubmit(event) {
    const { subjectFinder } = this.controller;
    if (event.target !== this.input.form || !subjectFinder.isWorking) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    subjectFinder.finishThen(() => event.target.requestSubmit(event.submitter));
  }

  #finish() {
    this.controller.settle();
    this.exporter.finish();
    this.tabStorage.save();
  }

  #update() {
    const { history } = this.controller.model;
    const { toolOptions, controller } = this;
    const disable = (action, isOff) => (this.querySelector(`[data-action="${action}"]`).disabled = isOff);
    disable("undo", !history.canUndo && !controller.polygon.corners && !controller.edges.isPending);
    for (const action of ["apply", "reset"]) disable(action, !controller.edges.isPending);
    disable("redo", !history.canRedo);
    disable("close", controller.polygon.corners < 3);
    disable("back", !controller.polygon.corners);
    this.overlayOptions.showView();
    if (toolOptions.tool === "cells" && !this.cellGrid.isOpen) this.cellGrid.open(toolOptions.cells);
    else if (toolOptions.tool !== "cells") this.cellGrid.close();
    else this.cellGrid.place();
    this.overlayOptions.showPen(this.pointerInput?.isPenHere);
  }
}

customElements.define("mask-editor", MaskEditor);
