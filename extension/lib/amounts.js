/** The amounts of a text: every number with what is written around it. Mirrors the agent's money/amounts.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words, text, currency } = parser;

  const MICRO = 1_000_000n;
  const ENGLISH = words("dollars").add("GBP");
  const GLUED = words("per_strong", "range_words");
  GLUED.delete("a");

  /** @param {ParseAmount} amount @returns {"cur" | "sub" | "pts" | "bare"} */
  const kind = (amount) => amount.named?.kind ?? "bare";

  /** @param {ParseAmount} amount @param {string} [as] another kind @returns {bigint | null} micro-units, where exact */
  function micro(amount, as = kind(amount)) {
    if (amount.number === null) return null;
    const unit = as === "sub" ? MICRO / 100n : MICRO;
    return text.toUnits(amount.number, amount.thousands ? unit * 1000n : unit);
  }

  /**
   * The decimal sign to expect: "$1,500" is English on every page.
   * @param {ParsePage} page @param {ParseCurrency | null} named @param {boolean} prefix
   * @returns {"" | "." | ","}
   */
  function point(page, named, prefix) {
    if (named === null || page.point === ".") return page.point;
    const english = prefix && (named.family === "$" || (named.code !== null && ENGLISH.has(named.code)));
    if (!english) return page.point;
    return page.lang === "fr" || page.lang === "de" ? "." : "";
  }

  /** @param {ParseToken[]} tokens @param {number} at @returns {boolean} whether token `at` is the middle of "2€50" */
  function isSplit(tokens, at) {
    if (at + 1 >= tokens.length || tokens[at].gap || tokens[at].kind !== "s") return false;
    return !tokens[at + 1].gap && tokens[at + 1].digits.length === 2;
  }

  /** @param {ParseToken[]} tokens @param {number} at @returns {ParseAmount | null} "2€50" at number `at` */
  function splitAmount(tokens, at) {
    const named = currency.after(tokens, at + 1);
    if (named?.kind !== "cur" || named.end !== at + 2 || !tokens[at].digits || !isSplit(tokens, at + 1)) return null;
    const number = { digits: BigInt(tokens[at].text + tokens[at + 2].text), scale: 2 };
    return { start: at, end: at + 3, number, named: { ...named, end: at + 3 }, prefix: false, thousands: false };
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {boolean} whether an unknown word hangs on: the "e309" of "1e309"
   */
  function isGlued(tokens, at) {
    if (at >= tokens.length || tokens[at].kind !== "w" || tokens[at].gap) return false;
    return !GLUED.has(tokens[at].text) && currency.after(tokens, at) === null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {number} floor
   * @returns {ParseCurrency | null} that of "$-5"
   */
  function belowZero(tokens, at, floor) {
    if (at - 2 < floor || tokens[at - 1].text !== "-") return null;
    return currency.before(tokens, at - 1, floor);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {boolean} whether ",-" stands tight there, as in "12,- €"
   */
  function isWhole(tokens, at) {
    if (at + 1 >= tokens.length || ![",", "."].includes(tokens[at].text) || tokens[at + 1].text !== "-") return false;
    const follows = tokens[at + 2];
    const joined = follows !== undefined && !follows.gap && (follows.kind === "n" || ["$", "£"].includes(follows.text));
    return !joined && !tokens[at].gap && !tokens[at + 1].gap;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {number} floor @param {ParsePage} page
   * @returns {ParseAmount}
   */
  function readOne(tokens, at, floor, page) {
    const split = splitAmount(tokens, at);
    if (split) return split;
    const left = currency.before(tokens, at, floor);
    let after = at + 1;
    const thousands = tokens[after]?.text === "k" && !tokens[after].gap;
    if (thousands) after += 1;
    if (isWhole(tokens, after)) after += 2;
    let right = currency.after(tokens, after);
    if (right !== null && right.kind !== "cur" && left !== null) right = null; // "$5 credit": the sign says what it is
    const { named, agreed } = currency.merge(left, right);
    const [start, end, prefix] = [left ? left.start : at, right ? right.end : after, left !== null];
    const minus = belowZero(tokens, at, floor);
    if (minus) return { start: minus.start, end, number: null, named: minus, prefix: true, thousands };
    if (!agreed || (right === null && isGlued(tokens, after))) return { start, end, number: null, named, prefix, thousands };
    const number = text.readNumber(tokens[at].text, named?.kind === "pts" ? "" : point(page, named, prefix));
    return { start, end, number, named, prefix, thousands };
  }

  /** @param {ParseToken[]} tokens @param {ParsePage} page @returns {ParseAmount[]} every number, in order */
  function read(tokens, page) {
    /** @type {ParseAmount[]} */
    const found = [];
    let floor = 0;
    for (let at = 0; at < tokens.length; at += 1) {
      if (tokens[at].kind !== "n" || at < floor) continue;
      const amount = readOne(tokens, at, floor, page);
      found.push(amount);
      floor = amount.end;
    }
    return found;
  }

  parser.amounts = { MICRO, kind, micro, read };
})();
