/** Steps of an assignment as this tab sees them: pages, presses and answers become facts; task pages start the clock. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, marker, read, records, step, url } = piecework;

  const BEGINS = new Set(["reserved", "accepted", "opened"]);
  const ENDS = new Set(["submitted", "returned", "expired", "screened_out"]);
  const OTHER_WORD_MS = 3_000;
  const SAME_US = 30_000_000;

  class WorkView {
    /**
     * @param {Env} env
     * @param {Facts} facts
     * @param {Definition} definition
     * @param {Pending} pending
     * @param {TaskPage} tasks
     */
    constructor(env, facts, definition, pending, tasks) {
      this.env = env;
      this.facts = facts;
      this.definition = definition;
      this.pending = pending;
      this.tasks = tasks;
      this.dirty = true;
      /** @type {Map<Signal, string>} what a page signal shows now, so that it tells a state once */
      this.showing = new Map();
      /** @type {{told: Step, at_us: number}[]} steps of this page that do not say which task */
      this.loose = [];
      /** @type {Map<string, number>} kinds told by this page */
      this.told = new Map();
      /** @type {WorkBody | null} begun in this tab by a step, where no page of work shows it */
      this.begun = null;
    }

    /** @param {"page" | "click" | "submit"} on */
    signals(on) {
      const address = this.env.address();
      return this.definition.work.signals.filter((one) => one.on === on && url.first(one.urls, address));
    }

    active() {
      const address = this.env.address();
      const works = this.definition.work.pages.some((one) => url.first(one.urls, address));
      // A page of work that was left must be told of, too.
      if (this.tasks.shown?.platform === this.definition.id) return true;
      return works || this.signals("page").length > 0 || this.showing.size > 0;
    }

    touched() {
      return true;
    }

    /** @param {number} at_us @returns {Pass<boolean>} */
    *look(at_us) {
      this.dirty = false;
      for (const signal of this.definition.work.signals) if (signal.on === "page") this.page(signal, at_us);
      this.tasks.show(this.definition.id, this.task());
      return false;
    }

    /** @param {Signal} signal @param {number} at_us */
    page(signal, at_us) {
      const seen = this.seen(signal);
      const holds = seen !== null && (signal.when === undefined || marker.any(signal.when, seen));
      const told = holds ? step.read(this.definition, signal, seen) : null;
      const now = told ? `${told.kind} ${told.body.task} ${told.body.assignment ?? ""} ${told.body.code ?? ""}` : "";
      if (now === (this.showing.get(signal) ?? "")) return;
      this.showing.set(signal, now);
      if (told) this.confirmed(told, at_us);
    }

    /** @param {Signal | WorkPage} part @returns {Seen | null} null where this address is none of the part's */
    seen(part) {
      const address = this.env.address();
      return url.first(part.urls, address) ? read.fromPage(this.env.page, address, part.urls) : null;
    }

    /** The task this page is for working on, as the background is told of it. */
    task() {
      const platform = this.definition.id;
      for (const page of this.definition.work.pages) {
        const seen = this.seen(page);
        if (!seen || (page.when && !marker.any(page.when, seen))) continue;
        const body = step.body(this.definition, page, seen);
        if (body.task !== "") return this.shown(platform, body, page.kind ?? "work");
      }
      return this.begun && this.shown(platform, this.begun, "work");
    }

    /** @param {string} platform @param {WorkBody} body @param {string} work */
    shown(platform, body, work) {
      const { task, system = "", title = "", requester = "", pay = null } = body;
      return { platform, task, system, title, requester, pay, work, who: this.facts.who(this.definition) };
    }

    /**
     * A trusted press, or a form that is sent.
     * @param {"click" | "submit"} on
     * @param {Event} event
     */
    pressed(on, event) {
      if (!event.isTrusted) return;
      const path = event.composedPath().filter((one) => one instanceof Element);
      for (const signal of this.signals(on)) {
        const sel = signal.sel;
        const row = sel === undefined ? path[0] : path.find((one) => dom.matches(one, sel));
        const seen = row && this.seen(signal);
        if (!seen || (signal.when && !marker.any(signal.when, seen))) continue;
        const told = step.read(this.definition, signal, { ...seen, row });
        if (told) this.press(signal, told);
      }
    }

    /** @param {Signal} signal @param {Step} told */
    press(signal, told) {
      const at_us = this.env.nowUs();
      if (signal.unconfirmed) this.pending.hold({ platform: this.definition.id, at_us, ...told });
      else this.confirmed(told, at_us);
    }

    /** @param {Answer} answer */
    answered(answer) {
      if (answer.status >= 400) return;
      for (const signal of this.definition.work.signals) {
        const seen = signal.on === "answer" ? this.seen(signal) : null;
        const captured = seen && url.first(signal.answers, answer.url);
        if (!captured) continue;
        const own = { ...seen, captured, status: answer.status, lang: "en" };
        if (signal.when && !marker.any(signal.when, { ...own, json: answer.json })) continue;
        for (const json of records(answer.json, signal.path)) {
          const told = step.read(this.definition, signal, { ...own, json });
          if (told) this.confirmed(told, answer.at_us);
        }
      }
    }

    /**
     * A step that a page or an answer proves. It takes over what a held press knows, its moment included. One that
     * does not say which task waits for the page's other word; the background knows the tab's task if none comes.
     * @param {Step} told
     * @param {number} at_us
     */
    confirmed(told, at_us) {
      const press = this.pending.confirm(this.definition.id, told);
      const body = press ? step.over(told.body, press.body) : told.body;
      const whole = { kind: told.kind, body };
      if (!press && this.pending.known(this.definition.id, whole)) return;
      if (body.task !== "") this.put(this.joined(whole), press?.at_us ?? at_us);
      else if (body.code || body.assignment) this.wait(whole, at_us);
    }

    /** @param {Step} told @param {number} at_us */
    wait(told, at_us) {
      this.loose.push({ told, at_us });
      this.env.later(OTHER_WORD_MS, () => this.settle());
    }

    /** @param {Step} told @returns {Step} with what a step of the same kind without a task had to say */
    joined(told) {
      const same = this.loose.filter((one) => one.told.kind === told.kind);
      this.loose = this.loose.filter((one) => !same.includes(one));
      return { kind: told.kind, body: same.reduce((body, one) => step.over(body, { ...one.told.body, task: "" }), told.body) };
    }

    /** @param {Step} told @param {number} at_us */
    put(told, at_us) {
      const { kind, body } = told;
      this.told.set(kind, at_us);
      this.pending.remember(this.definition.id, told);
      this.facts.put(this.definition, kind, body, at_us);
      if (BEGINS.has(kind) && body.task !== "") this.begun = body;
      if (ENDS.has(kind) && (!this.begun || step.fits(this.begun, body))) this.begun = null;
      this.tasks.show(this.definition.id, this.task());
    }

    /** No other word has come: what is loose goes as it is, unless the step was told without it. */
    settle() {
      const loose = this.loose;
      this.loose = [];
      for (const { told, at_us } of loose) {
        const before = this.told.get(told.kind);
        if (before === undefined || Math.abs(at_us - before) > SAME_US) this.put(told, at_us);
      }
    }
  }

  piecework.WorkView = WorkView;
})();
