/* Filter rows, definitions, list items, paragraphs and listings by words. A heading stays while
   one of its entries matches, a section while anything in it does. */
const PIECES = "tbody > tr, .pairs-list > div, li, p, figure.listing, .run-it";
const WHOLE = "tr, li, .pairs-list > div, figure, form";

class ReferenceSearch extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.content = document.querySelector(".reference .content");
    this.sections = [...this.content.querySelectorAll(":scope > section")];
    this.input = this.querySelector("input");
    this.pieces = this.sections.flatMap(readPieces);
    this.input.addEventListener("input", () => this.find(), { signal: this.#ends.signal });
    document.addEventListener("keydown", (event) => this.#openByKey(event), { signal: this.#ends.signal });
    // Browsers fill the field again on the way back.
    if (this.input.value) this.find();
    this.trackSection();
  }

  disconnectedCallback() {
    this.#ends.abort();
    this.seen.disconnect();
  }

  /** Open on the slash outside text fields while single keys are on. */
  #openByKey(event) {
    const isTyping = event.target.matches?.("input, textarea, select, [contenteditable]");
    const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping;
    if (!isSlash || !document.getElementById("single-keys")?.checked) return;
    // Behind a modal dialog nothing can take the focus.
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  /** Mark the section at the top of the window in the contents. */
  trackSection() {
    const mark = ({ target, isIntersecting }) => {
      this.querySelector(`a[href="#${target.id}"]`)?.toggleAttribute("data-here", isIntersecting);
    };
    // A line at a quarter of the window's height: the section that crosses it is the one being read.
    this.seen = new IntersectionObserver((changes) => changes.forEach(mark), { rootMargin: "-25% 0% -74% 0%" });
    for (const section of this.sections) this.seen.observe(section);
  }

  find() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, text } of this.pieces) {
      const isFound = words.every((word) => text().includes(word));
      element.hidden = !isFound;
      count += isFound && !element.matches(".run-it");
    }
    const found = new Set(this.pieces.filter(({ element }) => !element.hidden).map(({ element }) => element));
    const holdsAny = (frame) => [...found].some((element) => frame.contains(element));
    for (const frame of this.content.querySelectorAll(".wide, .pairs-list, .pair, section ul, section ol")) {
      frame.hidden = words.length > 0 && !frame.closest("li, dd, td, figure") && !holdsAny(frame);
    }
    for (const heading of this.content.querySelectorAll("h3")) {
      heading.hidden = words.length > 0 && !this.pieces.some((piece) => piece.heading === heading && found.has(piece.element));
    }
    for (const section of this.sections) {
      section.hidden = !holdsAny(section);
      for (const link of document.querySelectorAll(`.reference nav a[href="#${section.id}"]`)) {
        link.parentElement.hidden = section.hidden;
      }
    }
    // Matches start at the top; where the field stands above the text, it must not scroll away.
    if (words.length > 0 && getComputedStyle(this).position === "sticky") scrollTo({ top: 0, behavior: "instant" });
    const { none, foundOne, found: many } = this.dataset;
    const status = count === 0 ? none : count === 1 ? foundOne : many.replace("{count}", count);
    this.querySelector("[data-status]").textContent = words.length === 0 ? "" : status;
  }
}

/** The pieces of a section, each with the headings above it: a question is found with its answer. */
function readPieces(section) {
  const title = section.querySelector("h2").textContent;
  const pieces = [];
  let heading = null;
  for (const element of section.querySelectorAll(`h3, ${PIECES}`)) {
    if (element.matches("h3")) {
      heading = element;
    } else if (!element.parentElement.closest(WHOLE)) {
      const own = element.closest(".beside") ? null : heading;
      const above = `${title} ${own?.textContent ?? ""}`;
      const words = `${above} ${element.textContent}`.toLowerCase();
      // Of a sample, only the language that is shown.
      const text = element.matches("figure") ? () => `${above} ${shownText(element)}`.toLowerCase() : () => words;
      pieces.push({ element, heading: own, text });
    }
  }
  return pieces;
}

function shownText(figure) {
  const { code } = figure.closest("[data-code]")?.dataset ?? {};
  const parts = figure.querySelectorAll(`figcaption, pre:not([data-snippet]), pre[data-snippet="${code}"]`);
  return [...parts].map((part) => part.textContent).join(" ");
}

customElements.define("reference-search", ReferenceSearch);
