/** From everything that may be a list to the few best guesses. */
(() => {
  const { groups, links, nested, score, adopt } = piecework.detect;

  const KEPT = 40;
  const OFFERED = 5;
  const WORTH_READING = 2;
  const CHECKED = 60;

  /** @param {Group[]} found @returns {Group[]} one of those that are the same elements */
  function different(found) {
    const known = new Set();
    return found.filter(({ records }) => {
      const key = `${records.length}:${records[0].length}:${records[0][0].order}:${records[records.length - 1][0].order}:${records[records.length >> 1][0].order}`;
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
  }

  const A_STEP = 2_000;

  /** @param {Group[]} found @param {number} total @returns {Pass<Ranked[]>} those worth reading, roughly best first */
  function* roughly(found, total) {
    const ranked = [];
    let records = 0;
    for (const group of found) {
      records += group.records.length;
      if (records > A_STEP) {
        records = 0;
        yield;
      }
      const known = score.traits(group, total);
      ranked.push({ group, traits: known, score: score.score(group, known), rough: 0 });
    }
    const worth = ranked.filter((one) => one.score > WORTH_READING).sort((a, b) => b.score - a.score);
    return worth.slice(0, KEPT);
  }

  /** @param {Noted} outer @param {Noted} inner @returns {boolean} */
  function within(outer, inner) {
    for (let up = /** @type {Noted | null} */ (inner); up && up.depth >= outer.depth; up = up.up) if (up === outer) return true;
    return false;
  }

  /** @param {Ranked} one @param {Ranked} other @returns {boolean} the same records, one box further out or in */
  function same(one, other) {
    const [a, b] = [one.group.records, other.group.records];
    if (a.length !== b.length) return false;
    return within(a[0][0], b[0][0]) || within(b[0][0], a[0][0]);
  }

  /** @param {Ranked[]} ranked best first @returns {Ranked[]} */
  function offered(ranked) {
    /** @type {Ranked[]} */
    const kept = [];
    for (const one of ranked) {
      if (kept.length >= OFFERED) break;
      if (!kept.some((before) => same(before, one))) kept.push(one);
    }
    return kept;
  }

  /** @param {Ranked} one @param {Tree} seen @returns {Guess} */
  function guess(one, seen) {
    const group = adopt.siblings(one.group);
    return {
      from: "page", records: group.records.map((record) => record.map(({ element }) => element)), score: one.score,
      likeness: 0, why: [], columns: [], unique: new Set(), stride: group.stride, traits: one.traits, group, seen,
    };
  }

  /**
   * @param {Tree} seen
   * @returns {Pass<Ranked[]>} every list worth a thought, best first
   */
  function* all(seen) {
    const found = [...(yield* groups.candidates(seen)), ...(yield* links.candidates(seen))];
    const total = seen.top.text;
    yield;
    const ranked = yield* roughly(different(found), total);
    for (const [at, one] of ranked.entries()) {
      if (at % 8 === 7 || one.traits.n > 500) yield;
      score.deepen(one.group, one.traits);
      one.score = score.score(one.group, one.traits) + score.byWords(one.group);
    }
    const good = ranked.filter((one) => one.score > 0).sort((a, b) => b.score - a.score);
    yield* nested.settle(good);
    yield* nested.whole(good.sort((a, b) => b.score - a.score));
    return good.sort((a, b) => b.score - a.score).slice(0, CHECKED);
  }

  /** @param {Tree} seen @returns {Pass<Guess[]>} at most five, best first */
  function* guesses(seen) {
    const ranked = yield* all(seen);
    const made = [];
    for (const one of offered(ranked)) {
      yield;
      made.push(guess(one, seen));
    }
    return made;
  }

  piecework.detect.rank = { all, guesses, guess, within };
})();
