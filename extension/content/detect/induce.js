/** From a guess to a definition in the closed vocabulary of shared/platforms, run at once on the page it was made from. */
(() => {
  const { detect, dom, health, read, url } = piecework;

  const REDACTED = /\p{L}|\d/gu;
  const TODAY = () => new Date().toISOString().slice(0, 10);

  /** The pattern of addresses that show this list: its path, other queries allowed. @param {string} address @returns {string} */
  function pageOf(address) {
    const at = url.parsed(address);
    if (!at) return "https://invalid.example/";
    const kept = [...at.searchParams].filter(([name]) => /^(?:tab|view|type|category|section|cat)$/i.test(name)).map(([name, value]) => `${name}=${value}`);
    return `${at.protocol}//${at.hostname}${at.pathname}${kept.length > 0 ? `?${kept.join("&")}` : ""}`;
  }

  /** @param {JsonGuess} json @param {Listing} shown the page's own listing @returns {Listing} */
  function fromJson(json, shown) {
    /** @type {Fields} */
    const fields = {};
    for (const [name, path] of Object.entries(json.fields)) {
      const field = /** @type {FieldName} */ (name);
      fields[field] = { from: [{ path }] };
      if (field === "pay") fields.pay = { from: [{ path }], as: /cents|minor/i.test(path) ? "pay-minor" : "pay", ...currencyOf(json) };
      if (field === "url") fields.url = { from: [{ path }], as: "url" };
    }
    const { id, urls, link, empty, signed_out, challenge, complete } = shown;
    const embedded = { sel: json.sel, ...(json.attr ? { attr: json.attr } : {}) };
    return { id, urls, reader: "embedded-json", embedded, rows: [json.path], fields, ...(link ? { link } : {}), empty, signed_out, challenge, complete };
  }

  /** @param {JsonGuess} json @returns {{currency_from?: Place[]}} */
  function currencyOf(json) {
    const item = /** @type {Record<string, unknown>} */ (json.items[0]);
    const name = ["currency", "currency_code", "currencyCode"].find((one) => typeof item[one] === "string");
    return name ? { currency_from: [{ path: name }] } : {};
  }

  /** The JSON says the same list as the page: most of its titles are shown. @param {JsonGuess} json @param {Guess} guess @returns {boolean} */
  function agrees(json, guess) {
    const shown = new Set(detect.table(guess).rows.flatMap((row) => row.map(({ text }) => text)));
    const titles = json.items.map((item) => String(piecework.place.at(item, json.fields.title ?? "$") ?? "").replaceAll(/\s+/g, " ").trim());
    return titles.length > 0 && titles.filter((one) => shown.has(one)).length >= titles.length * 0.6;
  }

  /** @param {Guess} guess @param {Told} told @returns {Listing} */
  function listingOf(guess, told) {
    const { page, address } = told;
    detect.columnsOf(guess);
    const { fields, link } = detect.spots.fields(guess, address);
    const shadow = guess.records.some((record) => detect.rows.shadowed(record[0]) || record.some((one) => one.shadowRoot !== null));
    const paged = read.now(detect.notes(page, address, guess, false)).some(({ note }) => note !== "foreign_frame");
    /** @type {Listing} */
    const listing = {
      id: "tasks", urls: [pageOf(address)], reader: "dom", ...(shadow ? { shadow: true } : {}), rows: detect.rows.selectors(page, guess, link), fields,
      ...(link ? { link } : {}), ...detect.state.markers(dom.language(page)), complete: !paged,
    };
    const seen = read.fromPage(page, address, listing.urls);
    listing.fingerprint = health.measure(listing, guess.records.map((record) => record[0]), { ...seen, shadow });
    return listing;
  }

  /** Each way to its rows, run again on this page. @param {Listing} listing @param {Guess} guess @param {Told} told @returns {Checked} */
  function checked(listing, guess, { page, address }) {
    const wanted = guess.records.map((record) => record[0]);
    const by = listing.rows.map((rows) => {
      const found = detect.rows.found(page, rows, listing.shadow === true);
      return { rows, found: found.length, same: found.length === wanted.length && found.every((row, at) => row === wanted[at]) };
    });
    const seen = read.fromPage(page, address, listing.urls);
    const reading = read.now(read.list(listing, seen));
    const { rows } = health.rows(listing, seen);
    const same = rows.length === wanted.length && rows.every((row) => wanted.includes(row));
    const missing = /** @type {const} */ (["title", "pay"]).filter((name) => !listing.fields[name]);
    return { same: same && reading.state === "watching", rows: reading.rows.length, missing, by };
  }

  /**
   * @param {Guess} guess
   * @param {Told} told
   * @returns {Induced} complete per _schema.json; not to be saved where its check is not the same
   */
  function induce(guess, told) {
    const listing = listingOf(guess, told);
    const at = url.parsed(told.address);
    const listings = told.json && agrees(told.json, guess) ? [fromJson(told.json, listing), listing] : [listing];
    const date = TODAY();
    const definition = /** @type {Definition} */ (/** @type {unknown} */ ({
      id: told.id, name: told.name, aliases: [], home: at ? `${at.origin}/` : told.address,
      life: { state: "unknown", date, source: "Taught by the person who uses it" },
      route: "generic", origins: [at ? `${at.protocol}//${at.hostname}/*` : told.address], account: { shown: false }, listings,
      work: { pages: [], signals: [] }, earnings: [], money: { currencies: currencies(guess), zone: told.zone ?? "UTC" },
      manners: { rule: "no rule found", quote: "", source: "", date, min_gap_s: 60, refreshes: "unknown", page_world: "never", nda: false },
      quality: { tier: "listed", evidence: "none", source: "Taught by the person who uses it", date },
    }));
    return { definition, check: checked(listing, guess, told) };
  }

  /** @param {Guess} guess @returns {string[]} currencies its pays are written in */
  function currencies(guess) {
    const texts = guess.columns.filter(({ name }) => name === "pay" || name === "hourly").flatMap(({ slot, samples }) => [...(slot?.texts.keys() ?? samples)].slice(0, 40));
    const found = new Set(texts.map((text) => piecework.parsePay(text, {}).currency).filter((one) => one !== null));
    return [...found].slice(0, 6);
  }

  /** One record with its letters and digits replaced, to be shared with a definition. @param {Listing} listing @param {Guess} guess @returns {Record<string, string>} */
  function redacted(listing, guess) {
    const source = { row: guess.records[0][0], page: null, json: undefined, url: "https://example.org/", captured: {}, shadow: true, lang: "en" };
    /** @type {Record<string, string>} */
    const found = {};
    for (const [name, field] of Object.entries(listing.fields)) {
      const text = name === "url" || name === "id" ? "" : piecework.place.text(field, source);
      if (text !== "") found[name] = text.replace(REDACTED, (one) => (/\d/.test(one) ? "0" : one === one.toUpperCase() ? "X" : "x"));
    }
    return found;
  }

  Object.assign(detect, { induce, redacted });
})();
