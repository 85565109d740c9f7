/**
 * Runs in a page with the extension's reader: finds its list and compares it with the labels, teaches it by clicks,
 * makes a definition and applies it after the page was changed. A predicted record counts when it overlaps exactly one
 * labelled record and their texts' lengths are within 0.6 of each other.
 */
globalThis.judgeOf = (document) => {
  const { detect, heal, health, place, read } = piecework;
  const line = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const length = (element) => line(detect.table ? piecework.nodes.text(element, 100_000) : "").length;
  const holds = (outer, inner) => {
    for (let up = inner; up; up = piecework.nodes.above(up)) if (up === outer) return true;
    return false;
  };
  const overlap = (one, other) => one === other || holds(one, other) || holds(other, one);
  const all = (selector) => piecework.dom.all(document, selector, true);
  const labelled = (selector) => (selector ? all(selector).filter((one) => line(piecework.nodes.text(one, 2_000))) : []);

  /** @returns {{right: number, pairs: Map<number, Element>}} */
  function match(records, labels) {
    const used = new Set();
    const pairs = new Map();
    for (const [at, record] of records.entries()) {
      const hit = labels.filter((one) => record.some((part) => overlap(part, one)));
      if (hit.length !== 1 || used.has(hit[0])) continue;
      const found = record.filter((part) => overlap(part, hit[0])).reduce((sum, part) => sum + length(part), 0);
      const wanted = length(hit[0]);
      if (Math.min(found, wanted) / Math.max(found, wanted) < 0.6) continue;
      used.add(hit[0]);
      pairs.set(at, hit[0]);
    }
    return { right: used.size, pairs };
  }

  /** The same rule for a field's text: equal but for signs, or one a large part of the other. */
  function equal(found, wanted) {
    if (!found) return false;
    if (found === wanted || found.replace(/[^\p{L}\d]/gu, "") === wanted.replace(/[^\p{L}\d]/gu, "")) return true;
    return (wanted.includes(found) && found.length > wanted.length * 0.6) || (found.includes(wanted) && wanted.length > found.length * 0.6);
  }

  const f1 = (right, found, wanted) => (right === 0 ? 0 : (2 * right) / (found + wanted));
  const NAMES = { title: ["title"], reward: ["pay", "hourly"], time: ["minutes"], requester: ["requester"], slots: ["places"] };

  function inside(record, selector) {
    const own = (base) => {
      try {
        return base.matches(selector) ? base : piecework.dom.one(base, selector, true);
      } catch {
        return null;
      }
    };
    for (let one = record, step = 0; one && step < 4; one = one.nextElementSibling, step += 1) {
      const found = own(one);
      if (found) return found;
      if (one.nextElementSibling?.hasAttribute("data-gt")) break;
    }
    return null;
  }

  function columns(guess, pairs, fields) {
    const told = {};
    const table = detect.table(guess);
    for (const [name, selector] of Object.entries(fields)) {
      const at = table.columns.findIndex((one) => (NAMES[name] ?? []).includes(one.name));
      let [right, asked] = [0, 0];
      for (const [row, label] of pairs) {
        const wanted = line(inside(label, selector)?.textContent);
        if (!wanted) continue;
        asked += 1;
        if (at >= 0 && equal(line(table.rows[row][at]?.text), wanted)) right += 1;
      }
      told[name] = [right, asked];
    }
    return told;
  }

  /** A click on a title of the middle record; then on that of the record after it. */
  function taught(labels, fields, found) {
    const target = (label) => (fields.title && inside(label, fields.title)) || deepest(label);
    const middle = labels.length >> 1;
    const good = (guesses) => guesses.length > 0 && f1(match(guesses[0].records, labels).right, guesses[0].records.length, labels.length) >= 0.9;
    const one = read.now(detect.containing(document, target(labels[middle]), found));
    if (good(one)) return 1;
    if (labels.length < 2) return 9;
    const both = read.now(detect.both(document, target(labels[middle]), target(labels[middle > 0 ? middle - 1 : 1]), found));
    return good(both) || one.slice(1).some((guess) => good([guess])) ? 2 : 9;
  }

  function deepest(label) {
    const leaf = piecework.leaves.of([label]).filter(({ text }) => text.length > 3)[0];
    return leaf?.element ?? label;
  }

  /** Everything that is asked of one labelled page. */
  function page(selector, fields, address) {
    const labels = labelled(selector);
    const found = read.now(detect.find(document, address));
    const [first] = found.guesses;
    const each = found.guesses.map((guess) => ({ found: guess.records.length, right: match(guess.records, labels).right }));
    const told = { labels: labels.length, verdict: found.verdict, state: found.state, each, score: first?.score ?? 0, likeness: first?.likeness ?? 0, fields: {}, clicks: 0 };
    if (!first || labels.length === 0) return told;
    told.fields = columns(first, match(first.records, labels).pairs, fields);
    told.clicks = taught(labels, fields, found);
    return told;
  }

  const FIELDS = { title: "[data-gtf=title]", reward: "[data-gtf=reward]", time: "[data-gtf=time]", requester: "[data-gtf=requester]", slots: "[data-gtf=slots]" };

  /** What a listing reads from the page as it is now, against its marks. */
  function read_with(listing, address) {
    const seen = { ...read.fromPage(document, address, listing.urls), shadow: listing.shadow === true };
    const { rows, via, health: told } = health.rows(listing, seen);
    const labels = labelled("[data-gt]");
    const span = Math.max(0, ...Object.values(listing.fields).flatMap((field) => field.from.map((one) => one.next ?? 0)));
    const records = rows.map((row) => Array.from({ length: span + 1 }, (_, next) => piecework.near.beside(row, next)).filter(Boolean));
    const { right, pairs } = loosely(records, labels);
    let [good, asked] = [0, 0];
    piecework.near.fresh();
    for (const [at, label] of pairs) {
      for (const [name, field] of [["title", "title"], ["reward", listing.fields.pay ? "pay" : "hourly"]]) {
        const wanted = line(inside(label, FIELDS[name])?.textContent);
        if (!wanted) continue;
        asked += 1;
        const got = line(place.text(listing.fields[field], { ...seen, row: rows[at] }));
        if (got === wanted || (got.includes(wanted) && got.length < wanted.length + 30)) good += 1;
      }
    }
    const ok = f1(right, rows.length, labels.length) >= 0.99 && (asked === 0 || good >= asked * 0.95);
    return { ok, via, rows: rows.length, score: told?.score ?? 0, why: told?.why ?? [], share: f1(right, rows.length, labels.length), values: asked ? good / asked : 1 };
  }

  /** A row may be a wrapper around the marked element: one of each is enough. */
  function loosely(records, labels) {
    const used = new Set();
    const pairs = new Map();
    for (const [at, record] of records.entries()) {
      const hit = labels.filter((one) => overlap(record[0], one));
      if (hit.length !== 1 || used.has(hit[0])) continue;
      used.add(hit[0]);
      pairs.set(at, hit[0]);
    }
    return { right: used.size, pairs };
  }

  /** Makes a definition, changes the page, reads again, and heals where the reading is not healthy. */
  function change(kind, address, mutate) {
    const found = read.now(detect.find(document, address));
    const induced = detect.induce(found.guesses[0], { page: document, address, id: "taught", name: "Taught", json: found.json });
    const { definition } = induced;
    const listing = definition.listings[definition.listings.length - 1];
    const coarse = granularity(listing, address);
    mutate[kind]();
    let told = read_with(listing, address);
    let silent = null;
    if (told.via < 0) {
      const proposal = read.now(heal.propose(definition, listing, document, address));
      silent = proposal?.silent ?? false;
      if (proposal && proposal.state === "changed") told = { ...read_with(proposal.listing, address), healed: true, distance: proposal.distance, doubts: proposal.why };
      else told = { ...told, state: proposal?.state };
    }
    return { kind, ...told, silent, coarse, same: induced.check.same, missing: induced.check.missing, kinds: listing.rows.length };
  }

  /** Rows too wide and too narrow are put to the test: [asked, caught]. */
  function granularity(listing, address) {
    const seen = { ...read.fromPage(document, address, listing.urls), shadow: listing.shadow === true };
    const { rows } = health.rows(listing, seen);
    let [asked, caught] = [0, 0];
    const ask = (wrong) => {
      if (wrong.length === 0) return;
      asked += 1;
      if (health.of(listing, wrong, seen).score < 0.9) caught += 1;
    };
    const ups = [...new Set(rows.map((row) => row.parentElement).filter(Boolean))];
    const per = (up) => rows.filter((row) => up.contains(row)).length;
    if (rows.length >= 2) ask(ups.filter((up) => per(up) >= 2));
    ask(rows.flatMap((row) => piecework.nodes.children(row)).filter((one) => piecework.nodes.text(one, 50).trim()).slice(0, 200).filter((one, _, some) => some.length >= rows.length * 2));
    return [asked, caught];
  }

  return { page, change, match, labelled, f1 };
};
