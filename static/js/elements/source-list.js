import { startDrag } from "../lib/drag-reorder.js";
import { areFileNames, fillPlaceholders, isLink, refusalReason } from "../lib/source-files.js";
import { growTextArea } from "../lib/text.js";

const TEXT_FIELDS = "textarea, input:not([type=radio], [type=checkbox], [type=range], [type=file]), [contenteditable]";
const ACTION_BUTTONS = "button[formaction*='/sources/'], button[name='beside']";
const REORDER_VALUES = ["earlier", "later", "first"];

/** The sources of an edit: choose, drop, paste, upload in order, reorder, remove. */
class SourceList extends HTMLElement {
  #ends = new AbortController();
  #queue = [];
  #work = Promise.resolve();

  connectedCallback() {
    this.form = document.getElementById("edit-form");
    const on = (target, name, act, options) => target.addEventListener(name, act, { signal: this.#ends.signal, ...options });
    on(this, "change", (event) => this.#changed(event));
    on(this, "click", (event) => this.#clicked(event));
    on(this, "keydown", (event) => this.#key(event));
    on(this, "pointerdown", (event) => this.#grip(event));
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) on(document, name, (event) => this.#dragged(event));
    on(this.form, "click", (event) => this.#toMatrix(event));
    on(document, "paste", (event) => this.#pasted(event));
    on(this, "annotations", ({ detail }) => this.#send(detail.address, { annotations: detail.annotations, ...detail.sentTo }));
    on(this.form, "fields-renewed", () => this.#apiChanged());
    on(this.form, "submit", (event) => this.#queue.length && this.#wait(event), { capture: true });
    this.#moveServerError(this.#list);
    this.#showVersions();
    const chosen = this.querySelector("#id_image");
    // Files may have been chosen before this module was loaded.
    if (chosen?.files.length) this.#changed({ target: chosen });
  }

  disconnectedCallback() {
    this.#ends.abort();
    for (const upload of this.#queue) upload.stop();
  }

  get #list() {
    return this.querySelector("#sources");
  }

  get #ids() {
    return [...this.querySelectorAll("#sources [data-source]")].map((element) => element.dataset.source);
  }

  /** Store the form, with the mask that is only in this page, on the way to the matrix. */
  async #toMatrix(event) {
    const link = event.target.closest("[data-to-matrix]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await this.#work;
    // Not a submit of the form, which htmx would send as a paid run.
    const xhr = await this.#post(this.dataset.add, { ...Object.fromEntries(new FormData(this.form)), next: "matrix" });
    if (xhr.status === 200) location.assign(link.href);
    else if (!this.#show(xhr)) this.#showOnlyError(document.querySelector("brief-form").dataset.offline);
  }

  // -- files ---------------------------------------------------------------------------------------------------------

  #changed(event) {
    if (event.target.name === "image") {
      this.#take([...event.target.files]);
      // Otherwise choosing the same file again would be no change.
      event.target.value = "";
    } else if ("role" in event.target.dataset) {
      this.#send(event.target.dataset.role, { role: event.target.value });
    }
  }

  #dragged(event) {
    const types = event.dataTransfer?.types ?? [];
    if (event.target.closest?.("[data-takes-files]")) return;
    if (!types.includes("Files")) return types.includes("text/uri-list") && this.#draggedLink(event);
    if (event.type !== "dragleave") event.preventDefault();
    // Leaving the window has no related target; going on to another element has one.
    const isOver = event.type === "dragenter" || event.type === "dragover" || event.relatedTarget !== null;
    this.toggleAttribute("data-dropping", isOver && event.type !== "drop");
    if (event.type === "drop") this.#takeFrom(event.dataTransfer);
  }

  /** Refuse a dropped link, which would navigate away; a text field accepts it as text. */
  #draggedLink(event) {
    if (event.target.closest?.(TEXT_FIELDS) || event.type === "dragleave") return;
    event.preventDefault();
    if (event.type === "drop") this.#showOnlyError(this.dataset.link);
  }

  /** Take pasted files. File managers copy the names as text too: then the files are meant, wherever the focus is. */
  #pasted(event) {
    const { clipboardData } = event;
    const [files, text] = [[...(clipboardData?.files ?? [])], clipboardData?.getData("text/plain") ?? ""];
    const isText = event.target.closest?.(TEXT_FIELDS) && text && !areFileNames(text, files);
    if (isText || !(files.length || isLink(text))) return;
    event.preventDefault();
    if (files.length) this.#takeFrom(clipboardData);
    else this.#showOnlyError(this.dataset.link);
  }

  /** Take the files of a drop or of the clipboard; refuse folders, which browsers list as files. */
  #takeFrom(transfer) {
    const items = [...transfer.items].filter(({ kind }) => kind === "file");
    const [folders, files] = [[], []];
    for (const item of items) (item.webkitGetAsEntry?.()?.isDirectory ? folders : files).push(item.getAsFile());
    this.#take(files);
    for (const { name } of folders) this.#showError(fillPlaceholders(this.dataset.folder, { name }));
  }

  #take(files) {
    this.#clearErrors();
    for (const file of files) {
      const reason = refusalReason(file, this.#heldFiles(), this.#limits());
      if (reason) this.#showError(fillPlaceholders(this.#apiLimits[reason] ?? this.dataset[reason], { name: file.name }));
      else this.#enqueue(file);
    }
  }

  #showOnlyError(words) {
    this.#clearErrors();
    this.#showError(words);
  }

  #heldFiles() {
    const { count, total } = this.#list.dataset;
    const coming = this.#queue.reduce((sum, upload) => sum + upload.file.size, 0);
    return { count: Number(count) + this.#queue.length, total: Number(total) + coming };
  }

  #limits() {
    const { most, file, total } = this.#apiLimits;
    return { count: Number(most), file: Number(file), total: Number(total) || Infinity };
  }

  /** Return the limits of the chosen API. */
  get #apiLimits() {
    return this.form.querySelector("#choices").dataset;
  }

  /** Apply the limit of another API, which may be lower than the number of sources. */
  #apiChanged() {
    const { most: maxSources, fileMb, tooMany } = this.#apiLimits;
    for (const words of this.querySelectorAll("[data-most]")) words.textContent = maxSources;
    for (const words of this.querySelectorAll("[data-file-mb]")) words.textContent = fileMb;
    const more = this.querySelector(".source-more");
    if (more) more.hidden = this.#ids.length >= maxSources;
    const names = [...this.querySelectorAll("#sources [data-source]")].slice(maxSources).map((element) => element.dataset.name);
    for (const line of this.#errors.querySelectorAll("[data-of-api]")) line.remove();
    for (const name of names) this.#showError(fillPlaceholders(tooMany, { name })).dataset.ofApi = "";
  }

  // Messages are outside of the list: the response to another upload replaces the list.
  get #errors() {
    return this.querySelector("#source-troubles");
  }

  /** Add a message about one file; messages stay until the next change of the sources. */
  #showError(words) {
    const line = Object.assign(document.createElement("p"), { className: "error", textContent: words });
    line.dataset.fieldError = "image";
    this.#errors.append(line);
    return line;
  }

  /** Move the server's error out of its list. */
  #moveServerError(list) {
    const error = list.querySelector("#error-image");
    if (!error) return;
    error.remove();
    this.#showError(error.textContent);
  }

