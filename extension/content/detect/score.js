/** How much a group of elements looks like a page's main list. The weights are data, to be fitted off-line. */
(() => {
  const { nodes } = piecework;
  const { cues, groups } = piecework.detect;

  const WEIGHTS = {
    count: 0.75, length: 0.55, leaves: 0.22, links: 1.1, share: 4.2, alike: 1.6, distinct: 3, away: 3.5, hidden: 2,
    pay: 0.9, time: 0.5, both: 0.6, inline: 2.2, cell: 1.6, item: 0.5, custom: 0.3, role: 0.6, marked: 0.4, two: 1.2,
    history: 1.6, payWord: 0.3, block: 2, unlike: 3,
  };
  const SAMPLES = 16;
  const INLINE = new Set("span b i em strong small p label td th code u sup sub button input img time h1 h2 h3 h4 h5 h6 tbody thead col".split(" "));
  const ITEMS = new Set(["li", "article", "tr"]);
  const ROLES = new Set(["listitem", "row", "article"]);
  const MARKS = ["itemscope", "data-testid", "data-id", "data-key"];
  const NUMBERS = /\d+/g;

  /** The text of all records, none counted for more than four times the middle one. @param {Group} group @param {number} text @returns {number} */
  function evened(group, text) {
    const { records } = group;
    if (records.length < 3) return text;
    const lengths = records.map((record) => record.reduce((sum, one) => sum + one.text, 0)).sort((a, b) => a - b);
    const most = lengths[lengths.length >> 1] * 4;
    if (lengths[lengths.length - 1] <= most) return text;
    return lengths.reduce((sum, one) => sum + Math.min(one, most), 0);
  }

  /** @param {Group} group @param {number} total the page's own text @returns {Traits} what can be summed up without reading */
  function traits(group, total) {
    const sum = { n: group.records.length, text: 0, links: 0, pay: 0, time: 0, both: 0, leaves: 0, away: 0, hidden: 0 };
    for (const record of group.records) {
      let [links, pays, times] = [0, 0, 0];
      for (const one of record) {
        sum.text += one.text;
        links += one.links;
        pays += one.pays;
        times += one.times;
        sum.leaves += one.leaves;
      }
      if (links > 0) sum.links += 1;
      if (pays > 0) sum.pay += 1;
      if (times > 0) sum.time += 1;
      if (pays > 0 && times > 0) sum.both += 1;
      sum.away += record[0].away;
      if (record[0].hidden) sum.hidden += 1;
    }
    const { n } = sum;
    const even = evened(group, sum.text);
    return {
      n, text: sum.text, average: even / n, links: sum.links / n, pay: sum.pay / n, time: sum.time / n, both: sum.both / n,
      leaves: sum.leaves / n, away: sum.away / n, hidden: sum.hidden / n, share: total ? even / total : 0, distinct: 1, alike: 1,
    };
  }

  /** The same with what only reading tells: do the records differ in text and resemble each other in build? @param {Group} group @param {Traits} known */
  function deepen(group, known) {
    const { records } = group;
    const step = Math.max(1, Math.floor(records.length / SAMPLES));
    const middle = records[records.length >> 1][0];
    const texts = new Set();
    let [count, alike] = [0, 0];
    for (let at = 0; at < records.length; at += step) {
      const one = records[at][0];
      count += 1;
      texts.add(`${one.text}:${nodes.text(one.element, 200).slice(0, 160).replaceAll(NUMBERS, "")}`);
      if (at > 0) alike += groups.alike(middle, one);
    }
    known.distinct = texts.size / count;
    known.alike = count > 1 ? alike / (count - 1) : 1;
  }

  /** @param {Group} group @param {Traits} known @returns {number} for what its elements are */
  function byKind(group, known) {
    const one = group.records[0][0];
    const { element, tag } = one;
    let score = 0;
    if (INLINE.has(tag)) score -= tag === "td" || tag === "tbody" ? WEIGHTS.cell : WEIGHTS.inline;
    if (ITEMS.has(tag)) score += WEIGHTS.item;
    if (tag.includes("-")) score += WEIGHTS.custom;
    if (ROLES.has(nodes.attribute(element, "role"))) score += WEIGHTS.role;
    if (MARKS.some((name) => nodes.has(element, name))) score += WEIGHTS.marked;
    if (known.n === 2) score -= WEIGHTS.two;
    return score;
  }

  /** @param {Group} group @param {Traits} known @returns {number} below 0: no list at all */
  function score(group, known) {
    if (known.n < 2 || known.leaves < 1.5 || known.average < 12) return -9;
    let sum = Math.min(Math.log2(known.n), 5.5) * WEIGHTS.count;
    sum += Math.min(Math.log2(1 + known.average) - 4, 4) * WEIGHTS.length;
    if (known.average > 1_500) sum -= Math.log2(known.average / 1_500) * 1.2;
    sum += Math.min(known.leaves, 8) * WEIGHTS.leaves;
    if (known.leaves > 40) sum -= 1;
    if (known.leaves > 25 && known.share / known.n > 0.1) sum -= WEIGHTS.block;
    sum -= Math.max(0, 0.6 - known.alike) * WEIGHTS.unlike;
    sum += known.links * WEIGHTS.links + known.share * WEIGHTS.share;
    sum += (known.alike - 0.5) * WEIGHTS.alike + (known.distinct - 0.7) * WEIGHTS.distinct;
    sum -= known.away * WEIGHTS.away + known.hidden * WEIGHTS.hidden;
    sum += known.pay * WEIGHTS.pay + known.time * WEIGHTS.time + known.both * WEIGHTS.both;
    if (known.pay > 0 && known.pay < 0.3) sum -= 0.2;
    return sum + byKind(group, known);
  }

  /** What a list says of itself and what it stands in. @param {Group} group @returns {number} */
  function byWords(group) {
    const text = group.records[0].map((one) => nodes.text(one.element, 800)).join(" ").slice(0, 600);
    let near = "";
    let up = /** @type {Noted | null} */ (group.parent);
    for (let steps = 0; steps < 2 && up; steps += 1, up = up.up) near += ` ${nodes.attribute(up.element, "id")} ${up.classes}`;
    const past = cues.history.test(text) || cues.history.test(near.replaceAll(/[-_]/g, " "));
    return (past ? -WEIGHTS.history : 0) + (cues.pay.test(text) ? WEIGHTS.payWord : 0);
  }

  piecework.detect.score = { traits, deepen, score, byWords };
})();
