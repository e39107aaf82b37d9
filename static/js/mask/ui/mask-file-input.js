// Browsers read the file after click() has returned; without its address the download fails.
const REVOKE_MS = 10_000;

/** Keep the newest mask in the file input whenever the form is submitted or read. */
export class MaskFileInput {
  #png = null;

  /** `finish()` updates the mask; `isBehind()` says if it is outdated; `waiting()` returns a file to decide on. */
  constructor(input, name, { finish, isBehind, waiting }, on) {
    Object.assign(this, { input, name, finish, isBehind, waiting });
    // The editor's own button opens it.
    input.tabIndex = -1;
    // Capturing, so that the mask is complete before htmx reads the form.
    on(document, "submit", (event) => event.target === input.form && finish(), { capture: true });
    on(document, "formdata", (event) => event.target === input.form && this.#addTo(event.formData));
  }

  /** Put the newest mask into the input; without one, the file that waits for a decision. */
  fill(png) {
    this.#png = png;
    const file = png ? new File([png], this.name, { type: "image/png" }) : this.waiting();
    // The only way to fill an input: `files` takes a FileList, which has no constructor.
    const files = new DataTransfer();
    if (file) files.items.add(file);
    this.input.files = files.files;
  }

  /** Put the mask back after a chosen file was given up. */
  refill() {
    this.fill(this.#png);
  }

  /** Save the mask as a file; return whether there was one. */
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

  /** Add the newest mask to a FormData that is read without a submit. */
  #addTo(data) {
    if (!this.isBehind()) return;
    this.finish();
    if (this.input.files.length) data.set(this.input.name, this.input.files[0]);
    else data.delete(this.input.name);
  }
}
