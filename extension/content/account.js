/** Whose sign-in a page shows, as text. Only the background keeps it, and only as a salted hash. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { place, read, url } = piecework;

  /**
   * @param {Definition} definition
   * @param {Document} page
   * @param {string} address
   * @returns {string} "-" where this platform shows none; "" where this page does not say (yet)
   */
  function account(definition, page, address) {
    const { shown, fields, urls } = definition.account;
    if (!shown) return "-";
    if (urls && !url.first(urls, address)) return "";
    return place.text(fields, read.fromPage(page, address, urls));
  }

  piecework.account = account;
})();
