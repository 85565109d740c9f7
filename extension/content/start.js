/**
 * The last script: asks which platforms are switched on for this address, and watches the page for them. Injected
 * twice (a tab that was open before the permission) it asks once more, and goes on where nothing changed.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const TRIES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

  /** One page being watched. */
  class Session {
    /**
     * @param {Env} env
     * @param {Welcome} told
     */
    constructor(env, told) {
      this.env = env;
      this.told = told;
      this.sender = new piecework.Sender(env, () => this.stop());
      this.facts = new piecework.Facts(env, this.sender);
      this.pending = new piecework.Pending(env, told.pending);
      this.tasks = new piecework.TaskPage(env);
      const parts = { facts: this.facts, pending: this.pending, tasks: this.tasks };
      this.watch = new piecework.Watch(env, told.platforms, parts);
      this.ended = false;
      for (const name of ["pagehide", "pageshow"]) env.window.addEventListener(name, this.turned);
    }

    /** The page is left, or comes back from the browser's cache. @param {Event} event */
    turned = (event) => {
      if (event.type === "pagehide") {
        this.watch.last();
        for (const work of this.watch.works) work.settle();
        this.facts.settle();
        this.sender.last();
        this.tasks.hide();
        this.watch.spot.hide();
      } else if (/** @type {PageTransitionEvent} */ (event).persisted) {
        this.tasks.back();
        this.watch.poke();
      }
    };

    /** Starts once the page's own text is all there: a list read in half would make the rest of it news. */
    async begin() {
      const { page } = this.env;
      if (page.readyState === "loading") {
        await new Promise((resolve) => page.addEventListener("DOMContentLoaded", resolve, { once: true }));
      }
      if (!this.ended) this.watch.begin();
    }

    /** The person's own load of a page, which counts against its host's budget. */
    loaded() {
      const host = piecework.url.parsed(this.env.address())?.hostname ?? "";
      for (const one of this.told.platforms) this.facts.put(one, "load", { host }, this.env.nowUs());
    }

    stop() {
      if (this.ended) return;
      this.ended = true;
      this.watch.stop();
      this.tasks.stop();
      for (const name of ["pagehide", "pageshow"]) this.env.window.removeEventListener(name, this.turned);
    }
  }

  /**
   * Watches a page. Content scripts call it with what the background answered to `hello`; a page that plays a site
   * itself calls it with its own definitions and whatever parts of the world it replaces.
   * @param {Welcome & Partial<Env>} given
   * @returns {{reread: (platform: string, list: string, full?: boolean) => void, ask: Watch["ask"], stop: () => void}}
   */
  function start({ platforms, lang, pending, ...world }) {
    const session = new Session(piecework.world(world), { platforms, lang, pending });
    session.loaded();
    void session.begin();
    const { watch } = session;
    return { reread: (...what) => watch.reread(...what), ask: (...what) => watch.ask(...what), stop: () => session.stop() };
  }

  /** @type {ReturnType<typeof start> | null} */
  let running = null;
  let known = "";

  /** @returns {Promise<Welcome | null>} null where the background never answers */
  async function hello() {
    const { send } = piecework.world({});
    for (const wait_ms of [0, ...TRIES_MS]) {
      if (wait_ms > 0) await new Promise((resolve) => setTimeout(resolve, wait_ms));
      const told = await send({ do: "hello", url: location.href }).catch(() => null);
      if (Array.isArray(told?.platforms)) return told;
    }
    return null;
  }

  /** Asks what is switched on, and starts over where that is not what is being watched. */
  async function renew() {
    const told = await hello();
    const now = JSON.stringify(told?.platforms ?? []);
    if (!told || now === known) return;
    known = now;
    running?.stop();
    running = told.platforms.length > 0 ? start(told) : null;
  }

  /** @param {any} message @param {unknown} _ @param {(outcome: Outcome) => void} answer @returns {boolean} whether an answer follows */
  function heard(message, _, answer) {
    if (message?.do === "reread") running?.reread(message.platform, message.list, message.full);
    if (message?.do === "definitions") void renew();
    if (message?.do === "there") answer(/** @type {any} */ (true));
    if (message?.do !== "look") return false;
    const outcome = running?.ask(String(message.platform), String(message.list)) ?? Promise.resolve({ status: 0, cause: "unsupported" });
    outcome.then(answer, () => answer({ status: 0, cause: "unfit" }));
    return true;
  }

  piecework.start = start;
  if (!globalThis.browser?.runtime?.id || !/^https?:$/.test(location.protocol)) return;
  if (!piecework.renew) {
    piecework.renew = renew;
    browser.runtime.onMessage.addListener(heard);
  }
  void piecework.renew();
})();
