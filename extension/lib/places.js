/** Reading how many places a task has: "640 places", "2980/3000", "1.442,6k HITs". Mirrors the agent's money/places.py. */
(() => {
  const { piecework } = globalThis;
  const { words, text, currency, bounds } = piecework.parser;

  const OF = words("of_words");
  const STILL_FREE = words("still_free");
  const GONE = words("gone");
  const FULL_TEXTS = words("full_texts");
  const NOT_PLACES = words("not_places");
  const MULTIPLES = new Map([["k", 1_000n], ["m", 1_000_000n]]);
  const MAY_FOLLOW = new Set("/+).,:•-");
  /** Words that may stand in "5 places left of 20" before the "of". */
  const BETWEEN_WORDS = 2;

  /**
   * @param {number | null} [left] @param {number | null} [taken] @param {number | null} [total]
   * @returns {PlacesReading}
   */
  const places = (left = null, taken = null, total = null) => ({ left, taken, total });

  piecework.parsePlaces = (given) => {
    const raw = text.clean(given);
    const tokens = text.isDisguised(raw) ? [] : text.tokenise(text.fold(raw), "");
    const only = text.wordsOnly(tokens);
    if (only !== null) return FULL_TEXTS.has(only) ? places(0) : places();
    let first = null;
    for (let at = 0; at < tokens.length && first === null; at += 1) first = countAt(tokens, at);
    if (first === null) return places();
    const said = tokens.filter((token) => token.kind === "w").map((token) => token.text);
    const [free, gone] = [said.some((word) => STILL_FREE.has(word)), said.some((word) => GONE.has(word))];
    const behind = ofAt(tokens, first.end);
    if (behind === null) return gone && !free ? places(null, first.value) : places(first.value);
    const total = countAt(tokens, behind);
    if (total === null || ofAt(tokens, total.end) !== null) return places();
    return ofTotal(first.value, total.value, free && !gone);
  };

  /**
   * @param {number} value @param {number} total @param {boolean} left
   * @returns {PlacesReading} an overfull task has none left
   */
  function ofTotal(value, total, left) {
    if (left) return value <= total ? places(value, total - value, total) : places();
    return places(Math.max(0, total - value), value, total);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {number | null} where the total of "a/b" or "a of b" stands
   */
  function ofAt(tokens, at) {
    for (let here = at; here <= at + BETWEEN_WORDS; here += 1) {
      if (here + 1 >= tokens.length || tokens[here].kind === "n") return null;
      if (OF.has(tokens[here].text) || (tokens[here].text === "/" && here === at)) {
        const total = here + (tokens[here].text === "out" && tokens[here + 1].text === "of" ? 2 : 1);
        return text.isNumber(tokens[total]) ? total : null;
      }
      if (tokens[here].kind !== "w") return null;
    }
    return null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {{value: number, end: number} | null} null for money, %, times, negatives
   */
  function countAt(tokens, at) {
    if (tokens[at].kind !== "n" || bounds.isMinus(tokens, at)) return null;
    const before = tokens[at - 1];
    if (before && (currency.SIGNS.has(before.text) || (before.kind === "w" && !tokens[at].gap))) return null;
    const follower = tokens[at + 1];
    let [end, unit] = [at + 1, 1n];
    if (follower?.kind === "w" && !follower.gap) {
      const multiple = MULTIPLES.get(follower.text);
      if (multiple === undefined || (follower.text === "m" && !follower.upper)) return null;
      [end, unit] = [at + 2, multiple];
    }
    const number = text.readNumber(tokens[at].text, "");
    const value = number && text.toUnits(number, unit);
    return value === null || isSomethingElse(tokens, at, end) ? null : { value: Number(value), end };
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {number} end
   * @returns {boolean} part of a clock, or of another unit
   */
  function isSomethingElse(tokens, at, end) {
    if (tokens[at - 1]?.text === ":" && text.isNumber(tokens[at - 2])) return true;
    const [follower, next] = [tokens[end], tokens[end + 1]];
    if (follower === undefined) return false;
    if (follower.text === ":" && text.isNumber(next)) return true;
    if (follower.text === "/" && !text.isNumber(next)) return true;
    const strange = follower.kind === "s" && !follower.gap && !MAY_FOLLOW.has(follower.text);
    return strange || follower.text === "%" || currency.SIGNS.has(follower.text) || NOT_PLACES.has(follower.text);
  }
})();
