/** Pay as a page says it: its text, and exact micro-units only where the page's own data holds exact numbers. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { place } = piecework;

  /** ISO 4217 currencies whose minor unit is the unit itself, and those with three decimals. */
  const NO_DECIMALS = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG", "RWF"]);
  const THREE_DECIMALS = new Set(["BHD", "IQD", "JOD", "KWD", "OMR", "TND"]);

  /** @param {string} currency @returns {number} decimals between the minor unit and the unit */
  function decimals(currency) {
    if (NO_DECIMALS.has(currency)) return 0;
    return THREE_DECIMALS.has(currency) ? 3 : 2;
  }

  /**
   * Minor units as decimal text and micro-units, or null where the text is no plain amount. No float is involved.
   * @param {string} text such as "80" or "80.5"
   * @param {string} currency
   * @returns {{micro: number, text: string} | null}
   */
  function fromMinor(text, currency) {
    const parts = /^([0-9]{1,15})(?:\.([0-9]{1,4}))?$/.exec(text);
    if (!parts) return null;
    const shift = decimals(currency);
    const digits = parts[1].padStart(shift + 1, "0") + (parts[2] ?? "").padEnd(6 - shift, "0");
    if ((parts[2] ?? "").length > 6 - shift) return null;
    const micro = Number(digits);
    if (!Number.isSafeInteger(micro)) return null;
    const [whole, part] = [digits.slice(0, -6), digits.slice(-6).replace(/0+$/, "").padEnd(shift, "0")];
    return { micro, text: `${BigInt(whole)}${part === "" ? "" : "."}${part} ${currency}` };
  }

  /** @param {Field} field @param {Source} source @returns {string} three letters, or "" */
  function currencyOf(field, source) {
    const told = place.text(field.currency_from && { from: field.currency_from }, source);
    if (/^[A-Za-z]{3}$/.test(told)) return told.toUpperCase();
    return field.currency ?? "";
  }

  /**
   * The pay at a field, or null where the page shows none. `raw` of a pay given in minor units is its amount in
   * units with the code behind it, so that it can be read again from its text alone.
   * @param {Field | undefined} field
   * @param {Source} source
   * @returns {PayText | null}
   */
  function read(field, source) {
    const raw = place.text(field, source);
    if (!field || raw === "") return null;
    const currency = currencyOf(field, source);
    const minor = field.as === "pay-minor";
    const exact = minor && currency !== "" ? fromMinor(raw, currency) : null;
    // What is no plain count of minor units would be read as units, a hundred times too much: said so, no parser takes it.
    /** @type {PayText} */
    const pay = { raw: exact?.text ?? (minor ? `${raw} (minor units)` : raw) };
    if (currency !== "") pay.currency = currency;
    if (exact) pay.micro = exact.micro;
    if (field.per && field.per !== "task") pay.per = field.per;
    if (source.lang !== "en") pay.lang = source.lang;
    return pay;
  }

  /** Texts parsed before: a list shows the same few pays again and again. */
  const MOST_KNOWN = 5_000;
  /** @type {Map<string, boolean>} */
  const known = new Map();

  /**
   * Whether a pay is there and can't be read as an amount: it is kept as text and counted.
   * @param {PayText | null | undefined} pay
   * @returns {boolean}
   */
  function unreadable(pay) {
    if (!pay || pay.micro !== undefined) return false;
    const { raw, lang, currency } = pay;
    const name = `${lang ?? ""} ${currency ?? ""} ${raw}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= MOST_KNOWN) known.clear();
    const is = piecework.parsePay(raw, { lang, currency }).state === "unreadable";
    known.set(name, is);
    return is;
  }

  piecework.pay = { read, unreadable, fromMinor };
})();
