/** Selectors that find exactly a guess's rows, the ones that last longest first: attribute, class, anchored, tag path. */
(() => {
  const { dom, names, nodes } = piecework;

  const MARKS = ["data-testid", "data-test", "data-cy", "data-qa", "itemtype", "role", "data-type", "data-component", "data-role"];
  /** Attributes whose presence, not value, tells a record. */
  const KEYS = ["data-id", "data-key", "data-task-id", "data-job-id", "data-item-id", "data-hit-id", "data-study-id"];
  const MOST = 6;
  const LONGEST = 200;
  const UP = 6;
  const LANDMARKS = new Set(["main", "article", "section", "table"]);

  /** @param {string} name @returns {string} */
  const escaped = (name) => CSS.escape(name);

  /** @param {Element} element @returns {boolean} it lies in an open shadow root */
  function shadowed(element) {
    let up = /** @type {Node | null} */ (element);
    while (up && up.parentNode) up = up.parentNode;
    return up !== null && nodes.type(up) === 11;
  }

  /** @param {Document} page @param {string} selector @param {boolean} shadow @returns {Element[]} none where it is invalid */
  function found(page, selector, shadow) {
    try {
      return dom.all(page, selector, shadow);
    } catch {
      return [];
    }
  }

  /** What all of them share. @param {Element[]} rows @param {(row: Element) => string[]} of @returns {string[]} */
  function common(rows, of) {
    let shared = of(rows[0]);
    for (const row of rows) {
      const own = new Set(of(row));
      shared = shared.filter((one) => own.has(one));
    }
    return shared;
  }

  /** @param {Element[]} rows @param {string} tag @returns {string[]} */
  function byAttribute(rows, tag) {
    const made = [];
    for (const name of MARKS) {
      const value = nodes.attribute(rows[0], name);
      if (value !== "" && value.length < 80 && !/["\\]/.test(value) && rows.every((row) => nodes.attribute(row, name) === value)) made.push(`${tag}[${name}="${value}"]`);
    }
    for (const name of KEYS) if (rows.every((row) => nodes.has(row, name))) made.push(`${tag}[${name}]`);
    return made;
  }

  /** @param {Element[]} rows @param {string} tag @returns {string[]} */
  function byClass(rows, tag) {
    const shared = common(rows, (row) => names.stableOf(nodes.attribute(row, "class")));
    if (shared.length === 0) return tag.includes("-") ? [tag] : [];
    const all = tag + shared.map((one) => `.${escaped(one)}`).join("");
    return [all, ...shared.slice(0, 2).map((one) => `${tag}.${escaped(one)}`)];
  }

  /** What a list's container can be told by. @param {Element} one @returns {string} "" where it can't */
  function anchorOf(one) {
    const [tag, id, mark] = [nodes.tag(one), nodes.attribute(one, "id"), nodes.attribute(one, "data-testid")];
    if (id !== "" && !/\d{3,}/.test(id) && id.length < 60) return `#${escaped(id)}`;
    if (mark !== "" && mark.length < 60 && !/["\\]/.test(mark)) return `[data-testid="${mark}"]`;
    const [name] = names.stableOf(nodes.attribute(one, "class"));
    if (name) return `${tag}.${escaped(name)}`;
    return LANDMARKS.has(tag) ? tag : "";
  }

  /** @param {Element[]} rows @param {string} own how a row itself is told @returns {string[]} */
  function anchored(rows, own) {
    const made = [];
    let path = own;
    for (let up = rows[0].parentElement, step = 0; up && step < UP && nodes.tag(up) !== "body"; up = up.parentElement, step += 1) {
      const anchor = anchorOf(up);
      if (anchor !== "") made.push(`${anchor} > ${path}`);
      path = `${nodes.tag(up)} > ${path}`;
    }
    return made;
  }

  /** @param {Element} row @param {string} own @returns {string} its tags from the body (or its shadow root) down */
  function tagPath(row, own) {
    let path = own;
    for (let up = row.parentElement; up && nodes.tag(up) !== "html"; up = up.parentElement) path = `${nodes.tag(up)} > ${path}`;
    return path;
  }

  /** @param {Element[]} one @param {Set<Element>} rows @returns {boolean} */
  const same = (one, rows) => one.length === rows.size && one.every((row) => rows.has(row));

  /** The part of a link pattern that all its addresses have. @param {string[] | null} link @returns {string} "" where that is too little */
  function fixed(link) {
    const [path, query] = (link?.[0] ?? "").replace(/^\w+:\/\/[^/]*/, "").split("?");
    const own = query ? `${query.split("=")[0]}=` : path.split(/[*{]/)[0];
    return own.length >= 3 && !/["\\]/.test(own) ? own : "";
  }

  /** Rows among heads, separators and advertisements are told by what they hold. @param {string} tag @param {string} path @returns {string[]} */
  function refined(tag, path) {
    const held = path === "" ? [] : [tag === "a" ? `a[href*="${path}"]` : `${tag}:has(a[href*="${path}"])`];
    return [...held, ...(tag === "tr" ? ["tr:has(td)"] : []), ...(tag === "a" ? [] : [`${tag}:has(a[href])`])];
  }

  /**
   * Every selector is run: only those that find these rows and no others are kept, and where there is none, those
   * that find them all and a few more.
   * @param {Document} page
   * @param {Guess} guess
   * @param {string[] | null} link what addresses of its tasks look like
   * @returns {string[]} at most six, best first
   */
  function selectors(page, guess, link) {
    const rows = guess.records.map((record) => record[0]);
    const wanted = new Set(rows);
    const shadow = shadowed(rows[0]);
    const tags = new Set(rows.map(nodes.tag));
    const tag = tags.size === 1 ? nodes.tag(rows[0]) : "*";
    const path = fixed(link);
    const owns = [tag, ...refined(tag, path)];
    const told = [...byAttribute(rows, tag), ...byClass(rows, tag)];
    const both = path === "" || tag === "a" ? [] : told.map((one) => `${one}:has(a[href*="${path}"])`);
    const made = [...told, ...both, ...owns.flatMap((own) => anchored(rows, own)), ...owns.map((own) => tagPath(rows[0], own))];
    const exact = [];
    const loose = [];
    for (const one of new Set(made)) {
      if (one.length > LONGEST || exact.length >= MOST) continue;
      const got = found(page, one, shadow);
      if (same(got, wanted)) exact.push(one);
      else if (got.length < rows.length * 1.2 && rows.every((row) => got.includes(row))) loose.push(one);
    }
    return (exact.length > 0 ? [...exact, ...loose.slice(0, 1)] : loose).slice(0, MOST);
  }

  piecework.detect.rows = { selectors, found, shadowed };
})();
