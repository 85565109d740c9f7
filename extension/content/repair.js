/** A list that is no longer found by its definition is looked for once more, in the page as it is now. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /**
   * @param {{definition: Definition, list: string}} asked
   * @returns {Promise<{listing: Listing, silent: boolean, why: string[]} | null>} null where nothing was found that fits
   */
  async function repair({ definition, list }) {
    const listing = definition.listings.find((one) => one.id === list);
    if (!listing || !piecework.url.first(listing.urls, location.href)) return null;
    const found = await piecework.detect.sliced(piecework.heal.propose(definition, listing, document, location.href));
    if (!found || found.state !== "changed" || piecework.detect.safe({ ...definition, listings: [found.listing] }).length > 0) return null;
    return { listing: found.listing, silent: found.silent, why: found.why };
  }

  if (piecework.repair || !globalThis.browser?.runtime?.id) return;
  piecework.repair = repair;
  browser.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {unknown} */ _, /** @type {(answer: unknown) => void} */ answer) => {
    if (message?.do !== "repair") return false;
    repair(message).then(answer, () => answer(null));
    return true;
  });
})();
