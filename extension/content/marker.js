/** Markers of a definition: true when all that one of them names holds. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { dom, place, url } = piecework;

  /** @param {Marker} marker @param {Seen} seen @returns {boolean} */
  function inPage(marker, seen) {
    if (marker.sel === undefined && marker.text === undefined) return true;
    if (!seen.page) return false;
    const wanted = marker.text?.toLowerCase();
    if (marker.sel === undefined) return pageText(seen).includes(/** @type {string} */ (wanted));
    if (wanted === undefined) return dom.one(seen.page, marker.sel, seen.shadow) !== null;
    return dom.all(seen.page, marker.sel, seen.shadow).some((one) => dom.text(one).toLowerCase().includes(wanted));
  }

  /** Taken once for each look: it is the costliest thing a marker can ask. @param {Seen} seen @returns {string} */
  function pageText(seen) {
    const body = seen.page && dom.one(seen.page, "body");
    seen.text ??= body ? dom.text(body).toLowerCase() : "";
    return seen.text;
  }

  /** @param {Marker} marker @param {Seen} seen @returns {boolean} */
  function inJson(marker, seen) {
    if (marker.path === undefined) return true;
    const found = place.at(seen.json, marker.path);
    return marker.equals === undefined ? found !== undefined && found !== null : found === marker.equals;
  }

  /**
   * @param {Marker} marker
   * @param {Seen} seen
   * @returns {boolean}
   */
  function holds(marker, seen) {
    if (marker.status !== undefined && marker.status !== seen.status) return false;
    if (marker.url !== undefined && !url.match(marker.url, seen.url)) return false;
    return inJson(marker, seen) && inPage(marker, seen);
  }

  /** @param {Marker[] | undefined} markers @param {Seen} seen @returns {boolean} true when one of them holds */
  function any(markers, seen) {
    return (markers ?? []).some((marker) => holds(marker, seen));
  }

  /** Markers that an address alone can fulfil: they hold on pages that show no list, such as the sign-in page. */
  function elsewhere(/** @type {Marker[] | undefined} */ markers, /** @type {string} */ address) {
    const alone = (markers ?? []).filter((marker) => marker.sel === undefined && marker.text === undefined);
    return alone.some((marker) => marker.url !== undefined && url.match(marker.url, address) !== null);
  }

  piecework.marker = { holds, any, elsewhere };
})();
