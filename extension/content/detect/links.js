/** Where records lead: addresses of one kind with their ids starred. The anchor that outlives every redesign. */
(() => {
  const { piecework } = globalThis;
  const { groups } = piecework.detect;

  const ID = /\d|^[A-Za-z0-9_-]{16,}$|%/;
  const MOST_LINKS = 4_000;
  const MOST_PATTERNS = 60;
  const LARGE = 500;
  const UNFIT = /^(?:#|javascript:|mailto:|tel:|data:|blob:)/i;

  /**
   * @param {string} href as the page writes it
   * @returns {{kind: string, key: string} | null} addresses of one kind share `kind`; `key` is what tells them apart
   */
  function kindOf(href) {
    if (href === "" || href.length > 2_000 || UNFIT.test(href)) return null;
    const [whole, query = ""] = href.split("#")[0].split("?", 2);
    const parts = whole.split("/");
    const starred = parts.map((part, at) => (at > 0 && ID.test(part) ? "*" : part));
    if (starred.includes("*")) return { kind: starred.join("/"), key: whole };
    const names = query.split("&").filter(Boolean).map((part) => part.split("=")[0]);
    if (names.length > 0) return { kind: `${whole}?${names.sort().join("&")}`, key: `${whole}?${query}` };
    const last = parts.findLastIndex((part) => part !== "");
    if (last < 1 || parts.length < 3) return null;
    return { kind: [...parts.slice(0, last), "*"].join("/"), key: whole };
  }

  /** @param {Tree} seen @returns {Map<string, {one: Noted, key: string}[]>} the page's links by kind */
  function kinds(seen) {
    /** @type {Map<string, {one: Noted, key: string}[]>} */
    const found = new Map();
    let count = 0;
    const todo = [seen.top];
    for (let one = todo.pop(); one && count < MOST_LINKS; one = todo.pop()) {
      for (let at = one.inside.length - 1; at >= 0; at -= 1) if (one.inside[at].links > 0) todo.push(one.inside[at]);
      if (one.href === "" || one.away >= 1) continue;
      const kind = kindOf(one.href);
      if (!kind) continue;
      count += 1;
      const same = found.get(kind.kind);
      if (same) same.push({ one, key: kind.key });
      else found.set(kind.kind, [{ one, key: kind.key }]);
    }
    return found;
  }

  /** The widest elements that hold one address of a kind and no other. @param {{one: Noted, key: string}[]} links @returns {Noted[]} */
  function widest(links) {
    /** @type {Map<Noted, string>} */
    const holds = new Map();
    for (const { one, key } of links) {
      for (let up = /** @type {Noted | null} */ (one); up; up = up.up) {
        const before = holds.get(up);
        if (before === "") break;
        if (before === undefined) holds.set(up, key);
        else if (before !== key) {
          for (let wide = /** @type {Noted | null} */ (up); wide && holds.get(wide) !== ""; wide = wide.up) holds.set(wide, "");
          break;
        } else break;
      }
    }
    /** @type {Map<string, Noted>} */
    const found = new Map();
    for (const { one, key } of links) {
      let wide = one;
      while (wide.up && holds.get(wide.up) !== "" && wide.up.up) wide = wide.up;
      const before = found.get(key);
      if (!before || before.text < wide.text) found.set(key, wide);
    }
    return [...found.values()].sort((a, b) => a.order - b.order);
  }

  const OCTAVES = 2.5;
  const LIKE = 0.3;

  /** Those of the commonest tag that are about as long as most, and built alike. @param {Noted[]} records @returns {Noted[]} */
  function resembling(records) {
    /** @type {Map<string, Noted[]>} */
    const tags = new Map();
    for (const one of records) {
      const known = tags.get(one.tag);
      if (known) known.push(one);
      else tags.set(one.tag, [one]);
    }
    const same = [...tags.values()].sort((a, b) => b.length - a.length)[0] ?? [];
    const middle = [...same].sort((a, b) => a.text - b.text)[same.length >> 1];
    const near = (/** @type {Noted} */ one) => Math.abs(Math.log2((one.text + 1) / (middle.text + 1))) < OCTAVES;
    return same.filter((one) => near(one) && groups.alike(one, middle) >= LIKE);
  }

  /**
   * Groups of elements that lead to one kind of address each: blocks built differently, in several parents.
   * @param {Tree} seen
   * @returns {Pass<Group[]>}
   */
  function* candidates(seen) {
    /** @type {Group[]} */
    const found = [];
    yield;
    const several = [...kinds(seen).values()].filter((links) => links.length >= 3);
    several.sort((a, b) => b.length - a.length);
    for (const links of several.slice(0, MOST_PATTERNS)) {
      yield;
      const wide = widest(links);
      if (wide.length > LARGE) yield;
      const records = resembling(wide.filter((one) => one.up !== null && one.text > 0));
      if (records.length < 3) continue;
      found.push({ records: records.map((one) => [one]), parent: /** @type {Noted} */ (records[0].up), stride: 1, linked: true });
    }
    return found;
  }

  /**
   * The pattern (as in _schema.json) that addresses of tasks share: what differs most is the id.
   * @param {string[]} addresses absolute, one of each record
   * @returns {string | null}
   */
  function pattern(addresses) {
    const urls = addresses.map((one) => piecework.url.parsed(one)).filter((one) => one !== null);
    if (urls.length < 2) return null;
    /** @type {Map<string, URL[]>} */
    const forms = new Map();
    for (const one of urls) {
      const form = `${one.protocol}//${one.hostname} ${one.pathname.split("/").length}`;
      forms.set(form, [...(forms.get(form) ?? []), one]);
    }
    const [form, same] = [...forms].sort((a, b) => b[1].length - a[1].length)[0];
    if (same.length < urls.length * 0.7) return null;
    return inPath(form.split(" ")[0], same) ?? inQuery(form.split(" ")[0], same);
  }

  /** @param {string} site @param {URL[]} urls @returns {string | null} */
  function inPath(site, urls) {
    const rows = urls.map((one) => one.pathname.split("/"));
    const differ = rows[0].map((_, at) => new Set(rows.map((parts) => parts[at])).size);
    const most = Math.max(...differ);
    if (most < urls.length * 0.8 && most < 3) return null;
    if (most <= 1) return null;
    const numbered = differ.findIndex((count, at) => count === most && rows.every((parts) => /\d/.test(parts[at])));
    const id = numbered >= 0 ? numbered : differ.lastIndexOf(most);
    const parts = rows[0].map((part, at) => (at === id ? "{id}" : differ[at] > 1 ? "*" : part));
    return `${site}${parts.join("/")}`;
  }

  /** @param {string} site @param {URL[]} urls @returns {string | null} */
  function inQuery(site, urls) {
    const names = [...urls[0].searchParams.keys()];
    const differ = names.map((name) => new Set(urls.map((one) => one.searchParams.get(name) ?? "")).size);
    const most = Math.max(0, ...differ);
    if (most < 2 || most < urls.length * 0.8) return null;
    return `${site}${urls[0].pathname}?${names[differ.indexOf(most)]}={id}`;
  }

  piecework.detect.links = { kindOf, candidates, pattern };
})();
