/** What a pay is for: a task, an hour, a page. Mirrors the agent's money/per.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { words } = parser;

  /** @type {PayUnit[]} */
  const UNITS = ["hour", "minute", "day", "week", "month", "page", "task", "unit"];
  const TIMES = new Set(UNITS.slice(0, 5));
  const UNIT_OF = new Map(UNITS.flatMap((unit) => [...words(`per_${unit}`)].map((word) => /** @type {const} */ ([word, unit]))));
  const ADVERB_OF = new Map(
    [...TIMES].flatMap((unit) => [...words(`adverbs_${unit}`)].map((word) => /** @type {const} */ ([word, unit]))),
  );
  const STRONG = words("per_strong");
  const WEAK = words("per_weak");
  const ARTICLES = words("per_articles");
  const SKIP = words("per_skip").add("'").add("(");
  const MATERIAL = words("per_material");

  /** @param {PayUnit} unit @param {number} start @param {number} end @returns {ParsePer} */
  const said = (unit, start, end) => ({ unit, start, end });

  /**
   * Where the noun after a "per" stands, and the number before it: the "1,000" of "per 1,000 HITs".
   * @param {ParseToken[]} tokens @param {number} at
   * @returns {{noun: number, lot: string}}
   */
  function object(tokens, at) {
    let lot = "";
    for (; at < tokens.length; at += 1) {
      if (tokens[at].kind === "n" && lot === "") lot = tokens[at].text;
      else if (!SKIP.has(tokens[at].text)) break;
    }
    return { noun: at, lot };
  }

  /** @param {ParseToken[]} tokens @param {number} at @returns {ParsePer | null} "p/h", "p.h." and "p h" */
  function spelled(tokens, at) {
    if (tokens[at].text !== "p") return null;
    const end = ["/", "."].includes(tokens[at + 1]?.text) ? at + 2 : at + 1;
    return tokens[end]?.text === "h" ? said("hour", at, end + 1) : null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {boolean} known
   * @returns {ParsePer | null} "per hour", "/ HIT", "l'heure"
   */
  function afterWord(tokens, at, known) {
    const sign = tokens[at].text;
    const [strong, article] = [STRONG.has(sign), ARTICLES.has(sign)];
    if (!strong && !article && !WEAK.has(sign) && sign !== "/") return null;
    const { noun, lot } = object(tokens, at + 1);
    if (lot && (article || sign === "/")) return null; // "$0.50 / 5 min" parts the pay from the time
    const token = tokens[noun];
    const end = Math.min(noun + 1, tokens.length);
    if ((lot !== "" && lot !== "1") || (token && MATERIAL.has(token.text))) return said("unit", at, end);
    let unit = token ? UNIT_OF.get(token.text) : undefined;
    if (!unit && sign === "each" && (!token || token.kind === "s")) return said("task", at, at + 1);
    if (!unit && strong && !known && token?.kind === "w") unit = "unit";
    if (!unit || (article && !TIMES.has(unit) && unit !== "task")) return null;
    return said(unit, at, end);
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {boolean} [known] takes no unknown noun
   * @returns {ParsePer | null}
   */
  function perAt(tokens, at, known = false) {
    const adverb = tokens[at].kind === "w" ? ADVERB_OF.get(tokens[at].text) : undefined;
    return adverb ? said(adverb, at, at + 1) : (spelled(tokens, at) ?? afterWord(tokens, at, known));
  }

  /**
   * @param {ParseToken[]} tokens @param {number} at @param {number} stop
   * @returns {ParsePer | null} as said after an amount
   */
  function behind(tokens, at, stop) {
    if (at < stop && tokens[at].kind === "w" && tokens[at].gap) {
      const unit = UNIT_OF.get(tokens[at].text);
      if (unit && TIMES.has(unit)) return said(unit, at, at + 1); // "$12 hr"
    }
    for (; at < stop && tokens[at].text !== "•"; at += 1) {
      const found = perAt(tokens, at);
      if (found) return found;
      if (tokens[at].kind === "n") return null;
    }
    return null;
  }

  /**
   * @param {ParseToken[]} tokens @param {number} stop
   * @returns {ParsePer | null} as said before an amount: "Hourly: $15"
   */
  function ahead(tokens, stop) {
    for (let at = stop - 1; at >= 0; at -= 1) {
      if (tokens[at].text === "•" || tokens[at].kind === "n") return null;
      if (ARTICLES.has(tokens[at].text)) continue;
      const found = perAt(tokens, at, true);
      if (found && found.end <= stop) return found;
    }
    return null;
  }

  parser.per = { at: perAt, behind, ahead };
})();
