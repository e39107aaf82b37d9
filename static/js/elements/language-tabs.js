/** Switches the samples of the page between languages, without leaving it, and remembers the choice. */
class LanguageTabs extends HTMLElement {
  connectedCallback() {
    // On a phone the tabs scroll: bring the chosen one into view.
    const tabs = this.firstElementChild;
    const chosen = this.querySelector("[aria-current]");
    tabs.scrollLeft = chosen.offsetLeft - (tabs.clientWidth - chosen.offsetWidth) / 2;
    this.addEventListener("click", (event) => {
      const link = event.target.closest("[data-code]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#choose(link);
    });
  }

  #choose(link) {
    const name = link.dataset.code;
    // What the visitor reads stays where it is, although the samples above it change their heights.
    const read = document.elementFromPoint(innerWidth / 4, innerHeight / 2)?.closest("[id]");
    const top = read?.getBoundingClientRect().top;
    this.closest("[data-code]").dataset.code = name;
    for (const other of this.querySelectorAll("[data-code]")) other.toggleAttribute("aria-current", false);
    link.setAttribute("aria-current", "true");
    const isSecure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `code=${name}; path=/; max-age=31536000; samesite=lax${isSecure}`;
    if (read) scrollBy({ top: read.getBoundingClientRect().top - top, behavior: "instant" });
  }
}

customElements.define("language-tabs", LanguageTabs);
