import { centred, fit, nextStep, pan, zoomTo } from "./viewport.js";

/** Position and scale of the picture: fitted until the visitor zooms or moves it. */
export class Camera {
  #isFitted = true;

  /** `onLook()` is called whenever the view changed. */
  constructor(screen, picture, onLook) {
    Object.assign(this, { screen, picture, onLook });
  }

  get view() {
    return this.screen.view;
  }

  /** The stage changed its size, or the screen its density. */
  measure() {
    const before = this.screen.size;
    this.screen.measure();
    const { width, height } = this.screen.size;
    if (!width || !height) return;
    if (this.#isFitted) this.fit();
    else this.pan((width - before.width) / 2, (height - before.height) / 2);
  }

  fit() {
    this.#look(fit(this.screen.size, this.picture));
    this.#isFitted = true;
  }

  /** One pixel of the picture on one of the screen. */
  actual() {
    this.#look(centred(1 / this.screen.density, this.screen.size, this.picture));
  }

  /** A round step nearer or further, around a place or the middle. */
  step(direction, place) {
    const { width, height } = this.screen.size;
    this.zoom(nextStep(this.view.scale, direction, this.screen.density), place ?? { x: width / 2, y: height / 2 });
  }

  zoom(scale, place) {
    this.#look(zoomTo(this.view, scale, place, this.screen.size, this.picture));
  }

  pan(x, y) {
    this.#look(pan(this.view, x, y, this.screen.size, this.picture));
  }

  #look(view) {
    this.#isFitted = false;
    this.screen.show(view);
    this.onLook();
  }
}
