/** Show how much is marked and where, and the findings about the mask. */
export class FindingsList {
  #shownText = "";
  /** Whether an area is added around the picture: without marks, only that one is painted. */
  isExtended = false;

  constructor(editor, messages) {
    this.messages = messages;
    this.state = editor.querySelector("[data-state-words]");
    this.list = editor.querySelector("[data-findings]");
    this.share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
    this.round = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });
    this.number = new Intl.NumberFormat(document.documentElement.lang);
  }

  /** Show an outcome of `findProblems`; `others` are findings about a file: [{code, values}]. Return the shown text. */
  show({ marked, findings }, others = []) {
    const text = this.#describe(marked);
    if (text !== this.#shownText) this.state.textContent = this.#shownText = text;
    const shown = [
      ...others,
      // The text above says already that nothing is marked.
      ...findings
        .filter(({ code }) => code !== "nothing")
        .map(({ code, count }) => ({ code, values: { count: this.number.format(count ?? 0) } })),
    ];
    const key = JSON.stringify(shown);
    if (key !== this.list.dataset.shown) {
      this.list.dataset.shown = key;
      this.list.replaceChildren(...shown.map(({ code, values }) => this.messages.finding(code, values)));
    }
    return text;
  }

  /** Show a passing message. */
  announce(code, values) {
    this.state.textContent = this.#shownText = this.messages.text(code, values);
  }

  #describe({ share, row, column, isSpread }) {
    if (!share) return this.messages.text(this.isExtended ? "only-added" : "nothing");
    if (share > 0.9995) return this.messages.text("everything");
    const where = this.messages.text(isSpread ? "spread" : `${row}-${column}`);
    const digits = share < 0.095 ? this.share : this.round;
    return this.messages.text("marked", { share: digits.format(Math.max(share, 0.001)), where });
  }
}
