/** The whole way from a page to its few best guesses, with what the page is and what of it can't be seen. */
(() => {
  const { detect } = piecework;
  const { dom, pulse } = piecework;

  const JUDGED = 3;
  const WORTH = 7;
  const CLOSE = 2.5;
  const LIKENESS = 2;

  /** Of lists that look equally good, the one that is like a list of paid tasks. @param {Guess[]} guesses @returns {Guess[]} */
  function ordered(guesses) {
    const best = guesses[0]?.score ?? 0;
    const worth = (/** @type {Guess} */ one) => one.score + (one.score >= best - CLOSE ? one.likeness * LIKENESS : 0);
    return [...guesses].sort((a, b) => worth(b) - worth(a));
  }

  /**
   * @param {Document} page
   * @param {string} address
   * @returns {Pass<Found>}
   */
  function* find(page, address) {
    const body = dom.one(page, "body");
    if (!body) return { guesses: [], json: null, verdict: "none", state: "nothing", notes: [] };
    const seen = yield* detect.tree.scan(body);
    const found = yield* detect.rank.guesses(seen);
    for (const one of found.slice(0, JUDGED)) {
      detect.judge(one, page, address);
      yield;
    }
    const guesses = ordered(found);
    const json = yield* detect.json.find(page);
    yield;
    const listed = guesses.length > 0 && guesses[0].score >= WORTH;
    const state = detect.state.state(page, listed);
    yield;
    const verdict = state === "list" ? detect.verdict(guesses[0]) : "none";
    const notes = yield* detect.notes(page, address, listed ? guesses[0] : undefined, seen.cut);
    return { guesses, json, verdict, state, notes };
  }

  const SLICE_MS = 8;

  /**
   * Runs a pass in slices, each its own task, so that the page gets its turn in between.
   * @template T
   * @param {Pass<T>} pass
   * @returns {Promise<T>}
   */
  function sliced(pass) {
    const post = pulse.poster();
    return new Promise((resolve, reject) => {
      const slice = () => {
        const from = performance.now();
        try {
          for (;;) {
            const step = pass.next();
            if (step.done) return resolve(step.value);
            if (performance.now() - from >= SLICE_MS) return post(slice);
          }
        } catch (cause) {
          reject(cause);
        }
      };
      post(slice);
    });
  }

  /** The page's own elements that show a guess. @param {Guess} guess @returns {Element[][]} */
  const boxes = (guess) => guess.records;

  Object.assign(detect, { find, sliced, boxes });
})();
