/** A person's corrections: this one, larger, smaller, and that one too; this column is the pay. */
(() => {
  const { detect, dom, leaves, nodes } = piecework;

  const OFFERED = 3;
  const ROOMY = 0.04;

  /** @param {Noted} top @param {Element} element @returns {Noted | null} the note of an element, or of what is around it */
  function noteOf(top, element) {
    /** @type {Element[]} */
    const way = [];
    for (let up = /** @type {Element | null} */ (element); up && up !== top.element; up = nodes.above(up)) way.unshift(up);
    let one = top;
    for (const step of way) {
      const inner = one.inside.find((child) => child.element === step);
      if (!inner) break;
      one = inner;
    }
    return one === top && way.length > 0 ? null : one;
  }

  /** @param {Noted[]} record @param {Noted} inner @returns {boolean} */
  const within = (record, inner) => record.some((one) => detect.rank.within(one, inner));

  /** Records in which a click lies, where the person meant one record and not half the page. @param {Ranked} one @param {Noted} clicked @param {number} total */
  function meant(one, clicked, total) {
    const record = one.group.records.find((own) => within(own, clicked));
    if (!record) return false;
    const text = record.reduce((sum, part) => sum + part.text, 0);
    return one.traits.n >= 2 && (text <= total * 0.5 || one.traits.n <= 3);
  }

  /**
   * A click on a title says: this is where a record is told from the others. So a list whose records each lead
   * somewhere else counts for more, and one whose click lies in a corner of a large block for less.
   * @param {Ranked} one
   * @param {number} total
   * @returns {number}
   */
  const worth = (one, total) => one.score - (one.traits.average / Math.max(1, total) > ROOMY * 8 ? 1 : 0);

  /** @param {Document} page @param {Found | undefined} found @returns {Pass<Tree>} the walk made before, where the page is still that page */
  function* walked(page, found) {
    const before = found?.guesses[0]?.seen;
    const body = /** @type {Element} */ (dom.one(page, "body"));
    return before && before.top.element === body ? before : yield* detect.tree.scan(body);
  }

  /** @param {Ranked[]} ranked @param {Tree} seen @returns {Guess[]} the best that are not the same records */
  function offered(ranked, seen) {
    /** @type {Guess[]} */
    const made = [];
    for (const one of ranked) {
      if (made.length >= OFFERED) break;
      const guess = detect.rank.guess(one, seen);
      const known = made.some((other) => other.records.length === guess.records.length && within(other.group.records[0], guess.group.records[0][0]));
      if (!known) made.push(guess);
    }
    return made;
  }

  /**
   * One click on a record.
   * @param {Document} page
   * @param {Element} element
   * @param {Found} [found] what was found before, to save the walk
   * @returns {Pass<Guess[]>}
   */
  function* containing(page, element, found) {
    const seen = yield* walked(page, found);
    const clicked = noteOf(seen.top, element);
    if (!clicked) return [];
    const ranked = (yield* detect.rank.all(seen)).filter((one) => meant(one, clicked, seen.top.text));
    ranked.sort((a, b) => worth(b, seen.top.text) - worth(a, seen.top.text));
    return offered(ranked, seen);
  }

  /** @param {Noted} one @param {Noted} top @returns {Noted[]} from the element up to below the top */
  function way(one, top) {
    const found = [];
    for (let up = /** @type {Noted | null} */ (one); up && up !== top; up = up.up) found.push(up);
    return found;
  }

  /** Elements of the kind two clicks lie in, right below what is around both. @param {Noted} first @param {Noted} second @param {Tree} seen @returns {Group | null} */
  function between(first, second, seen) {
    const [a, b] = [way(first, seen.top), way(second, seen.top)];
    const shared = a.find((one) => b.includes(one));
    const [x, y] = [a[shared ? a.indexOf(shared) - 1 : a.length - 1], b[shared ? b.indexOf(shared) - 1 : b.length - 1]];
    const parent = shared ?? seen.top;
    if (!x || !y || x === y) return null;
    const like = parent.inside.filter((one) => one === x || one === y || (one.tag === x.tag && one.text > 0 && detect.groups.alike(one, x) > 0.4));
    return { records: like.map((one) => [one]), parent, stride: 1 };
  }

  /**
   * Two clicks on two different records: what holds one of them each.
   * @param {Document} page
   * @param {Element} first
   * @param {Element} second
   * @param {Found} [found]
   * @returns {Pass<Guess[]>}
   */
  function* both(page, first, second, found) {
    const seen = yield* walked(page, found);
    const [a, b] = [noteOf(seen.top, first), noteOf(seen.top, second)];
    if (!a || !b) return [];
    const apart = (/** @type {Ranked} */ { group }) => {
      const of = (/** @type {Noted} */ one) => group.records.findIndex((record) => within(record, one));
      return of(a) >= 0 && of(b) >= 0 && of(a) !== of(b);
    };
    const ranked = (yield* detect.rank.all(seen)).filter(apart);
    const made = between(a, b, seen);
    if (made) {
      const traits = detect.score.traits(made, seen.top.text);
      detect.score.deepen(made, traits);
      ranked.push({ group: made, traits, score: detect.score.score(made, traits) + 1, rough: 0 });
    }
    ranked.sort((x, y) => y.score - x.score);
    return offered(ranked, seen);
  }

  /** @param {Guess} guess @param {Noted[][]} records @returns {Guess} the same with other boxes */
  function changed(guess, records) {
    const group = { ...guess.group, records, stride: 1 };
    const traits = detect.score.traits(group, guess.seen.top.text);
    detect.score.deepen(group, traits);
    const elements = records.map((record) => record.map(({ element }) => element));
    return { ...guess, records: elements, group, traits, stride: 1, columns: [], unique: new Set(), score: detect.score.score(group, traits) };
  }

  /** @param {Guess} guess @param {Document} _page @returns {Guess | null} each box one step out; null where two would meet */
  function larger(guess, _page) {
    const ups = guess.group.records.map((record) => record[0].up);
    if (ups.some((one) => one === null || one === guess.seen.top)) return null;
    const wide = /** @type {Noted[]} */ ([...new Set(ups)]);
    return wide.length < 2 ? null : changed(guess, wide.map((one) => [one]));
  }

  /** @param {Guess} guess @param {Document} _page @returns {Guess | null} each box one step in, where most of the text is */
  function smaller(guess, _page) {
    const inner = guess.group.records.map((record) => {
      const most = record[0].inside.reduce((best, one) => (one.text > (best?.text ?? 0) ? one : best), /** @type {Noted | null} */ (null));
      return most && most.text > 0 ? [most] : null;
    });
    const kept = inner.filter((one) => one !== null);
    return kept.length < guess.records.length * 0.8 || kept.length === 0 ? null : changed(guess, kept);
  }

  /** The person names a column. @param {Guess} guess @param {string} key @param {FieldName | null} name @returns {Guess} */
  function named(guess, key, name) {
    const columns = detect.columnsOf(guess).map((one) => {
      if (one.key === key) return { ...one, name };
      return name !== null && one.name === name ? { ...one, name: null } : one;
    });
    return { ...guess, columns };
  }

  /** @param {Guess} guess @param {Element} element @returns {string | null} the key of the column it lies in */
  function columnOf(guess, element) {
    const shown = new Set(detect.columnsOf(guess).map(({ key }) => key));
    for (const record of guess.records) {
      if (!record.some((one) => one === element || dom.contains(one, element))) continue;
      const own = leaves.of(record, guess.unique).filter(({ key }) => shown.has(key));
      const exact = own.find((leaf) => leaf.element === element || dom.contains(leaf.element, element));
      return (exact ?? own.find((leaf) => dom.contains(element, leaf.element)))?.key ?? null;
    }
    return null;
  }

  Object.assign(detect, { containing, both, larger, smaller, named, columnOf });
})();
