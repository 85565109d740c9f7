/** Times to find a list and to read one by its definition, in milliseconds; each batch is the mean of several runs. */
globalThis.cpuOf = (page, address) => {
  const { detect, read } = piecework;
  const found = read.now(detect.find(page, address));
  const induced = detect.induce(found.guesses[0], { page, address, id: "taught", name: "Taught" });
  const listing = induced.definition.listings[induced.definition.listings.length - 1];
  const body = page.body;
  const ways = {
    apply: () => read.now(read.list(listing, read.fromPage(page, address, listing.urls))).rows.length,
    detect: () => read.now(detect.rank.guesses(read.now(detect.tree.scan(body)))).length,
  };
  // The best of five: another program's turn is no slice of ours.
  const slices = () => Math.min(...Array.from({ length: 5 }, once));
  const once = () => {
    let [longest, from] = [0, performance.now()];
    const pass = detect.find(page, address);
    for (let step = pass.next(); !step.done; step = pass.next()) {
      const now = performance.now();
      longest = Math.max(longest, now - from);
      from = now;
    }
    return Math.max(longest, performance.now() - from);
  };
  const batch = (way, times) => {
    const from = performance.now();
    let rows = 0;
    for (let run = 0; run < times; run += 1) rows = ways[way]();
    return { ms: (performance.now() - from) / times, rows };
  };
  return { batch, slices, rows: ways.apply() };
};
