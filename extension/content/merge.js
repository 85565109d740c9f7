/** Two readers of one list make one look: what the page fetched wins field by field, what it only shows is added. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { row } = piecework;

  const BARRED = new Set(["challenge", "rate_limited", "signed_out"]);

  /**
   * @param {Reading | null} json reading of the last answer the page fetched
   * @param {Reading | null} dom reading of the page as it is now
   * @returns {Reading | null}
   */
  function merge(json, dom) {
    if (!json || !dom) return json ?? dom;
    if (BARRED.has(dom.state)) return dom;
    if (BARRED.has(json.state)) return json;
    if (json.state === "changed_shape") return dom;
    if (dom.rows.length === 0) return json;
    const rows = new Map(dom.rows.map((one) => [row.key(one), one]));
    for (const one of json.rows) rows.set(row.key(one), over(one, rows.get(row.key(one))));
    const unreadable = Math.max(json.unreadable, dom.unreadable);
    return { ...json, state: "watching", cause: "", rows: [...rows.values()], unreadable };
  }

  /** @param {Row} first @param {Row | undefined} second @returns {Row} the first's fields, the second's where it has none */
  function over(first, second) {
    if (!second) return first;
    const told = Object.entries(first).filter(([, value]) => value !== "" && value !== undefined);
    return { ...second, ...Object.fromEntries(told) };
  }

  piecework.merge = merge;
})();
