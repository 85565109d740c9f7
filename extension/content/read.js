/**
 * Reads a whole listing: what state it is in, then its rows. Pure: the page or the answer is handed in. Reading is a
 * generator, so that ten thousand rows can be read in slices.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, health, marker, pay, place, row, url } = piecework;

  const MOST_ROWS = 10_000;
  const MOST_JSON = 4 << 20;
  const ROWS_A_STEP = 25;
  const STATES = /** @type {const} */ (["challenge", "rate_limited", "signed_out"]);

  /**
   * A page as readers see it.
   * @param {Document} page
   * @param {string} address
   * @param {string[] | undefined} patterns
   * @returns {Seen}
   */
  function fromPage(page, address, patterns) {
    const captured = url.first(patterns, address) ?? {};
    return { row: null, page, json: undefined, url: address, captured, shadow: false, lang: dom.language(page), status: 200 };
  }

  /**
   * JSON that a page carries in an attribute or a script, or an answer it fetched, as readers see it.
   * @param {unknown} json
   * @param {Seen} seen the page around it
   * @returns {Seen}
   */
  const fromJson = (json, seen) => ({ ...seen, json, lang: "en" });

  /**
   * The page with the JSON it carries; without any where that is missing or broken.
   * @param {Listing | Earning} part
   * @param {Seen} seen
   * @returns {Seen}
   */
  function embedded(part, seen) {
    const holder = part.embedded && seen.page && dom.one(seen.page, part.embedded.sel);
    if (!holder) return seen;
    const text = part.embedded?.attr ? dom.attribute(holder, part.embedded.attr) : dom.text(holder, MOST_JSON);
    try {
      return fromJson(JSON.parse(text), seen);
    } catch {
      return seen;
    }
  }

  /** @param {Listing} listing @param {Seen} seen @returns {ListState | null} what keeps a list from being read */
  function barred(listing, seen) {
    return STATES.find((state) => marker.any(listing[state], seen)) ?? null;
  }

  /** Seconds that a page or answer asks to wait, where it says so. @param {Seen} seen @returns {number | undefined} */
  function retryAfter(seen) {
    if (seen.retry_after_s !== undefined) return seen.retry_after_s;
    const body = seen.page && dom.one(seen.page, "body");
    const told = seen.json === undefined ? (body ? dom.text(body) : "") : JSON.stringify(seen.json).slice(0, 5000);
    const found = /\bin ([0-9]{1,6}) ?s(?:ec|\b)/i.exec(told);
    return found ? Number(found[1]) : undefined;
  }

  /** @param {Listing} listing @param {Seen} seen @returns {unknown[] | null} null where the list itself is missing */
  function rowsOf(listing, seen) {
    if (listing.reader !== "dom") {
      const found = listing.rows.map((path) => place.at(seen.json, path)).find(Array.isArray);
      return found ?? null;
    }
    const page = /** @type {Document} */ (seen.page);
    if (listing.root && !listing.root.some((sel) => dom.one(page, sel, seen.shadow))) return null;
    for (const sel of listing.rows) {
      const found = dom.all(page, sel, seen.shadow);
      if (found.length > 0) return found;
    }
    return [];
  }

  /**
   * @param {Listing} listing
   * @param {Seen} seen
   * @param {ListState} state
   * @param {string} cause
   * @returns {Reading}
   */
  function reading(listing, seen, state, cause = "") {
    const page = Number(place.text(listing.page_number, seen)) || null;
    const { reader: source, complete } = listing;
    return { state, cause, rows: [], unreadable: 0, skipped: 0, complete, page, source, url: seen.url };
  }

  /**
   * A row of a page, or a record of an answer, as fields are read from it.
   * @param {Listing} listing
   * @param {Seen} seen
   * @param {unknown} one
   * @returns {Source}
   */
  function sourceOf(listing, seen, one) {
    return listing.reader === "dom" ? { ...seen, row: /** @type {Element} */ (one) } : { ...seen, json: one };
  }

  /** One row alone, as markers are asked of it. @param {Source} source @returns {Seen} */
  const inside = (source) => ({ ...source, page: /** @type {any} */ (source.row ?? source.page), status: 200, text: undefined });

  /**
   * Signed out, challenge and rate limit are decided before anything else; a list without a readable row is empty
   * only where a marker, or the answer's own empty array, says so.
   * @param {Listing} listing
   * @param {Seen} seen
   * @returns {Pass<Reading>} yields after each 25 rows
   */
  function* list(listing, seen) {
    const page = { ...seen, shadow: listing.shadow === true };
    const own = listing.reader === "embedded-json" ? embedded(listing, page) : page;
    const state = barred(listing, own);
    if (state) {
      const bar = reading(listing, own, state, "marker");
      if (state === "rate_limited") bar.retry_after_s = retryAfter(own);
      return bar;
    }
    if (listing.shape === "unknown") return reading(listing, own, "changed_shape", "shape_unknown");
    if (listing.fingerprint && listing.reader === "dom") return yield* known(listing, own);
    const rows = rowsOf(listing, own);
    if (!rows || rows.length === 0) return without(listing, own, rows);
    const meant = listing.skip ? rows.filter((one) => !marker.any(listing.skip, inside(sourceOf(listing, own, one)))) : rows;
    if (meant.length === 0) return reading(listing, own, "empty");
    const told = reading(listing, own, "watching");
    yield* fill(told, listing, own, meant);
    return told.rows.length > 0 ? told : reading(listing, own, "changed_shape", "rows_unreadable");
  }

  /**
   * A list whose rows are known by their fingerprint: rows that are there and are not as they were are not read.
   * @param {Listing} listing
   * @param {Seen} seen
   * @returns {Pass<Reading>}
   */
  function* known(listing, seen) {
    const { rows, via, health: told } = health.rows(listing, seen);
    const score = told?.score ?? 0;
    if (rows.length === 0) {
      const lost = without(listing, seen, rows);
      if (told && lost.state === "changed_shape") lost.cause = "unhealthy";
      return { ...lost, health: score };
    }
    const read = { ...reading(listing, seen, "watching", via > 0 || (told && told.why.length > 0) ? "drifted" : ""), via, health: score };
    yield* fill(read, listing, seen, rows);
    return read.rows.length > 0 ? read : reading(listing, seen, "changed_shape", "rows_unreadable");
  }

  /** @param {Listing} listing @param {Seen} seen @param {unknown[] | null} rows @returns {Reading} */
  function without(listing, seen, rows) {
    const proven = listing.reader === "dom" ? marker.any(listing.empty, seen) : rows !== null || marker.any(listing.empty, seen);
    if (proven) return reading(listing, seen, "empty");
    // Of some lists nobody has published what they show when they are empty: that is neither "no tasks" nor a new shape.
    if (listing.reader === "dom" && rows && listing.empty.length === 0) return reading(listing, seen, "changed_shape", "empty_unknown");
    return reading(listing, seen, "changed_shape", rows ? "no_rows" : "no_list");
  }

  /** @param {Reading} told @param {Listing} listing @param {Seen} seen @param {unknown[]} rows @returns {Pass<void>} */
  function* fill(told, listing, seen, rows) {
    const keys = new Set();
    piecework.near.fresh();
    for (const [at, one] of rows.entries()) {
      if (at >= MOST_ROWS) {
        told.complete = false;
        return;
      }
      if (at % ROWS_A_STEP === ROWS_A_STEP - 1) yield;
      const read = tried(listing, sourceOf(listing, seen, one));
      if (!read) told.skipped += 1;
      else if (!keys.has(row.key(read))) {
        keys.add(row.key(read));
        told.rows.push(read);
        if (pay.unreadable(read.pay)) told.unreadable += 1;
      }
    }
  }

  /**
   * A row that breaks its reader never takes the others along.
   * @param {Listing} listing
   * @param {Source} source
   * @returns {Row | null}
   */
  function tried(listing, source) {
    try {
      return row.read(listing, source);
    } catch {
      return null;
    }
  }

  /** Runs a reading to its end at once. @template T @param {Pass<T>} steps @returns {T} */
  function now(steps) {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  piecework.read = { fromPage, fromJson, embedded, reading, list, now };
})();
