/** Reading durations, ages and time left as a page writes them, in whole seconds. Mirrors the agent's money/duration.py. */
(() => {
  const { piecework } = globalThis;
  const { words, values, parts, text, currency, bounds, spells } = piecework.parser;

  /** A hundred years: whatever is longer was read wrong. */
  const LONGEST_S = 100n * 31_536_000n;
  const NONE_TEXTS = words("none_texts");
  const NOW = words("now");
  const YESTERDAY = values("yesterday");
  const AGO_AHEAD = words("ago_ahead");
  const AGO_BEHIND = words("ago_behind");
  const ABOUT = words("about");
  const LEFT = words("left");
  const LEFT_IN = words("left_in");
  const UP_TO = words("time_up_to");
  const FEW = words("few");
  const SECONDS = words("unit_1");
  const TIME_OF_DAY = words("time_of_day");
  const BESIDE = parts("time_labels", "about", "between", "up_to", "at_least", "left", "left_in", "time_up_to");
  const ISO =
    /^P(?=[0-9T])(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?$/;
  const ISO_SIZES = [604800n, 86400n, 3600n, 60n, 1n];

  /** @typedef {{low: bigint, high: bigint | null, kind: TimeReading["kind"]}} Found */
  /** @typedef {{start: number, end: number, low: ParseRatio, high: ParseRatio}} Range */

  piecework.parseTime = (given, { lang = "en", unit = "" } = {}) => {
    const raw = text.clean(given);
    const page = text.pageOf(lang);
    const folded = text.fold(raw);
    const tokens = text.tokenise(folded, page.lang);
    const said = text.wordsOnly(tokens);
    if (text.isBlank(tokens) || NONE_TEXTS.has(said ?? "a number")) return reading(raw, "none");
    const disguised = text.isDisguised(raw);
    let found = disguised ? null : (whole(tokens, folded, page) ?? find(tokens, page));
    if (found === null && unit && said === null && !disguised) {
      const word = unit === "minutes" ? "min" : "s";
      found = find([...tokens, { kind: "w", text: word, gap: true, upper: false, digits: "" }], page);
    }
    if (found === null || found.low > LONGEST_S || (found.high ?? 0n) > LONGEST_S) return reading(raw, "unreadable");
    return reading(raw, "stated", Number(found.low), found.high === null ? null : Number(found.high), found.kind);
  };

  /**
   * @param {string} raw @param {TimeReading["state"]} state
   * @param {number | null} [min_s] @param {number | null} [max_s] @param {TimeReading["kind"]} [kind]
   * @returns {TimeReading}
   */
  function reading(raw, state, min_s = null, max_s = null, kind = "duration") {
    return { state, min_s, max_s, kind, raw };
  }

  /**
   * @param {ParseToken[]} tokens @param {string} folded @param {ParsePage} page
   * @returns {Found | null} what only a whole text says
   */
  function whole(tokens, folded, page) {
    const iso = ISO.exec(folded.replace(/^[ \u00a0]+|[ \u00a0]+$/g, ""));
    if (iso && iso.slice(1).some(Boolean)) {
      const sum = ISO_SIZES.reduce((total, size, at) => total + BigInt(iso[at + 1] ?? 0) * size, 0n);
      return { low: sum, high: sum, kind: "duration" };
    }
    if (tokens.some(text.isNumber)) return null;
    const said = tokens.filter((token) => token.kind === "w").map((token) => token.text);
    if (NOW.has(said.join("_"))) return { low: 0n, high: 0n, kind: "ago" };
    const last = said.at(-1);
    if (last !== undefined && said.length <= 3 && YESTERDAY.get(last) === page.lang) {
      return { low: 86400n, high: 86400n, kind: "ago" };
    }
    const few = tokens.findIndex((token, at) => FEW.has(token.text) && SECONDS.has(tokens[at + 1]?.text));
    return few < 0 ? null : { low: 0n, high: 59n, kind: kindOf(tokens, few, few + 2) };
  }

  /**
   * @param {ParseToken[]} tokens @param {ParsePage} page
   * @returns {Found | null} the first spell with its range, bound and kind
   */
  function find(tokens, page) {
    let spell = null;
    for (let at = 0; at < tokens.length && spell === null; at += 1) spell = spells.at(tokens, at, page);
    if (spell === null) return null;
    const span = withRange(tokens, spell, page);
    if (span === null || isDoubtful(tokens, spell, span, page)) return null;
    const [low, high, kind] = [spells.seconds(span.low), spells.seconds(span.high), kindOf(tokens, span.start, span.end)];
    if (span.low.num !== span.high.num || span.low.den !== span.high.den) return low <= high ? { low, high, kind } : null;
    const bound = spell.more ? "min" : boundOf(tokens, span);
    if (bound === "max") return { low: 0n, high, kind };
    return { low, high: bound === "min" ? null : high, kind };
  }

  /** @param {ParseToken[]} tokens @param {Range} span @returns {"max" | "min" | ""} */
  function boundOf(tokens, span) {
    const near = bounds.wordsBefore(tokens, span.start);
    if ([1, 2, 3].some((size) => UP_TO.has(near.slice(0, size).reverse().join("_")))) return "max";
    return bounds.before(tokens, span.start) || bounds.behind(tokens, span.end);
  }

  /**
   * Joins the other end of a range: the bare 5 of "5-10 min", or the second spell of "30 s - 2 min". Null if unclear.
   * @param {ParseToken[]} tokens @param {ParseSpell} spell @param {ParsePage} page
   * @returns {Range | null}
   */
  function withRange(tokens, spell, page) {
    const alone = { start: spell.start, end: spell.end, low: spell.value, high: spell.value };
    const later = bounds.connector(tokens, spell.end, bounds.isBetween(tokens, spell.start));
    const other = later !== null && later < tokens.length ? spells.at(tokens, later, page) : null;
    if (other !== null && !spell.more) return spell.unit && other.unit ? { ...alone, end: other.end, high: other.value } : null;
    for (let at = Math.max(0, spell.start - 4); at < spell.start; at += 1) {
      const low = spells.bareCount(tokens, at, page);
      if (low === null || (at && currency.SIGNS.has(tokens[at - 1].text))) continue;
      if (bounds.connector(tokens, at + 1, bounds.isBetween(tokens, at)) === spell.start) return withBare(tokens, at, low, spell);
    }
    return alone;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {ParseRatio} low @param {ParseSpell} spell
   * @returns {Range | null}
   */
  function withBare(tokens, at, low, spell) {
    if (!spell.unit || tokens.slice(spell.start, spell.end).filter(text.isNumber).length > 1) return null;
    const before = tokens[at - 1];
    const spaced = tokens[at + 1].text === "-" && tokens[at + 1].gap;
    if (spaced && before?.kind === "w" && !BESIDE.has(before.text)) return null; // "Task 3 - 5 min"
    return { start: at, end: spell.end, low: spells.times(low, spell.unit), high: spell.value };
  }

  /**
   * Whether what stands around makes it a date, a time of day, a negative or half a number.
   * @param {ParseToken[]} tokens @param {ParseSpell} spell @param {Range} span @param {ParsePage} page
   * @returns {boolean}
   */
  function isDoubtful(tokens, spell, span, page) {
    const before = tokens[span.start - 1];
    if (before?.kind === "n") return true;
    if (before?.text === "/" && isCount(tokens, span.start - 2)) return true; // "5/10 min", but not "$0.50 / 5 min"
    if (!spell.unit) {
      const near = [...bounds.wordsBefore(tokens, span.start), ...bounds.wordsBehind(tokens, span.end)];
      if (near.some((word) => TIME_OF_DAY.has(word)) || tokens.slice(0, span.start).some(text.isNumber)) return true;
    }
    return bounds.isMinus(tokens, span.start) || isHalfTold(tokens, span.end, spell, page);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {boolean} whether it is a number of something else than money
   */
  const isCount = (tokens, at) => text.isNumber(tokens[at]) && !(at > 0 && currency.SIGNS.has(tokens[at - 1].text));

  /**
   * @param {ParseToken[]} tokens @param {number} end @param {ParseSpell} spell @param {ParsePage} page
   * @returns {boolean} "1 h 30 places"
   */
  function isHalfTold(tokens, end, spell, page) {
    const digits = tokens[end]?.digits ?? "";
    if (digits === "" || (spell.unit !== 60 && spell.unit !== 3600)) return false;
    return digits.length <= 2 && Number(digits) <= 59 && spells.at(tokens, end, page) === null;
  }

  /**
   * @param {string[]} said @param {Set<string>} phrases
   * @returns {boolean} whether consecutive words make one of them
   */
  const hasPhrase = (said, phrases) =>
    said.some((_, at) => [1, 2, 3].some((size) => phrases.has(said.slice(at, at + size).join("_"))));

  /** @param {ParseToken[]} tokens @param {number} start @param {number} end @returns {TimeReading["kind"]} */
  function kindOf(tokens, start, end) {
    const near = bounds.wordsBefore(tokens, start);
    const behind = bounds.wordsBehind(tokens, end);
    const ahead = near.toReversed();
    if (hasPhrase(ahead, AGO_AHEAD) || hasPhrase(behind, AGO_BEHIND)) return "ago";
    const nearest = near.find((word) => !ABOUT.has(word)) ?? "";
    return hasPhrase(ahead, LEFT) || hasPhrase(behind, LEFT) || LEFT_IN.has(nearest) ? "left" : "duration";
  }
})();
