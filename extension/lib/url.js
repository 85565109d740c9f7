/** URL patterns of definitions: `scheme://host/path?query` with `*`, `{id}` and `{n}` (see _schema.json). */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /**
   * @typedef {object} Pattern
   * @property {string} scheme
   * @property {string} host
   * @property {RegExp} path
   * @property {[string, RegExp][]} query
   */

  /** Matched by no pattern: what a parameter that is not there says. */
  const NOTHING = "\n";

  /** @type {Map<string, Pattern>} */
  const made = new Map();

  /** @param {string} text part of a pattern @param {string} one what `{id}` may be @returns {RegExp} */
  function regexp(text, one) {
    const parts = text.split(/(\*|\{id\}|\{n\})/).map((part) => {
      if (part === "*") return ".*";
      if (part === "{id}") return `(?<id>${one})`;
      if (part === "{n}") return "(?<n>[0-9]+)";
      return part.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    });
    return new RegExp(`^${parts.join("")}$`);
  }

  /** @param {string} pattern @returns {Pattern} */
  function compile(pattern) {
    const [, scheme, host, path, , query] = /^(https?):\/\/([^/?]+)(\/[^?]*)(\?(.*))?$/.exec(pattern) ?? [];
    if (!scheme) throw new TypeError(`Not a URL pattern: ${pattern}`);
    const asked = (query ?? "").split("&").filter(Boolean);
    return {
      scheme: `${scheme}:`,
      host,
      path: regexp(path, "[^/]+"),
      query: asked.map((part) => {
        const [name, ...value] = part.split("=");
        return [name, regexp(value.join("="), ".+")];
      }),
    };
  }

  const WHOLE = /^https?:\/\//i;

  /** The address parsed last: each row's is asked of several patterns, and parsing costs more than all the rest. */
  let last = { text: "", base: /** @type {string | undefined} */ (""), url: /** @type {URL | null} */ (null) };

  /** @param {string} text @param {string} [base] @returns {URL | null} not to be changed */
  function parsed(text, base) {
    if (text === last.text && base === last.base) return last.url;
    if (base === undefined && text === last.url?.href) return last.url;
    let url = null;
    try {
      url = new URL(text, base);
    } catch {
      // No address.
    }
    last = { text, base, url };
    return url;
  }

  /** @param {string} text @returns {string} as it is where its escapes are broken */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /**
   * What a pattern captures of an address (`id`, `n`), or null where it doesn't match. Any port, query parameters
   * in any order, others allowed.
   * @param {string} pattern
   * @param {string} address
   * @returns {Record<string, string> | null}
   */
  function match(pattern, address) {
    const ready = made.get(pattern) ?? compile(pattern);
    made.set(pattern, ready);
    const { scheme, host, path, query } = ready;
    const url = parsed(address);
    if (!url || url.protocol !== scheme || url.hostname !== host) return null;
    const found = path.exec(url.pathname);
    if (!found) return null;
    /** @type {Record<string, string>} */
    const captured = {};
    for (const name in found.groups) captured[name] = decoded(found.groups[name]);
    if (query.length === 0) return captured;
    const given = url.searchParams;
    for (const [name, value] of query) {
      const part = value.exec(given.get(name) ?? NOTHING);
      if (!part) return null;
      for (const key in part.groups) captured[key] = part.groups[key];
    }
    return captured;
  }

  /** A list shows the same addresses look after look: what was found out of them is kept. */
  const MOST_KEPT = 12_000;
  const LONGEST_KEPT = 500;

  /**
   * @template T
   * @param {Map<string, T>} kept
   * @param {string} name
   * @param {() => T} find
   * @returns {T}
   */
  function once(kept, name, find) {
    const known = kept.get(name);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const found = find();
    if (name.length <= LONGEST_KEPT) kept.set(name, found);
    return found;
  }

  /** @type {WeakMap<string[], Map<string, Record<string, string> | null>>} */
  const answers = new WeakMap();

  /**
   * What the first pattern that matches captures, or null. The same object each time: it is not to be changed.
   * @param {string[] | undefined} patterns
   * @param {string} address
   * @returns {Record<string, string> | null}
   */
  function first(patterns, address) {
    if (!patterns) return null;
    const kept = answers.get(patterns) ?? new Map();
    answers.set(patterns, kept);
    return once(kept, address, () => {
      for (const pattern of patterns) {
        const captured = match(pattern, address);
        if (captured) return captured;
      }
      return null;
    });
  }

  /** @type {Map<string, string>} */
  const whole = new Map();

  /** The address made absolute, or "" where it is none of the web's. @param {string} text @param {string} base */
  function absolute(text, base) {
    const own = WHOLE.test(text) ? undefined : base;
    return once(whole, `${own ?? ""} ${text.slice(0, 8000)}`, () => {
      const url = parsed(text.slice(0, 8000), own);
      return url && /^https?:$/.test(url.protocol) ? url.href : "";
    });
  }

  piecework.url = { match, first, absolute, parsed };
})();
