/** The translated texts in the page's template, by code; {name} is replaced by a value. */
export class Messages {
  constructor(template) {
    this.content = template.content;
  }

  /** Return the text of a code with its values. */
  text(code, values = {}) {
    return this.#fill(this.content.querySelector(`[data-word="${code}"]`)?.textContent.trim() ?? "", values);
  }

  /** Return the element of a finding, with the buttons that mend it. */
  finding(code, values = {}) {
    const element = this.content.querySelector(`[data-finding="${code}"]`).cloneNode(true);
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.nodeValue = this.#fill(texts.currentNode.nodeValue, values);
    return element;
  }

  #fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
  }
}
