const REVOKE_MS = 10_000;

/** Keep the newest mask in the file input whenever the form is submitted or read. */
export class MaskFileInput {
  #png = null;

  /** `finish()` brings the mask up to date; `isBehind()` whether it is not; `waiting()` a file to decide on. */
  constructor(input, name, { finish, isBehind, waiting }, on) {
    Object.assign(this, { input, name, finish, isBehind, waiting });
    input.tabIndex = -1;
    on(document, "submit", (event) => event.target === input.form && finish(), { capture: true });
    on(document, "formdata", (event) => event.target === input.form && this.#addTo(event.formData));
  }

  /** The newest mask, or null when nothing is marked: then a file that waits for a decision is what there is. */
  fill(png) {
    this.#png = png;
    const file = png ? new File([png], this.name, { type: "image/png" }) : this.waiting();
    const files = new DataTransfer();
    if (file) files.items.add(file);
    this.input.files = files.files;
  }

  /** Back to the mask, after a file was chosen and given up. */
  refill() {
    this.fill(this.#png);
  }

  /** Save the mask as a file; answers whether there was one. */
  download() {
    this.finish();
    if (!this.#png) return false;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.#png], { type: "image/png" }));
    link.download = this.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
    return true;
  }

  /** Forms that are read without being submitted get the newest mask as well. */
  #addTo(data) {
    if (!this.isBehind()) return;
    this.finish();
    if (this.input.files.length) data.set(this.input.name, this.input.files[0]);
    else data.delete(this.input.name);
  }
}
