/** What of a list goes to the background: changed rows, a confirming look every 15 seconds at most, a state once. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { delta, row } = piecework;

  const CONFIRM_US = 15_000_000;
  const SLEPT_MS = 1_800_000;

  class Looks {
    /**
     * @param {Env} env
     * @param {Facts} facts
     * @param {Definition} definition
     * @param {string} list
     */
    constructor(env, facts, definition, list) {
      this.env = env;
      this.facts = facts;
      this.definition = definition;
      this.list = list;
      /** @type {Map<string, {delta: InstanceType<typeof delta.Delta>, sent_us: number}>} */
      this.views = new Map();
      this.told = "";
      this.drifted = false;
      this.who = "";
      this.drift_ms = env.driftMs();
      this.force = false;
      this.signed_in = true;
    }

    /**
     * A complete list is the same at every address, a page of many is another one at each.
     * @param {Reading} reading
     * @returns {string}
     */
    view(reading) {
      return reading.complete ? "" : reading.url;
    }

    /** @param {Reading} read @param {number} at_us when the change was seen @returns {Pass<boolean>} true when it had news */
    *report(read, at_us) {
      const reading = { ...read, url: this.env.address().slice(0, 2000).toWellFormed() };
      const healthy = reading.state === "watching" || reading.state === "empty";
      const news = healthy && (yield* this.send(reading, at_us));
      if (reading.state === "signed_out" || reading.state === "challenge") this.signed_in = false;
      this.drift(reading, at_us);
      return this.health(reading, at_us) || news;
    }

    /** What comes next is said even where nothing changed: a look of our own ends with it. @param {boolean} good */
    confirm(good) {
      if (!good) this.told = "";
      for (const view of this.views.values()) view.sent_us = -CONFIRM_US;
    }

    /** A look of our own came to nothing: what the page still shows confirms nothing. @param {number} at_us */
    unconfirmed(at_us) {
      for (const view of this.views.values()) view.sent_us = at_us;
    }

    /** A list that its definition's first way no longer finds is noted once a page. @param {Reading} reading @param {number} at_us */
    drift(reading, at_us) {
      if (reading.cause !== "drifted" || this.drifted) return;
      this.drifted = true;
      const body = { list: this.list, version: this.definition.quality.date, cause: `found by way ${(reading.via ?? 0) + 1}` };
      this.facts.put(this.definition, "drift", body, at_us);
    }

    /** @param {Reading} reading @param {number} at_us @returns {Pass<boolean>} */
    *send(reading, at_us) {
      const name = this.view(reading);
      const known = this.views.get(name);
      const view = known ?? { delta: new delta.Delta(), sent_us: 0 };
      this.views.set(name, view);
      const baseline = this.isBaseline(known === undefined);
      // Taken before the first pause: one more request meanwhile is for the next look.
      const full = baseline || this.force;
      this.force = false;
      if (full) view.delta.forget();
      const before = new Set(view.delta.sent.keys());
      const change = yield* view.delta.next(reading.rows, at_us);
      const due = full || at_us - view.sent_us >= CONFIRM_US;
      if (!change.changed && !due) return false;
      view.sent_us = at_us;
      const rest = reading.complete ? change : yield* this.deepen(reading, change, before, at_us);
      yield* this.hand(reading, rest, { baseline }, at_us);
      return change.changed;
    }

    /**
     * Rows behind the last one known, on a list that is never shown whole, were reached by scrolling or moved up from
     * the next page: they are there, and no news. They go in a look of their own, before the one that has the news.
     * @param {Reading} reading
     * @param {Change} change
     * @param {Set<string>} before keys this view showed before
     * @param {number} at_us
     * @returns {Pass<Change>} what is left
     */
    *deepen(reading, change, before, at_us) {
      const keys = reading.rows.map(row.key);
      const last = keys.findLastIndex((key) => before.has(key));
      const deep = new Set(last < 0 ? [] : keys.slice(last + 1));
      if (deep.size === 0) return change;
      const rows = change.rows.filter((one) => deep.has(row.key(one)));
      yield* this.hand(reading, { rows, same: keys.filter((key) => before.has(key)) }, { baseline: true, deeper: true }, at_us);
      return { ...change, rows: change.rows.filter((one) => !rows.includes(one)), same: [...change.same, ...deep] };
    }

    /**
     * True for the first look of a list since this page was loaded, after a sign-in, under another account, and after
     * half an hour of sleep: as far as this page knows, nothing in it is news. The background knows what other pages
     * and loads have shown, and has the last word.
     * @param {boolean} first
     */
    isBaseline(first) {
      const who = this.facts.who(this.definition);
      const other = this.who !== "" && who !== "" && who !== this.who;
      if (who !== "") this.who = who;
      const drift = this.env.driftMs();
      const slept = drift - this.drift_ms > SLEPT_MS;
      this.drift_ms = drift;
      const back = !this.signed_in;
      this.signed_in = true;
      return first || back || other || slept;
    }

    /**
     * @param {Reading} reading
     * @param {{rows: Row[], same: string[]}} change
     * @param {{baseline: boolean, deeper?: boolean}} kind
     * @param {number} at_us
     * @returns {Pass<void>}
     */
    *hand(reading, change, kind, at_us) {
      const { page, complete, source, unreadable, url } = reading;
      const look = this.env.uuid();
      const parts = yield* delta.parts(change);
      const shared = { page, complete, source, unreadable, ...kind, url, definition: this.definition.quality.date };
      for (const [at, part] of parts.entries()) {
        const body = { list: this.list, look, part: at + 1, of: parts.length, ...part, ...shared, visible: this.env.visible() };
        this.facts.put(this.definition, "look", body, at_us);
      }
    }

    /** @param {Reading} reading @param {number} at_us @returns {boolean} whether the state is another than the one told last */
    health(reading, at_us) {
      const { state, cause, url, retry_after_s } = reading;
      const now = `${state} ${cause} ${retry_after_s ?? ""}`;
      if (now === this.told) return false;
      this.told = now;
      const body = { list: this.list, state, cause, url };
      this.facts.put(this.definition, "health", retry_after_s === undefined ? body : { ...body, retry_after_s }, at_us);
      return true;
    }
  }

  piecework.Looks = Looks;
})();
