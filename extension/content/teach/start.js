/** Teaching begins in a page when the background says so, after a press of the person's in the popup; one at a time. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  class Teaching {
    /** @param {Env} env @param {TeachOrder} order */
    constructor(env, order) {
      this.env = env;
      this.order = order;
      this.t = piecework.translator(order.words, order.language);
      this.frame = new piecework.teach.Frame(env.page, order.language);
      this.panel = new piecework.teach.Panel(this.frame, this.t, this.presses());
      this.picker = new piecework.teach.Picker(env.page, this.frame, { taken: (element) => void this.taken(element), ended: () => this.redraw() });
      /** @type {TeachLesson | null} */
      this.lesson = null;
      this.step = "list";
      this.said = "";
    }

    async begin() {
      this.frame.open();
      this.panel.busy();
      await this.look();
      if (this.lesson && !this.lesson.guess) this.picker.start(null);
      this.redraw();
    }

    /** Finds the lists of the page as it is now. */
    async look() {
      const { detect } = piecework;
      this.lesson = new piecework.teach.Lesson(await detect.sliced(detect.find(this.env.page, this.env.address())));
    }

    end() {
      this.picker.stop();
      this.frame.close();
      if (running === this) running = null;
    }

    /** @returns {TeachPresses} */
    presses() {
      const lesson = () => /** @type {TeachLesson} */ (this.lesson);
      return {
        next: () => this.change(() => lesson().next()),
        larger: () => this.change(() => lesson().step("larger", this.env.page) || this.say("teach.end_of_way")),
        smaller: () => this.change(() => lesson().step("smaller", this.env.page) || this.say("teach.end_of_way")),
        pick: () => (this.picker.on ? this.picker.stop() : this.pick()),
        columns: () => this.go("columns"),
        back: () => this.go("list"),
        save: () => void this.save(),
        side: () => this.panel.side(),
        cancel: () => this.end(),
        named: (key, name) => this.change(() => lesson().name(key, name)),
      };
    }

    /** @param {() => unknown} act */
    change(act) {
      this.said = "";
      act();
      this.redraw();
    }

    /** @param {string} key @param {Record<string, string | number>} [params] */
    say(key, params) {
      this.said = this.t(key, params);
    }

    /** @param {"list" | "columns"} step */
    go(step) {
      this.picker.stop();
      this.change(() => (this.step = step));
    }

    pick() {
      const [first] = this.lesson?.guess ? piecework.detect.boxes(this.lesson.guess) : [];
      this.picker.start(first?.[0] ?? null);
      this.redraw();
    }

    /** @param {Element} element */
    async taken(element) {
      this.said = "";
      if (!(await this.lesson?.click(this.env.page, element))) this.say("teach.nothing_there");
      this.redraw();
    }

    redraw() {
      if (!this.lesson || !this.frame.host.isConnected) return;
      this.frame.mark(this.lesson.guess ? piecework.detect.boxes(this.lesson.guess) : []);
      if (this.step === "columns" && this.lesson.guess) this.panel.columns(this.lesson, this.order.name, this.said);
      else this.panel.list(this.lesson, this.picker.on, this.said);
    }

    /** Once more, where the page has put other elements in place of those that were taught. */
    async renew() {
      const { env, lesson } = this;
      if (lesson?.guess && !lesson.guess.records[0]?.[0]?.isConnected) {
        lesson.renew(await piecework.detect.sliced(piecework.detect.find(env.page, env.address())));
      }
    }

    /** What was taught is run again on the page at once; only what comes out the same is kept. */
    async save() {
      await this.renew();
      const { env, lesson, order } = this;
      const guess = lesson?.guess;
      if (!guess) return;
      const missing = lesson.missing();
      if (missing.length > 0) return this.change(() => this.say("teach.missing", { what: this.t(`teach.field_${missing[0]}`) }));
      const name = this.panel.platform || order.name;
      const { definition, check } = piecework.detect.induce(guess, { page: env.page, address: env.address(), id: order.id, name, json: lesson.found.json });
      const unsafe = check.same ? piecework.detect.safe(definition) : ["not the same"];
      if (unsafe.length > 0) return this.change(() => this.say("teach.not_same", { n: check.rows }));
      const redacted = piecework.detect.redacted(definition.listings[0], guess);
      const answer = await env.send({ do: "taught", definition, redacted }).catch(() => null);
      if (!answer?.ok) return this.change(() => this.say("teach.not_saved", { cause: answer?.cause ?? "" }));
      this.frame.mark([]);
      this.panel.done(check.rows, answer.again === true);
    }
  }

  /** @type {Teaching | null} */
  let running = null;

  /** @param {any} message */
  function heard(message) {
    if (message?.do !== "teach") return;
    running?.end();
    running = new Teaching(piecework.world({}), message);
    void running.begin();
  }

  const known = piecework.teach.heard !== undefined;
  piecework.teach = { ...piecework.teach, Teaching, heard };
  if (!known && globalThis.browser?.runtime?.id) browser.runtime.onMessage.addListener(heard);
})();
