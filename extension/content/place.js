/**
 * Finds what a definition's "place" and "field" mean in a row of a page or of an answer. Pure: the nodes, the JSON
 * and the address are handed in.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, clean } = piecework;

  const PAGE = ":page ";
  const LIMITS = { title: 300, url: 2000 };
  const LIMIT = 200;

  const MOST_ADDED = 10_000;
  const PLAIN = /^-?[0-9]{1,15}(\.[0-9]{1,9})?$/;

  /**
   * Plain decimal numbers added up exactly.
   * @param {unknown[]} values
   * @returns {string | undefined} undefined where there are none, or where one of them is no plain number
   */
  function sum(values) {
    const texts = values.map(String);
    if (texts.length === 0 || texts.length > MOST_ADDED || !texts.every((text) => PLAIN.test(text))) return undefined;
    const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
    const whole = texts.map((text) => {
      const [units, part = ""] = text.split(".");
      return BigInt(units + part.padEnd(decimals, "0"));
    });
    const total = whole.reduce((all, one) => all + one, 0n);
    const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
    const at = digits.length - decimals;
    return `${total < 0n ? "-" : ""}${digits.slice(0, at)}${decimals > 0 ? `.${digits.slice(at)}` : ""}`;
  }

  /**
   * The value at a dotted path, numbers index arrays, "$" is the value itself, `*` adds up what every item holds.
   * @param {unknown} json
   * @param {string} path
   * @returns {unknown} undefined where there is nothing
   */
  function at(json, path) {
    let value = /** @type {any} */ (json);
    if (path === "$") return value;
    const star = path.indexOf("*");
    if (star >= 0) {
      const items = at(json, path.slice(0, star).replace(/\.$/, "") || "$");
      const rest = path.slice(star + 1).replace(/^\./, "") || "$";
      return Array.isArray(items) ? sum(items.map((item) => at(item, rest)).filter((one) => one !== undefined && one !== null)) : undefined;
    }
    for (const name of path.split(".")) {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  }

  /** @param {Place} place @param {Source} source @returns {Element | null} */
  function element(place, source) {
    if (place.sel === undefined) return source.row && piecework.near.beside(source.row, place.next);
    const paged = place.sel.startsWith(PAGE);
    const base = paged ? source.page : source.row ? piecework.near.beside(source.row, place.next) : source.page;
    if (!base) return null;
    const selector = paged ? place.sel.slice(PAGE.length) : place.sel;
    const { has, nth } = place;
    if (has === undefined && nth === undefined) return dom.one(base, selector, source.shadow);
    const found = dom.all(base, selector, source.shadow);
    const kept = has === undefined ? found : found.filter((one) => dom.text(one).includes(has));
    return kept.at(nth ?? 0) ?? null;
  }

  /** @param {Place} place @param {Source} source @returns {unknown} */
  function found(place, source) {
    if (place.url) return source.url;
    if (place.captured !== undefined) return source.captured[place.captured];
    if (place.path !== undefined) return at(source.json, place.path);
    if (place.label !== undefined || place.like !== undefined) return source.row ? piecework.near.inRow(place, source.row) : undefined;
    const onlyConst = place.sel === undefined && place.attr === undefined && !place.own;
    if (onlyConst && place.const !== undefined) return place.const;
    const where = element(place, source);
    if (!where) return undefined;
    if (place.attr !== undefined) return dom.attribute(where, place.attr);
    return place.own ? dom.ownText(where) : dom.text(where);
  }

  /** @param {string} text @param {Place} place @param {Source} source @returns {string} */
  function cut(text, place, source) {
    let rest = text;
    if (place.query !== undefined || place.segment !== undefined) {
      const url = piecework.url.parsed(rest.trim().slice(0, 8000), source.url);
      if (!url) return "";
      if (place.query !== undefined) rest = url.searchParams.get(place.query) ?? "";
      else rest = url.pathname.split("/").filter(Boolean).at(/** @type {number} */ (place.segment)) ?? "";
    }
    if (place.after !== undefined) {
      const start = rest.indexOf(place.after);
      if (start < 0) return "";
      rest = rest.slice(start + place.after.length);
    }
    if (place.before !== undefined) {
      const end = rest.indexOf(place.before);
      if (end < 0) return "";
      rest = rest.slice(0, end);
    }
    return rest;
  }

  /**
   * What stands at a place, as text; "" where there is nothing. A place with `const` beside another locator says
   * the constant where that locator finds something.
   * @param {Place} place
   * @param {Source} source
   * @returns {string}
   */
  function value(place, source) {
    if (place.join) {
      const pieces = place.join.map((one) => clean(value(one, source), LIMIT));
      return pieces.every((piece) => piece !== "") ? pieces.join(" ") : "";
    }
    const whole = found(place, source);
    if (whole === undefined || whole === null || typeof whole === "object") return "";
    const text = cut(typeof whole === "string" ? whole : String(whole), place, source);
    return place.const !== undefined && text.trim() !== "" ? place.const : text;
  }

  /**
   * The text of the first place that holds some, fit to be kept; "" where none does or no field is defined.
   * @param {Field | undefined} field
   * @param {Source} source
   * @param {FieldName} [name] titles may have 300 characters, addresses 2,000, everything else 200
   * @returns {string}
   */
  function text(field, source, name) {
    const most = name === "title" || name === "url" ? LIMITS[name] : LIMIT;
    for (const place of field?.from ?? []) {
      const got = clean(value(place, source), most);
      if (got !== "") return got;
    }
    return "";
  }

  /** Absolute web address, or "". @param {Field | undefined} field @param {Source} source @returns {string} */
  function address(field, source) {
    for (const place of field?.from ?? []) {
      const got = value(place, source).trim();
      const url = got === "" || got === "#" ? "" : piecework.url.absolute(got, source.url);
      if (url !== "" && url.length <= LIMITS.url) return url.toWellFormed();
    }
    return "";
  }

  const UNITS = { minutes: "min", seconds: "s" };

  /**
   * A time as text with its unit: a bare number gets the one its parser names.
   * @param {Field | undefined} field
   * @param {Source} source
   * @returns {string}
   */
  function time(field, source) {
    const got = text(field, source);
    const unit = field?.as === "minutes" || field?.as === "seconds" ? UNITS[field.as] : "";
    return unit !== "" && /^[0-9]+(\.[0-9]+)?$/.test(got) ? `${got} ${unit}` : got;
  }

  piecework.place = { at, value, text, address, time };
})();
