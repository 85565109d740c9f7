/**
 * Which elements of a page may be the records of one list: siblings of one shape, the same kind under several parents,
 * and records made of several siblings each (a title row and a row of facts, dt and dd).
 */
(() => {
  const { tree } = piecework.detect;

  const DEEP = 4;
  const MOST_LEADERS = 12;
  const MOST_STRIDE = 5;
  const LIKE = 0.42;
  /** So many siblings take a slice of their own. */
  const LARGE = 500;
  const FEW = 8;
  /** Three records of two siblings each. */
  const LEAST_STRIDED = 5;

  /** @param {Noted} one @param {number} deep @param {number} before @param {Set<number>} found @returns {Set<number>} */
  function paths(one, deep, before, found) {
    for (const child of one.inside) {
      if (child.text === 0 && child.tag !== "img") continue;
      const path = (Math.imul(before, 37) + tree.tagHash(child.tag)) | 0;
      found.add(path);
      if (deep > 1) paths(child, deep - 1, path, found);
    }
    return found;
  }

  /** The tag paths inside an element, four deep. @param {Noted} one @returns {Set<number>} */
  const bag = (one) => (one.bag ??= paths(one, DEEP, 1, new Set()));

  /** @param {Noted} one @param {Noted} other @returns {number} 0 to 1: how alike what stands in them is built */
  function alike(one, other) {
    const [a, b] = [bag(one), bag(other)];
    if (a.size === 0 && b.size === 0) return 1;
    let both = 0;
    for (const path of a) if (b.has(path)) both += 1;
    return both / (a.size + b.size - both);
  }

  /** @param {Noted} leader @param {Noted} one @returns {number} */
  function closeness(leader, one) {
    const close = alike(leader, one);
    if (one.sig === leader.sig) return one.sig === "" ? close : close + 0.35;
    if (one.sig !== "" && leader.sig !== "" && one.sig.split(".")[0] === leader.sig.split(".")[0]) return close + 0.2;
    return close - 0.15;
  }

  /** Siblings by kind; without text they belong to none. @param {Noted[]} siblings @returns {number[][]} places among the siblings */
  function clusters(siblings) {
    /** @type {Noted[]} */
    const leaders = [];
    /** @type {Map<string, number>} */
    const known = new Map();
    /** @type {number[][]} */
    const found = [];
    for (const [at, one] of siblings.entries()) {
      if (one.text === 0) continue;
      const key = `${one.tag}|${one.sig}|${one.kind}`;
      let which = known.get(key);
      if (which === undefined) {
        which = nearest(leaders, one);
        if (which < 0) which = leaders.push(one) - 1;
        known.set(key, which);
      }
      (found[which] ??= []).push(at);
    }
    return found;
  }

  /** @param {Noted[]} leaders @param {Noted} one @returns {number} -1: it is a kind of its own */
  function nearest(leaders, one) {
    let [which, best] = [-1, LIKE];
    for (let at = 0; at < leaders.length && at < MOST_LEADERS; at += 1) {
      if (leaders[at].tag !== one.tag) continue;
      const close = closeness(leaders[at], one);
      if (close > best) [which, best] = [at, close];
    }
    return which;
  }

  /** What elements of one kind under several parents share. @param {Noted} one @param {Noted} parent @returns {string} */
  function kindOf(one, parent) {
    const own = `${one.tag}|${one.sig}|${parent.tag}|${parent.sig}|${parent.depth}`;
    return one.sig === "" ? `${own}|${one.shape}|${parent.up ? parent.up.tag + parent.up.sig : ""}` : own;
  }

  /** How far apart most leaders stand, and how many of them. @param {number[]} places @returns {[number, number]} */
  function gapOf(places) {
    /** @type {Map<number, number>} */
    const gaps = new Map();
    for (let at = 1; at < places.length; at += 1) {
      const gap = places[at] - places[at - 1];
      gaps.set(gap, (gaps.get(gap) ?? 0) + 1);
    }
    let most = /** @type {[number, number]} */ ([1, 0]);
    for (const one of gaps) if (one[1] > most[1]) most = one;
    return most;
  }

  /** Whether what stands right before a leader leads just as often: then that is the leader. @param {number[]} places @param {Noted[]} siblings @param {number[][]} all @param {number} gap */
  function follows(places, siblings, all, gap) {
    for (let back = 1; back < gap; back += 1) {
      const before = places[0] - back;
      if (before < 0 || siblings[before].text === 0) continue;
      if (all.some((other) => other !== places && other.length >= places.length * 0.8 && other[0] === before)) return true;
    }
    return false;
  }

  /** Records of several siblings: leaders at a constant distance with text between them. @param {Noted} parent @param {number[]} places @param {number[][]} all @returns {Group | null} */
  function stride(parent, places, all) {
    if (places.length < 3) return null;
    const siblings = parent.inside;
    const [gap, often] = gapOf(places);
    if (gap < 2 || gap > MOST_STRIDE || often < (places.length - 1) * 0.8) return null;
    let [led, between] = [0, 0];
    for (const at of places) {
      led += siblings[at].text;
      for (let more = 1; more < gap && at + more < siblings.length; more += 1) between += siblings[at + more].text;
    }
    if (between < led * 0.12 || follows(places, siblings, all, gap)) return null;
    const records = places.map((at) => siblings.slice(at, at + gap).filter((one, behind) => behind === 0 || one.text > 0));
    return { records, parent, stride: gap };
  }

  /** Siblings by tag and class alone, or with their kind too. @param {Noted[]} siblings @param {boolean} fine @returns {number[][]} */
  function exact(siblings, fine) {
    /** @type {Map<string, number[]>} */
    const found = new Map();
    for (let at = 0; at < siblings.length && found.size < 10; at += 1) {
      const one = siblings[at];
      if (one.text === 0) continue;
      const key = `${one.tag}|${one.sig}${fine ? `|${one.kind}` : ""}`;
      const places = found.get(key);
      if (places) places.push(at);
      else found.set(key, [at]);
    }
    return [...found.values()];
  }

  /** @param {Noted} parent @param {number[][]} found @returns {Group[]} */
  function strides(parent, found) {
    const ways = parent.inside.length >= 6 ? [exact(parent.inside, false), exact(parent.inside, true), found] : [found];
    const fit = ways.filter((places) => places.length > 1 && places.length <= 8);
    return fit.flatMap((places) => places.map((one) => stride(parent, one, places)).filter((one) => one !== null));
  }

  /** @param {Tree} seen @returns {Pass<Group[]>} */
  function* candidates(seen) {
    /** @type {Map<string, Group & {parents: number}>} */
    const merged = new Map();
    /** @type {Group[]} */
    const found = [];
    /** @type {{group: Group, key: string}[]} */
    const beside = [];
    const lone = [];
    for (const [count, parent] of seen.parents.entries()) {
      if (count % 100 === 99) yield;
      if (parent.inside.length === 1) {
        lone.push(parent);
        continue;
      }
      if (parent.inside.length < LEAST_STRIDED && parent.inside.every((one) => one.leaves <= 1)) continue;
      const large = parent.inside.length > LARGE;
      if (large) yield;
      const kinds = clusters(parent.inside);
      if (large) yield;
      found.push(...strides(parent, kinds));
      if (large) yield;
      for (const places of kinds) {
        // One text is no record, and no list of them is one.
        if (places.length === 1 && parent.inside[places[0]].leaves <= 1) continue;
        const records = places.map((at) => [parent.inside[at]]);
        const key = kindOf(records[0][0], parent);
        const same = merged.get(key);
        if (!same) merged.set(key, { records: [...records], parent, stride: 1, parents: 1 });
        else {
          same.parents += 1;
          same.records.push(...records);
        }
        if (records.length >= 2) beside.push({ group: { records, parent, stride: 1 }, key });
      }
    }
    addLone(merged, lone);
    // The three facts of each of a thousand cards are no list of their own.
    for (const { group, key } of beside) if (group.records.length >= FEW || (merged.get(key)?.parents ?? 1) <= FEW) found.push(group);
    const several = [...merged.values()].filter((one) => one.parents > 1 && one.records.length >= 3);
    for (const one of several) {
      if (one.records.length > LARGE) yield;
      one.records.sort((a, b) => a[0].order - b[0].order);
    }
    return [...found, ...several];
  }

  /** Last rows of a grid with one card in them. @param {Map<string, Group & {parents: number}>} merged @param {Noted[]} lone */
  function addLone(merged, lone) {
    for (const parent of lone) {
      const same = merged.get(kindOf(parent.inside[0], parent));
      if (!same) continue;
      same.parents += 1;
      same.records.push([parent.inside[0]]);
    }
  }

  piecework.detect.groups = { bag, alike, candidates };
})();
