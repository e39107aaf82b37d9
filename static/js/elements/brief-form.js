import { countCharacters, growTextArea, formatNumber } from "../lib/text.js";

const NEVER_STORED = ["hidden", "password", "file", "checkbox"];
const SENT_KEY = "sent";
const MAX_SENT = 12;
// Restore drafts only on page load: HTML that htmx inserts later holds newer values of the server.
let isLoading = true;
// These bring other fields.
const CHOICES = ["model", "api"];
const choosesFields = ({ detail }) => CHOICES.includes(detail.requestConfig?.elt.id.slice(3));

/** Return the value that the server rendered into the fields of a name. */
function original(fields) {
  for (const field of fields) {
    if (field.type === "radio" && field.defaultChecked) return field.value;
    if (field.options) return [...field.options].find((candidate) => candidate.defaultSelected)?.value ?? "";
    if (field.type !== "radio") return field.defaultValue;
  }
  return "";
}

/** Check whether a field differs from the API's default. */
const isChanged = ({ value, dataset }) => value.trim() !== "" && value !== dataset.default;

const stored = (name) => JSON.parse(sessionStorage.getItem(name) ?? "{}");

/** Store a value in sessionStorage; when it is full, drop the sent values of other pages first. */
function store(name, value) {
  for (const isFull of [false, true]) {
    if (isFull) sessionStorage.removeItem(SENT_KEY);
    try {
      return sessionStorage.setItem(name, JSON.stringify(value));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
    }
  }
}

