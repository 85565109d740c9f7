/** One list of one platform as this tab shows it: its readers, and the reading they make together. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, marker, merge, read, url } = piecework;

  const EXPECTED_US = 500_000;
  const SHAPE_US = 2_000_000;
  const STALE_US = 600_000_000;
  const MANY_RECORDS = 200;
  const MANY_ROWS = 1_000;
  const BARS = /** @type {const} */ (["challenge", "rate_limited", "signed_out"]);

  class ListView {
    /**
     * @param {Env} env
     * @param {Definition} definition
     * @param {string} id the list's id; every reader of that id reads this list
     * @param {Looks} looks
     */
    constructor(env, definition, id, looks) {
      this.env = env;
      this.id = id;
      this.looks = looks;
      this.asks = new piecework.Asked(env, looks, definition);
      this.readers = definition.listings.filter((one) => one.id === id);
      this.fetches = definition.manners.page_world === "allowed" && this.readers.some((one) => one.reader === "page-json");
      this.settled = false;
      /** @type {{listing: Listing, seen: Seen, at_us: number} | null} */
      this.next = null;
      /** @type {{reading: Reading, at_us: number} | null} */
      this.answer = null;
      this.expected_us = 0;
      this.asking_us = this.fetches ? env.nowUs() : 0;
      this.dirty = true;
      this.shape_us = 0;
      this.shape_told = false;
      /** @type {Element[]} */
      this.roots = [];
      this.bars = "";
    }

    /** The readers of the page that this address shows. */
    here() {
      const address = this.env.address();
      return this.readers.filter((one) => one.reader !== "page-json" && url.first(one.urls, address));
    }

    /** Whether this address has anything to say about the list: it shows it, or bars the way to it. */
    active() {
      const address = this.env.address();
      return this.readers.some((one) => url.first(one.urls, address)) || this.elsewhere(address) !== null;
    }

    /** Whether changes can matter: inside the list, or to what bars the way to it. @param {MutationRecord[]} records */
    touched(records) {
      if (this.roots.length === 0 || records.length > MANY_RECORDS || !this.roots.every(dom.connected)) return true;
      if (records.some(({ target }) => this.roots.some((root) => dom.contains(root, target)))) return true;
      return this.barredBy() !== this.bars;
    }

    /** Which markers hold now, as text. */
    barredBy() {
      const address = this.env.address();
      const holding = this.here().map((one) => {
        const seen = read.fromPage(this.env.page, address, one.urls);
        return [...BARS, /** @type {const} */ ("empty")].filter((state) => marker.any(one[state], seen)).join();
      });
      return holding.join(";");
    }

    /** The body of an answer is on its way: page and answer are told in one look. @param {number} now_us */
    expect(now_us) {
      this.expected_us ||= now_us;
    }

    /** For half a second at most: a body may never come, nor the names of earlier answers. */
    expecting() {
      const since = this.expected_us || this.asking_us;
      const waits = since > 0 && this.env.nowUs() - since < EXPECTED_US;
      if (!waits) this.expected_us = this.asking_us = 0;
      return waits;
    }

    /**
     * An answer that the page fetched; it is read with the next look.
     * @param {Listing} listing
     * @param {Seen} seen
     * @param {number} at_us
     */
    answered(listing, seen, at_us) {
      this.expected_us = 0;
      this.next = { listing, seen, at_us };
      this.dirty = true;
    }

    /** What a request of ours brought; read with the next look. @param {Listing} listing @param {Seen} seen @returns {Promise<string>} */
    asked(listing, seen) {
      this.dirty = true;
      return this.asks.take(listing, seen);
    }

    /** @param {number} at_us when the change was seen @returns {Pass<boolean>} true when it sent news */
    *look(at_us) {
      // A page that draws in the same task as its answer came in is read one task later, when the answer is known of.
      if (this.fetches) yield "later";
      this.dirty = this.expecting();
      if (this.dirty) return false;
      const fresh = yield* this.take();
      const shown = yield* this.page();
      // What an earlier answer said is no news of a list this page does not show.
      if (!shown && !fresh && !this.asks.next) return false;
      this.bars = this.barredBy();
      const stale = shown && this.answer && at_us - this.answer.at_us > STALE_US;
      const newest = yield* this.asks.over(merge(stale ? null : (this.answer?.reading ?? null), shown));
      const whole = newest.reading;
      if (!whole) return false;
      if (whole.rows.length > MANY_ROWS) yield "later";
      if (newest.came === "nothing") this.looks.unconfirmed(at_us);
      return yield* newest.came === "list" ? this.confirm(whole, at_us) : this.report(whole, at_us);
    }

    /** A look of our own is always told of, whatever is known already. @param {Reading} reading @param {number} at_us @returns {Pass<boolean>} */
    *confirm(reading, at_us) {
      this.shape_us = 0;
      this.shape_told = false;
      this.looks.confirm(reading.state === "watching" || reading.state === "empty");
      return yield* this.looks.report(reading, at_us);
    }

    /**
     * Reads the newest answer. A failure that no marker names says nothing: the answer before it stays.
     * @returns {Pass<boolean>} whether there was one
     */
    *take() {
      const next = this.next;
      this.next = null;
      if (!next) return false;
      const reading = yield* read.list(next.listing, next.seen);
      const failed = reading.state === "changed_shape" && next.seen.status >= 400;
      if (!failed) this.answer = { reading, at_us: next.at_us };
      return !failed;
    }

    /** @returns {Pass<Reading | null>} what the page itself shows */
    *page() {
      const address = this.env.address();
      /** @type {Reading | null} */
      let found = null;
      /** @type {Element[]} */
      const roots = [];
      for (const one of this.here()) {
        const seen = { ...read.fromPage(this.env.page, address, one.urls), status: this.env.status?.() || 200 };
        const shown = yield* read.list(one, seen);
        // A page without its list that came as a refusal is one, whatever it looks like.
        const reading = shown.state === "changed_shape" ? (piecework.byStatus(one, seen) ?? shown) : shown;
        if (!found || (found.state === "changed_shape" && reading.state !== "changed_shape")) found = reading;
        roots.push(...(one.root ?? []).flatMap((sel) => dom.all(this.env.page, sel, one.shadow)));
      }
      this.roots = roots;
      return found ?? this.elsewhere(address) ?? this.unseen(address);
    }

    /** A list that is read from answers alone, and none was seen: a tab from before the permission, a page's worker. @param {string} address */
    unseen(address) {
      if (!this.fetches || !this.settled || this.answer) return null;
      const own = this.readers.find((one) => one.reader === "page-json" && url.first(one.urls, address));
      return own ? read.reading(own, read.fromPage(this.env.page, address, []), "changed_shape", "answers_unseen") : null;
    }

    /** A sign-in or challenge page in place of the list. @param {string} address @returns {Reading | null} */
    elsewhere(address) {
      for (const one of this.readers) {
        const seen = read.fromPage(this.env.page, address, []);
        // A list that is read from answers alone: its page can still bar the way to it.
        const own = one.reader === "page-json" && url.first(one.urls, address) !== null;
        const away = BARS.find((name) => marker.elsewhere(one[name], address));
        const state = away ?? (own ? BARS.find((name) => marker.any(one[name], seen)) : undefined);
        if (state) return read.reading(one, seen, state, away ? "address" : "marker");
      }
      return null;
    }

    /** @param {Reading} reading @param {number} at_us @returns {Pass<boolean>} */
    *report(reading, at_us) {
      const healthy = reading.state === "watching" || reading.state === "empty";
      if (reading.state === "empty" && !this.settled && this.here().some((one) => one.late)) return false;
      if (healthy && this.fetches && !this.answer) {
        // A page that draws its empty list before its answer is there is not empty yet.
        if (reading.state === "empty" && !this.settled) return false;
        if (this.settled) reading.cause = "answers_unseen";
      }
      const lost = reading.state === "changed_shape";
      if (!lost) this.shape_us = 0;
      this.shape_told = lost && this.sure(at_us);
      if (lost && !this.shape_told) return false;
      return yield* this.looks.report(reading, at_us);
    }

    /** Without its shape a list is told after two looks, two seconds apart, of a loaded page. @param {number} at_us */
    sure(at_us) {
      this.shape_us ||= at_us;
      return this.env.page.readyState === "complete" && at_us - this.shape_us >= SHAPE_US;
    }
  }

  piecework.ListView = ListView;
})();
