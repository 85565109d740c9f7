/** A platform's own history, totals and payouts, as its pages and answers show them. Only what changed is told again. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, marker, pay, place, read, records, row, url, word } = piecework;

  const MOST = 2_000;
  const EMPTY = /** @type {Set<unknown>} */ (new Set(["", null, undefined]));
  const NO_SIGNED_OUT = /** @type {Marker[]} */ ([]);

  /** The page's own legend from icon to word. @param {Earning} earning @param {Seen} seen @returns {Map<string, string>} */
  function legend(earning, seen) {
    const { rows = [], key, word: said } = earning.legend ?? {};
    const found = rows.flatMap((sel) => (seen.page ? dom.all(seen.page, sel) : []));
    const sources = found.map((one) => ({ ...seen, row: one }));
    return new Map(sources.map((one) => [place.text(key, one), place.text(said, one)]));
  }

  /** @param {Earning} earning @param {Source} source @param {Map<string, string>} icons */
  function status(earning, source, icons) {
    const told = place.text(earning.fields?.status, source);
    const raw = icons.get(told) ?? told;
    return { status: earning.status?.[word(raw)] ?? "unknown", status_raw: raw };
  }

  /** Fields that hold nothing are left out. @param {Record<string, unknown>} told */
  const filled = (told) => Object.fromEntries(Object.entries(told).filter(([, value]) => !EMPTY.has(value)));

  /** @param {Definition} definition @param {Earning} earning */
  const rule = (definition, earning) => `${definition.id} earnings ${earning.id}`;

  /**
   * One row of a history page.
   * @param {Definition} definition @param {Earning} earning @param {Source} source @param {Map<string, string>} icons
   * @returns {object | null} a record; null where the row names no task
   */
  function record(definition, earning, source, icons) {
    const fields = earning.fields ?? {};
    const { url: found, captured } = row.link(earning, source);
    const own = { ...source, captured };
    const text = (/** @type {FieldName} */ name) => place.text(fields[name], own, name);
    const told = {
      task: text("id"),
      system: row.system(earning.systems, found),
      assignment: text("assignment"),
      title: text("title"),
      requester: text("requester"),
      pay: pay.read(fields.pay, own),
      bonus: pay.read(fields.bonus, own),
      accepted_raw: text("accepted"),
      submitted_raw: text("submitted"),
      decided_raw: text("decided"),
      code: text("code"),
      site_seconds_raw: text("spent"),
    };
    if (told.task === "" && told.assignment === "" && told.title === "") return null;
    return { list: earning.id, ...status(earning, own, icons), ...filled(told), rule: rule(definition, earning) };
  }

  /** Figures of one period. @param {Definition} definition @param {Earning} earning @param {Source} source */
  function statement(definition, earning, source) {
    const totals = (earning.totals ?? []).flatMap((one) => {
      const amount = pay.read(one.pay, source);
      const count = place.text(one.count, source);
      const counted = /^[0-9]{1,9}$/.test(count) ? { count: Number(count) } : {};
      return amount ? [{ name: one.name, pay: amount, ...counted }] : [];
    });
    if (totals.length === 0) return null;
    const period = filled({ period: place.text(earning.period, source) });
    return { list: earning.id, ...period, totals, rule: rule(definition, earning) };
  }

  /** @param {Definition} _definition @param {Earning} earning @param {Source} source */
  function payout(_definition, earning, source) {
    const fields = earning.fields ?? {};
    const at_raw = place.text(fields.decided ?? fields.submitted, source);
    const amount = pay.read(fields.pay, source);
    if (!amount) return null;
    const [id, to] = [place.text(fields.id, source), place.text(fields.to, source)];
    const told = { id, amount, fee: pay.read(fields.fee, source), to, at_raw };
    return { ...filled(told), list: earning.id };
  }

  const KINDS = /** @type {const} */ ({ history: "record", totals: "statement", payouts: "payout" });
  const MAKERS = { history: record, totals: statement, payouts: payout };

  /**
   * Each row, or the page or answer itself where no rows are defined.
   * @param {Earning} earning
   * @param {Seen} seen
   * @returns {Source[]}
   */
  function sources(earning, seen) {
    if (!earning.rows) return [seen];
    if (earning.reader !== "dom") {
      return earning.rows.flatMap((path) => records(seen.json, path)).map((json) => ({ ...seen, json }));
    }
    const page = /** @type {Document} */ (seen.page);
    const found = earning.rows.map((sel) => dom.all(page, sel)).find((rows) => rows.length > 0) ?? [];
    return found.slice(0, MOST).map((one) => ({ ...seen, row: one }));
  }

  /**
   * Everything one page or answer says.
   * @param {Definition} definition
   * @param {Earning} earning
   * @param {Seen} seen
   * @returns {object[]} bodies of records, statements or payouts; a row that breaks is left out
   */
  function all(definition, earning, seen) {
    if (marker.any(earning.signed_out ?? NO_SIGNED_OUT, seen) || seen.status >= 400) return [];
    if (earning.root && !earning.root.some((sel) => seen.page && dom.one(seen.page, sel))) return [];
    const own = earning.reader === "embedded-json" ? read.embedded(earning, seen) : seen;
    const icons = legend(earning, own);
    return sources(earning, own).flatMap((source) => {
      try {
        return MAKERS[earning.kind](definition, earning, source, icons) ?? [];
      } catch {
        return [];
      }
    });
  }

  class EarningView {
    /** @param {Env} env @param {Facts} facts @param {Definition} definition */
    constructor(env, facts, definition) {
      this.env = env;
      this.facts = facts;
      this.definition = definition;
      this.dirty = true;
      /** @type {Map<string, string>} what was told last of each row */
      this.told = new Map();
      this.who = "";
    }

    here() {
      const address = this.env.address();
      return this.definition.earnings.filter((one) => one.reader !== "page-json" && url.first(one.urls, address));
    }

    active() {
      return this.here().length > 0;
    }

    touched() {
      return true;
    }

    /** @param {number} at_us @returns {Pass<boolean>} */
    *look(at_us) {
      this.dirty = false;
      const address = this.env.address();
      for (const earning of this.here()) {
        this.tell(earning, all(this.definition, earning, read.fromPage(this.env.page, address, earning.urls)), at_us);
        yield;
      }
      return false;
    }

    /** @param {Answer} answer */
    answered(answer) {
      const address = this.env.address();
      for (const earning of this.definition.earnings) {
        const captured = earning.reader === "page-json" && url.first(earning.answers, answer.url);
        if (!captured) continue;
        const { json, status } = answer;
        const seen = { ...read.fromPage(this.env.page, address, []), captured, json, status, lang: "en" };
        this.tell(earning, all(this.definition, earning, seen), answer.at_us);
      }
    }

    /** @param {Earning} earning @param {any[]} bodies @param {number} at_us */
    tell(earning, bodies, at_us) {
      const who = this.facts.who(this.definition);
      if (who !== "" && this.who !== "" && who !== this.who) this.told.clear();
      this.who = who || this.who;
      /** @type {Map<string, number>} */
      const seen = new Map();
      for (const body of bodies) {
        // A relative age ("38 mins ago") grows by itself: it is no news.
        const { submitted_raw: _submitted, accepted_raw: _accepted, ...lasting } = body;
        const names = [body.assignment ?? body.id, body.task ?? body.period, body.title ?? body.at_raw];
        const name = [earning.id, ...names].join("\n");
        const nth = (seen.get(name) ?? 0) + 1;
        seen.set(name, nth);
        const now = JSON.stringify(lasting);
        if (this.told.get(`${name}\n${nth}`) === now) continue;
        this.told.set(`${name}\n${nth}`, now);
        this.facts.put(this.definition, KINDS[earning.kind], body, at_us);
      }
    }
  }

  piecework.earnings = { all, EarningView };
})();
