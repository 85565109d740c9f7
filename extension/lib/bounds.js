/** The words around an amount or a time: "up to", "from", "5 to 10". Mirrors the agent's money/bounds.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words } = parser;

  const UP_TO = words("up_to");
  const AT_LEAST = words("at_least");
  const BEHIND = /** @type {const} */ ([[words("after_up_to"), "max"], [words("after_at_least"), "min"]]);
  const ABOUT = words("about");
  const RANGE = words("range_words");
  const AND = words("and_words");
  const BETWEEN = words("between");
  const MINUTES = words("per_minute");
  const BREAKS = new Set(["•", "(", ")", ",", "%", "="]);
  const OPENERS = new Set(["•", ":", "(", "=", "~"]);
  /** Words of the longest phrase in the tables. */
  const LONGEST = 4;

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {string[]} up to six words before, nearest first, up to a number or break
   */
  function wordsBefore(tokens, at) {
    /** @type {string[]} */
    const found = [];
    for (const token of tokens.slice(Math.max(0, at - 12), Math.max(0, at)).reverse()) {
      // The "min" of "5 min. $5" is the five's, so it bounds nothing.
      if (token.kind === "n") return MINUTES.has(found.at(-1) ?? "") ? found.slice(0, -1) : found;
      if (BREAKS.has(token.text)) break;
      if (token.kind === "w") found.push(token.text);
    }
    return found.slice(0, 6);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {string[]} up to four words from there on, up to a number or break
   */
  function wordsBehind(tokens, at) {
    /** @type {string[]} */
    const found = [];
    for (const token of tokens.slice(at, at + 8)) {
      if (token.kind === "n" || BREAKS.has(token.text)) break;
      if (token.kind === "w") found.push(token.text);
    }
    return found.slice(0, LONGEST);
  }

  /**
   * @param {string[]} near nearest first
   * @returns {"max" | "min" | ""} the longest phrase wins: "no more than" is no "more than"
   */
  function phraseBound(near) {
    for (let size = Math.min(near.length, LONGEST); size > 0; size -= 1) {
      const phrase = near.slice(0, size).reverse().join("_");
      if (UP_TO.has(phrase)) return "max";
      if (AT_LEAST.has(phrase)) return "min";
    }
    return "";
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {"max" | "min" | ""} as said before; vague words are passed over
   */
  function before(tokens, at) {
    const sign = at ? tokens[at - 1].text : "";
    if (sign === "<" || sign === "≤") return "max";
    if (sign === ">" || sign === "≥") return "min";
    for (let near = wordsBefore(tokens, at); near.length > 0; near = near.slice(1)) {
      const bound = phraseBound(near);
      if (bound) return bound;
      if (!ABOUT.has(near[0])) return "";
    }
    return "";
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {"max" | "min" | ""} as said from there on: "$5+", "15 € max."
   */
  function behind(tokens, at) {
    if (at >= tokens.length) return "";
    if (tokens[at].text === "+" && !tokens[at].gap) return tokens[at + 1]?.kind === "n" ? "" : "min";
    for (const [phrases, bound] of BEHIND) {
      for (const size of [2, 1]) {
        const phrase = tokens.slice(at, at + size).map((token) => token.text).join("_");
        if (phrases.has(phrase) && tokens[at + size]?.kind !== "n") return bound;
      }
    }
    return "";
  }

  /** @param {ParseToken[]} tokens @param {number} at @returns {boolean} whether a "between" stands before */
  const isBetween = (tokens, at) => wordsBefore(tokens, at).slice(0, 2).some((word) => BETWEEN.has(word));

  /**
   * The token after the "-", "to" or "bis zu" at token `at`. An "and" joins only where a "between" stood before, a "~"
   * only where it stands tight ("5~10").
   * @param {ParseToken[]} tokens @param {number} at @param {boolean} between
   * @returns {number | null}
   */
  function connector(tokens, at, between) {
    if (at >= tokens.length) return null;
    const tight = !tokens[at].gap && tokens[at + 1]?.gap === false;
    if (tokens[at].text === "-" || (tokens[at].text === "~" && tight)) return at + 1;
    const pieces = [at, at + 1, at + 2].filter((index) => index < tokens.length && tokens[index].text !== "'");
    for (const size of [2, 1]) {
      if (pieces.length < size) continue;
      const phrase = pieces.slice(0, size).map((index) => tokens[index].text).join("_");
      if (RANGE.has(phrase) || (between && AND.has(phrase))) return pieces[size - 1] + 1;
    }
    return null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} start
   * @returns {boolean} whether the dash before is a minus, not a separator
   */
  function isMinus(tokens, start) {
    if (start === 0 || tokens[start - 1].text !== "-") return false;
    if (start === 1 || OPENERS.has(tokens[start - 2].text)) return true;
    return !tokens[start].gap && (tokens[start - 1].gap || tokens[start - 2].kind === "n");
  }

  parser.bounds = { wordsBefore, wordsBehind, before, behind, isBetween, connector, isMinus };
})();
