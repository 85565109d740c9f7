/** What is being taught: which of the guesses is meant, how far it reaches, what its columns are called. No page of its own. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /** What a list's columns are, whatever elements they stand in now. @param {Guess} guess */
  const columnsOf = (guess) => piecework.detect.table(guess).columns.map(({ key }) => key).join("\n");

  class Lesson {
    /** @param {Found} found */
    constructor(found) {
      this.found = found;
      this.guesses = found.guesses;
      this.at = 0;
      /** The guess as it was corrected, until another is looked at. @type {Guess | null} */
      this.corrected = null;
      /** Tasks the person has clicked for this correction. @type {Element[]} */
      this.clicked = [];
    }

    /** @returns {Guess | null} what the boxes stand around; null where nothing was found */
    get guess() {
      return this.corrected ?? this.guesses[this.at] ?? null;
    }

    /** The guess after this one; after the last the first again. */
    next() {
      this.at = this.guesses.length > 0 ? (this.at + 1) % this.guesses.length : 0;
      this.corrected = null;
      this.clicked = [];
    }

    /**
     * One step up or down the page's tree.
     * @param {"larger" | "smaller"} way
     * @param {Document} page
     * @returns {boolean} false at the end of the way
     */
    step(way, page) {
      const now = this.guess;
      const stepped = now ? piecework.detect[way](now, page) : null;
      if (stepped) this.corrected = stepped;
      return stepped !== null;
    }

    /**
     * A task was clicked: the first click chooses among all lists, the second says how far one task reaches.
     * @param {Document} page
     * @param {Element} element
     * @returns {Promise<boolean>} false where nothing repeats there
     */
    async click(page, element) {
      const [before] = this.clicked;
      const { detect } = piecework;
      let guesses = before ? await detect.sliced(detect.both(page, before, element, this.found)) : [];
      if (guesses.length === 0) {
        guesses = await detect.sliced(detect.containing(page, element, this.found));
        this.clicked = [];
      }
      if (guesses.length === 0) return false;
      this.clicked = [...this.clicked, element].slice(-2);
      this.guesses = guesses;
      this.at = 0;
      this.corrected = null;
      return true;
    }

    /** @param {string} key of the column @param {FieldName | null} name */
    name(key, name) {
      if (this.guess) this.corrected = piecework.detect.named(this.guess, key, name);
    }

    /**
     * A page that rewrites itself has other elements in place of those that were taught: the same list in what was
     * found anew, with the names its columns were given.
     * @param {Found} found
     * @returns {boolean} whether the list is still there
     */
    renew(found) {
      const old = this.guess;
      const same = old && found.guesses.find((one) => columnsOf(one) === columnsOf(old));
      if (!same) return false;
      const names = piecework.detect.table(old).columns;
      this.found = found;
      this.guesses = found.guesses;
      this.clicked = [];
      this.corrected = names.reduce((guess, { key, name }) => piecework.detect.named(guess, key, name), same);
      return true;
    }

    /** @returns {string[]} fields without which a list is of no use, and that no column is called */
    missing() {
      const names = this.guess ? piecework.detect.table(this.guess).columns.map((column) => column.name) : [];
      return ["title"].filter((name) => !names.some((one) => one === name));
    }
  }

  piecework.teach = { ...piecework.teach, Lesson };
})();
