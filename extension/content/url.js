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

  /** @param {string} text @param {string} [base] @returns {URL | null} */
  function parsed(text, base) {
    return URL.canParse(text, base) ? new URL(text, base) : null;
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
    if (!made.has(pattern)) made.set(pattern, compile(pattern));
    const { scheme, host, path, query } = /** @type {Pattern} */ (made.get(pattern));
    const url = parsed(address);
    if (!url || url.protocol !== scheme || url.hostname !== host) return null;
    const found = path.exec(url.pathname);
    if (!found) return null;
    const captured = Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, text]) => [name, decoded(text)]));
    for (const [name, value] of query) {
      const given = url.searchParams.get(name);
      const part = given === null ? null : value.exec(given);
      if (!part) return null;
      Object.assign(captured, part.groups);
    }
    return captured;
  }

  /**
   * What the first pattern that matches captures, or null.
   * @param {string[] | undefined} patterns
   * @param {string} address
   * @returns {Record<string, string> | null}
   */
  function first(patterns, address) {
    for (const pattern of patterns ?? []) {
      const captured = match(pattern, address);
      if (captured) return captured;
    }
    return null;
  }

  /** The address made absolute, or "" where it is none of the web's. @param {string} text @param {string} base */
  function absolute(text, base) {
    const url = parsed(text.slice(0, 8000), base);
    return url && /^https?:$/.test(url.protocol) ? url.href : "";
  }

  piecework.url = { match, first, absolute, parsed };
})();
