import { loadMaskLink, fitsLink, formValues, encodeBrief } from "../lib/share-link.js";

const SHOWN_MS = 2000;

const DOCUMENTED = ["parameters", "errors"];
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
// Here the panel covers the page (static/css/code.css).
const phone = matchMedia("(max-width: 820px)");

/** The code panel: style sheet, tabs, values that set the form, copies, downloads and links. */
class CodePanel extends HTMLElement {
  #ends = new AbortController();
  #copied = "";
  #isFresh = false;
  #hasDocs = false;
  #inert = [];

  connectedCallback() {
    this.details = this.closest("details");
    this.form = document.getElementById(this.dataset.form);
    // Its style sheet comes with it: the first page has no room for what few open.
    const { style } = this.details.dataset;
    if (!document.querySelector(`link[href="${style}"]`)) {
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    }
    const options = { signal: this.#ends.signal };
    this.addEventListener("click", (event) => this.#click(event), options);
    this.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#key(event), options);
    this.details.addEventListener("keydown", (event) => this.#escape(event), options);
    this.details.addEventListener("toggle", () => this.#toggled(), options);
    phone.addEventListener("change", () => this.#cover(), options);
    for (const name of ["input", "change", "reset"]) this.form?.addEventListener(name, () => this.#mark(), options);
    this.form?.addEventListener("fields-renewed", () => this.#hasDocs && this.#load("docs"), options);
    // Nothing can be loaded before htmx has read the page.
    document.addEventListener("htmx:load", () => this.#loadMissing(), options);
    this.addEventListener("htmx:beforeRequest", ({ target }) => this.#loading(target, true), options);
    this.addEventListener("htmx:sendError", ({ target }) => this.#loading(target, false), options);
    this.addEventListener("htmx:responseError", ({ target }) => this.#loading(target, false), options);
    this.addEventListener("htmx:afterSwap", ({ target }) => this.#swapped(target), options);
    this.addEventListener("htmx:configRequest", ({ detail }) => this.#addMask(detail.parameters), options);
    this.#select(this.#tabs.find((tab) => tab.id === localStorage.getItem("code-tab")) ?? this.#tabs[0]);
    if (this.details.open) this.#toggled();
  }

  disconnectedCallback() {
    this.#ends.abort();
    this.#uncover();
  }

  get #tabs() {
    return [...this.querySelectorAll("[role=tab]")];
  }

  #toggled() {
    this.#cover();
    // The form may have changed while the panel was closed.
    this.#isFresh = false;
    this.#loadMissing();
  }

  /** Show the panel of a tab, and remember the tab. */
  #select(chosen) {
    for (const tab of this.#tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    this.dataset.tab = chosen.id.replace("tab-", "");
    this.#loadMissing();
  }

  #choose(tab) {
    localStorage.setItem("code-tab", tab.id);
    this.#select(tab);
    tab.focus();
  }

  #key(event) {
    const tabs = this.#tabs;
    const place = tabs.indexOf(event.target.closest("[role=tab]"));
    const next = { Home: 0, End: tabs.length - 1 }[event.key] ?? (place + STEPS[event.key] + tabs.length) % tabs.length;
    if (event.key === " ") event.target.click();
    else if (!(next >= 0)) return;
    else this.#choose(tabs[next]);
    event.preventDefault();
  }

  /** On a phone the open panel covers the page: the rest of it can neither be reached nor read. */
  #cover() {
    this.#uncover();
    if (!this.details.open || !phone.matches) return;
    this.setAttribute("role", "dialog");
    for (let part = this.details; part !== document.body; part = part.parentElement) {
      // What is announced is meant for people in the panel too.
      const others = [...part.parentElement.children].filter((one) => one !== part && !one.inert && one.id !== "announcer");
      this.#inert.push(...others);
    }
    for (const part of this.#inert) part.inert = true;
  }

  #uncover() {
    for (const part of this.#inert) part.inert = false;
    this.#inert = [];
    this.removeAttribute("role");
  }

  #escape(event) {
    if (event.key !== "Escape" || !this.details.open || !phone.matches) return;
    this.#close();
    this.details.querySelector("summary").focus();
  }

  #close() {
    this.details.open = false;
    this.#uncover();
  }

  /** Load programs when the panel opens, parameters and errors when they are looked at for the first time. */
  #loadMissing() {
    if (!this.details.open) return;
    if (!this.#isFresh) this.#load("body");
    if (!this.#hasDocs && DOCUMENTED.includes(this.dataset.tab)) this.#load("docs");
  }

  #load(part) {
    this.querySelector(`#code-${part}`).dispatchEvent(new Event(`load-${part}`));
  }

  #loading({ id }, isAsked) {
    if (id === "code-body") this.#isFresh = isAsked;
    if (id === "code-docs") this.#hasDocs = isAsked;
  }

  #swapped(target) {
    if (target.id === "code-docs") this.#mark();
    this.#sayCopied(this.querySelector(`[data-copy="${this.#copied}"]`));
  }

  /** Mark the values that the form holds now. */
  #mark() {
    for (const button of this.querySelectorAll("[data-set]")) {
      const control = this.form.elements[button.dataset.set];
      const option = control?.options && [...control.options].find(({ value }) => value === button.value);
      button.disabled = !control || Boolean(option?.disabled);
      button.setAttribute("aria-pressed", String(this.#value(button.dataset.set) === button.value));
    }
    for (const shown of this.querySelectorAll("[data-now]")) {
      const control = this.form.elements[shown.dataset.now];
      const value = control?.value || control?.dataset.default || "";
      shown.querySelector("b").textContent = value;
      shown.hidden = !value;
    }
    for (const link of this.querySelectorAll("[data-control]")) {
      link.hidden = !document.getElementById(link.hash.slice(1));
    }
  }

  #value(name) {
    const own = name === "size" ? this.form.elements.own_size?.value.trim() : "";
    return own || this.form.elements[name]?.value;
  }

  /** Set a control of the form as a person would, with the events that price and programs follow. */
  #set({ dataset: { set: name }, value }) {
    if (this.#value(name) === value) return;
    const own = name === "size" && this.form.elements.own_size;
    if (own && own.value) this.#fill(own, "");
    const controls = [...this.form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const radio = controls.find((one) => one.type === "radio" && one.value === value);
    if (radio) radio.click();
    else this.#fill(controls[0], value);
    const fold = controls[0].closest("details");
    if (fold) fold.open = true;
    this.#mark();
  }

  #fill(control, value) {
    control.value = value;
    for (const name of ["input", "change"]) control.dispatchEvent(new Event(name, { bubbles: true }));
  }

  #click(event) {
    const { target } = event;
    const tab = target.closest("[role=tab]");
    if (tab && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.#choose(tab);
    }
    if (target.closest("[data-set]")) this.#set(target.closest("[data-set]"));
    if (target.closest("[data-control]") && phone.matches) this.#close();
    const [copying, keeping] = [target.closest("[data-copy]"), target.closest("[data-download]")];
    if (copying) this.#copy(copying, document.getElementById(copying.dataset.copy));
    if (target.closest("[data-share]")) this.#share(target.closest("[data-share]"));
    if (keeping) this.#download(keeping, document.getElementById(keeping.dataset.download).textContent);
  }

  /** Copy a text; select it where the clipboard cannot be written. */
  async #copy(button, shown, text = shown.textContent) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without permission or HTTPS: select the text, so that Ctrl+C copies it.
      if (!shown.select) getSelection().selectAllChildren(shown);
      return;
    }
    document.getElementById("announcer").textContent = button.dataset.done;
    this.#copied = button.dataset.copy ?? "";
    setTimeout(() => (this.#copied = ""), SHOWN_MS);
    this.#sayCopied(button);
  }

  /** Show "Copied"; called again when the code, and its button, was replaced meanwhile. */
  #sayCopied(button) {
    const words = button?.querySelector("span");
    // A second press meanwhile must not take "Copied" for the label.
    if (!words || words.textContent === button.dataset.done) return;
    const label = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => (words.textContent = label), SHOWN_MS);
  }

  async #share(button) {
    const address = this.querySelector("#share-address");
    const mask = await this.#mask();
    this.querySelector("[data-mask-too-long]").hidden = mask !== null;
    const form = document.querySelector("brief-form form");
    this.querySelector("[data-marks-too-long]").hidden = fitsLink(form.elements.annotations?.value ?? "");
    const values = formValues(form);
    address.value = new URL(button.dataset.share + encodeBrief(values, mask ?? ""), location);
    address.hidden = false;
    address.select();
    this.#copy(button, address, address.value);
  }

  /** Encode the drawn mask for a link; null when it is too long. */
  async #mask() {
    const editor = document.querySelector("mask-editor");
    editor?.controller?.settle();
    return editor?.controller ? (await loadMaskLink()).encodeMask(editor.controller.model) : "";
  }

  #download(button, text) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: address, download: button.dataset.name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** Send the size of the mask only: the mask stays in the browser until the form is sent. */
  #addMask(parameters) {
    const [file] = document.querySelector("input[type=file][name=mask]")?.files ?? [];
    if (file) parameters.mask_bytes = file.size;
  }
}

customElements.define("code-panel", CodePanel);
