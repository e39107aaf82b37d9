/** Two pictures against each other; filled in with the run page. */
class PictureCompare extends HTMLElement {}

customElements.define("picture-compare", PictureCompare);
