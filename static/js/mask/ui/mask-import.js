import { marksFromAlpha, marksFromBrightness, marksFromDifference, inspectMaskPicture } from "../model/marks-from-picture.js";
import { tidy } from "../pixels/components.js";
import { maxSpeckArea } from "../model/findings.js";
import { importMarks } from "../model/operations.js";
import { pack } from "../pixels/run-length.js";
import { whole } from "../pixels/rectangles.js";
import { PictureNotReadError } from "./pixel-reader.js";

// Of 255 in each channel: compression changes colours by less.
const TOLERANCE = 24;

/** Import masks: from files, earlier runs, the picture's transparency, or the difference from another picture. */
export class MaskImport {
  #controller;
  #waiting = null;

  /** `onChange()` is called when a file waits for a decision, or no longer does. */
  constructor(controller, reader, announce, onChange) {
    this.#controller = controller;
    Object.assign(this, { reader, announce, onChange });
  }

  /** Return the file that waits for a decision, or null. */
  get file() {
    return this.#waiting?.source instanceof File ? this.#waiting.source : null;
  }

  /** Return the open decisions about a file: [{code, values}]. */
  get findings() {
    if (!this.#waiting) return [];
    const { picture, name, facts } = this.#waiting;
    const { width, height } = this.#controller.picture;
    const values = { name, size: `${picture.original.width} × ${picture.original.height}`, wanted: `${width} × ${height}` };
    const isFlat = !facts.hasAlpha;
    const code = isFlat ? (facts.isWhiteMarked ? "flat-white" : "flat-black") : "size";
    return [...(isFlat && this.#isOtherSize ? [{ code: "size-too", values }] : []), { code, values }];
  }

  /** Import a file or a URL; wait for a decision when its meaning is ambiguous. */
  async importFrom(source, name) {
    const picture = await this.#read(source, name);
    if (!picture) return;
    const facts = inspectMaskPicture(picture);
    this.#waiting = { source, picture, name, facts };
    // Transparency in the right size means one thing only.
    if (facts.hasAlpha && !this.#isOtherSize) this.decide("alpha");
    else this.onChange();
  }

  /** Decide on the waiting file: mark by alpha, mark white or black, or forget it. */
  decide(decision) {
    const { picture } = this.#waiting ?? {};
    this.#waiting = null;
    if (picture && decision !== "forget") {
      this.#importMarks(decision === "alpha" ? marksFromAlpha(picture) : marksFromBrightness(picture, decision === "white"), picture);
    }
    this.onChange();
  }

  /** Mark the transparent pixels of the picture. */
  async importTransparency() {
    if (!(await this.#controller.loadPixels())) return;
    const picture = this.#controller.readPicture();
    const marked = marksFromAlpha(picture);
    if (marked.some(Boolean)) this.#importMarks(marked, picture);
    else this.announce("no-transparency");
  }

  /** Mark the differences from another picture, without noise. */
  async importDifference(source, name) {
    if (!(await this.#controller.loadPixels())) return;
    const own = this.#controller.readPicture();
    const other = await this.#read(source, name, own);
    if (!other) return;
    const marked = marksFromDifference(own, other, TOLERANCE);
    // Where compression changed more than TOLERANCE, it left specks.
    tidy(marked, own.width, own.height, maxSpeckArea(own));
    if (marked.some(Boolean)) this.#importMarks(marked, own);
    else this.announce("no-difference", { name });
  }

  async #read(source, name, size) {
    try {
      return await this.reader.read(source, size);
    } catch (error) {
      if (error instanceof PictureNotReadError) this.announce("not-read", { why: error.message });
      else this.announce("unreadable", { name });
      return null;
    }
  }

  #importMarks(marked, { width, height }) {
    const packed = pack(marked, width, whole({ width, height }));
    this.#controller.perform(importMarks("replace", width, height, packed));
  }

  get #isOtherSize() {
    const { width, height } = this.#waiting.picture.original;
    return width !== this.#controller.picture.width || height !== this.#controller.picture.height;
  }
}
