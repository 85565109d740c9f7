/**
 * Whether the rows a definition finds are still its rows. Measured one way when it is made and whenever it is used:
 * texts as a person sees them, pays and links in each row, the share of rows that have each field. So a row that holds
 * three cards is seen for what it is, though all fields are there.
 */
(() => {
  const { dom, hints, near, nodes, place, url } = piecework;

  const SAMPLES = 24;
  const HEALTHY = 0.9;
  const FAULT = 0.3;
  /** Fields a list can be read without: one of them missing is said, and no reason to read nothing. */
  const MINOR = new Set(["field requester", "field places", "field minutes"]);
  const MINOR_FAULT = 0.04;
  const OCTAVES = 2.5;
  const MANY = 1.7;
  const FEW = 0.55;
  const KEPT = 0.8;
  const LEADING = 0.6;
  const SLOW_MS = 50;
  const MOST_LINKS = 5_000;
  const MEASURED = /** @type {const} */ (["title", "pay", "minutes", "requester", "places", "url"]);

  /** @param {number[]} values @returns {number} the middle one */
  const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

  /** How many siblings a row has beside itself. @param {Listing} listing @returns {number} */
  const span = (listing) => Math.max(0, ...Object.values(listing.fields).flatMap((field) => (field?.from ?? []).map((one) => one.next ?? 0)));

  /** @param {Field | undefined} field @param {Source} source @param {string} name @returns {boolean} the row has it, and it reads as what it is */
  function has(field, source, name) {
    if (name === "url") return place.address(field, source) !== "";
    const text = place.text(field, source);
    if (name === "pay") return hints.hasPay(text) || (/\d/.test(text) && text.length < 24);
    return text !== "" && (name !== "minutes" || hints.hasTime(text));
  }

  /**
   * @param {Listing} listing
   * @param {Element[]} rows
   * @param {Seen} seen
   * @param {Links} [links] where the page's tasks are, when that is known already
   * @returns {Fingerprint} of at most 24 rows, evenly taken
   */
  function measure(listing, rows, seen, links = around(listing, rows, seen)) {
    const step = Math.max(1, rows.length / SAMPLES);
    const some = rows.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
    const more = span(listing);
    const each = some.map((row) => {
      const parts = Array.from({ length: more + 1 }, (_, next) => near.beside(row, next)).filter((one) => one !== null);
      const texts = parts.flatMap((one) => near.of(one)).map(({ text }) => text);
      return { row, texts };
    });
    const share = (/** @type {(one: typeof each[number]) => boolean} */ is) => (each.length === 0 ? 0 : each.filter(is).length / each.length);
    /** @type {Record<string, number>} */
    const fields = {};
    for (const name of MEASURED) {
      const field = listing.fields[name];
      if (field) fields[name] = share(({ row }) => has(field, { ...seen, row }, name));
    }
    return {
      rows: rows.length,
      length: middle(each.map(({ texts }) => texts.reduce((sum, text) => sum + text.length, 0))),
      pay: middle(each.map(({ texts }) => texts.filter(hints.hasPay).length)),
      time: middle(each.map(({ texts }) => texts.filter(hints.hasTime).length)),
      links: share(({ row }) => links.leading.get(row) === 1),
      pieces: middle(each.map(({ texts }) => texts.length)),
      beside: links.beside,
      crowded: links.crowded,
      fields,
    };
  }

  /**
   * How many tasks the page leads to outside of these rows, how many rows lead to several, and which rows lead to any.
   * @typedef {{beside: number, crowded: number, leading: Map<Element, number>}} Links
   * @param {Listing} listing
   * @param {Element[]} rows
   * @param {Seen} seen
   * @returns {Links}
   */
  function around(listing, rows, seen) {
    if (!seen.page || !listing.link) return { beside: 0, crowded: 0, leading: new Map() };
    const more = span(listing);
    /** @type {Map<Element, Element>} */
    const rowOf = new Map();
    for (const row of rows) for (let next = 0, part = /** @type {Element | null} */ (row); next <= more && part; next += 1, part = nodes.sibling(part)) rowOf.set(part, row);
    /** @type {Map<Element | null, Set<string>>} */
    const held = new Map([[null, new Set()]]);
    for (const link of select(seen.page, "a[href]", listing.shadow === true).slice(0, MOST_LINKS)) {
      const href = nodes.attribute(link, "href");
      const captured = url.first(listing.link, url.absolute(href, seen.url));
      if (!captured) continue;
      let up = /** @type {Element | null} */ (link);
      while (up && !rowOf.has(up)) up = nodes.above(up);
      const row = up && (rowOf.get(up) ?? null);
      const ids = held.get(row) ?? new Set();
      held.set(row, ids.add(captured.id ?? href));
    }
    const outside = held.get(null) ?? new Set();
    held.delete(null);
    const inside = new Set([...held.values()].flatMap((ids) => [...ids]));
    const crowded = [...held.values()].filter((ids) => ids.size > 1).length;
    const leading = new Map([...held].map(([row, ids]) => /** @type {[Element, number]} */ ([row, ids.size])));
    return { beside: [...outside].filter((id) => !inside.has(id)).length, crowded, leading };
  }

  /** @param {number} now @param {number} then @returns {boolean} more or fewer than a change of content explains */
  const off = (now, then) => then > 0 && (now / then > MANY || now / then < FEW);

  /** @param {Fingerprint} now @param {Fingerprint} then @returns {string[]} what is not as it was */
  function faults(now, then) {
    const why = [];
    for (const [name, share] of Object.entries(then.fields)) {
      if (share >= 0.5 && (now.fields[name] ?? 0) < share * KEPT) why.push(`field ${name}`);
    }
    if (then.links > 0.7 && now.links < then.links * KEPT) why.push("link");
    if (then.links > 0.7 && (now.crowded ?? 0) > Math.max(then.crowded ?? 0, Math.ceil(now.rows * (1 - then.links)))) why.push("several tasks in a row");
    if (then.links > 0.9 && (now.beside ?? 0) > (then.beside ?? 0)) why.push("rows left out");
    if (then.pay >= 1 && (now.pay >= then.pay * 2 || now.pay * 2 <= then.pay)) why.push("pays in a row");
    if (off(now.pieces, then.pieces) && off(now.length, then.length)) why.push("size of a row");
    if (Math.abs(Math.log2((now.length + 1) / (then.length + 1))) > OCTAVES) why.push("text in a row");
    return why;
  }

  /**
   * Heads, separators and advertisements among the rows: where every row led to a task, one that leads to none is no row.
   * @param {Listing} listing
   * @param {Element[]} rows
   * @param {Links} links
   * @returns {Element[]}
   */
  function meant(listing, rows, links) {
    const sure = (listing.fingerprint?.links ?? 0) > 0.95 && links.leading.size >= rows.length * LEADING;
    return sure ? rows.filter((row) => links.leading.has(row)) : rows;
  }

  /** @param {Listing} listing @param {Element[]} rows @param {Seen} seen @param {Links} [links] @returns {Health} */
  function of(listing, rows, seen, links) {
    near.fresh();
    const measured = measure(listing, rows, { ...seen, shadow: listing.shadow === true }, links);
    const why = listing.fingerprint ? faults(measured, listing.fingerprint) : [];
    return { score: Math.max(0, 1 - why.reduce((sum, one) => sum + (MINOR.has(one) ? MINOR_FAULT : FAULT), 0)), why, measured };
  }

  /** Selectors that were too slow twice are asked no more while this page lives. @type {Map<string, number>} */
  const slow = new Map();

  /** @param {Document} page @param {string} selector @param {boolean} shadow @returns {Element[]} none where it is invalid or too slow */
  function select(page, selector, shadow) {
    if ((slow.get(selector) ?? 0) >= 2) return [];
    const from = performance.now();
    try {
      return dom.all(page, selector, shadow);
    } catch {
      slow.set(selector, 2);
      return [];
    } finally {
      if (performance.now() - from > SLOW_MS) slow.set(selector, (slow.get(selector) ?? 0) + 1);
    }
  }

  /** The widest elements that lead to one task each. @param {Listing} listing @param {Seen} seen @returns {Element[]} */
  function byLink(listing, seen) {
    if (!listing.link || !seen.page) return [];
    /** @type {[Element, string][]} */
    const links = [];
    for (const one of select(seen.page, "a[href]", listing.shadow === true).slice(0, MOST_LINKS)) {
      const captured = url.first(listing.link, url.absolute(nodes.attribute(one, "href"), seen.url));
      if (captured) links.push([one, captured.id ?? nodes.attribute(one, "href")]);
    }
    /** @type {Map<Element, string | null>} */
    const holds = new Map();
    for (const [one, id] of links) {
      for (let up = /** @type {Element | null} */ (one); up; up = nodes.above(up)) {
        const before = holds.get(up);
        holds.set(up, before === undefined || before === id ? id : null);
      }
    }
    /** @type {Map<string, Element>} */
    const found = new Map();
    for (const [one, id] of links) {
      let wide = one;
      for (let up = nodes.above(one); up && nodes.tag(up) !== "body" && holds.get(up) === id; up = nodes.above(up)) wide = up;
      if (!found.has(id)) found.set(id, wide);
    }
    return [...found.values()];
  }

  /**
   * The rows of the first way that finds healthy ones: each selector in its order, then the link pattern.
   * @param {Listing} listing with a fingerprint
   * @param {Seen} seen
   * @returns {{rows: Element[], via: number, health: Health | null}} no rows and a health: found, but not as they were
   */
  function rows(listing, seen) {
    const page = /** @type {Document} */ (seen.page);
    /** @type {Health | null} */
    let best = null;
    /** Part of the list is better than none, and said by its health. @type {{rows: Element[], via: number, health: Health} | null} */
    let part = null;
    for (let via = 0; via <= listing.rows.length; via += 1) {
      const all = via < listing.rows.length ? select(page, listing.rows[via], listing.shadow === true) : byLink(listing, seen);
      if (all.length === 0) continue;
      const links = around(listing, all, { ...seen, shadow: listing.shadow === true });
      const found = meant(listing, all, links);
      const health = of(listing, found, seen, links);
      if (health.score >= HEALTHY) return { rows: found, via, health };
      if (!part && health.why.length === 1 && health.why[0] === "rows left out") part = { rows: found, via, health };
      if (!best || health.score > best.score) best = health;
    }
    return part ?? { rows: [], via: -1, health: best };
  }

  piecework.health = { of, measure, rows };
})();
