/** Says how much is marked and where, and what may be wrong with it. */
export class Report {
  #said = "";

  constructor(editor, words) {
    this.words = words;
    this.state = editor.querySelector("[data-state-words]");
    this.list = editor.querySelector("[data-findings]");
    this.share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
    this.round = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });
    this.number = new Intl.NumberFormat(document.documentElement.lang);
  }

  /** Show an outcome of the linter; `others` are findings about a file: [{code, values}]. Answers the words. */
  show({ marked, findings }, others = []) {
    const said = this.#describe(marked);
    if (said !== this.#said) this.state.textContent = this.#said = said;
    const shown = [
      ...others,
      // That nothing is marked is what the words say.
      ...findings
        .filter(({ code }) => code !== "nothing")
        .map(({ code, count }) => ({ code, values: { count: this.number.format(count ?? 0) } })),
    ];
    const key = JSON.stringify(shown);
    if (key !== this.list.dataset.shown) {
      this.list.dataset.shown = key;
      this.list.replaceChildren(...shown.map(({ code, values }) => this.words.finding(code, values)));
    }
    return said;
  }

  /** Say something that is no lasting state. */
  say(code, values) {
    this.state.textContent = this.#said = this.words.say(code, values);
  }

  #describe({ share, row, column, isSpread }) {
    if (!share) return this.words.say("nothing");
    if (share > 0.9995) return this.words.say("everything");
    const where = this.words.say(isSpread ? "spread" : `${row}-${column}`);
    const digits = share < 0.095 ? this.share : this.round;
    return this.words.say("marked", { share: digits.format(Math.max(share, 0.001)), where });
  }
}
