/** Values of a row found by what stands beside them or by what they read like, wherever in the row they have moved. */
(() => {
  const { hints, leaves, nodes } = piecework;

  const LONGEST_LABEL = 60;
  const SIBLINGS = 4;

  /** The row taken apart last: its fields are read one after the other. */
  let last = { row: /** @type {Element | null} */ (null), leaves: /** @type {Leaf[]} */ ([]) };

  /** A new look begins: what rows said before is forgotten. */
  function fresh() {
    last = { row: null, leaves: [] };
  }

  /** @param {Element} row @returns {Leaf[]} */
  function of(row) {
    if (last.row !== row) last = { row, leaves: leaves.of([row]) };
    return last.leaves;
  }

  /** @param {Element} row @param {number | undefined} next @returns {Element | null} the row itself, or its n-th next sibling */
  function beside(row, next) {
    let one = /** @type {Element | null} */ (row);
    for (let step = 0; step < Math.min(next ?? 0, SIBLINGS) && one; step += 1) one = nodes.sibling(one);
    return one;
  }

  /** @param {string} text @returns {string} as labels are compared */
  const label = (text) => text.slice(0, LONGEST_LABEL).replace(/[\s:：]+$/, "").toLowerCase();

  /** The column of a table whose head reads like that. @param {Element} row @param {string} wanted @returns {number} */
  function column(row, wanted) {
    let table = nodes.above(row);
    while (table && nodes.tag(table) !== "table") table = nodes.above(table);
    if (!table) return -1;
    for (const part of nodes.children(table)) {
      const rows = nodes.tag(part) === "tr" ? [part] : nodes.children(part).slice(0, 3);
      for (const one of rows) {
        const cells = nodes.children(one);
        if (!cells.some((cell) => nodes.tag(cell) === "th")) continue;
        const at = cells.findIndex((cell) => label(hints.line(nodes.text(cell, 200))) === wanted);
        if (at >= 0) return at;
      }
    }
    return -1;
  }

  /** @param {Element} row @param {string} given @returns {string} what stands behind that label, or under that column's head */
  function labelled(row, given) {
    const wanted = label(given);
    if (nodes.tag(row) === "tr") {
      const cell = nodes.children(row)[column(row, wanted)];
      if (cell) return hints.line(nodes.text(cell, 2_000));
    }
    const found = of(row);
    for (const [at, leaf] of found.entries()) {
      const own = leaf.text.toLowerCase();
      if (label(leaf.text) === wanted) return found[at + 1]?.text ?? "";
      if (own.startsWith(`${wanted}:`)) return leaf.text.slice(wanted.length + 1).trim();
    }
    return "";
  }

  /** @param {Element} row @returns {string} its first heading, else its longest link, else its longest text */
  function heading(row) {
    const found = of(row);
    const head = found.find((leaf) => leaf.heading && leaf.text.length > 3);
    if (head) return head.text;
    const figures = (/** @type {Leaf} */ { text }) => hints.hasPay(text) && text.length < 32;
    const longest = (/** @type {Leaf[]} */ some) => some.filter((one) => !figures(one)).reduce((best, { text }) => (text.length > best.length ? text : best), "");
    const linked = found.filter(({ link }) => link);
    return longest(linked.length < found.length ? linked : []) || longest(found);
  }

  const LIKE = {
    pay: (/** @type {string} */ text) => hints.hasPay(text),
    time: (/** @type {string} */ text) => hints.hasTime(text) && !hints.AGO.test(text) && !hints.hasPay(text),
    count: (/** @type {string} */ text) => hints.isCount(text) && !hints.hasPay(text) && !hints.hasTime(text),
  };

  /**
   * @param {Place} place with `label` or `like`
   * @param {Element} row
   * @returns {string} "" where there is none
   */
  function inRow(place, row) {
    const base = beside(row, place.next);
    if (!base) return "";
    if (place.label !== undefined) return labelled(base, place.label);
    if (place.like === "heading") return heading(base);
    const fits = LIKE[/** @type {"pay" | "time" | "count"} */ (place.like)];
    if (!fits) return "";
    return of(base).filter(({ text }) => fits(text)).at(place.nth ?? 0)?.text ?? "";
  }

  piecework.near = { inRow, beside, fresh, of };
})();
