/**
 * Reads of a page's DOM that the page's own names can't bend: a `<form name="querySelectorAll">` hides that method
 * of its document, an `<input name="textContent">` that property of its form. So prototypes are asked, never nodes.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const MOST_TEXT = 20_000;

  /** @param {string} type @param {string} name @returns {any} the interface's own method or getter, where it exists */
  function native(type, name) {
    const found = Object.getOwnPropertyDescriptor(/** @type {any} */ (globalThis)[type]?.prototype ?? {}, name);
    return found?.value ?? found?.get;
  }

  const asked = {
    Document: { all: native("Document", "querySelectorAll"), one: native("Document", "querySelector") },
    Fragment: { all: native("DocumentFragment", "querySelectorAll"), one: native("DocumentFragment", "querySelector") },
    Element: { all: native("Element", "querySelectorAll"), one: native("Element", "querySelector") },
  };
  const textOf = native("Node", "textContent");
  const childrenOf = native("Node", "childNodes");
  const attributeOf = native("Element", "getAttribute");
  const matchesOf = native("Element", "matches");
  const shadowOf = native("Element", "shadowRoot");
  const containsOf = native("Node", "contains");
  const connectedOf = native("Node", "isConnected");
  const rootOf = native("Document", "documentElement");

  /** @param {any} node */
  function methods(node) {
    if (typeof Document === "function" && node instanceof Document) return asked.Document;
    if (typeof DocumentFragment === "function" && node instanceof DocumentFragment) return asked.Fragment;
    return asked.Element;
  }

  /**
   * @param {ParentNode} node
   * @param {string} selector
   * @param {boolean} [shadow] open shadow roots too
   * @returns {Element[]} in the document's order; those of shadow roots after those outside
   */
  function all(node, selector, shadow = false) {
    const found = Array.from(methods(node).all.call(node, selector));
    if (shadow) for (const root of shadows(node)) found.push(...Array.from(methods(root).all.call(root, selector)));
    return /** @type {Element[]} */ (found);
  }

  /** @param {ParentNode} node @param {string} selector @param {boolean} [shadow] @returns {Element | null} */
  function one(node, selector, shadow = false) {
    const found = methods(node).one.call(node, selector);
    if (found || !shadow) return found;
    for (const root of shadows(node)) {
      const inside = methods(root).one.call(root, selector);
      if (inside) return inside;
    }
    return null;
  }

  /** Every open shadow root at or below a node, outer ones first. @param {ParentNode} node @returns {ShadowRoot[]} */
  function shadows(node) {
    const found = [];
    const todo = [node];
    for (let at = 0; at < todo.length; at += 1) {
      const elements = /** @type {any[]} */ (Array.from(methods(todo[at]).all.call(todo[at], "*")));
      if (at === 0 && methods(node) === asked.Element) elements.unshift(node);
      for (const element of elements) {
        const root = shadowOf.call(element);
        if (!root) continue;
        found.push(root);
        todo.push(root);
      }
    }
    return found;
  }

  /** @param {Node} node @param {number} [most] UTF-16 units @returns {string} the beginning of all text inside */
  function text(node, most = MOST_TEXT) {
    const whole = textOf.call(node) ?? "";
    return whole.length > most ? whole.slice(0, most) : whole;
  }

  /** @param {Element} element @returns {string} the text of its own text nodes, what lies in children left out */
  function ownText(element) {
    const own = Array.from(childrenOf.call(element)).filter((/** @type {any} */ node) => node instanceof Text);
    return own.map((node) => textOf.call(node)).join(" ").slice(0, MOST_TEXT);
  }

  /** @param {Element} element @param {string} name @returns {string} empty where there is none */
  const attribute = (element, name) => attributeOf.call(element, name) ?? "";

  /** @param {Element} element @param {string} selector @returns {boolean} */
  const matches = (element, selector) => matchesOf.call(element, selector);

  /** @param {Node} outer @param {Node | null} inner @returns {boolean} shadow roots hide what is inside them */
  const contains = (outer, inner) => containsOf.call(outer, inner);

  /** @param {Node} node @returns {boolean} */
  const connected = (node) => connectedOf.call(node);

  /** Language of a page as two letters, "en" where it does not say. @param {Document} page @returns {string} */
  function language(page) {
    const root = rootOf.call(page);
    const told = root ? attribute(root, "lang").slice(0, 2).toLowerCase() : "";
    return /^[a-z]{2}$/.test(told) ? told : "en";
  }

  piecework.dom = { all, one, shadows, text, ownText, attribute, matches, contains, connected, language };
})();
