/** What changed from one look to the next: changed rows go in full, the others as their key alone. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { row } = piecework;

  const MOST_ROWS = 200;
  const MOST_CHARS = 250_000;
  const MOST_KEYS = 5_000;
  const ROWS_A_STEP = 50;

  /** Remembers how each row was sent last. */
  class Delta {
    constructor() {
      /** @type {Map<string, string>} */
      this.sent = new Map();
    }

    /** The next look sends every row in full. */
    forget() {
      this.sent.clear();
    }

    /**
     * @param {Row[]} rows all rows of the look, each key once
     * @param {number} at_us when the change was seen; stays off the comparison
     * @returns {Pass<{rows: Row[], same: string[], gone: string[], changed: boolean}>} yields after each 50 rows
     */
    *next(rows, at_us) {
      /** @type {Map<string, string>} */
      const now = new Map();
      const changed = [];
      const same = [];
      for (const [at, one] of rows.entries()) {
        if (at % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
        const key = row.key(one);
        const text = JSON.stringify(one);
        if (this.sent.get(key) === text) same.push(key);
        else changed.push({ ...one, dom_at_us: at_us });
        now.set(key, text);
      }
      const gone = [...this.sent.keys()].filter((key) => !now.has(key));
      this.sent = now;
      return { rows: changed, same, gone, changed: changed.length > 0 || gone.length > 0 };
    }
  }

  /**
   * Parts of a look that each fit one message: at most 200 rows, 250,000 characters of JSON (under 1 MiB even where
   * every character takes three bytes) and 5,000 keys. There is always one part, an empty list's too.
   * @param {{rows: Row[], same: string[]}} look
   * @returns {Pass<{rows: Row[], same: string[]}[]>} yields after each part's worth of rows
   */
  function* parts(look) {
    /** @type {{rows: Row[], same: string[]}[]} */
    const made = [{ rows: [], same: [] }];
    let room = MOST_CHARS;
    const take = (/** @type {"rows" | "same"} */ kind, /** @type {any} */ one, /** @type {number} */ most) => {
      const size = JSON.stringify(one).length;
      const last = /** @type {{rows: Row[], same: string[]}} */ (made.at(-1));
      if (size > room || last[kind].length >= most) {
        made.push({ rows: [], same: [] });
        room = MOST_CHARS;
      }
      room -= size;
      /** @type {any[]} */ (made[made.length - 1][kind]).push(one);
    };
    for (const [at, one] of look.rows.entries()) {
      if (at % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
      take("rows", one, MOST_ROWS);
    }
    for (const key of look.same) take("same", key, MOST_KEYS);
    return made;
  }

  piecework.delta = { Delta, parts };
})();
