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

  /**
   * The value at a dotted path, numbers index arrays, "$" is the value itself.
   * @param {unknown} json
   * @param {string} path
   * @returns {unknown} undefined where there is nothing
   */
  function at(json, path) {
    let value = /** @type {any} */ (json);
    if (path === "$") return value;
    for (const name of path.split(".")) {
      if (value === null || typeof value !== "object" || !Object.hasOwn(value, name)) return undefined;
      value = value[name];
    }
    return value;
  }

  /** @param {Place} place @param {Source} source @returns {Element | null} */
  function element(place, source) {
    if (place.sel === undefined) return source.row;
    const paged = place.sel.startsWith(PAGE);
    const base = paged ? source.page : (source.row ?? source.page);
    if (!base) return null;
    const selector = paged ? place.sel.slice(PAGE.length) : place.sel;
    if (place.nth === undefined) return dom.one(base, selector, source.shadow);
    return dom.all(base, selector, source.shadow).at(place.nth) ?? null;
  }

  /** @param {Place} place @param {Source} source @returns {unknown} */
  function found(place, source) {
    if (place.url) return source.url;
    if (place.captured !== undefined) return source.captured[place.captured];
    if (place.path !== undefined) return at(source.json, place.path);
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
