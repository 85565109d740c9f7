/** Records that stand beside the others and look a little different: featured, first, without a picture. */
(() => {
  const { groups, links } = piecework.detect;

  const LIKE = 0.34;
  const OCTAVES = 2;
  const MOST = 0.34;

  /** @param {Noted} one @param {Map<string, number>} found @returns {Map<string, number>} how many addresses of each kind lie in it */
  function kindsIn(one, found = new Map()) {
    const kind = links.kindOf(one.href)?.kind;
    if (kind) found.set(kind, (found.get(kind) ?? 0) + 1);
    for (const child of one.inside) if (child.links > 0) kindsIn(child, found);
    return found;
  }

  /** The kind of address that nearly every record leads to. @param {Noted[][]} records @returns {string | null} */
  function common(records) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    const step = Math.max(1, Math.floor(records.length / 20));
    let asked = 0;
    for (let at = 0; at < records.length; at += step) {
      asked += 1;
      for (const kind of kindsIn(records[at][0]).keys()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    const best = [...counts].sort((a, b) => b[1] - a[1])[0];
    return best && best[1] >= asked * 0.9 ? best[0] : null;
  }

  /** @param {Noted} one @param {Noted} middle @param {string | null} kind @returns {boolean} */
  function fits(one, middle, kind) {
    if (one.tag !== middle.tag || one.text === 0) return false;
    if (Math.abs(Math.log2((one.text + 1) / (middle.text + 1))) > OCTAVES) return false;
    const like = groups.alike(one, middle);
    if (like < LIKE) return false;
    if (kind !== null && kindsIn(one).has(kind)) return true;
    return one.sig === middle.sig && like > (one.sig === "" ? 0.6 : 0.45);
  }

  /** @param {Group} group @returns {Group} with the siblings of its records that fit */
  function siblings(group) {
    if (group.stride > 1 || group.records.length < 3) return group;
    const own = new Set(group.records.map(([one]) => one));
    const parents = new Set(group.records.map(([one]) => one.up));
    const middle = group.records[group.records.length >> 1][0];
    const kind = common(group.records);
    const found = [];
    for (const parent of parents) {
      if (!parent || parent.inside.length === own.size) continue;
      for (const one of parent.inside) if (!own.has(one) && fits(one, middle, kind)) found.push([one]);
    }
    if (found.length === 0 || found.length > group.records.length * MOST) return group;
    return { ...group, records: [...group.records, ...found].sort((a, b) => a[0].order - b[0].order) };
  }

  piecework.detect.adopt = { siblings, common, kindsIn };
})();
