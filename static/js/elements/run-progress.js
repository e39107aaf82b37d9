// The switch stands in the progress of a run only: every row in main.js is loaded on the first visit.
import "./notify-switch.js";
import { HighestProgress, progressPercent } from "../lib/progress.js";

// Of the page, not of the element: each poll brings a new element.
const highest = new HighestProgress();

/** Count the seconds of a run between two polls. */
class RunProgress extends HTMLElement {
  connectedCallback() {
    // Not Date: the computer's clock may be set while the run goes on.
    this.since = performance.now() - 1000 * Number(this.dataset.elapsed);
    this.#show();
    if (this.dataset.running === "yes") this.timer = setInterval(() => this.#show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  #show() {
    if (this.dataset.running !== "yes" || "away" in document.documentElement.dataset) return;
    const elapsed = Math.floor((performance.now() - this.since) / 1000);
    const expected = Number(this.dataset.expectedHigh);
    for (const label of this.querySelectorAll("[data-elapsed-label]")) label.textContent = elapsed;
    this.querySelector("progress").value = highest.of(this.dataset.run, progressPercent(elapsed, expected));
    for (const part of this.querySelectorAll("[data-late], [data-on-time]")) part.hidden = elapsed > expected !== "late" in part.dataset;
  }
}

customElements.define("run-progress", RunProgress);
