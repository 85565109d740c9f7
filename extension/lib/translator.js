/** Words with their blanks filled in: a classic script, for pages of sites and for the extension's own. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /**
   * A key with a count has two entries, `key_one` and `key_other` (Intl.PluralRules).
   * @param {Record<string, string>} words
   * @param {string} language
   * @returns {Translate}
   */
  function translator(words, language) {
    const plural = new Intl.PluralRules(language);
    return (key, params = {}) => {
      const counted = typeof params.n === "number" ? words[`${key}_${plural.select(params.n)}`] ?? words[`${key}_other`] : undefined;
      const text = counted ?? words[key] ?? key;
      return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
    };
  }

  piecework.translator = translator;
})();
