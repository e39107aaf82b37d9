/* Shows only what holds the words: rows, definitions, list items and paragraphs, each with its heading; headings and
   sections of which nothing is left fold away. */
const PIECES = "tbody > tr, .pairs-list > div, li, .content p, .content pre, details.sample, .content .chart";

class ReferenceSearch extends HTMLElement {
  connectedCallback() {
    this.content = document.querySelector(".reference .content");
    this.input = this.querySelector("input");
    this.pieces = [];
    let heading = null;
    for (const element of this.content.querySelectorAll(`h2, h3, ${PIECES}`)) {
      if (element.matches("h2, h3")) heading = element.matches("h3") ? element : null;
      else if (!element.parentElement.closest("tr, li, details.sample, .pairs-list > div")) {
        // A question is found with its answer, and an answer with its question.
        const text = `${heading?.textContent ?? ""} ${element.textContent}`.toLowerCase();
        this.pieces.push({ element, heading, text });
      }
    }
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
    for (const heading of this.content.querySelectorAll("h3")) {
      heading.hidden = words.length > 0 && !this.pieces.some((piece) => piece.heading === heading && !piece.element.hidden);
    }
    for (const section of this.content.querySelectorAll("section")) {
      section.hidden = !this.pieces.some(({ element }) => !element.hidden && section.contains(element));
      this.querySelector(`a[href="#${section.id}"]`)?.parentElement.toggleAttribute("hidden", section.hidden);
    }
    const { none, foundOne, found } = this.dataset;
    const said = count === 0 ? none : count === 1 ? foundOne : found.replace("{count}", count);
    this.querySelector("[data-status]").textContent = words.length === 0 ? "" : said;
  }
}

customElements.define("reference-search", ReferenceSearch);
