/**
 * The page's nodes as a walk reads them. Prototypes are asked, never nodes: an `<input name="firstChild">` hides that
 * property of its form (see content/dom.js).
 */
(() => {
  const { piecework } = globalThis;

  /** @param {string} type @param {string} name @returns {any} the interface's own method or getter */
  function native(type, name) {
    const found = Object.getOwnPropertyDescriptor(/** @type {any} */ (globalThis)[type]?.prototype ?? {}, name);
    return found?.get ?? found?.value;
  }

  const firstOf = native("Node", "firstChild");
  const nextOf = native("Node", "nextSibling");
  const typeOf = native("Node", "nodeType");
  const parentOf = native("Node", "parentNode");
  const dataOf = native("CharacterData", "data");
  const nameOf = native("Element", "localName");
  const shadowOf = native("Element", "shadowRoot");
  const attributeOf = native("Element", "getAttribute");
  const hasOf = native("Element", "hasAttribute");
  const siblingOf = native("Element", "nextElementSibling");
  const hostOf = native("ShadowRoot", "host");

  /** @param {Element} element @returns {Node} what its content hangs on: its open shadow root, or itself */
  const inside = (element) => shadowOf.call(element) ?? element;

  /** @param {Node} node @returns {Element | null} the element around it; that of a shadow root is its host */
  function above(node) {
    const up = parentOf.call(node);
    if (!up) return null;
    const type = typeOf.call(up);
    if (type === 1) return up;
    return type === 11 && typeof ShadowRoot === "function" && up instanceof ShadowRoot ? hostOf.call(up) : null;
  }

  /** @param {Element} element @returns {Element[]} element children, those of its open shadow root where it has one */
  function children(element) {
    const found = [];
    for (let node = firstOf.call(inside(element)); node; node = nextOf.call(node)) {
      if (typeOf.call(node) === 1) found.push(node);
    }
    return found;
  }

  /**
   * All text of an element and of the open shadow roots in it, cut at `most` characters.
   * @param {Element} element
   * @param {number} [most]
   * @returns {string}
   */
  function text(element, most = 4_000) {
    /** @type {string[]} */
    const found = [];
    let length = 0;
    const todo = [firstOf.call(inside(element))];
    while (todo.length > 0 && length < most) {
      const node = todo.pop();
      if (!node) continue;
      todo.push(nextOf.call(node));
      const type = typeOf.call(node);
      if (type === 3) {
        const data = dataOf.call(node);
        const blank = BLANK.test(data);
        length += blank ? 1 : data.length;
        found.push(blank ? " " : data);
      } else if (type === 1 && !SKIPPED.has(nameOf.call(node))) {
        found.push(" ");
        todo.push(firstOf.call(inside(node)));
      }
    }
    return found.join("").slice(0, most);
  }

  const BLANK = /^\s*$/;

  /** Elements that show no text of their own. */
  const SKIPPED = new Set(
    "script style noscript template svg path link meta iframe option select textarea canvas video audio head br hr wbr source object".split(" "),
  );

  /** @param {Element} element @param {string} name @returns {string} "" where there is none */
  const attribute = (element, name) => attributeOf.call(element, name) ?? "";
  /** @param {Element} element @param {string} name @returns {boolean} */
  const has = (element, name) => hasOf.call(element, name);
  /** @param {Node} node @returns {Node | null} */
  const first = (node) => firstOf.call(node);
  /** @param {Node} node @returns {Node | null} */
  const next = (node) => nextOf.call(node);
  /** @param {Node} node @returns {number} */
  const type = (node) => typeOf.call(node);
  /** @param {Node} node @returns {string} of a text node */
  const data = (node) => dataOf.call(node);
  /** @param {Element} element @returns {string} its tag, lower case in HTML */
  const tag = (element) => nameOf.call(element);
  /** @param {Element} element @returns {Element | null} */
  const sibling = (element) => siblingOf.call(element);

  piecework.nodes = { SKIPPED, inside, above, children, text, attribute, has, first, next, type, data, tag, sibling };
})();
