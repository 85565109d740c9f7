/**
 * One request of our own for a list: its tab's own address (or the answer its page fetches) is asked for once more, by
 * GET, with that tab's session, no header and no token. It never leaves the tab's own site, and follows no redirect:
 * where the site leads somebody away from a list, the person has to look.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { read, url } = piecework;

  /** A longer page would hold the tab up while it is parsed. */
  const MOST_BYTES = 1 << 20;
  const LIMIT_MS = 20_000;
  const GAPS = /[*{]/;
  const TYPES = { page: /^(text\/html|application\/xhtml\+xml)\b/i, json: /^application\/([\w.-]+\+)?json\b/i };
  /** HTTP's dates begin with it; browsers take much else for a date. */
  const WEEKDAY = /^[a-z]{3,9},? [0-9a-z]/i;
  /** No site is left alone for longer than a month. */
  const DAYS_S = 30 * 86_400;

  /**
   * What is asked for.
   * @param {Listing} listing
   * @param {string} here the tab's address
   * @returns {string} on the tab's own origin; "" where there is none
   */
  function addressOf(listing, here) {
    if (listing.reader !== "page-json") return url.first(listing.urls, here) ? here.split("#")[0] : "";
    const own = new URL(here);
    const fixed = (listing.answers ?? []).find((one) => !GAPS.test(one));
    const wanted = fixed === undefined ? null : new URL(fixed);
    // A pattern names no port; the tab's own one is meant.
    return wanted && wanted.hostname === own.hostname && wanted.protocol === own.protocol ? own.origin + wanted.pathname + wanted.search : "";
  }

  /**
   * Seconds that a Retry-After asks to wait: a number, or a date by the site's own clock where it tells that.
   * @param {string | null} text
   * @param {string | null} date the answer's own Date
   * @param {number} now_us
   * @returns {number | undefined}
   */
  function wait(text, date, now_us) {
    const told = (text ?? "").trim();
    if (/^[0-9]{1,30}$/.test(told)) return Math.min(Number(told), DAYS_S);
    const until_ms = WEEKDAY.test(told) ? Date.parse(told) : NaN;
    if (Number.isNaN(until_ms)) return undefined;
    const own_ms = date === null ? NaN : Date.parse(date);
    const from_ms = Number.isNaN(own_ms) ? now_us / 1_000 : own_ms;
    return Math.min(Math.max(0, Math.ceil((until_ms - from_ms) / 1_000)), DAYS_S);
  }

  /** @param {Response} answer @returns {Promise<string | null>} its text; null where it is too long to be a list */
  async function body(answer) {
    const reader = answer.body?.getReader();
    if (!reader) return "";
    const [, charset = "utf-8"] = /charset="?([\w-]+)/i.exec(answer.headers.get("Content-Type") ?? "") ?? [];
    const decoder = decoderOf(charset);
    let text = "";
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.byteLength;
      if (bytes > MOST_BYTES) {
        await reader.cancel();
        return null;
      }
      text += decoder.decode(value, { stream: true });
    }
  }

  /** @param {string} charset @returns {TextDecoder} UTF-8 where nobody knows that name */
  function decoderOf(charset) {
    try {
      return new TextDecoder(charset);
    } catch {
      return new TextDecoder();
    }
  }

  /** @param {string} text @returns {unknown} undefined where it is no JSON */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  /**
   * @param {Env} env
   * @param {Listing} listing
   * @returns {Promise<Fetched>} `seen` is what readers are handed; null where there is nothing to read, and `cause` says why
   */
  async function ask(env, listing) {
    const address = addressOf(listing, env.address());
    if (address === "") return { status: 0, cause: "unsupported", seen: null };
    try {
      const answer = await env.fetch(address, {
        method: "GET", credentials: "same-origin", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(LIMIT_MS),
      });
      const { status, headers } = answer;
      const led = answer.type === "opaqueredirect" || (status >= 300 && status < 400 && status !== 304);
      const page = read.fromPage(env.page, address, listing.urls);
      if (led) return { status: 302, cause: "", seen: { ...page, page: null, status: 302 } };
      const text = await body(answer);
      const retry_after_s = wait(headers.get("Retry-After"), headers.get("Date"), env.nowUs());
      const seen = { ...page, status, retry_after_s, text: undefined };
      const made = text === null ? null : shown(env, listing, text, headers.get("Content-Type") ?? "");
      return { status, cause: "", seen: { ...seen, page: null, json: undefined, ...made } };
    } catch {
      return { status: 0, cause: "no_answer", seen: null };
    }
  }

  /** @param {Env} env @param {Listing} listing @param {string} text @param {string} type @returns {Partial<Seen> | null} */
  function shown(env, listing, text, type) {
    if (listing.reader === "page-json") return TYPES.json.test(type) ? { json: parsed(text) } : null;
    if (!TYPES.page.test(type)) return null;
    const page = env.parse(text);
    return { page, lang: piecework.dom.language(page) };
  }

  piecework.request = { ask, addressOf, wait };
})();
