/** Watches one page for all switched-on platforms: what changed is read at once, and everything seen becomes facts. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, read } = piecework;

  const SETTLED_MS = 3_000;
  const SHAPE_AGAIN_MS = 2_200;
  const EXPECTED_MS = 600;
  /** Attributes that carry what lists say; `style` changes all the time and says nothing. */
  const ATTRIBUTES = ["class", "id", "hidden", "href", "title", "src", "lang", "aria-label", "disabled"];

  /** Attributes that a definition reads beside those. @param {unknown} part @param {Set<string>} found @returns {Set<string>} */
  function attributes(part, found) {
    if (part === null || typeof part !== "object") return found;
    for (const [name, value] of Object.entries(part)) {
      if (name === "attr" && typeof value === "string") found.add(value);
      const said = name === "sel" && typeof value === "string" ? value.matchAll(/\[([a-zA-Z][\w-]*)/g) : [];
      for (const [, one] of said) found.add(one);
      attributes(value, found);
    }
    return found;
  }

  class Watch {
    /**
     * @param {Env} env
     * @param {Definition[]} definitions
     * @param {{facts: Facts, pending: Pending, tasks: TaskPage}} parts
     */
    constructor(env, definitions, { facts, pending, tasks }) {
      this.env = env;
      this.facts = facts;
      this.lists = definitions.flatMap((one) => this.listsOf(one));
      this.works = definitions.map((one) => new piecework.WorkView(env, facts, one, pending, tasks));
      this.earnings = definitions.map((one) => new piecework.earnings.EarningView(env, facts, one));
      this.messages = definitions.filter((one) => one.messages).map((one) => new piecework.messages.MessageView(env, facts, one));
      this.all = [...this.lists.map(({ view }) => view), ...this.works, ...this.earnings, ...this.messages];
      this.address = "";
      this.spot = new piecework.Spot(env, definitions, { facts, tasks });
      const { post, nowUs, visible } = env;
      this.pulse = new piecework.pulse.Pulse({ read: (at_us) => this.pass(at_us), post, nowUs, visible });
      this.attributes = [...attributes(definitions, new Set(ATTRIBUTES))];
      this.observer = new MutationObserver((records) => this.changed(records));
      const hears = {
        expect: (/** @type {string} */ url) => this.expect(url),
        all: () => this.named(),
        take: (/** @type {Answer} */ answer) => this.answered(answer),
        opened: () => tasks.pressed(),
      };
      this.answers = new piecework.Answers(env, definitions, hears);
      this.again = false;
      /** @type {WeakSet<ShadowRoot>} */
      this.inside = new WeakSet();
    }

    /** @param {Definition} definition */
    listsOf(definition) {
      const ids = [...new Set(definition.listings.map((one) => one.id))];
      return ids.map((id) => {
        const looks = new piecework.Looks(this.env, this.facts, definition, id);
        return { definition, looks, view: new piecework.ListView(this.env, definition, id, looks) };
      });
    }

    begin() {
      const what = { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: this.attributes };
      this.observer.observe(this.env.page, what);
      this.what = what;
      for (const on of /** @type {const} */ (["click", "submit"])) {
        this.env.window.addEventListener(on, this.press, true);
      }
      this.poke();
      this.env.later(EXPECTED_MS, () => this.poke());
      this.env.later(SETTLED_MS, () => this.settle());
    }

    press = (/** @type {Event} */ event) => {
      const on = event.type === "submit" ? "submit" : "click";
      for (const work of this.works) work.pressed(on, event);
    };

    /** The page has had its time: nothing waits any longer for what it has not shown. */
    settle() {
      for (const { view } of this.lists) view.settled = true;
      for (const one of this.messages) one.settled = true;
      this.facts.settle();
      this.poke();
    }

    /** Reads everything once more. */
    poke() {
      for (const one of this.all) one.dirty = true;
      this.pulse.poke();
    }

    /** The page is being left: answers that are not read yet are read now. */
    last() {
      for (const { view } of this.lists) {
        if (!view.next) continue;
        view.expected_us = view.asking_us = 0;
        read.now(view.look(this.env.nowUs()));
      }
    }

    /** @param {MutationRecord[]} records */
    changed(records) {
      const moved = this.env.address() !== this.address;
      for (const one of this.all) if (moved || (!one.dirty && one.active() && one.touched(records))) one.dirty = true;
      if (this.all.some((one) => one.dirty)) this.pulse.poke();
      else this.facts.release();
    }

    /** @param {number} at_us @returns {Pass<boolean>} true when a list had news */
    *pass(at_us) {
      this.address = this.env.address();
      let news = false;
      for (const one of this.all) {
        if (!one.dirty) continue;
        if (one.active() || one instanceof piecework.ListView) news = (yield* one.look(at_us)) || news;
        else one.dirty = false;
      }
      this.pierce();
      this.facts.release();
      this.spot.show();
      this.lookAgain();
      return news;
    }

    /** A list that lost its shape is looked at once more, in case nothing else changes. */
    lookAgain() {
      const waiting = this.lists.some(({ view }) => view.shape_us > 0 && !view.shape_told);
      if (!waiting || this.again) return;
      this.again = true;
      this.env.later(SHAPE_AGAIN_MS, () => {
        this.again = false;
        this.poke();
      });
    }

    /** Observers stop at shadow roots: those that lists look into are observed too. */
    pierce() {
      const deep = this.lists.some(({ view }) => view.here().some((one) => one.shadow));
      for (const root of deep ? dom.shadows(this.env.page) : []) {
        if (this.inside.has(root)) continue;
        this.inside.add(root);
        this.observer.observe(root, /** @type {MutationObserverInit} */ (this.what));
      }
    }

    /** The lists an answer speaks of, with the reader it is for. @param {string} address */
    *spokenOf(address) {
      for (const { definition, view } of this.lists) {
        for (const listing of definition.listings) {
          const captured = listing.id === view.id && piecework.url.first(listing.answers, address);
          if (captured) yield { listing, view, captured };
        }
      }
    }

    /** @param {string} address of an answer whose body is on its way */
    expect(address) {
      for (const { view } of this.spokenOf(address)) {
        view.expect(this.env.nowUs());
        this.env.later(EXPECTED_MS, () => this.pulse.poke());
      }
    }

    /** Answers of before this script ran have been named: lists wait for their bodies only. */
    named() {
      for (const { view } of this.lists) view.asking_us = 0;
      this.pulse.poke();
    }

    /** @param {Answer} answer */
    answered(answer) {
      for (const { listing, view, captured } of this.spokenOf(answer.url)) {
        const page = read.fromPage(this.env.page, answer.url, []);
        view.answered(listing, { ...page, ...answer, captured, lang: "en" }, answer.at_us);
      }
      for (const work of this.works) work.answered(answer);
      for (const one of [...this.earnings, ...this.messages]) one.answered(answer);
      if (this.all.some((one) => one.dirty)) this.pulse.poke();
    }

    /**
     * Reads a list again and sends it, unchanged rows too where `full` is not false.
     * @param {string} platform
     * @param {string} list
     * @param {boolean} [full]
     */
    reread(platform, list, full = true) {
      for (const { definition, looks, view } of this.lists) {
        if (definition.id !== platform || (list && view.id !== list)) continue;
        looks.force ||= full;
        view.dirty = true;
      }
      this.pulse.poke();
    }

    /** A look that the agent allowed, by one request. @param {string} platform @param {string} list @returns {Promise<Outcome>} */
    ask(platform, list) {
      return piecework.look(this.env, this.lists, platform, list, () => this.pulse.poke());
    }

    stop() {
      this.observer.disconnect();
      this.pulse.stop();
      this.answers.stop();
      this.spot.hide();
      for (const on of ["click", "submit"]) this.env.window.removeEventListener(on, this.press, true);
    }
  }

  piecework.Watch = Watch;
})();
