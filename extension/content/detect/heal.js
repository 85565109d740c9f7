/**
 * A list whose definition no longer fits: first what may bar or empty it, then whether it is merely somewhere else.
 * A repair is proposed; only one that agrees in every way with what was known may be taken without a press.
 */
(() => {
  const { detect, dom, health, read } = piecework;

  const NEAR = 1.2;
  const CLOSE = 0.6;
  const SURE = 9;
  const BARS = /** @type {const} */ (["challenge", "signed_out"]);

  /** How far two fingerprints are apart; 0 the same, below 0.6 the same list in another dress. @param {Fingerprint} now @param {Fingerprint} then @returns {number} */
  function distance(now, then) {
    const names = Object.keys(then.fields).filter((name) => then.fields[name] >= 0.5);
    const fields = names.reduce((sum, name) => sum + Math.max(0, then.fields[name] - (now.fields[name] ?? 0)), 0);
    const octaves = Math.abs(Math.log2((now.length + 1) / (then.length + 1)));
    const pays = Math.min(1, Math.abs(now.pay - then.pay) / Math.max(1, then.pay));
    const times = Math.min(1, Math.abs(now.time - then.time) / Math.max(1, then.time)) * 0.5;
    const links = Math.max(0, then.links - now.links);
    return fields + octaves * 0.4 + pays + times + links;
  }

  /** The new fields, and those places of the old ones that still say something. @param {Listing} fresh @param {Listing} old @returns {Listing} */
  function renewed(fresh, old) {
    const { id, name, urls, systems, link, url_template, empty, signed_out, challenge, rate_limited, page_number } = old;
    const kept = { id, ...(name ? { name } : {}), urls };
    const more = { ...(systems ? { systems } : {}), ...(url_template ? { url_template } : {}), ...(rate_limited ? { rate_limited } : {}), ...(page_number ? { page_number } : {}) };
    const pattern = fresh.link ?? link;
    return { ...fresh, ...kept, ...more, ...(pattern ? { link: pattern } : {}), empty, signed_out, challenge };
  }

  /** @param {string[] | undefined} one @param {string[] | undefined} other @returns {boolean} */
  const sameLinks = (one, other) => one !== undefined && other !== undefined && one.some((pattern) => other.includes(pattern));

  /** Field kinds that both know. @param {Listing} one @param {Listing} other @returns {number} */
  const agreeing = (one, other) => Object.keys(one.fields).filter((name) => other.fields[/** @type {FieldName} */ (name)] !== undefined).length;

  /** @param {Guess} guess @param {Listing} listing @param {Definition} definition @param {Document} page @param {string} address @returns {Proposal | null} */
  function proposed(guess, listing, definition, page, address) {
    const then = /** @type {Fingerprint} */ (listing.fingerprint);
    const { definition: made } = detect.induce(guess, { page, address, id: definition.id, name: definition.name });
    const fresh = made.listings[made.listings.length - 1];
    if (fresh.rows.length === 0 || !fresh.fields.title) return null;
    const healed = renewed(fresh, listing);
    const seen = read.fromPage(page, address, listing.urls);
    const now = health.measure(healed, guess.records.map((record) => record[0]), { ...seen, shadow: healed.shadow === true });
    healed.fingerprint = now;
    const far = distance(now, then);
    const link = sameLinks(fresh.link, listing.link);
    const why = [];
    if (far > CLOSE) why.push("fingerprint");
    if (guess.score < SURE) why.push("score");
    if (!link && !(listing.link === undefined && agreeing(fresh, listing) >= 3)) why.push("link");
    if (then.pay >= 1 && now.pay === 0) why.push("pay");
    return { listing: healed, distance: far, silent: why.length === 0, why, state: "changed" };
  }

  /** @param {PageState | "healthy"} state @param {Listing} listing @returns {Proposal} nothing to heal */
  const nothing = (state, listing) => ({ listing, distance: 0, silent: false, why: [state], state });

  /**
   * @param {Definition} definition
   * @param {Listing} listing one with a fingerprint, read from the page
   * @param {Document} page
   * @param {string} address
   * @returns {Pass<Proposal | null>} null: no list here is like the one that was known
   */
  function* propose(definition, listing, page, address) {
    if (!listing.fingerprint || listing.reader !== "dom") return null;
    const seen = read.fromPage(page, address, listing.urls);
    const reading = yield* read.list(listing, seen);
    if (reading.state === "watching") return nothing("healthy", listing);
    if (reading.state !== "changed_shape") return nothing(/** @type {PageState} */ (reading.state), listing);
    const found = yield* detect.find(page, address);
    const bar = BARS.find((one) => found.state === one);
    if (bar) return nothing(bar, listing);
    /** @type {Proposal | null} */
    let best = null;
    for (const guess of found.guesses) {
      yield;
      const one = proposed(guess, listing, definition, page, address);
      if (one && one.distance < NEAR && (!best || one.distance < best.distance)) best = one;
    }
    if (best) return best;
    const empty = found.state === "empty" || detect.state.saysEmpty(detect.state.said(page));
    return empty && dom.one(page, "body") ? nothing("empty", listing) : null;
  }

  piecework.heal = { propose };
})();
