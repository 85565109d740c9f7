/** From amounts to one pay: which one counts, its range or bound, and when it is no pay. Mirrors money/spans.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words, parts, currency, amounts, bounds, per } = parser;

  const DOLLARS = words("dollars");
  const POINT_WORDS = words("points");
  const AND = words("and_words");
  const WORTH = new Set([...words("is_worth"), "(", "=", "≈", "~"]);
  const TIMES = words("per_hour", "per_minute", "per_day", "per_week", "per_month");
  const BESIDE_BARE = new Set([
    ...words("labels", "about", "points", "and_words"),
    ...parts("up_to", "at_least", "after_up_to", "after_at_least", "range_words", "between"),
    ...":~≈=().+<>≤≥-'•,",
  ]);

  /**
   * The currency of an amount: written beside it, named elsewhere in the text, or the hint.
   * @param {ParseText} text @param {ParseAmount} amount
   * @param {ParseAmount} [partner] the other end of its range, whose currency counts for both: "$5 - $10 CAD"
   * @returns {string | null}
   */
  function codeOf(text, amount, partner) {
    const { named } = amount;
    if (named !== null && named.code === null && named.kind !== "pts") {
      const others = text.amounts.filter((other) => other.named && other !== amount && other !== partner);
      const code = currency.anywhere(text.tokens, others)?.code ?? null;
      if (code !== null && (named.kind === "sub" || (named.family === "$" && DOLLARS.has(code)))) return code;
    }
    return currency.resolve(named, text.hint, text.page);
  }

  /**
   * @param {ParseText} text @param {number} at
   * @returns {boolean} whether the text, or its part before a bullet, ends there
   */
  const isEnd = (text, at) => at >= text.tokens.length || text.tokens[at].text === "•";

  /** @param {ParseText} text @param {number | null} start @returns {ParseAmount | null} */
  const amountAt = (text, start) => text.amounts.find((amount) => amount.start === start) ?? null;

  /**
   * @param {ParseText} text
   * @returns {{found: ParseFound, unit: PayUnit} | null} null where it can't be told for sure
   */
  function find(text) {
    const first = text.amounts.findIndex((amount) => amount.named !== null);
    if (first < 0) return findBare(text);
    const found = span(text, worth(text, first));
    return found && { found, unit: perOf(text, found)?.unit ?? "task" };
  }

  /**
   * @param {ParseText} text @param {number} index
   * @returns {number} of the money points are worth: "250 points ($2.50)"
   */
  function worth(text, index) {
    const points = text.amounts[index];
    if (amounts.kind(points) !== "pts") return index;
    const other = text.amounts.findIndex((amount, at) => at > index && ["cur", "sub"].includes(amounts.kind(amount)));
    if (other < 0) return index;
    const between = text.tokens.slice(points.end, text.amounts[other].start);
    return between.some((token) => WORTH.has(token.text)) ? other : index;
  }

  /** @param {ParseText} text @param {ParseFound} found @returns {ParsePer | null} */
  function perOf(text, found) {
    const later = text.amounts.find((amount) => amount.start >= found.end && amount.named !== null);
    const stop = later ? later.start : text.tokens.length;
    return per.behind(text.tokens, found.end, stop) ?? per.ahead(text.tokens, found.start);
  }

  /**
   * @param {ParseText} text
   * @returns {{found: ParseFound, unit: PayUnit} | null} a number beside nothing but known words
   */
  function findBare(text) {
    if (text.amounts.length === 0 || text.amounts.some((amount) => amount.thousands)) return null;
    const found = span(text, 0);
    if (found === null || TIMES.has(text.tokens[found.end]?.text)) return null; // "5 min" is a time
    const [said, named] = [perOf(text, found), currency.besideBare(text.tokens)];
    const taken = (/** @type {number} */ at) => [found, said, named].some((one) => one && at >= one.start && at < one.end);
    const rest = text.tokens.filter((_, at) => !taken(at));
    if (rest.some((token) => !BESIDE_BARE.has(token.text))) return null;
    if (named) found.currency = currency.resolve(named, text.hint, text.page);
    else if (rest.some((token) => POINT_WORDS.has(token.text))) found.currency = currency.isPoints(text.hint) ? text.hint : "PTS";
    return { found, unit: said?.unit ?? "task" };
  }

  /**
   * @param {ParseText} text @param {number} index
   * @returns {ParseFound | null} with the range, bound or cents around
   */
  function span(text, index) {
    const amount = text.amounts[index];
    const low = amounts.micro(amount);
    if (low === null) return null;
    const alone = { low, high: low, currency: codeOf(text, amount), start: amount.start, end: amount.end };
    let found = withEarlier(text, index, alone);
    if (found === alone) found = withLater(text, amount, alone);
    if (found === null || bounds.isMinus(text.tokens, found.start) || isCut(text, found.end)) return null;
    if (found === alone) return bounded(text, withHundredths(text, amount, alone));
    return found.high !== null && found.low <= found.high ? found : null;
  }

  /**
   * Joins the bare number before: the 1 of "1 - 3 €". `alone` itself where nothing joins, null if unclear.
   * @param {ParseText} text @param {number} index @param {ParseFound} alone
   * @returns {ParseFound | null}
   */
  function withEarlier(text, index, alone) {
    const { tokens } = text;
    const amount = text.amounts[index];
    const earlier = index ? text.amounts[index - 1] : null;
    if (earlier === null || earlier.named !== null) return alone;
    if (!amount.prefix && isOneFigure(tokens, earlier, amount.start)) return null;
    if (bounds.connector(tokens, earlier.end, bounds.isBetween(tokens, earlier.start)) !== amount.start) return alone;
    const [dash, spaced] = [tokens[earlier.end].text === "-", tokens[earlier.end].gap];
    if (amount.prefix && (dash || bounds.before(tokens, amount.start) === "max")) return spaced ? alone : null;
    const before = tokens[earlier.start - 1];
    const strange = before?.kind === "w" && !BESIDE_BARE.has(before.text);
    const low = amounts.micro(earlier, amounts.kind(amount));
    if (low === null || earlier.thousands !== amount.thousands || (dash && spaced && strange)) return null;
    return { ...alone, low, start: earlier.start };
  }

  /**
   * Joins the amount after: the 10 of "$5-10". `alone` itself where nothing joins, null if unclear.
   * @param {ParseText} text @param {ParseAmount} amount @param {ParseFound} alone
   * @returns {ParseFound | null}
   */
  function withLater(text, amount, alone) {
    const { tokens } = text;
    const tilde = tokens[amount.end]?.text === "~" ? amount.end + 1 : null;
    const joined = bounds.connector(tokens, amount.end, bounds.isBetween(tokens, amount.start)) ?? tilde;
    const other = amountAt(text, joined);
    if (joined === null || other === null) return alone;
    const code = codeOf(text, amount, other);
    if (other.named === null) {
      const joins = joinsOf(text, other, joined < tokens.length && !tokens[joined].gap);
      if (joins !== "yes") return joins === "no" ? alone : null;
    } else if (codeOf(text, other, amount) !== code) return null;
    const high = amounts.micro(other, other.named ? amounts.kind(other) : amounts.kind(amount));
    const third = amountAt(text, bounds.connector(tokens, other.end, false));
    if (high === null || other.thousands !== amount.thousands || (third && third.named)) return null;
    return { ...alone, high, currency: code, end: other.end };
  }

  /**
   * Whether a bare number belongs to the amount at token `start`: "1 250 USD" in English, "1/2 €", "1E-3 USD".
   * @param {ParseToken[]} tokens @param {ParseAmount} earlier @param {number} start
   * @returns {boolean}
   */
  function isOneFigure(tokens, earlier, start) {
    const apart = start - earlier.end;
    if (apart !== 1) return apart <= (earlier.number ? 0 : 2);
    const sign = tokens[earlier.end];
    const tight = !sign.gap && !tokens[start].gap;
    return earlier.number === null || sign.text === "+" || sign.text === "/" || (sign.text === ":" && tight);
  }

  /**
   * @param {ParseText} text @param {ParseAmount} other @param {boolean} tight
   * @returns {"yes" | "no" | "unclear"} "$5 - 10 min" or "$5-10"
   */
  function joinsOf(text, other, tight) {
    if (isEnd(text, other.end) || per.at(text.tokens, other.end)) return "yes";
    const follower = text.tokens[other.end];
    const time = TIMES.has(follower.text);
    if (BESIDE_BARE.has(follower.text) && !time) return "yes";
    if (follower.kind === "w" && !time) return tight ? "yes" : "no";
    return tight ? "unclear" : "no";
  }

  /**
   * @param {ParseText} text @param {ParseAmount} amount @param {ParseFound} alone
   * @returns {ParseFound} "1 euro et 50 centimes"
   */
  function withHundredths(text, amount, alone) {
    const and = AND.has(text.tokens[amount.end]?.text);
    const cents = amountAt(text, and ? amount.end + 1 : amount.end);
    if (amounts.kind(amount) !== "cur" || cents === null || amounts.kind(cents) !== "sub") return alone;
    const micro = amounts.micro(cents);
    if (micro === null || micro >= amounts.MICRO || alone.low % amounts.MICRO !== 0n) return alone;
    return { ...alone, low: alone.low + micro, high: alone.low + micro, end: cents.end };
  }

  /**
   * @param {ParseText} text @param {ParseFound} found
   * @returns {ParseFound} opened or closed by "from $2" and "up to $15"
   */
  function bounded(text, found) {
    const bound = bounds.before(text.tokens, found.start) || bounds.behind(text.tokens, found.end);
    if (bound === "max") return { ...found, low: 0n };
    return bound === "min" ? { ...found, high: null } : found;
  }

  /**
   * @param {ParseText} text @param {number} end
   * @returns {boolean} whether what stands behind makes it doubtful: "5-", "5 € 10"
   */
  function isCut(text, end) {
    const token = text.tokens[end];
    if (token === undefined) return false;
    return (token.kind === "n" || (token.text === "-" && !token.gap)) && isEnd(text, end + 1);
  }

  parser.find = find;
})();
