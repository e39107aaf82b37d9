import { countCharacters, grow, written } from "../text.js";

const NEVER_KEPT = ["hidden", "password", "file"];
const SENT = "sent";
const MOST_SENT = 12;
// What htmx puts into the page later holds the server's newest values: drafts are for a page that was loaded.
let isLoading = true;

/** The value that the server wrote into the fields of that name. */
function original(fields) {
  for (const field of fields) {
    if (field.type === "radio" && field.defaultChecked) return field.value;
    if (field.options) return [...field.options].find((one) => one.defaultSelected)?.value ?? "";
    if (field.type !== "radio") return field.defaultValue;
  }
  return "";
}

/** Is there something else in the field than what the API takes by itself? */
const isChanged = ({ value, dataset }) => value.trim() !== "" && value !== dataset.default;

const stored = (name) => JSON.parse(sessionStorage.getItem(name) ?? "{}");

/** Keep something in this tab; where there is no room, what other pages sent goes first. */
function store(name, value) {
  for (const isFull of [false, true]) {
    if (isFull) sessionStorage.removeItem(SENT);
    try {
      return sessionStorage.setItem(name, JSON.stringify(value));
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
    }
  }
}

/** The brief: counts, fills, keeps what is typed, and says beside the button what went wrong on the way. */
class BriefForm extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("form");
    this.place = location.pathname;
    this.prompt = this.form.elements.prompt;
    this.notice = this.querySelector("#submit-notice");
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this.prompt, "input", () => this.#typed());
    on(this.form, "keydown", (event) => this.#key(event));
    on(this.form, "change", (event) => event.target.name === "api" && this.#chose(event.target));
    on(this.form, "change", () => this.#prevent());
    on(this.form, "input", ({ target }) => target.matches("textarea") && grow(target));
    for (const name of ["input", "change"]) {
      on(this.form, name, ({ target }) => {
        this.#keep(target);
        this.#unmark(target.name);
      });
    }
    on(document, "htmx:oobAfterSwap", ({ detail }) => this.#mark(document.getElementById(detail.target.id)));
    on(this.form, "submit", ({ submitter }) => submitter?.hasAttribute("formaction") || this.#rememberSent());
    on(this.form, "htmx:beforeOnLoad", (event) => this.#sent(event));
    // What the fields that go away asked for must not come after the new ones.
    on(this.form, "htmx:beforeOnLoad", ({ target }) => target.id === "id_api" && this.#abort("#choices"));
    on(this.form, "htmx:afterRequest", ({ target, detail }) => target.id === "id_api" && detail.successful && this.#renewed());
    on(window, "popstate", (event) => event.state?.htmx && sessionStorage.setItem("back", location.pathname));
    on(window, "pageshow", (event) => event.persisted && this.#sameToken());
    on(this, "click", ({ target }) => target.closest("[data-reset]") && this.#reset());
    on(document, "click", (event) => this.#click(event));
    on(this.form, "htmx:beforeRequest", ({ target }) => target === this.form && this.notice.replaceChildren());
    on(this.form, "htmx:sendError", (event) => this.#tell(event, this.dataset.offline));
    on(this.form, "htmx:timeout", (event) => this.#tell(event, this.dataset.late));
    on(this.form, "htmx:responseError", (event) => this.notice.textContent.trim() || this.#tell(event, this.dataset.late));
    this.draft = stored(`draft:${this.place}`);
    if (isLoading) this.#restore();
    isLoading = false;
    // Short texts are counted by the server already.
    if (this.prompt.value !== this.prompt.defaultValue || this.prompt.value.length > 999) this.#count();
    this.#prevent();
    this.querySelectorAll("textarea").forEach(grow);
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  /** What cannot go together cannot be chosen together, and the reason stands beside it. */
  #prevent() {
    const { background, output_format: format } = this.form.elements;
    const [isTransparent, isJpeg] = [background?.value === "transparent", format?.value === "jpeg"];
    for (const option of format?.options ?? []) option.disabled = isTransparent && !isJpeg && option.value === "jpeg";
    for (const option of background?.options ?? []) option.disabled = isJpeg && !isTransparent && option.value === "transparent";
    for (const why of this.querySelectorAll("[data-why]")) {
      why.hidden = !(why.dataset.why === "jpeg" ? isJpeg && !isTransparent : isTransparent);
    }
    this.#sayChanged();
  }

  #tell(event, words) {
    if (event.target === this.form) this.notice.textContent = words;
  }

  #typed() {
    this.#count();
    this.#unmark("prompt");
  }

  /** The run of this page failed for one field: say so there, unless it was changed since. */
  #mark(run) {
    const { refused: name, refusedWords: words } = run?.dataset ?? {};
    const isOurs = name && run.dataset.run === this.form.elements.page?.value && !(name in this.draft);
    const field = isOurs && (this.querySelector(`#id_${name}`) ?? this.querySelector(".along"));
    if (!field || this.querySelector(`#error-${name}`)) return;
    const said = Object.assign(document.createElement("p"), { className: "error", id: `error-${name}`, textContent: words });
    said.dataset.fieldError = name;
    (field.closest(".field") ?? field).append(said);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} error-${name}`.trim());
    const fold = field.closest("details");
    if (fold) fold.open = true;
  }

  /** What was wrong with a field is no longer, once it is changed. */
  #unmark(name) {
    const said = name && this.querySelector(`#error-${CSS.escape(name)}`);
    if (!said) return;
    said.remove();
    this.querySelector(`#id_${CSS.escape(name)}`)?.removeAttribute("aria-invalid");
  }

  #fields(name) {
    const fields = [...this.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    return fields.filter((field) => field.form === this.form && !NEVER_KEPT.includes(field.type));
  }

  /** What the visitor changed stays with this page: a reload and another language find it again. */
  #keep(field) {
    const fields = this.#fields(field.name);
    if (this.isSent || !fields.includes(field)) return;
    // What the server wrote first counts: a page that it refused holds what was typed.
    this.draft[field.name] = { from: this.draft[field.name]?.from ?? original(fields), to: field.value };
    store(`draft:${this.place}`, this.draft);
  }

  /** Fill the draft in, apart from what the server fills in otherwise by now. */
  #restore() {
    const [loaded] = performance.getEntriesByType("navigation");
    const isBack = loaded?.type === "back_forward" || sessionStorage.getItem("back") === this.place;
    sessionStorage.removeItem("back");
    if (isBack) this.#bringBack();
    const changed = [];
    for (const [name, { from, to }] of Object.entries(this.draft)) {
      if (loaded?.type !== "reload" && original(this.#fields(name)) !== from) {
        delete this.draft[name];
        continue;
      }
      const field = this.#put(name, to);
      if (field?.type === "radio") changed.push(field);
    }
    const tell = () => changed.at(-1)?.dispatchEvent(new Event("change", { bubbles: true }));
    changed.sort((one, other) => (one.name === "api") - (other.name === "api"));
    if (document.readyState === "complete") tell();
    else window.addEventListener("load", () => setTimeout(tell), { once: true });
  }

  /** Fill one field in; answers it when that changed something. What is not offered stays in the draft. */
  #put(name, value) {
    const field = this.#fields(name).find((one) => one.type !== "radio" || one.value === value);
    if (!field || (field.type === "radio" ? field.checked : field.value === value)) return null;
    if (field.type === "radio") field.checked = true;
    else field.value = value;
    if (value) field.closest("[hidden]")?.removeAttribute("hidden");
    return field;
  }

  /** Fields of another API came: what was typed and chosen before is put in again where it is offered. */
  #renewed() {
    const others = Object.entries(this.draft).filter(([name]) => name !== "api");
    const changed = others.map(([name, { to }]) => this.#put(name, to)).filter(Boolean);
    this.#prevent();
    this.form.dispatchEvent(new Event("fields-renewed"));
    this.form.dispatchEvent(new CustomEvent("new-parts", { bubbles: true }));
    if (changed.length) this.querySelector("#choices").dispatchEvent(new Event("change"));
  }

  #abort(selector) {
    this.querySelector(selector).dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} }));
  }

  #sent({ target, detail }) {
    if (target !== this.form || detail.xhr.status >= 400) return;
    this.isSent = true;
    sessionStorage.removeItem(`draft:${this.place}`);
  }

  /** What is sent from this page is there again when the visitor comes back to it in this tab. */
  #rememberSent() {
    const names = [...new Set([...this.form.elements].map(({ name }) => name))];
    const fields = names.flatMap((name) => this.#fields(name)).filter((one) => one.type !== "radio" || one.checked);
    const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
    const { [this.place]: _before, ...others } = stored(SENT);
    const kept = Object.entries(others).slice(1 - MOST_SENT);
    store(SENT, Object.fromEntries([...kept, [this.place, { token: this.form.elements.token.value, values }]]));
  }

  /** After going back, the same once more is the same run. */
  #sameToken() {
    this.form.elements.token.value = stored(SENT)[this.place]?.token ?? this.form.elements.token.value;
  }

  /** Fill in what this tab sent from here: the server knows only what any tab sent last. What was typed since stays. */
  #bringBack() {
    this.#sameToken();
    for (const [name, to] of Object.entries(stored(SENT)[this.place]?.values ?? {})) {
      const from = original(this.#fields(name));
      if (from !== to) this.draft[name] ??= { from, to };
    }
    store(`draft:${this.place}`, this.draft);
  }

  /** Say beside the fold which of its fields differ from the API's defaults. */
  #sayChanged() {
    const words = [...this.querySelectorAll("#advanced [data-default]")].filter(isChanged).map((field) => {
      const label = this.querySelector(`label[for="${field.id}"]`).textContent;
      return `${label}: ${field.selectedOptions?.[0].textContent ?? field.value}`;
    });
    this.querySelector("#changed").hidden = !words.length;
    this.querySelector("[data-changed]").textContent = words.join(" · ");
  }

  /** Back to the API's defaults. */
  #reset() {
    for (const field of [...this.querySelectorAll("#advanced [data-default]")].filter(isChanged)) {
      field.value = field.options ? field.dataset.default : "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.querySelector(".advanced > summary").focus();
  }

  #count() {
    const count = countCharacters(this.prompt.value);
    const [shown, most] = [this.querySelector("[data-count]"), this.querySelector("[data-limit]")];
    const limit = Number(most.dataset.limit);
    shown.textContent = written(count, document.documentElement.lang);
    most.textContent = written(limit, document.documentElement.lang);
    shown.parentElement.toggleAttribute("data-over", count > limit);
  }

  /** As if typed, so that the browser's own undo brings back what was there. */
  #fill(words) {
    this.prompt.focus();
    this.prompt.select();
    if (!document.execCommand("insertText", false, words)) this.prompt.value = words;
    this.#keep(this.prompt);
    this.#typed();
  }

  #click(event) {
    const filling = event.target.closest("[data-fill]");
    const choosing = event.target.closest("[data-choose-api]");
    if (filling && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      filling.closest("details")?.removeAttribute("open");
      this.#fill(filling.dataset.fill);
    } else if (choosing) {
      const radio = this.form.querySelector(`[name="api"][value="${CSS.escape(choosing.dataset.chooseApi)}"]`);
      radio.click();
      (this.querySelector("#api-picker").open ? this.form.elements.key : this.querySelector("#submit")).focus();
    }
  }

  #chose(radio) {
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

// When the page's own script is lost, nobody else is there to notice.
if (document.readyState !== "complete") {
  window.addEventListener("load", () => setTimeout(checkPage, 1000), { once: true });
}

function checkPage() {
  if (!("loaded" in document.documentElement.dataset)) import("../recovery.js").then(({ loadAgain }) => loadAgain(), () => {});
}
