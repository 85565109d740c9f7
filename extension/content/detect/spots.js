/** Where each named column stands in a row, as a definition says it: what lasts first, what only counts places last. */
(() => {
  const { detect, dom, leaves, names, near, nodes, url } = piecework;

  const SAMPLES = 30;
  const AGREES = 0.9;
  const RIGHT = 0.75;
  const SURE = 0.99;
  const MOST = 4;
  const MARKS = ["data-testid", "data-test", "data-cy", "itemprop", "data-label", "data-field", "data-column"];
  const LIKE = /** @type {Partial<Record<FieldName, Place["like"]>>} */ ({ pay: "pay", minutes: "time", places: "count", title: "heading" });
  const AS = /** @type {Partial<Record<FieldName, Parser>>} */ ({ pay: "pay", hourly: "pay", minutes: "time", places: "places", url: "url", id: "id" });

  /** Tags that say nothing of what stands in them. */
  const PLAIN = new Set(["div", "span", "p", "li", "td", "tr", "section", "font", "br"]);

  /** @typedef {{record: Element[], part: number, leaf: Leaf}} Seat the text of one record that is wanted */

  /** @param {Guess} guess @param {string} key @returns {Seat[]} */
  function seats(guess, key) {
    const step = Math.max(1, Math.floor(guess.records.length / SAMPLES));
    const found = [];
    for (let at = 0; at < guess.records.length; at += step) {
      const record = guess.records[at];
      const leaf = leaves.of(record, guess.unique).find((one) => one.key === key);
      const part = leaf ? record.findIndex((one) => holds(one, leaf.element)) : -1;
      if (leaf && part >= 0) found.push({ record, part, leaf });
    }
    return found;
  }

  /** @param {Element} outer @param {Element} inner @returns {boolean} through shadow roots too */
  function holds(outer, inner) {
    for (let up = /** @type {Element | null} */ (inner); up; up = nodes.above(up)) if (up === outer) return true;
    return false;
  }

  /** @param {string} text @returns {string} as two readings are compared */
  const plain = (text) => text.replaceAll(/[^\p{L}\p{N}]/gu, "");

  /** How often a place says what it should, and how often something else. @param {Place} place @param {Seat[]} seats @param {string} address @returns {{right: number, wrong: number}} */
  function tried(place, seats, address) {
    let [right, wrong] = [0, 0];
    for (const { record, leaf } of seats) {
      const source = { row: record[0], page: null, json: undefined, url: address, captured: {}, shadow: true, lang: "en" };
      near.fresh();
      let got = "";
      try {
        got = piecework.place.text({ from: [place] }, source);
      } catch {
        return { right: 0, wrong: 1 };
      }
      if (plain(got) === plain(piecework.clean(leaf.text, 200))) right += 1;
      else if (got !== "") wrong += 1;
    }
    return { right: right / seats.length, wrong: wrong / seats.length };
  }

  /** Selectors of one text inside its part of the record, from the most telling on. @param {Seat} seat @returns {string[]} */
  function marks({ record, part, leaf }) {
    const made = [];
    let behind = "";
    for (let one = /** @type {Element | null} */ (leaf.element), step = 0; one && one !== record[part] && step < 3; one = nodes.above(one), step += 1) {
      const tag = nodes.tag(one);
      for (const name of MARKS) {
        const value = nodes.attribute(one, name);
        if (value !== "" && value.length < 60 && !/["\\]/.test(value)) made.push(`[${name}="${value}"]${behind}`);
      }
      for (const name of names.stableOf(nodes.attribute(one, "class")).slice(0, 3)) made.push(`${tag}.${CSS.escape(name)}${behind}`, `.${CSS.escape(name)}${behind}`);
      if (!PLAIN.has(tag)) made.push(`${tag}${behind}`);
      behind = ` > ${tag}${behind}`;
    }
    return made;
  }

  /** @param {Seat} seat @returns {string} its tags and places from its part of the record down */
  function path({ record, part, leaf }) {
    const steps = [];
    for (let one = leaf.element; one !== record[part]; ) {
      const up = nodes.above(one);
      if (!up) return "";
      const tag = nodes.tag(one);
      const same = nodes.children(up).filter((other) => nodes.tag(other) === tag);
      steps.unshift(same.length > 1 ? `${tag}:nth-of-type(${same.indexOf(one) + 1})` : tag);
      one = up;
    }
    return steps.length === 0 ? "" : `:scope > ${steps.join(" > ")}`;
  }

  /** @param {Column} column @param {Seat[]} seats @returns {Place[]} every way to say where this is, in the order they last */
  function ways(column, seats) {
    const middle = seats[seats.length >> 1];
    const next = middle.part > 0 ? { next: middle.part } : {};
    const selectors = [...new Set([middle, seats[0], seats[seats.length - 1]].flatMap(marks))];
    const css = selectors.flatMap((sel) => [{ ...next, sel }, { ...next, sel, own: true }]);
    const labels = [column.slot?.head, column.slot?.label].filter((one) => one !== undefined && one !== "" && one.length < 40).map((label) => ({ ...next, label }));
    const like = column.name ? LIKE[column.name] : undefined;
    const liked = like ? [0, 1, 2].map((nth) => ({ ...next, like, ...(nth > 0 ? { nth } : {}) })) : [];
    const down = path(middle);
    const last = down === "" ? [{ ...next, own: true }] : [{ ...next, sel: down }, { ...next, sel: down, own: true }];
    return /** @type {Place[]} */ ([...css, ...labels, ...liked, ...last]).filter((one) => (one.sel ?? "").length <= 200);
  }

  /** What kind of anchor a place is: one of each is enough. @param {Place} one @returns {string} */
  function kindOf(one) {
    if (one.label !== undefined) return "label";
    if (one.like !== undefined) return "like";
    if (one.sel?.startsWith(":scope")) return "path";
    if (one.sel?.startsWith("[")) return "attribute";
    return one.sel?.includes(".") ? "class" : "tag";
  }

  /** @param {Place} place @param {Seat[]} seats @returns {boolean} each record has that tag once */
  const alone = (place, seats) => seats.every(({ record, part }) => dom.all(record[part], place.sel ?? "*", true).length === 1);

  /** @param {Guess} guess @param {Column} column @param {string} address @returns {Field | null} */
  function field(guess, column, address) {
    const all = seats(guess, column.key);
    if (all.length === 0) return null;
    /** @type {Map<string, {place: Place, right: number}>} */
    const kept = new Map();
    /** @type {{place: Place, right: number} | null} */
    let best = null;
    for (const place of ways(column, all)) {
      const kind = kindOf(place);
      if (kept.has(kind) || (kind === "tag" && !alone(place, all))) continue;
      const { right, wrong } = tried(place, all, address);
      if (right >= AGREES || (right >= RIGHT && wrong === 0)) kept.set(kind, { place, right });
      else if (!best || right > best.right) best = { place, right };
    }
    if (kept.size === 0 && best && best.right > 0.5) kept.set("best", best);
    if (kept.size === 0) return null;
    const sure = (/** @type {string} */ kind) => (kept.get(kind)?.right ?? 0) >= SURE;
    const order = ["attribute", "class", ...(sure("like") ? ["like"] : []), "label", "tag", "like", "path", "best"];
    const kinds = [...new Set(order)].filter((kind) => kept.has(kind));
    // A text that reads as what it is may stand anywhere; a counted place is wrong as soon as something moves.
    const floating = kept.has("like") && (column.name === "pay" || column.name === "title");
    const lasting = kinds.filter((kind) => !(floating && kind === "path"));
    const from = [...lasting.filter(sure), ...lasting.filter((kind) => !sure(kind))].map((kind) => /** @type {{place: Place}} */ (kept.get(kind)).place);
    const as = column.name ? AS[column.name] : undefined;
    return { from: from.slice(0, MOST), ...(as ? { as } : {}) };
  }

  /** @param {Guess} guess @param {string} address @returns {string[]} what each record leads to; "" where that is nothing */
  function leads(guess, address) {
    const title = guess.columns.find((one) => one.name === "title");
    return guess.records.map((record) => {
      const leaf = title && leaves.of(record, guess.unique).find((one) => one.key === title.key);
      const link = detect.linkOf(record, leaf);
      return link ? url.absolute(nodes.attribute(link, "href"), address) : "";
    });
  }

  /** Where the address of a record is. @param {Guess} guess @param {string[]} addresses @param {string} address @returns {Place[]} */
  function linkPlaces(guess, addresses, address) {
    const tries = /** @type {Place[]} */ ([
      { attr: "href" }, { sel: "a[href]", attr: "href" }, { next: 1, sel: "a[href]", attr: "href" }, { sel: ":is(h1,h2,h3,h4,h5,h6) a[href]", attr: "href" },
      { sel: "a[href]", nth: 1, attr: "href" }, { sel: "a[href]", nth: -1, attr: "href" },
    ]);
    const title = guess.columns.find((one) => one.name === "title");
    const seat = title && seats(guess, title.key)[0];
    if (seat?.leaf.link && seat.leaf.link !== seat.record[0]) {
      const own = names.stableOf(nodes.attribute(seat.leaf.link, "class"))[0];
      if (own) tries.unshift({ sel: `a.${CSS.escape(own)}`, attr: "href" });
    }
    const fits = tries.filter((place) => {
      const got = guess.records.map((record) => piecework.place.address({ from: [place] }, { row: record[0], page: null, json: undefined, url: address, captured: {}, shadow: true, lang: "en" }));
      const right = got.filter((one, at) => one !== "" && one === addresses[at]).length;
      return right >= addresses.filter(Boolean).length * AGREES && right > 0;
    });
    return fits.slice(0, 2);
  }

  /** An attribute that tells each record from the others. @param {Guess} guess @returns {Place[]} */
  function idPlaces(guess) {
    const rows = guess.records.map((record) => record[0]);
    const tell = ["data-id", "data-task-id", "data-job-id", "data-key", "data-item-id", "data-hit-id", "data-study-id", "data-campaign-id", "id"];
    const unique = tell.filter((name) => {
      const values = rows.map((row) => nodes.attribute(row, name));
      return values.every((one) => one !== "" && one.length < 80) && new Set(values).size === rows.length;
    });
    return unique.slice(0, 1).map((attr) => ({ attr }));
  }

  /**
   * @param {Guess} guess with its columns named
   * @param {string} address
   * @returns {{fields: Fields, link: string[] | null}}
   */
  function fields(guess, address) {
    /** @type {Fields} */
    const made = {};
    for (const column of guess.columns) {
      if (!column.name || column.name === "url" || column.name === "id") continue;
      const one = field(guess, column, address);
      if (one) made[column.name] = one;
    }
    if (!made.pay && (guess.traits.pay >= 0.5 || (guess.pay ?? 0) >= 0.5) && !made.hourly) made.pay = { from: [{ like: "pay" }], as: "pay" };
    const addresses = leads(guess, address);
    const pattern = detect.links.pattern(addresses.filter(Boolean));
    const places = linkPlaces(guess, addresses, address);
    if (places.length > 0) made.url = { from: places, as: "url" };
    const ids = [...(pattern && places.length > 0 ? [/** @type {Place} */ ({ captured: "id" })] : []), ...idPlaces(guess)];
    if (ids.length > 0) made.id = { from: ids, as: "id" };
    return { fields: made, link: pattern && places.length > 0 ? [pattern] : null };
  }

  piecework.detect.spots = { fields };
})();
