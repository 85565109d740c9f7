/** From a page's text to clean text, tokens and exact numbers: hostile input. The steps of the agent's money/numbers.py. */
(() => {
  const { parser } = globalThis.piecework;
  const { table, words, values } = parser;

  /** Characters (code points) of a text that are looked at and kept. */
  const LIMIT = 200;
  /** Every figure read stays below this, so that a number holds it exactly. */
  const EXACT_LIMIT = 2n ** 53n;
  const GLUE = "\u00a0";
  const NUMBER_TEXT = "[0-9]+(?:[.,'][0-9]+)*";
  const LEADING_POINT = "(?<![A-Za-z0-9.,])[.,]" + NUMBER_TEXT;
  const GROUPED = "[1-9][0-9]{0,2}(?:SPACE[0-9]{3})+(?![0-9])(?:[.,][0-9]+)?(?![.,']?[0-9])";
  const BLANK_SIGNS = new Set("-•.,:");
  const POINT_LANGS = words("point_langs");
  const POINT_REGIONS = words("point_regions");
  const FOLD_KINDS = { drop: "", space: " ", glue: GLUE, dash: "-", quote: "'", bullet: "•" };
  const FOLD = foldTable();

  /** @param {string} name a row such as "300-36f ad" @returns {string[]} its characters */
  function characters(name) {
    return table[name].split(" ").flatMap((span) => {
      const [first, last] = span.split("-").map((code) => parseInt(code, 16));
      return Array.from({ length: (last ?? first) - first + 1 }, (_, at) => String.fromCodePoint(first + at));
    });
  }

  /** @returns {Map<string, string>} what each character is read as */
  function foldTable() {
    const map = new Map();
    for (const [code, sign] of values("fold_signs")) map.set(String.fromCodePoint(parseInt(code, 16)), sign);
    for (const [kind, sign] of Object.entries(FOLD_KINDS)) {
      for (const character of characters(`fold_${kind}`)) map.set(character, sign);
    }
    for (const [letters, plain] of values("fold")) {
      for (const letter of letters) {
        map.set(letter, plain);
        const capital = letter.toUpperCase();
        if (capital.length === 1) map.set(capital, plain.toUpperCase());
      }
    }
    return map;
  }

  /**
   * @param {unknown} text
   * @returns {string} cut to 200 code points, well-formed, without NUL; "" for what is no text
   */
  function clean(text) {
    if (typeof text !== "string") return "";
    const whole = text.slice(0, 2 * LIMIT);
    const cut = whole.length > LIMIT ? Array.from(whole).slice(0, LIMIT).join("") : whole;
    return cut.toWellFormed().replaceAll("\0", "");
  }

  /**
   * @param {string} raw
   * @returns {boolean} whether the text turns its own direction, so that a person saw another number
   */
  const isDisguised = (raw) => /[\u202d\u202e]/.test(raw);

  /** @param {string} raw @returns {string} without accents and marks, with one kind of space, dash, quote and bullet */
  const fold = (raw) => Array.from(raw, (character) => FOLD.get(character) ?? character).join("");

  /** @param {string} lang a tag such as "fr" or "de-CH" @returns {ParsePage} an unknown language writes 1,5 */
  function pageOf(lang) {
    const tag = lang.toLowerCase().replaceAll("_", "-");
    const base = tag.split("-", 1)[0];
    return { lang: base, point: base === "" || POINT_LANGS.has(base) || POINT_REGIONS.has(tag) ? "." : "," };
  }

  /** @param {string} space @returns {RegExp} */
  function tokenPattern(space) {
    const grouped = GROUPED.replace("SPACE", space);
    return new RegExp(`([ ${GLUE}]+)|(${grouped}|${NUMBER_TEXT}|${LEADING_POINT})|([A-Za-z]+)|(.)`, "gsu");
  }

  // In English a plain space never parts thousands: "$5 640 places" holds two numbers.
  const TOKENS_EN = tokenPattern(GLUE);
  const TOKENS = tokenPattern(`[ ${GLUE}]`);

  /**
   * @param {string} folded @param {string} lang two letters
   * @returns {ParseToken[]} numbers, words, single characters
   */
  function tokenise(folded, lang) {
    /** @type {ParseToken[]} */
    const found = [];
    let gap = false;
    for (const [, space, number, word, sign] of folded.matchAll(lang === "en" ? TOKENS_EN : TOKENS)) {
      if (space) {
        gap = true;
        continue;
      }
      if (number) found.push({ kind: "n", text: number, gap, upper: false, digits: /^[0-9]+$/.test(number) ? number : "" });
      else if (word) found.push({ kind: "w", text: word.toLowerCase(), gap, upper: word === word.toUpperCase(), digits: "" });
      else found.push({ kind: "s", text: sign, gap, upper: false, digits: "" });
      gap = false;
    }
    return found;
  }

  /** @param {ParseToken | undefined} token @returns {boolean} */
  const isNumber = (token) => token?.kind === "n";

  /** @param {ParseToken[]} tokens @returns {string | null} the words joined by "_"; null where there is a number */
  function wordsOnly(tokens) {
    if (tokens.some(isNumber)) return null;
    return tokens.filter((token) => token.kind === "w").map((token) => token.text).join("_");
  }

  /** @param {ParseToken[]} tokens @returns {boolean} whether there is nothing but dashes, points and the like */
  const isBlank = (tokens) => tokens.every((token) => BLANK_SIGNS.has(token.text));

  const SINGLE = /^([0-9]*)([.,])([0-9]+)$/;
  const THOUSANDS = /^([1-9][0-9]{0,2}(?:([.,'])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]+))?$/;
  const LAKHS = /^([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]+))?$/;

  /** @param {string} whole @param {string} rest @returns {ParseNumber} */
  const decimal = (whole, rest) => ({ digits: BigInt(whole + rest), scale: rest.length });

  /**
   * One number token, exactly; null where its separators make no number.
   * @param {string} text
   * @param {"" | "." | ","} point the decimal sign expected, which decides "1.234" alone; "": three digits are thousands
   * @returns {ParseNumber | null}
   */
  function readNumber(text, point) {
    const body = text.replaceAll(" ", "").replaceAll(GLUE, "");
    if (/^[0-9]+$/.test(body)) return decimal(body, "");
    const single = SINGLE.exec(body);
    if (single) {
      const [, whole, sign, rest] = single;
      const thousand = rest.length === 3 && whole.length >= 1 && whole.length <= 3 && whole[0] !== "0" && sign !== point;
      return thousand && body === text ? decimal(whole + rest, "") : decimal(whole, rest);
    }
    const grouped = THOUSANDS.exec(body);
    if (grouped && grouped[2] !== grouped[3]) return decimal(grouped[1].replace(/[.,']/g, ""), grouped[4] ?? "");
    const lakhs = LAKHS.exec(body);
    return lakhs ? decimal(lakhs[1].replaceAll(",", ""), lakhs[2] ?? "") : null;
  }

  /** @param {number} exponent @returns {bigint} ten to that power */
  const power = (exponent) => 10n ** BigInt(exponent);

  /**
   * @param {ParseNumber} number @param {bigint} unit
   * @returns {bigint | null} the product where it is whole and below 2**53
   */
  function toUnits(number, unit) {
    const product = number.digits * unit;
    const divisor = power(number.scale);
    const whole = product / divisor;
    return product % divisor === 0n && whole < EXACT_LIMIT ? whole : null;
  }

  parser.text = {
    clean, isDisguised, fold, pageOf, tokenise, wordsOnly, isBlank, isNumber, readNumber, toUnits, power, EXACT_LIMIT,
  };
})();
