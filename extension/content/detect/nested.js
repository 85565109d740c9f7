/** Which of two lists inside each other is the one: cards and not their rows, rows and not their cells. */
(() => {
  const { adopt, groups } = piecework.detect;

  const DEEP = 4;
  const ASKED = 20;
  const CARDS = 2.2;
  const WHOLE = 1;
  const LARGE = 500;

  /** @param {Noted} one @param {Set<Noted>} outer @returns {Noted | null} the outer record around it */
  function around(one, outer) {
    let up = one.up;
    for (let steps = 0; steps < DEEP && up; steps += 1, up = up.up) if (outer.has(up)) return up;
    return null;
  }

  /**
   * How the inner records lie in the outer ones: how alike neighbours in one outer record are, and how alike the first
   * ones of two. Cells of a row are like the cell above them, cards are like the card beside them.
   * @param {Ranked} inner
   * @param {Set<Noted>} outer
   */
  function laid(inner, outer) {
    /** @type {Map<Noted, {count: number, last: Noted}>} */
    const per = new Map();
    const sums = { inside: 0, beside: 0, besides: 0, above: 0, aboves: 0 };
    let first = /** @type {Noted | null} */ (null);
    for (const [one] of inner.group.records) {
      const up = around(one, outer);
      if (!up) continue;
      sums.inside += 1;
      const before = per.get(up);
      if (!before) {
        if (first && sums.aboves < ASKED) {
          sums.aboves += 1;
          sums.above += groups.alike(first, one);
        }
        first = one;
        per.set(up, { count: 1, last: one });
        continue;
      }
      if (sums.besides < ASKED) {
        sums.besides += 1;
        sums.beside += groups.alike(before.last, one);
      }
      before.count += 1;
      before.last = one;
    }
    const counts = new Set([...per.values()].map((one) => one.count));
    return { ...sums, outer: per.size, varies: counts.size > 1 };
  }

  /** @param {number} whole @param {number} part @returns {boolean} every outer record has it, not every inner one */
  const uneven = (whole, part) => whole > 0.85 && part > 0.2 && part < 0.75;

  /** @param {Ranked} outer @param {Ranked} inner @param {ReturnType<typeof laid>} lie @returns {boolean} the inner ones are cells of the outer */
  function cells(outer, inner, lie) {
    const [a, b] = [outer.traits, inner.traits];
    if (uneven(a.pay, b.pay) || uneven(a.time, b.time)) return true;
    const beside = lie.besides ? lie.beside / lie.besides : 1;
    if (lie.besides && lie.aboves && lie.above / lie.aboves > beside + 0.12) return true;
    return (lie.besides > 0 && beside < 0.5) || b.leaves < 2.6 || b.links < 0.7 || b.alike < 0.55;
  }

  /** @param {Ranked} few @param {Ranked} more @returns {boolean} all of the few are among the more, which are built as alike */
  function part(few, more) {
    if (more.traits.n <= few.traits.n || more.traits.n > few.traits.n * 2 || more.traits.alike < 0.6) return false;
    if (few.group.stride !== more.group.stride) return false;
    const own = new Set(more.group.records.map((record) => record[0]));
    if (!few.group.records.every((record) => own.delete(record[0]))) return false;
    const middle = few.group.records[few.traits.n >> 1][0];
    const near = (/** @type {Noted} */ one) => Math.abs(Math.log2((one.text + 1) / (middle.text + 1))) < 1.5;
    const kind = adopt.common(few.group.records);
    const parents = new Set(few.group.records.map((record) => record[0].up));
    const akin = (/** @type {Noted} */ one) => (kind === null ? parents.has(one.up) : adopt.kindsIn(one).has(kind));
    return [...own].every((one) => near(one) && akin(one) && groups.alike(one, middle) >= 0.5);
  }

  /** Two variants of one row are one list. @param {Ranked[]} ranked @returns {Pass<void>} */
  function* whole(ranked) {
    for (const few of ranked.slice(0, 6)) {
      yield;
      for (const more of ranked) {
        if (more.traits.n > LARGE) yield;
        if (more === few || more.score < few.score - WHOLE || more.score >= few.score) continue;
        if (part(few, more)) more.score = few.score + 0.01;
      }
    }
  }

  /** Takes score from rows of cards, and from cells of rows. @param {Ranked[]} ranked best first @returns {Pass<void>} */
  function* settle(ranked) {
    for (const outer of ranked.slice(0, 10)) {
      yield;
      const own = new Set(outer.group.records.map((record) => record[0]));
      for (const inner of ranked) {
        if (inner === outer || inner.traits.n < outer.traits.n * 1.5 || inner.score < outer.score - 1.8) continue;
        if (inner.traits.n > LARGE) yield;
        const { records } = inner.group;
        if (!around(records[records.length >> 1][0], own)) continue;
        const lie = laid(inner, own);
        if (lie.inside < inner.traits.n * 0.9 || lie.outer < outer.traits.n * 0.7) continue;
        const parts = cells(outer, inner, lie);
        if (!parts && inner.traits.text > outer.traits.text * 0.75) outer.score -= CARDS;
        else if (parts && !lie.varies) inner.score -= 1;
      }
    }
  }

  piecework.detect.nested = { settle, whole };
})();
