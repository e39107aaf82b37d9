// These change with every page, or never make another request.
const IGNORED = ["csrfmiddlewaretoken", "token", "page", "key"];

/** The word on the button of the form beside a result: "again" until something in the form has changed. */
class AgainLabel extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.form = this.closest("form");
    // Fields that another model or API brings are rendered with new values: compare with those that the run had.
    this.sent = fieldValues(this.form, (field) => field.defaultChecked ?? false, defaultValue);
    for (const name of ["input", "change", "fields-renewed"]) {
      this.form.addEventListener(name, () => this.#compare(), { signal: this.#ends.signal });
    }
    this.#compare();
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  #compare() {
    const now = fieldValues(this.form, (field) => field.checked, (field) => field.value);
    const isChanged = [...this.sent].some(([name, value]) => now.has(name) && now.get(name) !== value);
    this.toggleAttribute("data-changed", isChanged);
  }
}

/** Return the value of each field of a form, by name. */
function fieldValues(form, isChecked, valueOf) {
  const fields = [...form.elements].filter(({ name, type }) => name && type !== "file" && type !== "submit" && !IGNORED.includes(name));
  const values = fields.filter((field) => field.type !== "radio" || isChecked(field));
  return new Map(values.map((field) => [field.name, field.type === "checkbox" && !isChecked(field) ? "" : valueOf(field)]));
}

function defaultValue(field) {
  if (!field.options) return field.type === "radio" || field.type === "checkbox" ? field.value : field.defaultValue;
  return ([...field.options].find(({ defaultSelected }) => defaultSelected) ?? field.options[0])?.value ?? "";
}

customElements.define("again-label", AgainLabel);
