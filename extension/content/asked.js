/**
 * What a list showed when it was asked for by a request of our own. It is newer than the page, until the page itself
 * shows something else than it did then.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { read, request } = piecework;

  const BARS = new Set(["signed_out", "challenge", "rate_limited"]);
  const GOOD = new Set(["watching", "empty"]);
  /** What an answer without the markers of the definition says by its status alone. */
  const BY_STATUS = /** @type {Record<number, ListState>} */ ({
    302: "signed_out", 401: "signed_out", 403: "challenge", 407: "challenge", 429: "rate_limited", 503: "rate_limited",
  });
  const REDIRECT = 302;

  /** What a page shows, short: the same text, the same list. @param {Reading | null} shown @returns {string} */
  const digest = (shown) => (shown ? piecework.hash(JSON.stringify([shown.state, shown.url, shown.rows])) : "");

  /**
   * What the site said by the status of a page or an answer, where nothing in it says more.
   * @param {Listing} listing
   * @param {Seen} seen
   * @returns {Reading | null} null where the status says nothing of the kind
   */
  function byStatus(listing, seen) {
    const state = BY_STATUS[seen.status];
    if (!state) return null;
    const bar = read.reading(listing, seen, state, seen.status === REDIRECT ? "redirected" : "status");
    return state === "rate_limited" ? { ...bar, retry_after_s: seen.retry_after_s } : bar;
  }

  class Asked {
    /**
     * @param {Env} env
     * @param {Looks} looks
     * @param {Definition} definition
     */
    constructor(env, looks, definition) {
      this.env = env;
      this.looks = looks;
      this.definition = definition;
      /** @type {{listing: Listing, seen: Seen, done: (cause: string) => void} | null} */
      this.next = null;
      /** @type {{reading: Reading, page: string} | null} */
      this.kept = null;
    }

    /** @param {Listing} listing @param {Seen} seen @returns {Promise<string>} why it could not be read; "" where it was */
    take(listing, seen) {
      return new Promise((done) => {
        this.next?.done("unfit");
        this.next = { listing, seen, done };
      });
    }

    /**
     * @param {Reading | null} shown what the page shows
     * @returns {Pass<{reading: Reading | null, came: Came}>} the newer of both, and what a request of ours has brought now
     */
    *over(shown) {
      const next = this.next;
      this.next = null;
      if (next) {
        const { reading, cause } = yield* this.read(next.listing, next.seen);
        if (reading) this.kept = { reading, page: digest(shown) };
        next.done(cause);
        return reading ? { reading, came: "list" } : { reading: this.kept?.reading ?? shown, came: "nothing" };
      }
      if (this.kept && this.kept.page !== digest(shown)) this.kept = null;
      return { reading: this.kept?.reading ?? shown, came: "" };
    }

    /**
     * Markers first, then the status; a list is believed only where the site said that all is well, and where the answer
     * shows the same sign-in as the tab.
     * @param {Listing} listing
     * @param {Seen} seen
     * @returns {Pass<{reading: Reading | null, cause: string}>}
     */
    *read(listing, seen) {
      const told = seen.status === REDIRECT ? null : yield* this.tried(listing, seen);
      if (told && BARS.has(told.state)) return { reading: told, cause: "" };
      const bar = byStatus(listing, seen);
      if (bar) return { reading: bar, cause: "" };
      if (seen.status < 200 || seen.status > 299) return { reading: null, cause: "failed" };
      if (!told || !GOOD.has(told.state)) return { reading: null, cause: "unfit" };
      const who = this.looks.facts.who(this.definition);
      const other = seen.page !== null && piecework.account(this.definition, seen.page, seen.url) !== who;
      return other ? { reading: null, cause: "other_account" } : { reading: told, cause: "" };
    }

    /** @param {Listing} listing @param {Seen} seen @returns {Pass<Reading | null>} */
    *tried(listing, seen) {
      if (listing.reader === "page-json" ? seen.json === undefined : seen.page === null) return null;
      return yield* read.list(listing, seen);
    }
  }

  /**
   * A look that the agent allowed, by one request of our own.
   * @param {Env} env
   * @param {{definition: Definition, view: ListView}[]} lists what this tab shows
   * @param {string} platform
   * @param {string} list
   * @param {() => void} poke has the tab's lists read
   * @returns {Promise<Outcome>} `cause` "": what was read is on its way
   */
  async function look(env, lists, platform, list, poke) {
    const found = lists.find(({ definition, view }) => definition.id === platform && view.id === list);
    const listing = found?.definition.listings.find((one) => one.id === list && one.looking?.by === "request" && request.addressOf(one, env.address()) !== "");
    if (!found || !listing || found.definition.manners.rule === "forbidden") return { status: 0, cause: "unsupported" };
    const { status, cause, seen } = await request.ask(env, listing);
    if (!seen) return { status, cause };
    const told = found.view.asked(listing, seen);
    for (const [other, view] of beside(env, lists, listing, seen.url)) void view.asked(other, { ...seen });
    poke();
    const outcome = { status, cause: await told };
    return seen.retry_after_s === undefined ? outcome : { ...outcome, retry_after_s: seen.retry_after_s };
  }

  /** One page may show several lists: one request is enough for all. @param {Env} env @param {{definition: Definition, view: ListView}[]} lists @param {Listing} asked @param {string} address */
  function* beside(env, lists, asked, address) {
    for (const { definition, view } of lists) {
      const own = definition.listings.find((one) => one.id === view.id && one.looking?.by === "request" && one.reader === asked.reader);
      if (own && own !== asked && definition.listings.includes(asked) && request.addressOf(own, env.address()) === address) yield /** @type {[Listing, ListView]} */ ([own, view]);
    }
  }

  piecework.byStatus = byStatus;
  piecework.Asked = Asked;
  piecework.look = look;
})();
