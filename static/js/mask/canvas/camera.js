import { centred, fit, nextStep, pan, zoomTo } from "./viewport.js";

/** Position and scale of the picture: fitted until the visitor zooms or moves it. */
export class Camera {
  #isFitted = true;

  /** `onViewChange()` is called after every change of the view. */
  constructor(screen, picture, onViewChange) {
    Object.assign(this, { screen, picture, onViewChange });
  }

  get view() {
    return this.screen.view;
  }

  /** Measure after the stage changed its size, or the screen its density. */
  measure() {
    const before = this.screen.size;
    this.screen.measure();
    const { width, height } = this.screen.size;
    // A stage that is not displayed has no size: keep the view until it has one.
    if (!width || !height) return;
    if (this.#isFitted) this.fit();
    // What was in the middle stays there, also when a tablet is turned.
    else this.pan((width - before.width) / 2, (height - before.height) / 2);
  }

  /** Fit what is larger than the picture, {left, top, width, height}: the frame around it. */
  show(extent) {
    this.extent = extent;
    if (this.#isFitted && this.view) this.fit();
  }

  fit() {
    const { size: { width, height }, inset } = this.screen;
    const view = fit({ width, height: height - inset.top - inset.bottom }, this.extent ?? this.picture);
    this.#setView({ ...view, y: view.y + inset.top });
    this.#isFitted = true;
  }

  /** Show one pixel of the picture on one of the screen. */
  actual() {
    this.#setView(centred(1 / this.screen.density, this.screen.size, this.picture));
  }

  /** Zoom by a round step, around a place or the middle. */
  step(direction, place) {
    const { width, height } = this.screen.size;
    this.zoom(nextStep(this.view.scale, direction, this.screen.density), place ?? { x: width / 2, y: height / 2 });
  }

  zoom(scale, place) {
    this.#setView(zoomTo(this.view, scale, place, this.screen.size, this.picture));
  }

  pan(x, y) {
    this.#setView(pan(this.view, x, y, this.screen.size, this.picture));
  }

  #setView(view) {
    this.#isFitted = false;
    this.screen.show(view);
    this.onViewChange();
  }
}
