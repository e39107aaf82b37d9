import { drag } from "../drag.js";
import { filled, refusal } from "../sources.js";

const ACTS = "button[formaction*='/sources/'], button[name='beside']";

/** The pictures of an edit: chosen, dropped or pasted, sent one after the other, dragged into order, removed. */
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
    on(document, "paste", (event) => this.#pasted(event));
    on(this.form, "fields-renewed", () => this.#renewed());
    on(this.form, "submit", (event) => this.#queue.length && this.#wait(event), { capture: true });
    const chosen = this.querySelector("#id_image");
    // Who was quicker than this script has chosen already.
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
    return [...this.querySelectorAll("#sources [data-source]")].map((one) => one.dataset.source);
  }

  // -- files ---------------------------------------------------------------------------------------------------------

  #changed(event) {
    if (event.target.name === "image") {
      this.#take([...event.target.files]);
      event.target.value = "";
    } else if ("role" in event.target.dataset) {
      this.#send(event.target.dataset.role, { role: event.target.value });
    }
  }

  #dragged(event) {
    if (!event.dataTransfer?.types.includes("Files") || event.target.closest?.("[data-takes-files]")) return;
    if (event.type !== "dragleave") event.preventDefault();
    const isOver = event.type === "dragenter" || event.type === "dragover" || event.relatedTarget !== null;
    this.toggleAttribute("data-dropping", isOver && event.type !== "drop");
    if (event.type === "drop") this.#take([...event.dataTransfer.files]);
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    this.#take(files);
  }

  #take(files) {
    this.#say([]);
    const troubles = [];
    for (const file of files) {
      const why = refusal(file, this.#held(), this.#limits());
      if (why) troubles.push(filled(this.#chosen[why] ?? this.dataset[why], { name: file.name }));
      else this.#enqueue(file);
    }
    this.#say(troubles);
  }

  #held() {
    const { count, total } = this.#list.dataset;
    const coming = this.#queue.reduce((sum, one) => sum + one.file.size, 0);
    return { count: Number(count) + this.#queue.length, total: Number(total) + coming };
  }

  #limits() {
    return { count: Number(this.#chosen.most), file: Number(this.dataset.file), total: Number(this.dataset.total) };
  }

  /** What the chosen API says of pictures. */
  get #chosen() {
    return this.form.querySelector("#choices").dataset;
  }

  /** Another API may take more pictures, or fewer than there are. */
  #renewed() {
    const { most, tooMany } = this.#chosen;
    for (const words of this.querySelectorAll("[data-most]")) words.textContent = most;
    const more = this.querySelector(".source-more");
    if (more) more.hidden = this.#ids.length >= most;
    const names = [...this.querySelectorAll("#sources [data-source]")].slice(most).map((one) => one.dataset.name);
    this.#say(names.map((name) => filled(tooMany, { name })));
  }

  #say(troubles) {
    this.querySelector("#error-image")?.remove();
    const place = this.querySelector("#source-troubles");
    place.replaceChildren(
      ...troubles.map((words) => {
        const line = document.createElement("p");
        line.className = "error";
        line.dataset.fieldError = "image";
        line.textContent = words;
        return line;
      }),
    );
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
      this.#leave(upload);
      upload.request?.abort();
    };
    item.querySelector("[data-stop]").addEventListener("click", upload.stop);
    this.#queue.push(upload);
    this.#work = this.#work.then(() => this.#queue.includes(upload) && this.#upload(upload));
  }

  #leave(upload) {
    upload.item.remove();
    this.#queue = this.#queue.filter((one) => one !== upload);
  }

  /** One after the other, so that they stay in the order they were chosen in. */
  async #upload(upload) {
    const bar = upload.item.querySelector("progress");
    const answer = await this.#post(this.dataset.add, { image: upload.file, api: this.form.elements.api.value }, (request) => {
      upload.request = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (100 * loaded) / total));
    });
    const wasStopped = !this.#queue.includes(upload);
    this.#leave(upload);
    if (wasStopped) return;
    if (!this.#show(answer)) this.#say([filled(this.dataset.failed, { name: upload.file.name })]);
    else if (answer.status < 400) this.#announce(filled(this.dataset.added, { name: upload.file.name }));
  }

  #wait(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#work.then(() => this.form.requestSubmit());
  }

  // -- talking to the server -----------------------------------------------------------------------------------------

  #post(address, values, prepare = () => {}) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(values)) body.set(name, value);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", address);
      request.responseType = "document";
      request.addEventListener("loadend", () => resolve(request));
      prepare(request);
      request.send(body);
    });
  }

  /** The mask that is drawn now goes along whenever another picture may become the first. */
  #drawn() {
    const mask = new FormData(this.form).get("mask");
    return mask?.size ? { mask } : {};
  }

  async #send(address, values) {
    const answer = await this.#post(address, { ...values, ...("role" in values ? {} : this.#drawn()) });
    return this.#show(answer);
  }

  /** Put the server's list in the place of ours; the mask studio only when another picture is the first. */
  #show(answer) {
    const fresh = answer.response?.getElementById("sources");
    if (!fresh) return false;
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    const [old, slot] = [this.#list, this.querySelector("#mask-slot")];
    const before = old.dataset.preface;
    const freshSlot = answer.response.getElementById("mask-slot");
    old.replaceWith(document.adoptNode(fresh));
    if (freshSlot && freshSlot.dataset.source !== slot.dataset.source) slot.replaceWith(document.adoptNode(freshSlot));
    this.#followRoles(before, fresh.dataset.preface);
    // Price and time depend on how many pictures there are.
    if (old.dataset.count !== fresh.dataset.count) this.form.querySelector(".choices").dispatchEvent(new Event("change"));
    if (focused) this.#focus(focused);
    this.dispatchEvent(new CustomEvent("new-parts", { bubbles: true }));
    return true;
  }

  #focus(id) {
    const same = document.getElementById(id);
    if (same && !same.disabled) same.focus();
    else (same?.closest("[data-source]")?.querySelector("button:enabled") ?? this.querySelector("#undo-sources, #id_image"))?.focus();
  }

  /** The preface follows the roles until the visitor has put it in other words. */
  #followRoles(before, after) {
    const words = this.form.elements.preface;
    if (words.value.trim() === before.trim()) words.value = after;
    document.getElementById("preface").hidden = !words.value.trim() && !after;
  }

  #announce(words) {
    document.getElementById("announcer").textContent = words;
  }

  // -- order ---------------------------------------------------------------------------------------------------------

  #clicked(event) {
    const button = event.target.closest(ACTS);
    if (!button || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const item = button.closest("[data-source]");
    const name = item?.dataset.name;
    this.#send(button.formAction, button.name ? { [button.name]: button.value } : {}).then(() => {
      if (name && button.value !== "remove") this.#sayPlace(item.dataset.source, name);
    });
  }

  #key(event) {
    if (event.key !== "Enter" || !event.target.dataset?.role) return;
    event.preventDefault();
    event.target.blur();
    event.target.focus();
  }

  #sayPlace(id, name) {
    const ids = this.#ids;
    this.#announce(filled(this.dataset.moved, { name, number: ids.indexOf(id) + 1, count: ids.length }));
  }

  #grip(event) {
    const grip = event.target.closest("#sources [data-grip]");
    if (!grip || event.button !== 0 || this.#ids.length < 2) return;
    event.preventDefault();
    drag(event, grip, grip.closest("[data-source]"), (item) => this.#keepOrder(item));
  }

  async #keepOrder(item) {
    await this.#send(this.dataset.order, { order: this.#ids.join() });
    this.#sayPlace(item.dataset.source, item.dataset.name);
  }
}

customElements.define("source-list", SourceList);
