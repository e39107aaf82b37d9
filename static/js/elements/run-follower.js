import { RETRY_MS, nextWaitMs, shownVersions } from "../lib/polling.js";
import { showNotification } from "../lib/notifications.js";

const ACTIVE = '[data-state="queued"], [data-state="running"]';
const FIRST = 400;

/** Poll all active runs of the page; each response sets the next interval. One element on each page. */
class RunFollower extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this, "follow", (event) => this.#plan(nextWaitMs(event.detail, document.hidden)));
    on(this, "htmx:beforeOnLoad", (event) => event.detail.xhr.status >= 400 && this.#failed(event));
    on(this, "htmx:sendError", () => this.#lost());
    on(this, "htmx:beforeOnLoad", () => this.#setAway(false));
    on(window, "offline", () => this.isWaiting && this.#setAway(true));
    on(window, "online", () => this.isWaiting && this.#look());
    on(document, "htmx:afterRequest", ({ target }) => target.matches?.("[data-cancel]") && this.#look());
    on(this, "htmx:timeout", () => this.#plan(RETRY_MS));
    on(this, "htmx:beforeSwap", (event) => this.#leaveOut(event.detail));
    on(document, "htmx:oobBeforeSwap", (event) => this.#bridge(event.detail));
    on(document, "htmx:oobBeforeSwap", ({ detail }) => (this.hadFocus = detail.target.contains(document.activeElement)));
    on(document, "htmx:oobAfterSwap", (event) => this.#swapped(event.detail.target));
    on(document, "visibilitychange", () => !document.hidden && this.isWaiting && this.#look());
    this.notified = new Set();
    this.announced = new Map([...document.querySelectorAll("[data-run]")].map((run) => [run.id, run.dataset.announcement]));
    this.#plan(FIRST);
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearTimeout(this.timer);
    this.#setAway(false);
  }

  #failed(event) {
    event.preventDefault();
    this.#plan(RETRY_MS);
  }

  #lost() {
    this.#setAway(true);
    this.#plan(RETRY_MS);
  }

  /** Show on each waiting card that the network is offline, and stop its progress bar. */
  #setAway(isAway) {
    document.documentElement.toggleAttribute("data-away", isAway);
    for (const words of document.querySelectorAll("[data-while-away]")) {
      words.textContent = isAway ? words.dataset.whileAway : "";
    }
  }

  #plan(wait) {
    clearTimeout(this.timer);
    this.isWaiting = wait !== null;
    if (this.isWaiting) this.timer = setTimeout(() => this.#look(), wait);
  }

  #look() {
    clearTimeout(this.timer);
    const items = [...document.querySelectorAll(`:is([data-run], [data-strip]):is(${ACTIVE})`)];
    if (!items.length) return;
    const known = shownVersions(items.map((item) => ({ id: item.dataset.run ?? item.dataset.strip, version: item.dataset.version })));
    const address = `${this.dataset.url}?page=${this.dataset.page ?? ""}&seen=${encodeURIComponent(known)}`;
    // Network errors arrive as htmx events.
    window.htmx.ajax("GET", address, { source: this, target: this, swap: "none" }).catch(() => {});
  }

  /** Drop parts of runs that this page does not show. */
  #leaveOut(detail) {
    const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    for (const part of answer.querySelectorAll("[hx-swap-oob]")) {
      if (!document.getElementById(part.id)) part.remove();
    }
    detail.serverResponse = (answer.querySelector("title")?.outerHTML ?? "") + answer.body.innerHTML;
  }

  /** Keep the old preview below the new picture until that has loaded, to avoid flicker. */
  #bridge({ target, fragment }) {
    for (const fresh of fragment.querySelectorAll("[data-preview], [data-picture]")) {
      const number = fresh.dataset.preview ?? fresh.dataset.picture;
      const stale = target.querySelector(`[data-preview="${number}"]`);
      if (!stale) continue;
      stale.removeAttribute("id");
      stale.removeAttribute("data-preview");
      stale.alt = "";
      fresh.before(stale);
      fresh.loading = "eager";
      fresh.addEventListener("load", () => stale.remove(), { once: true });
    }
  }

  #swapped(old) {
    const run = document.getElementById(old.id);
    if (run && old.matches(ACTIVE) && !run.matches(ACTIVE)) this.#notify(run);
    if (!run?.matches("[data-run]")) return;
    if (this.announced.get(run.id) !== run.dataset.announcement) {
      this.announced.set(run.id, run.dataset.announcement);
      document.getElementById("announcer").textContent = run.dataset.announcement;
    }
    if (this.hadFocus && document.activeElement === document.body) run.querySelector(".state").focus({ preventScroll: true });
    this.hadFocus = false;
  }

  /** Tell visitors who are not looking, and who asked for it, that a run is over: its card or its place in the strip. */
  #notify(item) {
    const id = item.dataset.run ?? item.dataset.strip;
    if (this.notified.has(id) || (!document.hidden && document.hasFocus())) return;
    this.notified.add(id);
    showNotification(item.dataset.title, item.dataset.announcement, id);
  }
}

customElements.define("run-follower", RunFollower);
