/** Which currency a text names beside a number, and what a definition's hint may decide. Mirrors money/currency.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words, values } = parser;

  const POINTS = "PTS";
  const SIGNS = values("signs");
  const MARKS = values("dollar_marks");
  const CODES = words("codes");
  const UPPER_CODES = words("upper_codes");
  const NAMES = values("names");
  const FAMILIES = {
    dollar_names: "$", krona_names: "kr", rupee_names: "rs", unknown_names: "?",
    cents_any: "cents", cents_euro: "ct", cents_unknown: "?",
  };
  const FAMILY_OF = new Map(
    Object.entries(FAMILIES).flatMap(([name, family]) => [...words(name)].map((word) => /** @type {const} */ ([word, family]))),
  );
  const SUB = words("cents_any", "cents_euro", "cents_unknown", "pence");
  const PENCE = words("pence");
  const POINT_WORDS = words("points");
  const HINTED = new Map([["$", words("dollars")], ["kr", words("kroner")], ["rs", words("rupees")], ["yen", new Set(["CNY"])]]);
  const DEFAULTS = new Map([["$", "USD"], ["yen", "JPY"], ["ct", "EUR"]]);
  const VAGUE_ALONE = new Set(["p", "c"]);
  const DOTTED = new Set(["rs", "fr", "sfr", "kr"]);

  /** @param {string | null} code @returns {boolean} */
  const isPoints = (code) => code !== null && code.split("-", 1)[0] === POINTS;

  /**
   * @param {string | null} code @param {string} family @param {"cur" | "sub" | "pts"} kind
   * @param {number} start @param {number} end
   * @returns {ParseCurrency}
   */
  const named = (code, family, kind, start, end) => ({ code, family, kind, start, end });

  /**
   * The code of what was written; the hint decides only what the text leaves open.
   * @param {ParseCurrency | null} said @param {string | null} hint @param {ParsePage} page
   * @returns {string | null}
   */
  function resolve(said, hint, page) {
    if (said === null) return hint;
    if (said.kind === "pts") return isPoints(hint) ? hint : POINTS;
    if (said.code !== null) return said.code;
    const allowed = HINTED.get(said.family);
    if (hint !== null && !isPoints(hint) && (!allowed || allowed.has(hint))) return hint;
    if (said.family === "cents") return page.lang === "en" ? "USD" : "EUR";
    return DEFAULTS.get(said.family) ?? null;
  }

  /** @param {ParseToken} token @param {number} start @param {number} end @returns {ParseCurrency | null} */
  function ofWord(token, start, end) {
    const { text } = token;
    if (CODES.has(text) || (token.upper && UPPER_CODES.has(text))) return named(text.toUpperCase(), "", "cur", start, end);
    const name = NAMES.get(text);
    if (name) return named(name, "", "cur", start, end);
    if (PENCE.has(text)) return named("GBP", "", "sub", start, end);
    const family = FAMILY_OF.get(text);
    if (family) return named(null, family, SUB.has(text) ? "sub" : "cur", start, end);
    return POINT_WORDS.has(text) ? named(null, "", "pts", start, end) : null;
  }

  /** @param {ParseToken} token @param {number} start @param {number} end @returns {ParseCurrency | null} */
  function ofSign(token, start, end) {
    if (token.text === "¢") return named(null, "$", "sub", start, end);
    if (token.text === "$") return named(null, "$", "cur", start, end);
    if (token.text === "¥") return named(null, "yen", "cur", start, end);
    const code = SIGNS.get(token.text);
    return code ? named(code, "", "cur", start, end) : null;
  }

  /** @param {ParseToken | undefined} token @returns {string | null} whose dollar the US of "US$" says it is */
  const mark = (token) => (token?.kind === "w" ? MARKS.get(token.text) ?? null : null);

  /**
   * The currency right before token `at`; nothing left of `floor` is looked at.
   * @param {ParseToken[]} tokens @param {number} at @param {number} floor
   * @returns {ParseCurrency | null}
   */
  function before(tokens, at, floor) {
    let last = at - 1;
    if (last > floor && tokens[last].text === "." && DOTTED.has(tokens[last - 1].text)) last -= 1;
    if (last < floor) return null;
    const token = tokens[last];
    if (token.kind === "w") {
      const word = ofWord(token, last, at);
      return word?.kind === "cur" && word.family !== "?" ? word : null;
    }
    const sign = ofSign(token, last, at);
    if (sign?.family === "$" && sign.kind === "cur" && last > floor) {
      const whose = mark(tokens[last - 1]);
      if (whose && (!token.gap || tokens[last - 1].upper)) return named(whose, "", "cur", last - 1, at);
    }
    return sign;
  }

  /** @param {ParseToken[]} tokens @param {number} at the token behind a number @returns {ParseCurrency | null} */
  function after(tokens, at) {
    if (at >= tokens.length) return null;
    const token = tokens[at];
    if (token.kind === "w") return wordAfter(tokens, at);
    const sign = ofSign(token, at, at + 1);
    const following = tokens[at + 1];
    if (sign === null || following === undefined) return sign;
    if (token.gap && following.kind === "n" && !following.gap) return null; // in "level 5 $10" the sign belongs to the ten
    const whose = mark(following);
    if (token.text === "$" && whose && (!following.gap || following.upper)) return named(whose, "", "cur", at, at + 2);
    return sign;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {ParseCurrency | null} "5 US dollars", "75p", "120 pts"
   */
  function wordAfter(tokens, at) {
    const token = tokens[at];
    const following = tokens[at + 1];
    const name = following?.text === "-" ? at + 2 : at + 1; // "2 US-Dollar"
    const own = mark(token);
    if (own && name < tokens.length && FAMILY_OF.get(tokens[name].text) === "$") return named(own, "", "cur", at, name + 1);
    if (own && following?.text === "$" && !following.gap) {
      const price = tokens[at + 2]; // in "level 5 US$10" the sign belongs to the ten
      return price?.kind === "n" && !price.gap ? null : named(own, "", "cur", at, at + 2);
    }
    const word = ofWord(token, at, at + 1);
    if (word && VAGUE_ALONE.has(token.text) && token.gap) return null; // "75p" is money, "75 p" may be pages
    const whose = mark(following);
    if (word?.family === "$" && following?.upper && whose) return named(whose, "", "cur", at, at + 2);
    return word;
  }

  /**
   * What stands on both sides of a number ("$0.50 CAD"), and whether the two agree.
   * @param {ParseCurrency | null} left @param {ParseCurrency | null} right
   * @returns {{named: ParseCurrency | null, agreed: boolean}}
   */
  function merge(left, right) {
    if (left === null || right === null) return { named: left ?? right, agreed: true };
    if (right.kind !== left.kind) return { named: left, agreed: false };
    for (const [vague, other] of [[left, right], [right, left]]) {
      const known = other.code !== null && HINTED.get(vague.family)?.has(other.code);
      if (vague.code === null && (other.family === vague.family || known)) {
        return { named: named(other.code, other.family, "cur", left.start, right.end), agreed: true };
      }
    }
    return { named: { ...left, end: right.end }, agreed: left.code === right.code && left.family === right.family };
  }

  /**
   * @param {ParseToken[]} tokens
   * @returns {ParseCurrency | null} that stands apart from the only number: "Pay ($): 0.50"
   */
  function besideBare(tokens) {
    const sign = tokens.findIndex((token) => token.kind === "s" && ofSign(token, 0, 0));
    return anywhere(tokens, []) ?? (sign < 0 ? null : ofSign(tokens[sign], sign, sign + 1));
  }

  /**
   * The first currency named for certain, wherever it stands: the one of "5 cents (EUR)".
   * @param {ParseToken[]} tokens @param {ParseAmount[]} others amounts whose currency is theirs alone
   * @returns {ParseCurrency | null}
   */
  function anywhere(tokens, others) {
    for (const [at, token] of tokens.entries()) {
      if (others.some((other) => at >= other.start && at < other.end)) continue;
      const said = token.kind === "w" ? ofWord(token, at, at + 1) : ofSign(token, at, at + 1);
      const certain = token.kind === "s" || (token.text.length > 2 && (token.upper || NAMES.has(token.text)));
      if (said?.kind === "cur" && said.code !== null && certain) return said;
    }
    return null;
  }

  parser.currency = { SIGNS, isPoints, resolve, before, after, merge, besideBare, anywhere };
})();
