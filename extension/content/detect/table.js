/** A guess as a table: columns with names, rows with texts and the elements they stand in. */
(() => {
  const { leaves, nodes } = piecework;
  const { columns, naming } = piecework.detect;

  const MOST_ROWS = 10_000;

  /** @param {Guess} guess @returns {Column[]} those it has, or the best naming */
  function columnsOf(guess) {
    if (guess.columns.length > 0) return guess.columns;
    const { slots, asked, unique } = columns.of(guess.records);
    guess.unique = unique;
    const names = naming.names(slots, asked);
    guess.columns = slots.map((slot) => ({
      key: slot.key, name: names.get(slot.key) ?? null, head: naming.headOf(slot), samples: slot.samples, kind: columns.kindOf(slot), slot,
    }));
    return guess.columns;
  }

  /** @param {Element} element @returns {Element | null} the first link at or below it */
  function linkIn(element) {
    const todo = [element];
    for (let one = todo.pop(); one; one = todo.pop()) {
      if (nodes.tag(one) === "a" && nodes.has(one, "href")) return one;
      todo.push(...nodes.children(one).reverse());
    }
    return null;
  }

  /**
   * The link a record leads by: that of its title, else its first, else the one it lies in.
   * @param {Element[]} record
   * @param {Leaf | undefined} title
   * @returns {Element | null}
   */
  function linkOf(record, title) {
    if (title?.link) return title.link;
    for (const one of record) {
      const found = linkIn(one);
      if (found) return found;
    }
    for (let up = nodes.above(record[0]); up; up = nodes.above(up)) {
      if (nodes.tag(up) === "a" && nodes.has(up, "href")) return up;
    }
    return null;
  }

  /** @param {Guess} guess @param {Column[]} shown @param {Element[]} record @returns {Cell[]} */
  function row(guess, shown, record) {
    const found = new Map(leaves.of(record, guess.unique).map((leaf) => [leaf.key, leaf]));
    return shown.map(({ key }) => {
      const leaf = found.get(key);
      return { text: leaf?.text ?? "", element: leaf?.element ?? null };
    });
  }

  /** @param {Guess} guess @returns {Table} */
  function table(guess) {
    const shown = columnsOf(guess);
    return { columns: shown, rows: guess.records.slice(0, MOST_ROWS).map((record) => row(guess, shown, record)) };
  }

  Object.assign(piecework.detect, { table, columnsOf, linkOf });
})();