/** The brief: counts characters, keeps drafts, and shows network errors beside the button. */
class BriefForm extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("form");
    this.place = location.pathname;
    this.prompt = this.form.elements.prompt;
    this.notice = this.querySelector("#submit-notice");
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this.prompt, "input", () => this.#promptChanged());
    on(this.form, "keydown", (event) => this.#key(event));
    on(this.form, "change", (event) => event.target.name === "api" && this.#apiChosen(event.target));
    on(this.form, "change", () => this.#disableConflicts());
    on(this.form, "input", ({ target }) => target.matches("textarea") && growTextArea(target));
    for (const name of ["input", "change"]) {
      on(this.form, name, ({ target }) => {
        this.#storeDraft(target);
        this.#clearFieldError(target.name);
      });
    }
    on(document, "htmx:oobAfterSwap", ({ detail }) => this.#showFieldError(document.getElementById(detail.target.id)));
    on(this.form, "submit", ({ submitter }) => submitter?.hasAttribute("formaction") || this.#storeSent());
    on(this.form, "htmx:beforeOnLoad", (event) => this.#formSent(event));
    // An estimate for the replaced fields must not arrive after the new fields.
    on(this.form, "htmx:beforeOnLoad", (event) => choosesFields(event) && this.#abort("#choices"));
    on(this.form, "htmx:afterRequest", (event) => choosesFields(event) && event.detail.successful && this.#fieldsReplaced());
    on(window, "popstate", (event) => event.state?.htmx && sessionStorage.setItem("back", location.pathname));
    on(window, "pageshow", (event) => event.persisted && this.#reuseToken());
    on(this, "click", ({ target }) => target.closest("[data-reset]") && this.#reset());
    on(document, "click", (event) => this.#click(event));
    on(this.form, "htmx:beforeRequest", ({ target }) => target === this.form && this.notice.replaceChildren());
    on(this.form, "htmx:sendError", (event) => this.#showNotice(event, this.dataset.offline));
    on(this.form, "htmx:timeout", (event) => this.#showNotice(event, this.dataset.late));
    on(this.form, "htmx:responseError", (event) => this.notice.textContent.trim() || this.#showNotice(event, this.dataset.late));
    this.draft = stored(`draft:${this.place}`);
    if (isLoading) this.#restore();
    isLoading = false;
    // The server rendered the count of short texts.
    if (this.prompt.value !== this.prompt.defaultValue || this.prompt.value.length > 999) this.#updateCount();
    this.#disableConflicts();
    this.querySelectorAll("textarea").forEach(growTextArea);
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  /** Disable options that exclude each other, and show the reason. */
  #disableConflicts() {
    const { background, output_format: format } = this.form.elements;
    const [isTransparent, isJpeg] = [background?.value === "transparent", format?.value === "jpeg"];
    for (const option of format?.options ?? []) option.disabled = isTransparent && !isJpeg && option.value === "jpeg";
    for (const option of background?.options ?? []) option.disabled = isJpeg && !isTransparent && option.value === "transparent";
    for (const reason of this.querySelectorAll("[data-why]")) {
      reason.hidden = !(reason.dataset.why === "jpeg" ? isJpeg && !isTransparent : isTransparent);
    }
    this.#listChanged();
  }

  #showNotice(event, words) {
    if (event.target === this.form) this.notice.textContent = words;
  }

  #promptChanged() {
    this.#updateCount();
    this.#clearFieldError("prompt");
  }

  /** Show the error of this page's run at the field that caused it, unless the field was changed since. */
  #showFieldError(run) {
    const { rejectedField: name, rejectionText: words } = run?.dataset ?? {};
    const isThisForm = name && run.dataset.run === this.form.elements.page?.value && !(name in this.draft);
    const field = isThisForm && (this.querySelector(`#id_${name}`) ?? this.querySelector(".attached-images"));
    if (!field || this.querySelector(`#error-${name}`)) return;
    const message = Object.assign(document.createElement("p"), { className: "error", id: `error-${name}`, textContent: words });
    message.dataset.fieldError = name;
    (field.closest(".field") ?? field).append(message);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} error-${name}`.trim());
    const fold = field.closest("details");
    if (fold) fold.open = true;
  }

  /** Remove the error of a field that was changed. */
  #clearFieldError(name) {
    const message = name && this.querySelector(`#error-${CSS.escape(name)}`);
    if (!message) return;
    message.remove();
    this.querySelector(`#id_${CSS.escape(name)}`)?.removeAttribute("aria-invalid");
  }

  #fields(name) {
    const fields = [...this.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    return fields.filter((field) => field.form === this.form && !NEVER_STORED.includes(field.type));
  }

  /** Store a changed field for this page: it survives a reload and a change of language. */
  #storeDraft(field) {
    const fields = this.#fields(field.name);
    if (this.isSent || !fields.includes(field)) return;
    // Keep the first rendered value: a refused form is rendered with the typed value.
    this.draft[field.name] = { from: this.draft[field.name]?.from ?? original(fields), to: field.value };
    store(`draft:${this.place}`, this.draft);
  }

  /** Restore the draft, except for fields that the server renders with another value now. */
  #restore() {
    const [loaded] = performance.getEntriesByType("navigation");
    const isBack = loaded?.type === "back_forward" || sessionStorage.getItem("back") === this.place;
    sessionStorage.removeItem("back");
    if (isBack) this.#restoreSent();
    const changed = [];
    for (const [name, { from, to }] of Object.entries(this.draft)) {
      if (loaded?.type !== "reload" && original(this.#fields(name)) !== from) {
        delete this.draft[name];
        continue;
      }
      const field = this.#fillField(name, to);
      if (field?.type === "radio" || field?.name === "model") changed.push(field);
    }
    const fireChange = () => changed.at(-1)?.dispatchEvent(new Event("change", { bubbles: true }));
    changed.sort((first, second) => CHOICES.indexOf(first.name) - CHOICES.indexOf(second.name));
    if (document.readyState === "complete") fireChange();
    else window.addEventListener("load", () => setTimeout(fireChange), { once: true });
  }

  /** Fill one field; return it when it changed. A value that is not offered stays in the draft. */
  #fillField(name, value) {
    const field = this.#fields(name).find((candidate) => candidate.type !== "radio" || candidate.value === value);
    if (!field || (field.type === "radio" ? field.checked : field.value === value)) return null;
    const before = field.value;
    if (field.type === "radio") field.checked = true;
    else field.value = value;
    if (field.value !== value) return void (field.value = before);
    if (value) field.closest("[hidden]")?.removeAttribute("hidden");
    return field;
  }

  /** Restore the draft in the fields of another API, where they offer the value. */
  #fieldsReplaced() {
    const others = Object.entries(this.draft).filter(([name]) => name !== "api");
    const changed = others.map(([name, { to }]) => this.#fillField(name, to)).filter(Boolean);
    this.#disableConflicts();
    this.form.dispatchEvent(new Event("fields-renewed"));
    this.form.dispatchEvent(new CustomEvent("new-parts", { bubbles: true }));
    const field = changed.find(({ name }) => name === "model") ?? (changed[0] && this.querySelector("#choices"));
    field?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #abort(selector) {
    this.querySelector(selector).dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
  }

  #formSent({ target, detail }) {
    if (target !== this.form || detail.xhr.status >= 400) return;
    this.isSent = true;
    sessionStorage.removeItem(`draft:${this.place}`);
  }

  /** Store the sent values, for a visitor who comes back to this page in this tab. */
  #storeSent() {
    const names = [...new Set([...this.form.elements].map(({ name }) => name))];
    const fields = names.flatMap((name) => this.#fields(name)).filter((candidate) => candidate.type !== "radio" || candidate.checked);
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const { [this.place]: _before, ...others } = stored(SENT_KEY);
    const recent = Object.entries(others).slice(1 - MAX_SENT);
    store(SENT_KEY, Object.fromEntries([...recent, [this.place, { token: this.form.elements.token.value, values }]]));
  }

  /** Reuse the token after going back: the same form is the same run, and is paid once. */
  #reuseToken() {
    this.form.elements.token.value = stored(SENT_KEY)[this.place]?.token ?? this.form.elements.token.value;
  }

  /** Restore what this tab sent: the server knows only the last form of any tab. Newer input stays. */
  #restoreSent() {
    this.#reuseToken();
    for (const [name, to] of Object.entries(stored(SENT_KEY)[this.place]?.values ?? {})) {
      const from = original(this.#fields(name));
      if (from !== to) this.draft[name] ??= { from, to };
    }
    store(`draft:${this.place}`, this.draft);
  }

  /** List the advanced fields that differ from the API's defaults. */
  #listChanged() {
    const words = [...this.querySelectorAll("#advanced [data-default]")].filter(isChanged).map((field) => {
      const label = this.querySelector(`label[for="${field.id}"]`).textContent;
      return `${label}: ${field.selectedOptions?.[0].textContent ?? field.value}`;
    });
    this.querySelector("#changed").hidden = !words.length;
    this.querySelector("[data-changed]").textContent = words.join(" · ");
  }

  /** Reset the advanced fields to the API's defaults. */
  #reset() {
    for (const field of [...this.querySelectorAll("#advanced [data-default]")].filter(isChanged)) {
      field.value = field.options ? field.dataset.default : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.querySelector(".advanced > summary").focus();
  }

  #updateCount() {
    const count = countCharacters(this.prompt.value);
    const [shown, limitLabel] = [this.querySelector("[data-count]"), this.querySelector("[data-limit]")];
    const limit = Number(limitLabel.dataset.limit);
    shown.textContent = formatNumber(count, document.documentElement.lang);
    limitLabel.textContent = formatNumber(limit, document.documentElement.lang);
    shown.parentElement.toggleAttribute("data-over", count > limit);
  }

  /** Insert text as if typed, so that the browser's undo works. */
  #fill(words) {
    this.prompt.focus();
    this.prompt.select();
    if (!document.execCommand("insertText", false, words)) this.prompt.value = words;
    this.#storeDraft(this.prompt);
    this.#promptChanged();
  }

  #click(event) {
    const filling = event.target.closest("[data-fill]");
    const choosing = event.target.closest("[data-choose-api]");
    if (filling && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      filling.closest("details")?.removeAttribute("open");
      this.#fill(filling.dataset.fill || filling.querySelector(".words").textContent);
      // An example brings its shape; an API may not offer it.
      this.form.querySelector(`[name="size"][value="${filling.dataset.size}"]`)?.click();
    } else if (choosing) {
      const radio = this.form.querySelector(`[name="api"][value="${CSS.escape(choosing.dataset.chooseApi)}"]`);
      radio.click();
      (this.querySelector("#api-picker").open ? this.form.elements.key : this.querySelector("#submit")).focus();
    }
  }

  #apiChosen(radio) {
    const row = radio.closest("label");
    for (const [name, part] of [["api", "b"], ["key", ".chip"]]) {
      for (const shown of document.querySelectorAll(`[data-chosen-${name}]`)) shown.textContent = row.querySelector(part).textContent;
    }
    this.form.elements.key.placeholder = radio.dataset.placeholder;
    if ("demo" in radio.dataset || "hasKey" in radio.dataset) return;
    this.querySelector("#api-picker").open = true;
    this.querySelector(".key").scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const menu = this.querySelector(".earlier");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && event.altKey && menu) {
      event.preventDefault();
      menu.open = true;
      menu.querySelector("button").focus();
    } else if (menu?.contains(event.target) && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      const places = [...menu.querySelectorAll("button")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      places.at((places.indexOf(event.target) + step) % places.length).focus();
    }
  }
}

customElements.define("brief-form", BriefForm);

// Detect that main.js failed to load: no other module can.
if (document.readyState !== "complete") {
  window.addEventListener("load", () => setTimeout(checkPage, 1000), { once: true });
}

function checkPage() {
  if (!("loaded" in document.documentElement.dataset)) import("../lib/module-recovery.js").then(({ reloadPage }) => reloadPage(), () => {});
}
