/**
 * The isolated side of page_world.js: hears which answers the page fetched, asks for the body of those a definition
 * lists, and of no other. What comes may be forged by the page; it is read like everything else a page says.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { place, url } = piecework;

  const NAME = "piecework";
  const MOST_CHARS = 4 << 20;
  const MOST_AWAITED = 100;

  /** Every answer pattern of a definition. @param {Definition} definition @returns {string[]} */
  function answersOf({ listings, work, earnings, messages = [] }) {
    return [...listings, ...work.signals, ...earnings, ...messages].flatMap((one) => one.answers ?? []);
  }

  /** Seconds of a Retry-After header; dates are left to the person's clock and not read. @param {unknown} text */
  function seconds(text) {
    return typeof text === "string" && /^[0-9]{1,6}$/.test(text) ? Number(text) : undefined;
  }

  /** @param {string} text @returns {unknown} undefined where it is no JSON */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  class Answers {
    /**
     * @param {Env} env
     * @param {Definition[]} definitions
     * @param {AnswerHears} hears
     */
    constructor(env, definitions, hears) {
      this.env = env;
      this.hears = hears;
      this.patterns = definitions.filter((one) => one.manners.page_world === "allowed").flatMap(answersOf);
      /** @type {Map<number, Omit<Answer, "json">>} */
      this.awaited = new Map();
      this.hear = (/** @type {MessageEvent} */ event) => {
        if (event.source === env.window) this.heard(event.data?.[NAME]);
      };
      env.window.addEventListener("message", this.hear);
      if (this.patterns.length > 0) this.ask({ again: true });
    }

    stop() {
      this.env.window.removeEventListener("message", this.hear);
    }

    /** @param {object} message */
    ask(message) {
      const { origin } = this.env.window.location;
      // A page without an origin of its own can't be spoken to.
      if (origin !== "null") this.env.window.postMessage({ [NAME]: message }, origin);
    }

    /** @param {any} message */
    heard(message) {
      if (message?.opened === true) this.hears.opened();
      if (message?.all === true) this.hears.all();
      if (message?.answer) this.announced(message.answer);
      if (message?.body) this.body(message.body);
    }

    /** @param {{n: unknown, url: unknown, status: unknown, wait: unknown}} answer */
    announced({ n, url: address, status, wait }) {
      if (!Number.isSafeInteger(n) || typeof address !== "string" || !Number.isSafeInteger(status)) return;
      const captured = address.length < 8000 && url.first(this.patterns, address);
      if (!captured || this.awaited.size >= MOST_AWAITED) return;
      const known = { url: address, status: Number(status), at_us: this.env.nowUs(), retry_after_s: seconds(wait) };
      this.awaited.set(Number(n), known);
      this.hears.expect(address);
      // Signed out: the status says enough, and the page leaves at once.
      if (known.status === 401) this.hears.take({ ...known, json: undefined });
      this.ask({ read: n });
    }

    /** @param {{n: unknown, text: unknown}} body */
    body({ n, text }) {
      const known = this.awaited.get(Number(n));
      if (!known || typeof text !== "string" || text.length > MOST_CHARS) return;
      this.awaited.delete(Number(n));
      this.hears.take({ ...known, json: parsed(text) });
    }
  }

  /**
   * The records of an answer at a path: an array's items, or the one record.
   * @param {unknown} json
   * @param {string} [path] the answer itself where it is left out
   * @returns {unknown[]}
   */
  function records(json, path) {
    const found = place.at(json, path ?? "$");
    if (Array.isArray(found)) return found.slice(0, 10_000);
    return found !== null && typeof found === "object" ? [found] : [];
  }

  piecework.Answers = Answers;
  piecework.records = records;
})();
