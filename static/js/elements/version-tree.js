/** Move through the versions of a picture with arrow keys: sideways along a line, up and down between the lines. */
class VersionTree extends HTMLElement {
  #ends = new AbortController();

  connectedCallback() {
    this.rows = [...this.querySelectorAll(".version-row")];
    const current = this.querySelector("[aria-current]");
    this.#rove(current ?? this.querySelector(".version a"));
    if (current) this.#bringIntoView(current);
    this.addEventListener("keydown", (event) => this.#key(event), { signal: this.#ends.signal });
    this.addEventListener("focusin", ({ target }) => target.matches(".version a") && this.#rove(target), { signal: this.#ends.signal });
  }

  disconnectedCallback() {
    this.#ends.abort();
  }

  /** Make `link` the only one that Tab stops at. */
  #rove(link) {
    for (const other of this.querySelectorAll(".version a")) other.tabIndex = other === link ? 0 : -1;
  }

  // Not scrollIntoView, which would scroll the page as well.
  #bringIntoView(link) {
    const area = this.querySelector(".version-scroll");
    const [inner, outer] = [link.getBoundingClientRect(), area.getBoundingClientRect()];
    area.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
    area.scrollTop += inner.top + inner.height / 2 - (outer.top + outer.height / 2);
  }

  #key(event) {
    const version = event.target.closest(".version");
    if (!version || !event.target.matches("a") || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...this.querySelectorAll(".version a")];
    const find = {
      ArrowLeft: () => this.#linkAbove(version),
      ArrowRight: () => this.#linkBelow(version),
      ArrowUp: () => this.#linkBeside(version, -1),
      ArrowDown: () => this.#linkBeside(version, 1),
      Home: () => links[0],
      End: () => links.at(-1),
    }[event.key];
    if (!find) return;
    event.preventDefault();
    find()?.focus();
  }

  #linkAbove(version) {
    for (const id of version.dataset.parents.split(" ").filter(Boolean)) {
      const above = this.querySelector(`[data-version-id="${id}"]`);
      // A deleted version has no link: go on to the one that it was made from.
      const link = above.querySelector("a") ?? this.#linkAbove(above);
      if (link) return link;
    }
    return null;
  }

  #linkBelow(version) {
    for (const below of this.querySelectorAll(`[data-parents~="${version.dataset.versionId}"]`)) {
      const link = below.querySelector("a") ?? this.#linkBelow(below);
      if (link) return link;
    }
    return null;
  }

  /** Return the link nearest to `version` in the next row that has one. */
  #linkBeside(version, step) {
    const center = (element) => element.getBoundingClientRect().left;
    const row = this.rows.indexOf(version.closest(".version-row"));
    for (let index = row + step; this.rows[index]; index += step) {
      const links = [...this.rows[index].querySelectorAll("a")];
      const distance = (link) => Math.abs(center(link) - center(version));
      if (links.length) return links.reduce((best, link) => (distance(link) < distance(best) ? link : best));
    }
    return null;
  }
}

customElements.define("version-tree", VersionTree);
