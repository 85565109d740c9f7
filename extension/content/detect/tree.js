/**
 * One walk over a page, open shadow roots included, that notes for each element what stands in it: text, links, pays,
 * times, and its shape. Everything after works on these notes. A generator, so that no page waits for it.
 */
(() => {
  const { hints, names, nodes } = piecework;
  const { cues } = piecework.detect;

  const STEP = 250;
  const MOST_NODES = 150_000;
  const MOST_DEPTH = 400;
  const JOINED = 32;
  /** Roles and tags of what stands around a page's content. */
  const AWAY = new Set(["navigation", "menu", "menubar", "contentinfo", "dialog", "tablist"]);

  /** What most elements hold; never written to. @type {Noted[]} */
  const NONE = [];

  /** @type {Map<string, number>} */
  const tags = new Map();

  /** @param {string} text @returns {number} */
  function hash(text) {
    let sum = 7;
    for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
    return sum;
  }

  /** @param {string} tag @returns {number} */
  function tagHash(tag) {
    let known = tags.get(tag);
    if (known === undefined) tags.set(tag, (known = hash(tag)));
    return known;
  }

  /** @param {Element} element @param {Noted | null} up @param {number} order @returns {Noted} */
  function note(element, up, order) {
    const tag = nodes.tag(element);
    const value = nodes.attribute(element, "class");
    return {
      element, up, order, tag, sig: names.signature(value), classes: value, depth: up ? up.depth + 1 : 0, inside: NONE,
      text: 0, own: 0, links: 0, pays: 0, times: 0, leaves: 0, size: 1, away: up ? up.away : 0, hidden: false,
      shape: 0, kind: 0, bag: null, digits: false, href: "",
    };
  }

  /** @type {Map<string, boolean>} */
  const known = new Map();
  const MOST_KNOWN = 20_000;

  /** @param {string} classes @returns {boolean} names of what stands around the content */
  function isAround(classes) {
    let is = known.get(classes);
    if (is === undefined) {
      if (known.size > MOST_KNOWN) known.clear();
      known.set(classes, (is = cues.around.test(classes)));
    }
    return is;
  }

  /** How far an element is from a page's content: 1 navigation and the like, 0.6 by its names. @param {Noted} one @param {boolean} told it has attributes that may say so @returns {number} */
  function awayOf(one, told) {
    if (one.tag === "nav" || one.tag === "footer" || (one.tag === "header" && one.depth < 5)) return 1;
    if (told && AWAY.has(nodes.attribute(one.element, "role"))) return 1;
    const id = told ? nodes.attribute(one.element, "id") : "";
    const named = (one.classes !== "" && one.classes.length < 120 && one.depth > 2 && isAround(one.classes)) || (id !== "" && cues.around.test(id));
    return named ? 0.6 : 0;
  }

  /** @param {Noted} one @param {string} data */
  function takeText(one, data) {
    const text = data.length < 400 ? data.trim() : data;
    if (text === "") return;
    if (one.own === 0) one.leaves += 1;
    one.own += text.length;
    if (text.length > 240 || !/\d/.test(text)) return;
    one.digits = true;
    if (hints.hasPay(text)) one.pays += 1;
    if (hints.hasTime(text)) one.times += 1;
  }

  /** Pays and times written in pieces, such as "$" beside "99". @param {Noted} one */
  function takeJoined(one) {
    if (!one.digits || one.pays > 0 || one.times > 0 || one.leaves > 6 || one.text < 2 || one.text >= JOINED || one.inside.length === 0) return;
    const text = hints.line(nodes.text(one.element, 200));
    if (text.length >= 40) return;
    if (hints.hasPay(text)) one.pays = 1;
    else if (hints.hasTime(text)) one.times = 1;
  }

  /** Shape and kind: which tags, and which shapes, stand in it, however often and in whatever order. @param {Noted} one */
  function takeShape(one) {
    if (one.inside.length === 0) {
      one.kind = one.shape = tagHash(one.tag);
      return;
    }
    /** @type {number[]} */
    const shapes = [];
    /** @type {number[]} */
    const plain = [];
    const start = tagHash(one.tag);
    [one.kind, one.shape] = [start, start];
    for (const child of one.inside) {
      if (child.text === 0 && child.tag !== "img") continue;
      if (!shapes.includes(child.shape)) {
        shapes.push(child.shape);
        one.kind = (one.kind + mixed(child.shape)) | 0;
      }
      const tag = tagHash(child.tag);
      if (child.text > 0 && !plain.includes(tag)) {
        plain.push(tag);
        one.shape = (one.shape + mixed(tag)) | 0;
      }
    }
  }

  /** Spread, so that sums of different numbers differ. @param {number} number @returns {number} */
  const mixed = (number) => Math.imul(number ^ (number >>> 15), 0x2c1b3c6d) ^ 0x297a2d39;

  /** @param {Noted} one all of its content has been seen @param {Set<Element>} told */
  function finish(one, told) {
    one.text += one.own;
    const { element, tag } = one;
    if (tag === "a") one.href = nodes.attribute(element, "href");
    if (one.href !== "" || tag === "button" || (tag !== "a" && told.has(element) && nodes.has(element, "onclick"))) one.links += 1;
    takeJoined(one);
    takeShape(one);
    const up = one.up;
    if (!up) return;
    if (up.inside === NONE) up.inside = [one];
    else up.inside.push(one);
    up.text += one.text;
    up.links += one.links;
    up.pays += one.pays;
    up.times += one.times;
    up.leaves += one.leaves;
    up.size += one.size;
    up.digits ||= one.digits;
  }

  const TELLING = "[role], [id], [hidden], [aria-hidden], [onclick]";

  /** @param {Element} element @param {Noted | null} up @param {number} order @param {Set<Element>} told elements with attributes that matter @returns {Noted} */
  function begin(element, up, order, told) {
    const one = note(element, up, order);
    const has = told.has(element);
    if (one.away < 1) one.away = Math.max(one.away, awayOf(one, has));
    one.hidden = has && (nodes.has(element, "hidden") || nodes.attribute(element, "aria-hidden") === "true");
    const inner = nodes.inside(element);
    if (inner !== element) for (const more of piecework.dom.all(/** @type {ShadowRoot} */ (inner), TELLING)) told.add(more);
    return one;
  }

  /**
   * @param {Element} root mostly the body
   * @returns {Pass<Tree>} `cut` where the page is too large to be seen whole
   */
  function* scan(root) {
    /** @type {Noted[]} */
    const parents = [];
    const told = new Set(piecework.dom.all(root, TELLING));
    const top = begin(root, null, 0, told);
    let one = top;
    let order = 1;
    let cut = false;
    const todo = [nodes.first(nodes.inside(root))];
    while (todo.length > 0) {
      const node = todo[todo.length - 1];
      if (!node) {
        todo.pop();
        finish(one, told);
        if (one.inside.length > 0 && one.text > 20) parents.push(one);
        if (one.up) one = one.up;
        continue;
      }
      todo[todo.length - 1] = nodes.next(node);
      const type = nodes.type(node);
      if (type === 3) takeText(one, nodes.data(node));
      else if (type === 1 && !nodes.SKIPPED.has(nodes.tag(/** @type {Element} */ (node)))) {
        cut ||= order >= MOST_NODES || todo.length > MOST_DEPTH;
        if (cut) continue;
        one = begin(/** @type {Element} */ (node), one, order, told);
        order += 1;
        todo.push(nodes.first(nodes.inside(one.element)));
        if (order % STEP === 0) yield;
      }
    }
    return { top, parents, cut };
  }

  piecework.detect.tree = { scan, tagHash };
})();