  #clearErrors() {
    this.#errors.replaceChildren();
  }

  #enqueue(file) {
    const item = this.querySelector("template[data-pending]").content.firstElementChild.cloneNode(true);
    const picture = item.querySelector("img");
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    item.querySelector(".source-name").textContent = file.name;
    this.querySelector(".pending").append(item);
    const upload = { file, item };
    upload.stop = () => {
      this.#removeUpload(upload);
      upload.request?.abort();
    };
    item.querySelector("[data-stop]").addEventListener("click", upload.stop);
    this.#queue.push(upload);
    this.#work = this.#work.then(() => this.#queue.includes(upload) && this.#upload(upload));
  }

  #removeUpload(upload) {
    upload.item.remove();
    this.#queue = this.#queue.filter((other) => other !== upload);
  }

  /** Upload one file after the other, to keep their order. */
  async #upload(upload) {
    const bar = upload.item.querySelector("progress");
    const xhr = await this.#post(this.dataset.add, { image: upload.file, api: this.form.elements.api.value }, (request) => {
      upload.request = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (100 * loaded) / total));
    });
    const wasStopped = !this.#queue.includes(upload);
    this.#removeUpload(upload);
    if (wasStopped) return;
    if (!this.#show(xhr)) this.#showError(fillPlaceholders(this.dataset.failed, { name: upload.file.name }));
    else if (xhr.status < 400) this.#announce(fillPlaceholders(this.dataset.added, { name: upload.file.name }));
  }

  #wait(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    // The form would be sent without the files that are still on their way.
    this.#work.then(() => this.form.requestSubmit());
  }

  // -- requests -----------------------------------------------------------------------------------------

  #post(address, values, prepare = () => {}) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    return new Promise((resolve) => {
      // Not fetch, which reports no progress of an upload.
      const request = new XMLHttpRequest();
      request.open("POST", address);
      // Parsed by the browser, without running scripts or loading images.
      request.responseType = "document";
      // Also after an error, an abort or a lost connection.
      request.addEventListener("loadend", () => resolve(request));
      prepare(request);
      request.send(body);
    });
  }

  /** Send the drawn mask with requests that may make another source the first one. */
  #maskFields() {
    const mask = new FormData(this.form).get("mask");
    return mask?.size ? { mask } : {};
  }

  async #send(address, values) {
    const xhr = await this.#post(address, { ...values, ...("role" in values || "annotations" in values ? {} : this.#maskFields()) });
    return this.#show(xhr);
  }

  /** Replace the list by the server's; replace the mask editor only when another source is the first. */
  #show(xhr) {
    const fresh = xhr.response?.getElementById("sources");
    if (!fresh) return false;
    this.#moveServerError(fresh);
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    const [old, slot] = [this.#list, this.querySelector("#mask-slot")];
    const [before, notes] = [old.dataset.preface, old.dataset.copySentence];
    const freshSlot = xhr.response.getElementById("mask-slot");
    old.replaceWith(document.adoptNode(fresh));
    if (freshSlot && freshSlot.dataset.source !== slot.dataset.source) slot.replaceWith(document.adoptNode(freshSlot));
    this.#showVersions(xhr.response.getElementById("lineage"));
    const [pinned, freshPinned] = [document, xhr.response].map((page) => page.getElementById("pinned-style"));
    if (pinned && freshPinned) {
      const group = pinned.parentElement;
      pinned.replaceWith(document.adoptNode(freshPinned));
      group.hidden = !group.querySelector(".pin");
    }
    this.#followRoles(before, fresh.dataset.preface);
    this.#followNotes(notes, fresh.dataset.copySentence);
    // Price and duration depend on the number of sources.
    if (old.dataset.count !== fresh.dataset.count) this.form.querySelector(".choices").dispatchEvent(new Event("change"));
    if (focused) this.#focus(focused);
    this.dispatchEvent(new CustomEvent("new-parts", { bubbles: true }));
    return true;
  }

  /** Replace the tree of versions above the sources when they come from other versions by now. */
  #showVersions(fresh) {
    const shown = document.getElementById("lineage");
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(fresh));
    // Most edits begin with a file, which has no versions.
    if (document.querySelector("version-tree:not(:defined)")) import("./version-tree.js");
  }

  #focus(id) {
    const same = document.getElementById(id);
    // The first item cannot move up any further, and a removed one is gone: stay as near as possible.
    if (same && !same.disabled) same.focus();
    else (same?.closest("[data-source]")?.querySelector(".source-actions button:enabled") ?? this.querySelector("#undo-sources, #id_image"))?.focus();
  }

  /** Update the preface from the roles until the visitor edits it. */
  #followRoles(before, after) {
    const words = this.form.elements.preface;
    if (words.value.trim() === before.trim()) words.value = after;
    document.getElementById("preface").hidden = !words.value.trim() && !after;
    growTextArea(words);
  }

  /** Update the sentence about the copy with annotations in a preface that the visitor wrote. */
  #followNotes(before, after) {
    const words = this.form.elements.preface;
    if (before === after || (after && words.value.includes(after))) return;
    if (before && words.value.includes(before)) words.value = words.value.replace(before, after).trim();
    else if (!before) words.value = `${words.value.trim()}\n${after}`.trim();
    document.getElementById("preface").hidden = !words.value.trim();
    growTextArea(words);
  }

  #announce(words) {
    document.getElementById("announcer").textContent = words;
  }

  // -- order ---------------------------------------------------------------------------------------------------------

  #clicked(event) {
    const button = event.target.closest(ACTION_BUTTONS);
    if (!button || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    // A message about a refused file is as true in another order.
    if (!REORDER_VALUES.includes(button.value)) this.#clearErrors();
    const item = button.closest("[data-source]");
    const name = item?.dataset.name;
    this.#send(button.formAction, button.name ? { [button.name]: button.value } : {}).then(() => {
      if (name && REORDER_VALUES.includes(button.value)) this.#announcePosition(item.dataset.source, name);
    });
  }

  #key(event) {
    if (event.key !== "Enter" || !event.target.dataset?.role) return;
    event.preventDefault();
    // Enter would submit the form, which is paid; leaving the field sends the role.
    event.target.blur();
    event.target.focus();
  }

  #announcePosition(id, name) {
    const ids = this.#ids;
    this.#announce(fillPlaceholders(this.dataset.moved, { name, number: ids.indexOf(id) + 1, count: ids.length }));
  }

  #grip(event) {
    const grip = event.target.closest("#sources [data-grip]");
    if (!grip || event.button !== 0 || this.#ids.length < 2) return;
    event.preventDefault();
    // The card of a thumbnail is shown while it has the focus, which the prevented press would not give it.
    grip.focus({ preventScroll: true });
    startDrag(event, grip, grip.closest("[data-source]"), (item) => this.#keepOrder(item));
  }

  async #keepOrder(item) {
    await this.#send(this.dataset.order, { order: this.#ids.join() });
    this.#announcePosition(item.dataset.source, item.dataset.name);
  }
}

customElements.define("source-list", SourceList);
