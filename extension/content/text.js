/** Page text made fit to be kept: everything a page says may be hostile. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  // Non-breaking blanks stay: they group digits in many currencies, and the raw text of a pay is kept as it was.
  const BLANKS = /[ \t\n\r\f\v]+/g;
  const NUL = /\0/g;
  /** What most texts hold nothing of: runs of blanks, other white space, NUL, halves of pairs. */
  const UNFIT = /[\t\n\r\f\v\0\ud800-\udfff]| {2}/;

  /**
   * One line of well-formed text without NUL, at most `most` UTF-16 units. Cut before it is made well-formed, so
   * that a pair cut in half becomes a replacement character instead of text that JSON readers refuse.
   * @param {unknown} value anything; only strings, finite numbers and booleans have a text
   * @param {number} most
   * @returns {string}
   */
  function clean(value, most) {
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    if (typeof value === "boolean") return String(value);
    if (typeof value !== "string") return "";
    if (value.length <= most && !UNFIT.test(value)) return value.trim();
    const head = value.trimStart().slice(0, most * 4 + 64);
    return head.replace(NUL, "").replace(BLANKS, " ").trim().slice(0, most).toWellFormed();
  }

  /**
   * 64 bits in hexadecimal, the same in every version: names tasks that carry no id of their own.
   * Two FNV-1a lanes with different primes' seeds; not meant to withstand a forger.
   * @param {string} text
   * @returns {string}
   */
  function hash(text) {
    let high = 0xcbf29ce4;
    let low = 0x84222325;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(low ^ (unit + at), 0x01000193);
    }
    return (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
  }

  /** A site's word for a state: lower case, `-` and `_` as blanks. @param {string} text @returns {string} */
  function word(text) {
    return clean(text.replaceAll(/[-_]/g, " "), 200).toLowerCase();
  }

  Object.assign(piecework, { clean, hash, word });
})();
