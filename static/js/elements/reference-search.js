/* Shows only what holds the words: rows, definitions, list items and paragraphs; whole sections fold away. */
const PIECES = "tbody > tr, .pairs-list > div, li, .content p, .content pre, details.sample, .content .chart";

class ReferenceSearch extends HTMLElement {
  connectedCallback() {
    this.content = document.querySelector(".reference .content");
    this.input = this.querySelector("input");
    this.pieces = [...this.content.querySelectorAll(PIECES)]
      .filter((piece) => !piece.parentElement.closest("tr, li, details.sample, .pairs-list > div"))
      .map((element) => ({ element, text: element.textContent.toLowerCase() }));
    this.input.addEventListener("input", () => this.find());
    this.find();
    this.watch();
  }

  disconnectedCallback() {
    this.seen.disconnect();
  }

  /** The contents say which section stands at the top. */
  watch() {
    const mark = ({ target, isIntersecting }) => {
      this.querySelector(`a[href="#${target.id}"]`)?.toggleAttribute("data-here", isIntersecting);
    };
    this.seen = new IntersectionObserver((changes) => changes.forEach(mark), { rootMargin: "-25% 0% -74% 0%" });
    for (const section of this.content.querySelectorAll(":scope > section")) this.seen.observe(section);
  }

  find() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { element, text } of this.pieces) {
      const isFound = words.every((word) => text.includes(word));
      element.hidden = !isFound;
      count += isFound;
    }
    for (const frame of this.content.querySelectorAll(".wide, .pairs-list, ul")) {
      frame.hidden = words.length > 0 && !frame.querySelector(":scope > :not([hidden]):not(table), tbody > tr:not([hidden])");
    }
    for (const section of this.content.querySelectorAll("section")) {
      section.hidden = !this.pieces.some(({ element }) => !element.hidden && section.contains(element));
      this.querySelector(`a[href="#${section.id}"]`)?.parentElement.toggleAttribute("hidden", section.hidden);
    }
    const said = words.length === 0 ? "" : count === 0 ? this.dataset.none : this.dataset.found.replace("{count}", count);
    this.querySelector("[data-status]").textContent = said;
  }
}

customElements.define("reference-search", ReferenceSearch);
