/** The same place in every record is a column: what share of the records has it, and what its texts are like. */
(() => {
  const { hints, leaves, nodes } = piecework;
  const { cues } = piecework.detect;

  const SAMPLES = 48;
  const RARE = 0.25;
  const LABEL = 28;
  const SHOWN = 3;

  /** @param {Element} row @returns {string[] | null} the words above a table's columns */
  function headers(row) {
    if (nodes.tag(row) !== "tr") return null;
    let table = nodes.above(row);
    while (table && nodes.tag(table) !== "table") table = nodes.above(table);
    if (!table) return null;
    const rows = nodes.children(table).flatMap((one) => (nodes.tag(one) === "tr" ? [one] : nodes.children(one).filter((inner) => nodes.tag(inner) === "tr")));
    const head = rows.find((one) => nodes.children(one).some((cell) => nodes.tag(cell) === "th"));
    if (!head || head === row) return null;
    return nodes.children(head).map((cell) => hints.line(nodes.text(cell, 200)).slice(0, 60));
  }

  /** What attributes say around a text, inside its record. @param {Leaf} leaf @param {Element[]} record @returns {string} */
  function named(leaf, record) {
    let told = "";
    let one = /** @type {Element | null} */ (leaf.element);
    for (let steps = 0; steps < 2 && one && !record.includes(one); steps += 1, one = nodes.above(one)) {
      for (const name of ["class", "data-testid", "itemprop", "aria-label", "id", "data-label", "title"]) told += ` ${nodes.attribute(one, name).slice(0, 120)}`;
    }
    return told.replaceAll(/[-_]/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2");
  }

  /** @param {string} key @returns {Slot} */
  function slot(key) {
    return {
      key, count: 0, texts: new Map(), length: 0, pay: 0, time: 0, number: 0, date: 0, link: 0, heading: 0, place: 0, tight: 0,
      label: "", head: "", attributes: "", behind: "", sample: "", samples: [], coverage: 0, distinct: 0, average: 0, constant: false,
    };
  }

  /** The label of a text: what stands before it, and the head of its column. @param {Leaf[]} record @param {number} at @param {string[] | null} head @returns {{label: string, head: string}} */
  function labelOf(record, at, head) {
    const before = record[at - 1];
    const label = before && before.text.length < LABEL && !/\d/.test(before.text) ? before.text : "";
    const cell = head ? /^0>t[dh][^>]*:(\d+)/.exec(record[at].path) : null;
    return { label, head: (cell && head?.[Number(cell[1])]) ?? "" };
  }

  /** @param {Slot} one @param {Leaf} leaf @param {number} at */
  function count(one, leaf, at) {
    const { text } = leaf;
    one.count += 1;
    one.texts.set(text, (one.texts.get(text) ?? 0) + 1);
    if (one.samples.length < SHOWN && !one.samples.includes(text)) one.samples.push(text);
    one.length += text.length;
    one.place += at;
    if (leaf.link) one.link += 1;
    if (leaf.heading) one.heading += 1;
    if (hints.hasPay(text)) {
      one.pay += 1;
      one.tight += Math.min(1, 14 / text.length);
    }
    if (hints.hasTime(text)) one.time += 1;
    if (hints.isCount(text)) one.number += 1;
    if (hints.hasDate(text)) one.date += 1;
  }

  /** @param {Slot} one @param {Leaf[]} record @param {number} at @param {Element[]} elements @param {string[] | null} head */
  function describe(one, record, at, elements, head) {
    const said = labelOf(record, at, head);
    const next = record[at + 1];
    one.label = said.label;
    one.head = said.head;
    one.behind = next && next.text.length < 20 && !/\d/.test(next.text) ? next.text : "";
    one.attributes = named(record[at], elements);
    one.sample = record[at].text;
  }

  /** Counts become shares. @param {Slot} one @param {number} asked @returns {Slot} */
  function shares(one, asked) {
    const { count: n } = one;
    const average = one.length / n;
    const { size } = one.texts;
    const same = (size === 1 && n > 2) || (size <= 2 && n >= 8 && average < 20);
    return {
      ...one, coverage: n / asked, distinct: size / n, average, constant: same, place: one.place / n, tight: one.tight / Math.max(1, one.pay),
      pay: one.pay / n, time: one.time / n, number: one.number / n, date: one.date / n, link: one.link / n, heading: one.heading / n,
    };
  }

  /** Ends of paths that no record has twice. @param {Leaf[][]} records @returns {Set<string>} */
  function uniqueOf(records) {
    /** @type {Map<string, number>} */
    const most = new Map();
    for (const record of records) {
      /** @type {Map<string, number>} */
      const own = new Map();
      for (const { near } of record) own.set(near, (own.get(near) ?? 0) + 1);
      for (const [near, count] of own) most.set(near, Math.max(count, most.get(near) ?? 0));
    }
    return new Set([...most].filter(([near, count]) => near !== "" && count === 1).map(([near]) => near));
  }

  /**
   * @param {Element[][]} records
   * @returns {{slots: Slot[], asked: number, unique: Set<string>}} by where they stand
   */
  function of(records) {
    /** @type {Map<string, Slot>} */
    const found = new Map();
    const step = Math.max(1, Math.floor(records.length / SAMPLES));
    const head = headers(records[records.length >> 1][0]);
    const taken = records.filter((_, at) => at % step === 0).map((record) => ({ record, own: leaves.of(record) }));
    const unique = uniqueOf(taken.map(({ own }) => own));
    const asked = taken.length;
    for (const { record, own } of taken) {
      for (const leaf of own) if (unique.has(leaf.near)) leaf.key = `~${leaf.near}`;
      for (const [at, leaf] of own.entries()) {
        let one = found.get(leaf.key);
        if (!one) found.set(leaf.key, (one = slot(leaf.key)));
        count(one, leaf, at);
        if (one.count < 4) describe(one, own, at, record, head);
      }
    }
    const least = Math.max(1, asked * RARE);
    const often = [...found.values()].filter((one) => one.count >= least).map((one) => shares(one, asked));
    return { slots: often.sort((a, b) => a.place - b.place), asked, unique };
  }

  /** The kind of a column's texts. @param {Slot} one @returns {ColumnKind} */
  function kindOf(one) {
    if (one.pay > 0.5) return "pay";
    if (one.date > 0.5 && !cues.minutes.test(one.label)) return "date";
    if (one.time > 0.5) return "time";
    if (one.number > 0.6) return "count";
    return one.link > 0.5 ? "link" : "text";
  }

  piecework.detect.columns = { of, kindOf, headers };
})();
