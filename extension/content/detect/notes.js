/** What a reader can't see of a page, said aloud: frames of other sites, rows not drawn yet, further pages. */
(() => {
  const { nodes } = piecework;
  const { dom, url } = piecework;

  const VIRTUAL = '[class*="virtual" i], [data-index], [data-virtualized], [aria-rowcount], [aria-setsize], [data-known-size], [data-item-index]';
  const ENDLESS = '[class*="infinite" i], [class*="load-more" i], [class*="loadmore" i], [data-infinite]';
  const NEXT = 'a[rel~=next], link[rel~=next], [aria-label*="next page" i], [class*="pagination" i] a, [class*="pager" i] a';
  const MORE = /load more|show more|see more|charger plus|voir plus|mehr (?:laden|anzeigen)|cargar m[áa]s|ver m[áa]s/i;
  const FRAMES = 20;
  /** What loads more stands behind the rows. */
  const ASKED = 200;

  /** @param {Document} page @param {string} address @returns {Note[]} frames whose content no script of ours sees */
  function frames(page, address) {
    const own = url.parsed(address)?.origin;
    /** @type {Map<string, Note>} */
    const found = new Map();
    for (const frame of dom.all(page, "iframe[src]").slice(0, FRAMES)) {
      const origin = url.parsed(url.absolute(nodes.attribute(frame, "src"), address))?.origin;
      if (origin && origin !== own && /^https?:/.test(origin)) found.set(origin, { note: "foreign_frame", what: origin });
    }
    return [...found.values()];
  }

  /** @param {Element} row @returns {number} how many rows the list says it has; 0 where it doesn't say */
  function told(row) {
    for (let up = /** @type {Element | null} */ (row), steps = 0; up && steps < 4; up = nodes.above(up), steps += 1) {
      const count = Number(nodes.attribute(up, "aria-rowcount") || nodes.attribute(up, "aria-setsize"));
      if (count > 0) return count;
    }
    return 0;
  }

  /** @param {Guess} guess @returns {boolean} a list that draws what is in view only */
  function isVirtual(guess) {
    const row = guess.records[0][0];
    if (told(row) > guess.records.length * 1.5) return true;
    const style = nodes.attribute(row, "style");
    const placed = /position:\s*absolute/.test(style) && /top:|translate/.test(style);
    const parent = nodes.above(row);
    return placed && parent !== null && (dom.matches(row, VIRTUAL) || /height:\s*\d{4,}px/.test(nodes.attribute(parent, "style")));
  }

  /** @param {Document} page @param {string} address @param {Guess | undefined} guess @param {boolean} cut @returns {Pass<Note[]>} */
  function* notes(page, address, guess, cut) {
    const found = frames(page, address);
    yield;
    if (cut) found.push({ note: "too_long", what: "" });
    if (!guess) return found;
    if (isVirtual(guess)) found.push({ note: "virtual", what: String(guess.records.length) });
    yield;
    const marked = dom.one(page, ENDLESS);
    yield;
    const endless = marked || dom.all(page, "button, a").slice(-ASKED).some((one) => MORE.test(nodes.text(one, 60)));
    if (endless) found.push({ note: "endless", what: String(guess.records.length) });
    yield;
    if (dom.one(page, NEXT)) found.push({ note: "next_page", what: "" });
    return found;
  }

  piecework.detect.notes = notes;
})();
