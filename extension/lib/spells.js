/** Spells of time inside a text: "1 h 30", "une demi-heure", exact to the fraction. Mirrors the agent's money/spells.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words, values, text, currency } = parser;

  const SIZES = [1, 60, 3600, 86400, 604800, 2592000, 31536000];
  const UNIT_OF = new Map(SIZES.flatMap((size) => [...words(`unit_${size}`)].map((word) => /** @type {const} */ ([word, size]))));
  const UNIT_LANGS = values("unit_langs");
  const NUMBER_WORDS = values("number_words");
  const QUARTER_HOURS = values("quarter_hours");
  const HALF = words("half_words");
  const WHOLE_AND_HALF = values("whole_and_half");
  const QUARTER = words("quarter_words");
  const AND = words("and_words");
  const SIGN_PARTS = new Map([["½", [1, 2]], ["¼", [1, 4]], ["¾", [3, 4]]]);
  const SLASH_PARTS = new Map([["1/2", [1, 2]], ["1/4", [1, 4]], ["3/4", [3, 4]], ["1/3", [1, 3]], ["2/3", [2, 3]]]);
  const PRIME = "\u2032";
  const DOUBLE_PRIME = "\u2033";
  const ENDS_TAIL = new Set([...words("left", "ago_behind"), "•", ")", ",", "."]);
  const BETWEEN_UNITS = new Set([...AND, ",", "."]);
  const SMALL = new Set(["of", "d", "de", "'", "-", "a", "an", "una"]);
  const PLURALS = new Set(["(s)", "(n)", "(en)", "(es)"]);

  /** @param {bigint | number} num @param {bigint | number} [den] @returns {ParseRatio} */
  const ratio = (num, den = 1n) => ({ num: BigInt(num), den: BigInt(den) });
  /** @param {ParseRatio} one @param {ParseRatio} two @returns {ParseRatio} */
  const plus = (one, two) => ratio(one.num * two.den + two.num * one.den, one.den * two.den);
  /** @param {ParseRatio} value @param {number} factor @returns {ParseRatio} */
  const times = (value, factor) => ratio(value.num * BigInt(factor), value.den);
  /** @param {ParseRatio} value @returns {bigint} whole seconds, half rounded up */
  const seconds = ({ num, den }) => (2n * num + den) / (2n * den);

  /** @typedef {{value: ParseRatio, end: number, more: boolean}} Count how many of a unit, and the token after it */

  /** @param {ParseRatio} value @param {number} end @param {boolean} [more] @returns {Count} */
  const counting = (value, end, more = false) => ({ value, end, more });

  /**
   * @param {number} start @param {number} end @param {ParseRatio} value @param {number} unit
   * @param {boolean} [more]
   * @returns {ParseSpell}
   */
  const spelling = (start, end, value, unit, more = false) => ({ start, end, value, unit, more });

  /** @param {ParseToken[]} tokens @param {number} at @returns {string} */
  const said = (tokens, at) => tokens[at]?.text ?? "";

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {number} seconds of the unit there, or 0
   */
  function unitAt(tokens, at, page) {
    const word = said(tokens, at);
    if (word === PRIME) return 60;
    if (word === DOUBLE_PRIME) return 1;
    if ((UNIT_LANGS.get(word) ?? page.lang) !== page.lang) return 0;
    return UNIT_OF.get(word) ?? 0;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {ParseRatio | null} the number there, whatever it counts
   */
  function bareCount(tokens, at, page) {
    if (tokens[at].kind === "n") {
      const number = text.readNumber(tokens[at].text, page.point);
      return number && ratio(number.digits, text.power(number.scale));
    }
    const value = NUMBER_WORDS.get(tokens[at].text);
    return value ? ratio(Number(value)) : null;
  }

  /** @param {ParseToken[]} tokens @param {number} at @returns {Count | null} "½" or "1/2" */
  function part(tokens, at) {
    const sign = SIGN_PARTS.get(said(tokens, at));
    if (sign) return counting(ratio(sign[0], sign[1]), at + 1);
    if (said(tokens, at + 1) !== "/" || !tokens[at]?.digits || !tokens[at + 2]?.digits) return null;
    const slash = SLASH_PARTS.get(`${BigInt(tokens[at].text)}/${BigInt(tokens[at + 2].text)}`);
    return slash ? counting(ratio(slash[0], slash[1]), at + 3) : null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {Count | null} a number in figures
   */
  function digitsCount(tokens, at, page) {
    const own = part(tokens, at);
    if (own) return own;
    const value = tokens[at].kind === "n" ? bareCount(tokens, at, page) : null;
    if (value === null) return null;
    const further = part(tokens, at + 1);
    if (further) return counting(plus(value, further.value), further.end);
    if (said(tokens, at + 1) === "+" && !tokens[at + 1].gap) return counting(value, at + 2, true);
    return counting(value, at + 1);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {number} the token after the "an", "of an", "d'" or "-" before a unit
   */
  function skipSmall(tokens, at) {
    while (SMALL.has(said(tokens, at))) at += 1;
    return at;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {Count | null} "an", "half an", "une demi-", "anderthalb"
   */
  function wordCount(tokens, at) {
    const first = said(tokens, at);
    const mixed = WHOLE_AND_HALF.get(first);
    if (mixed) return counting(ratio(2 * Number(mixed) + 1, 2), at + 1);
    const number = NUMBER_WORDS.get(first);
    if (!number && !HALF.has(first) && !QUARTER.has(first)) return null;
    const count = number ? Number(number) : 1;
    const here = number ? at + 1 : at;
    if (HALF.has(said(tokens, here))) return counting(ratio(count, 2), skipSmall(tokens, here + 1));
    if (QUARTER.has(said(tokens, here))) return counting(ratio(count, 4), skipSmall(tokens, here + 1));
    return counting(ratio(count), here);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {Count | null} "and a half", "et demie", "y media", "et quart"
   */
  function andPart(tokens, at) {
    if (!AND.has(said(tokens, at))) return null;
    const here = NUMBER_WORDS.has(said(tokens, at + 1)) ? at + 2 : at + 1;
    if (HALF.has(said(tokens, here))) return counting(ratio(1, 2), here + 1);
    return QUARTER.has(said(tokens, here)) ? counting(ratio(1, 4), here + 1) : null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {number} the token after the "(s)" of "5 minute(s)", or `at`
   */
  const pluralEnd = (tokens, at) => (PLURALS.has(said(tokens, at) + said(tokens, at + 1) + said(tokens, at + 2)) ? at + 3 : at);

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {ParseSpell | null} one count with its unit
   */
  function counted(tokens, at, page) {
    const quarter = QUARTER_HOURS.get(said(tokens, at));
    if (quarter) return spelling(at, at + 1, ratio(Number(quarter)), 60);
    let count = digitsCount(tokens, at, page) ?? wordCount(tokens, at);
    if (count === null) return null;
    const inner = andPart(tokens, count.end);
    if (inner && unitAt(tokens, inner.end, page)) count = counting(plus(count.value, inner.value), inner.end);
    const place = said(tokens, count.end) === "-" && !tokens[count.end].gap ? count.end + 1 : count.end; // "a 5-minute survey"
    const unit = unitAt(tokens, place, page);
    if (!unit || (tokens[at].kind === "w" && tokens[place].text.length === 1)) return null; // "a m" is no minute
    const value = times(count.value, unit);
    const end = pluralEnd(tokens, place + 1);
    const outer = andPart(tokens, end);
    if (outer && !unitAt(tokens, outer.end, page)) {
      return spelling(at, outer.end, plus(value, times(outer.value, unit)), unit, count.more);
    }
    return spelling(at, end, value, unit, count.more);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {ParseSpell | null} "0:45", "1:30 h", "23:59:10"
   */
  function clockAt(tokens, at, page) {
    const figures = tokens[at].digits ? [BigInt(tokens[at].text)] : [];
    let end = at + 1;
    while (said(tokens, end) === ":" && !tokens[end].gap && tokens[end + 1]?.digits && !tokens[end + 1].gap) {
      figures.push(BigInt(tokens[end + 1].text));
      end += 2;
    }
    const pieces = (end - at + 1) / 2;
    if (figures.length !== pieces || pieces < 2 || pieces > 3 || figures.slice(1).some((figure) => figure > 59n)) return null;
    const unit = unitAt(tokens, end, page);
    if (tokens[end]?.kind === "w" && !tokens[end].gap && !unit) return null;
    const [one, two, three] = figures;
    if (three !== undefined) return spelling(at, end, ratio(one * 3600n + two * 60n + three), 0);
    const scale = unit === 3600 ? 60n : 1n; // "1:30 h" is hours and minutes
    return spelling(at, unit > 1 ? end + 1 : end, ratio((one * 60n + two) * scale), 0);
  }

  /**
   * @param {ParseToken[]} tokens @param {ParseSpell} spell @param {ParsePage} page
   * @returns {ParseSpell | null} with the 30 of "1h30"
   */
  function bareTail(tokens, spell, page) {
    const token = tokens[spell.end];
    if ((spell.unit !== 60 && spell.unit !== 3600) || spell.more || token === undefined) return null;
    if (!token.digits || token.text.length > 2 || Number(token.text) > 59) return null;
    const follower = tokens[spell.end + 1];
    const alone = follower === undefined || ENDS_TAIL.has(follower.text) || (!token.gap && follower.kind === "w");
    if (!alone || unitAt(tokens, spell.end + 1, page)) return null;
    const size = spell.unit / 60;
    return spelling(spell.start, spell.end + 1, plus(spell.value, ratio(Number(token.text) * size)), size);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {boolean} whether it ends a longer piece: the 9 of "1e9 h"
   */
  function isInside(tokens, at, page) {
    const letters = tokens[at - 1];
    if (letters.kind !== "w" || tokens[at].gap || unitAt(tokens, at - 1, page)) return false;
    return tokens[at - 2]?.kind === "n" && !letters.gap;
  }

  /**
   * The spell that starts at token `at`: counts with ever smaller units, added up.
   * @param {ParseToken[]} tokens @param {number} at @param {ParsePage} page
   * @returns {ParseSpell | null}
   */
  function spellAt(tokens, at, page) {
    if (at && (currency.SIGNS.has(tokens[at - 1].text) || isInside(tokens, at, page))) return null;
    let spell = clockAt(tokens, at, page) ?? counted(tokens, at, page);
    while (spell?.unit) {
      const tail = bareTail(tokens, spell, page);
      if (tail) return tail;
      let behind = spell.end;
      while (BETWEEN_UNITS.has(said(tokens, behind))) behind += 1;
      if (behind >= tokens.length || spell.more || (tokens[behind].kind !== "n" && behind === spell.end)) break;
      const clock = spell.unit >= 86400 ? clockAt(tokens, behind, page) : null;
      const further = clock ?? counted(tokens, behind, page);
      if (further === null || further.unit >= spell.unit || further.more) break;
      spell = spelling(spell.start, further.end, plus(spell.value, further.value), further.unit);
    }
    return spell;
  }

  parser.spells = { ratio, times, seconds, bareCount, at: spellAt };
})();
