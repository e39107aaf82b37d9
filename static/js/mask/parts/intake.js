import { byAlpha, byBrightness, byDifference, understand } from "../imports.js";
import { tidy } from "../components.js";
import { smallest } from "../lint.js";
import { imported } from "../operations.js";
import { pack } from "../packing.js";
import { whole } from "../rectangles.js";
import { NotRead } from "./reader.js";

const TOLERANCE = 24;

/** Masks from elsewhere: files, earlier runs, the picture's own transparency, what differs from another picture. */
export class Intake {
  #studio;
  #waiting = null;

  /** `onChange()` is called when a file waits for a decision, or no longer does. */
  constructor(studio, reader, say, onChange) {
    this.#studio = studio;
    Object.assign(this, { reader, say, onChange });
  }

  /** The file that waits for a decision, or null. */
  get file() {
    return this.#waiting?.source instanceof File ? this.#waiting.source : null;
  }

  /** What is to be decided about a file: [{code, values}]. */
  get findings() {
    if (!this.#waiting) return [];
    const { picture, name, facts } = this.#waiting;
    const { width, height } = this.#studio.picture;
    const values = { name, size: `${picture.original.width} × ${picture.original.height}`, wanted: `${width} × ${height}` };
    const isFlat = !facts.hasAlpha;
    const code = isFlat ? (facts.isWhiteMarked ? "flat-white" : "flat-black") : "size";
    return [...(isFlat && this.#isOtherSize ? [{ code: "size-too", values }] : []), { code, values }];
  }

  /** Take a file or an address as the mask; what is not clear about it is asked. */
  async take(source, name) {
    const picture = await this.#read(source, name);
    if (!picture) return;
    const facts = understand(picture);
    this.#waiting = { source, picture, name, facts };
    if (facts.hasAlpha && !this.#isOtherSize) this.decide("alpha");
    else this.onChange();
  }

  /** alpha: take it, at the picture's size; white, black: that is marked; forget. */
  decide(how) {
    const { picture } = this.#waiting ?? {};
    this.#waiting = null;
    if (picture && how !== "forget") {
      this.#put(how === "alpha" ? byAlpha(picture) : byBrightness(picture, how === "white"), picture);
    }
    this.onChange();
  }

  /** What is transparent in the picture is marked. */
  async takeTransparency() {
    if (!(await this.#studio.loadPixels())) return;
    const picture = this.#studio.readPicture();
    const marked = byAlpha(picture);
    if (marked.some(Boolean)) this.#put(marked, picture);
    else this.say("no-transparency");
  }

  /** What differs from another picture is marked, without the noise. */
  async takeDifference(source, name) {
    if (!(await this.#studio.loadPixels())) return;
    const one = this.#studio.readPicture();
    const other = await this.#read(source, name, one);
    if (!other) return;
    const marked = byDifference(one, other, TOLERANCE);
    tidy(marked, one.width, one.height, smallest(one));
    if (marked.some(Boolean)) this.#put(marked, one);
    else this.say("no-difference", { name });
  }

  async #read(source, name, size) {
    try {
      return await this.reader.read(source, size);
    } catch (error) {
      if (error instanceof NotRead) this.say("not-read", { why: error.message });
      else this.say("unreadable", { name });
      return null;
    }
  }

  #put(marked, { width, height }) {
    const packed = pack(marked, width, whole({ width, height }));
    this.#studio.perform(imported("replace", width, height, packed));
  }

  get #isOtherSize() {
    const { width, height } = this.#waiting.picture.original;
    return width !== this.#studio.picture.width || height !== this.#studio.picture.height;
  }
}
