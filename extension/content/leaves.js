/** A record taken apart: the texts it shows, in order, each with the path that names its place in every record. */
(() => {
  const { hints, names, nodes } = piecework;

  const JOINED = 32;
  const MOST_LEAVES = 400;
  const MOST_DEPTH = 60;
  const MOST_TEXT = 2_000;
  const HEADING = /^h[1-6]$/;
  /** Tags whose place among their siblings says what they are. */
  const PLACED = new Set(["td", "th", "dd"]);

  /** @typedef {{leaves: Leaf[], counts: Map<string, number>}} Taken */
  /** @typedef {{path: string, link: Element | null, heading: boolean, depth: number}} Around */

  /** @param {Element} element @returns {{own: string, inside: Element[]}} its own text, and the elements in it that show any */
  function parts(element) {
    let own = "";
    const inside = [];
    for (let node = nodes.first(nodes.inside(element)); node; node = nodes.next(node)) {
      const type = nodes.type(node);
      if (type === 3) own += own.length < MOST_TEXT ? nodes.data(node) : "";
      else if (type === 1) {
        const one = /** @type {Element} */ (node);
        if (!nodes.SKIPPED.has(nodes.tag(one))) inside.push(one);
        else own += " ";
      }
    }
    return { own: hints.line(own).slice(0, MOST_TEXT), inside };
  }

  /** What goes with an amount that stands in an element of its own: "/hr", "per task", "+". */
  const BEHIND = /^(?:\/|per\b|pro\b|par\b|por\b|[+~≈])/i;

  /**
   * A pay or time written in pieces ("$" beside "99") as one text; "" where each piece is a text of its own.
   * @param {Element} element
   * @param {string} own
   * @param {Element[]} inside
   * @returns {string}
   */
  function joined(element, own, inside) {
    if (inside.length === 0) return "";
    const whole = hints.line(nodes.text(element, JOINED * 3));
    if (whole.length >= JOINED || whole === own) return "";
    if (!hints.hasPay(whole) && !hints.hasTime(whole)) return "";
    const tight = hints.line(nodes.text(element, JOINED * 3).replaceAll(" ", ""));
    let parts = 0;
    for (const one of inside) {
      const text = nodes.text(one, JOINED * 3);
      if (hints.hasPay(text) || hints.hasTime(text)) parts += 1;
    }
    const both = hints.hasPay(whole) && hints.hasTime(whole);
    if (both || parts > 1 || (parts === 1 && !BEHIND.test(own))) return "";
    return tight === "" ? "" : whole;
  }

  const NEAR = /(?:^|>)((?:h[1-6]|[a-z0-9-]+\.[^>]+)(?:>[^>.]+){0,2})$/;
  /** @type {Map<string, string>} */
  const nears = new Map();
  const MOST_NEARS = 20_000;

  /** The end of a path from its last named element on, two steps at most; "" where none is named. @param {string} path @returns {string} */
  function nearOf(path) {
    let known = nears.get(path);
    if (known === undefined) {
      if (nears.size > MOST_NEARS) nears.clear();
      const at = path.indexOf(">");
      known = (at < 0 ? null : NEAR.exec(path.slice(at)))?.[1] ?? "";
      nears.set(path, known);
    }
    return known;
  }

  /** @param {Taken} taken @param {Element} element @param {string} text @param {Around} around */
  function add(taken, element, text, around) {
    const count = taken.counts.get(around.path) ?? 0;
    taken.counts.set(around.path, count + 1);
    const { link, heading, path } = around;
    taken.leaves.push({ element, text, link, heading, key: `${path}#${count}`, path, near: nearOf(path) });
  }

  const WORDY = /[\p{L}\p{N}]/u;
  const MARKED = new Set("b i em strong mark u small sup sub font abbr".split(" "));

  /**
   * A sentence with words in bold or marked is one text; a label with its value in bold is two.
   * @param {string} tag
   * @param {Element} element
   * @param {string} own
   * @param {Element[]} inside
   * @returns {string}
   */
  function phrase(tag, element, own, inside) {
    if (inside.length === 0 || own.length < 4 || /[:=]\s*$/.test(own)) return "";
    if (!inside.every((one) => MARKED.has(nodes.tag(one)) && nodes.children(one).length === 0)) return "";
    const pieces = inside.map((one) => hints.line(nodes.text(one, 300)));
    if (pieces.some((text) => hints.hasPay(text) || hints.hasTime(text) || hints.isCount(text))) return "";
    const whole = hints.line(nodes.text(element, MOST_TEXT).replaceAll(/\s+/g, " "));
    return own.length * 2 >= whole.length || HEADING.test(tag) || tag === "a" ? whole : "";
  }

  /** @param {Taken} taken @param {Element} element @param {Around} given @param {boolean} top */
  function walk(taken, element, given, top) {
    if (taken.leaves.length >= MOST_LEAVES || given.depth > MOST_DEPTH) return;
    const tag = nodes.tag(element);
    const around = { ...given };
    if (tag === "a" && nodes.has(element, "href")) around.link = element;
    if (HEADING.test(tag)) around.heading = true;
    const { own, inside } = parts(element);
    const one = top ? "" : joined(element, own, inside) || phrase(tag, element, own, inside);
    if (one !== "") return add(taken, element, one, around);
    if (inside.length === 0) {
      if (own !== "") add(taken, element, own, around);
      return;
    }
    through(taken, element, around, own !== "");
  }

  /** Texts and elements in their order, so that a label is followed by its value. @param {Taken} taken @param {Element} element @param {Around} around @param {boolean} texts it has some of its own */
  function through(taken, element, around, texts) {
    const tag = nodes.tag(element);
    let [text, at] = ["", 0];
    const flush = () => {
      const said = text === "" ? "" : hints.line(text).slice(0, MOST_TEXT);
      text = "";
      if (WORDY.test(said)) add(taken, element, said, around);
    };
    for (let node = nodes.first(nodes.inside(element)); node; node = nodes.next(node)) {
      const type = nodes.type(node);
      if (type === 3 && texts) text += text.length < MOST_TEXT ? nodes.data(node) : "";
      if (type !== 1) continue;
      const child = /** @type {Element} */ (node);
      const name = nodes.tag(child);
      if (nodes.SKIPPED.has(name)) {
        text += " ";
        continue;
      }
      flush();
      const sig = names.signature(nodes.attribute(child, "class"));
      const place = PLACED.has(name) && tag === "tr" ? `:${at}` : "";
      at += 1;
      walk(taken, child, { ...around, path: `${around.path}>${name}${sig ? `.${sig}` : ""}${place}`, depth: around.depth + 1 }, false);
    }
    flush();
  }

  /** @param {Element} element @returns {Element | null} the link it lies in */
  function linkAround(element) {
    for (let up = /** @type {Element | null} */ (element); up; up = nodes.above(up)) {
      if (nodes.tag(up) === "a" && nodes.has(up, "href")) return up;
    }
    return null;
  }

  /**
   * @param {Element[]} record its elements
   * @param {Set<string>} [unique] ends of paths that come once in a record: these name a place wherever it has moved
   * @returns {Leaf[]}
   */
  function of(record, unique) {
    /** @type {Taken} */
    const taken = { leaves: [], counts: new Map() };
    for (const [at, element] of record.entries()) {
      walk(taken, element, { path: String(at), link: linkAround(element), heading: false, depth: 0 }, true);
    }
    if (unique) for (const leaf of taken.leaves) if (unique.has(leaf.near)) leaf.key = `~${leaf.near}`;
    return taken.leaves;
  }

  piecework.leaves = { of, parts };
})();
