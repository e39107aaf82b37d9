import { RETRY_MS, nextWaitMs, shownVersions } from "../lib/polling.js";
import { showNotification } from "../lib/notifications.js";

const ACTIVE = '[data-state="queued"], [data-state="running"]';
// A picture that turns out to be damaged after the end of its run is taken back.
const FOLLOWED = `${ACTIVE}, [data-decoding]`;
const FIRST_MS = 400;

/** Poll all active runs of the page; each response sets the next interval. One element on each page. */
class RunFollower extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.#ends.signal });
    on(this, "follow", (event) => (this.hold = event.detail.hold));
    on(this, "follow", (event) => this.#schedule(nextWaitMs(event.detail, document.hidden)));
    on(this, "htmx:beforeOnLoad", (event) => event.detail.xhr.status >= 400 && this.#failed(event));
    on(this, "htmx:sendError", () => this.#networkLost());
    on(this, "htmx:beforeOnLoad", () => this.#setOffline(false));
    on(window, "offline", () => this.isWaiting && this.#setOffline(true));
    on(window, "online", () => this.isWaiting && this.#poll());
    on(document, "htmx:afterRequest", ({ target }) => target.matches?.("[data-cancel]") && this.#poll());
    on(this, "htmx:timeout", () => this.#schedule(RETRY_MS));
    on(this, "htmx:beforeSwap", (event) => this.#removeUnknownParts(event.detail));
    on(document, "htmx:oobBeforeSwap", (event) => this.#keepPreviews(event.detail));
    on(document, "htmx:oobBeforeSwap", ({ detail }) => (this.hadFocus = detail.target.contains(document.activeElement)));
    on(document, "htmx:oobAfterSwap", (event) => this.#swapped(event.detail.target));
    on(document, "visibilitychange", () => !document.hidden && this.isWaiting && this.#poll());
    this.notified = new Set();
    this.announced = new Map([...document.querySelectorAll("[data-run]")].map((run) => [run.id, run.dataset.announcement]));
    this.#schedule(FIRST_MS);
  }

  disconnectedCallback() {
    this.#ends.abort();
    clearTimeout(this.timer);
    this.#setOffline(false);
  }

  #failed(event) {
    event.preventDefault();
    this.#schedule(RETRY_MS);
  }

  #networkLost() {
    this.#setOffline(true);
    this.#schedule(RETRY_MS);
  }

  /** Show on each waiting card that the network is offline, and stop its progress bar. */
  #setOffline(isOffline) {
    document.documentElement.toggleAttribute("data-away", isOffline);
    for (const words of document.querySelectorAll("[data-while-away]")) {
      words.textContent = isOffline ? words.dataset.whileAway : "";
    }
  }

  #schedule(wait) {
    clearTimeout(this.timer);
    this.isWaiting = wait !== null;
    if (this.isWaiting) this.timer = setTimeout(() => this.#poll(), wait);
  }

  #poll() {
    clearTimeout(this.timer);
    const items = [...document.querySelectorAll(`:is([data-run], [data-strip]):is(${FOLLOWED})`)];
    if (!items.length) return;
    const ids = items.map((item) => item.dataset.run ?? item.dataset.strip);
    // The server holds such a poll until a run changes, for a second at most.
    const hold = this.hold ? `&hold=${this.hold}:${[...new Set(ids)]}` : "";
    const known = shownVersions(items.map((item) => ({ id: item.dataset.run ?? item.dataset.strip, version: item.dataset.version })));
    const { url, page = "", matrix } = this.dataset;
    const address = `${url}?page=${page}${matrix ? `&matrix=${matrix}` : ""}&seen=${encodeURIComponent(known)}${hold}`;
    // Network errors arrive as htmx events.
    window.htmx.ajax("GET", address, { source: this, target: this, swap: "none" }).catch(() => {});
  }

  /** Drop parts of runs that this page does not show. */
  #removeUnknownParts(detail) {
    const response = new DOMParser().parseFromString(detail.serverResponse, "text/html");
    for (const part of response.querySelectorAll("[hx-swap-oob]")) {
      if (!document.getElementById(part.id)) part.remove();
    }
    detail.serverResponse = (response.querySelector("title")?.outerHTML ?? "") + response.body.innerHTML;
  }

  /** Keep the old preview below the new picture until that has loaded, to avoid flicker. */
  #keepPreviews({ target, fragment }) {
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
    // A cell of a matrix has no heading: the focus goes to its picture or its button.
    const next = run ? (run.querySelector(".state") ?? run.querySelector("a, button")) : document.getElementById("main");
    if (this.hadFocus && document.activeElement === document.body) next?.focus({ preventScroll: true });
    this.hadFocus = false;
    if (!run?.matches("[data-run]")) return;
    if (this.announced.get(run.id) !== run.dataset.announcement) {
      this.announced.set(run.id, run.dataset.announcement);
      document.getElementById("announcer").textContent = run.dataset.announcement;
    }
  }

  /** Notify visitors in another tab or window that a run is over, if they switched notifications on. */
  #notify(item) {
    const id = item.dataset.run ?? item.dataset.strip;
    // Of a matrix only the cell that ends last has a title.
    if (!item.dataset.title) return;
    if (this.notified.has(id) || (!document.hidden && document.hasFocus())) return;
    this.notified.add(id);
    showNotification(item.dataset.title, item.dataset.announcement, id);
  }
}

customElements.define("run-follower", RunFollower);
