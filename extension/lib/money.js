/**
 * Reading a pay as a page writes it: a preview, the ledger believes the agent's own parser (money/pay.py), which
 * answers the same. Nothing is guessed silently: a text that could mean two sums is unreadable and kept as it is.
 * Classic scripts, in this order: words, numbers, currency, amounts, bounds, per, spans, money, spells, duration, places.
 */
(() => {
  const { piecework } = globalThis;
  const { words, text, amounts, find } = piecework.parser;

  /** The same number as the agent's, raised with every change of an answer. */
  const PARSER_VERSION = 1;
  const NONE_TEXTS = words("none_texts");
  const ZERO_TEXTS = words("zero_texts");

  /**
   * @param {string} raw @param {PayReading["state"]} state
   * @param {{micro?: number | null, max_micro?: number | null, currency?: string | null, per?: PayUnit}} [said]
   * @returns {PayReading}
   */
  function reading(raw, state, { micro = null, max_micro = null, currency = null, per = "task" } = {}) {
    return { state, micro, max_micro, currency, per, raw, parser: PARSER_VERSION };
  }

  piecework.parsePay = (given, { lang = "en", currency = null } = {}) => {
    const raw = text.clean(given);
    const hint = currency || null;
    const page = text.pageOf(lang);
    const tokens = text.tokenise(text.fold(raw), page.lang);
    const said = text.wordsOnly(tokens) ?? "a number";
    if (NONE_TEXTS.has(said) || text.isBlank(tokens)) return reading(raw, "none");
    if (ZERO_TEXTS.has(said)) return reading(raw, "stated", { micro: 0, max_micro: 0, currency: hint });
    const answer = text.isDisguised(raw) ? null : find({ tokens, amounts: amounts.read(tokens, page), page, hint });
    if (answer === null) return reading(raw, "unreadable");
    const { low, high, currency: code } = answer.found;
    if (low >= text.EXACT_LIMIT || (high ?? 0n) >= text.EXACT_LIMIT) return reading(raw, "unreadable");
    const max_micro = high === null ? null : Number(high);
    return reading(raw, "stated", { micro: Number(low), max_micro, currency: code, per: answer.unit });
  };
})();
