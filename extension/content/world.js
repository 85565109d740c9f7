/** The world a page is watched in: its document, clocks, and the way to the background. Every part can be handed in. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const GONE = "Extension context invalidated";

  /** How far the wall clock ran ahead of the page's own since it was loaded: a machine that slept shows here. */
  const driftMs = () => Date.now() - performance.timeOrigin - performance.now();

  /** @returns {number} with which HTTP status the page came; 0 where the browser does not say */
  const status = () => /** @type {any} */ (performance.getEntriesByType("navigation")[0])?.responseStatus ?? 0;

  /** @param {object} message @returns {Promise<any>} rejects where the background does not answer */
  async function send(message) {
    if (!globalThis.browser?.runtime?.id) throw new Error(GONE);
    return browser.runtime.sendMessage(message);
  }

  /**
   * @param {Partial<Env>} given parts that replace the browser's own: a page that plays a site, a test
   * @returns {Env}
   */
  function world(given) {
    const page = given.page ?? document;
    return {
      page,
      window,
      address: () => location.href,
      nowUs: () => Date.now() * 1_000,
      uuid: () => piecework.uuid7(Date.now()),
      post: piecework.pulse.poster(),
      later: (ms, run) => void setTimeout(run, ms),
      visible: () => page.visibilityState === "visible",
      driftMs,
      status,
      send,
      fetch: (address, how) => fetch(address, how),
      parse: (text) => new DOMParser().parseFromString(text, "text/html"),
      ...given,
    };
  }

  piecework.world = world;
})();
