/**
 * Quick looks at texts: does this hold a pay, a time, a count, a date? Cheaper and laxer than the parsers, which have
 * the last word on what is kept. Built from the parsers' own table of words, with a few more languages.
 */
(() => {
  const { piecework } = globalThis;
  const { parser } = piecework;

  const LONGEST = 240;
  const MORE_TIMES = "minuti ore giorni secondi minut godzin godziny uur uren minutter timer minuter timmar dakika saat мин минут час часа часов";
  const MORE_SIGNS = "R\\$ Kč zł kr Fr\\. CHF Rs\\.? RM Rp руб\\.? лв Ft lei 円 元 원";
  const MORE_POINTS = "punti punkty punten poäng баллов очков";
  /** @type {Record<string, string>} */
  const ACCENTS = { a: "[aàáâäã]", e: "[eéèêë]", i: "[iíîï]", o: "[oóôöõ]", u: "[uúûü]", n: "[nñ]", c: "[cç]" };

  /** @param {string} word folded, as the table has it @returns {string} the same with its accents allowed */
  const accented = (word) => word.replaceAll(/[aeiounc]/g, (letter) => ACCENTS[letter]);

  /** @param {string} rows names of rows of the table @param {number} shortest letters a word needs @returns {string[]} */
  function words(rows, shortest) {
    const all = rows.split(" ").flatMap((row) => parser.table[row].split(" "));
    return all.map((word) => word.split("=")[0]).filter((word) => word.length >= shortest && !word.includes("_")).map(accented);
  }

  const GAP = "[\\s\\u00a0\\u202f\\u2009]?";
  const SIGNS = parser.table.signs.split(" ").map((pair) => pair.split("=")[0].replace("$", "\\$"));
  const CODES = parser.table.codes.toUpperCase().split(" ").map((code) => `${code}\\b`);
  const LETTERS = [...MORE_SIGNS.split(" "), ...CODES].join("|");
  const CURRENCY = `${SIGNS.join("|")}|(?<!\\p{L})(?:${LETTERS})`;
  const NAMES = [...words("dollar_names names unknown_names", 3), ...words("cents_any cents_euro cents_unknown", 2), "pence"];
  const POINTS = [...words("points", 2), ...MORE_POINTS.split(" ")];
  const UNITS = [...words("unit_1 unit_60 unit_3600 unit_86400 unit_604800", 2), "h", ...MORE_TIMES.split(" ")];

  const PAY = new RegExp(
    `(?:${CURRENCY})${GAP}[\\d.,]*\\d|\\d(?:[.,]-)?${GAP}(?:${SIGNS.join("|")}|¢|(?:${LETTERS})(?!\\p{L}))|\\d${GAP}(?:${[...NAMES, ...POINTS].join("|")})(?!\\p{L})|\\d${GAP}/${GAP}(?:hour|hr|h|heure|stunde|std|hora)(?!\\p{L})`,
    "iu",
  );
  const TIME = new RegExp(
    `\\d${GAP}(?:${UNITS.join("|")})(?!\\p{L})|\\d${GAP}(?:m|分)(?:${GAP}\\d{1,2}${GAP}s)?(?![\\p{L}\\d²³])|\\b\\d{1,2}:\\d{2}(?::\\d{2})?(?!\\d|\\s?[ap]m)`,
    "iu",
  );
  const COUNT = /^[^\d]{0,16}\d[\d.,\s]*(?:\s?(?:\/|of|von|sur|de)\s?\d[\d.,]*)?[^\d]{0,18}$/;
  const DATE = /\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d\s?(?:jan|feb|mar|apr|mai|may|jun|jul|aug|sep|oct|okt|nov|dec|dez|févr|avr|juil|août|déc|ene|abr|ago)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d/i;
  const AGO = /\bago\b|\bil y a\b|\bvor\b|\bhace\b|\bgeleden\b|\bfa\b|\btemu\b|назад/i;
  const DIGIT = /\d/;

  const MOST_KEPT = 5_000;
  const SHORT = 32;

  /** What every pay and every time has: a sign, or a number beside a word or a colon. */
  const MAYBE = new RegExp(`${SIGNS.join("|")}|[¢円元원分]|\\d${GAP}\\p{L}|\\p{L}[.]?${GAP}\\d|\\d${GAP}[:/]`, "u");

  /** The same few short texts come again and again. @param {RegExp} wanted @returns {(text: string) => boolean} */
  function kept(wanted) {
    /** @type {Map<string, boolean>} */
    const known = new Map();
    return (text) => {
      if (text.length > SHORT) return text.length <= LONGEST && MAYBE.test(text) && wanted.test(text);
      let is = known.get(text);
      if (is === undefined) {
        if (known.size >= MOST_KEPT) known.clear();
        known.set(text, (is = MAYBE.test(text) && wanted.test(text)));
      }
      return is;
    };
  }

  const hasPay = kept(PAY);

  /** A duration, an age or what is left. */
  const hasTime = kept(TIME);

  /** @param {string} text @returns {boolean} a number with at most a few words around it */
  const isCount = (text) => text.length <= 60 && COUNT.test(text);

  /** @param {string} text @returns {boolean} a day, or how long ago something was */
  const hasDate = (text) => text.length <= 120 && DIGIT.test(text) && (DATE.test(text) || AGO.test(text));

  /** White space as one blank, as a person sees it. @param {string} text @returns {string} */
  const line = (text) => text.replaceAll(/[\s\u00a0\u202f]+/g, " ").trim();

  piecework.hints = { hasPay, hasTime, isCount, hasDate, line, AGO };
})();
