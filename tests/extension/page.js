// A page small enough to be read here: elements, texts, open shadow roots, and the selectors definitions are made of.
// Its interfaces are global before the content scripts are loaded, because those ask prototypes, never nodes.

class Node {
  #children = [];
  #parent = null;
  get nodeType() { return this instanceof Element ? 1 : this instanceof CharacterData ? 3 : this instanceof Document ? 9 : 11; }
  get childNodes() { return this.#children; }
  get parentNode() { return this.#parent; }
  get firstChild() { return this.#children[0] ?? null; }
  get nextSibling() { return this.#parent?.childNodes[this.#parent.childNodes.indexOf(this) + 1] ?? null; }
  get isConnected() { return true; }
  get textContent() { return this.#children.map((one) => one.textContent).join(""); }
  contains(other) { return other === this || this.#children.some((one) => one.contains(other)); }
  append(...more) {
    for (const one of more) {
      one.remove();
      this.#children.push(one);
      Node.#adopt(one, this);
    }
  }
  remove() {
    const at = this.#parent ? this.#parent.childNodes.indexOf(this) : -1;
    if (at >= 0) this.#parent.childNodes.splice(at, 1);
    this.#parent = null;
  }
  static #adopt(one, parent) { one.#parent = parent; }
}

class CharacterData extends Node {
  #data;
  constructor(data) { super(); this.#data = data; }
  get data() { return this.#data; }
  get textContent() { return this.#data; }
}
class Text extends CharacterData {}

/** The elements below a node that match; shadow roots hide what is in them. */
function select(root, selector) {
  const found = [];
  const walk = (one) => {
    for (const child of one.childNodes) {
      if (!(child instanceof Element)) continue;
      if (selector.split(/,(?![^(]*\))/).some((part) => fits(child, steps(part.trim()), root))) found.push(child);
      walk(child);
    }
  };
  walk(root);
  return found;
}

/** "ul > li.a b" as [["ul", ""], ["li.a", ">"], ["b", " "]]. */
function steps(selector) {
  const parts = selector.match(/(?:\[[^\]]*\]|\((?:[^()]|\([^)]*\))*\)|[^\s>[(])+|>/g) ?? [];
  const made = [];
  let way = " ";
  for (const part of parts) {
    if (part === ">") way = ">";
    else {
      made.push([part, way]);
      way = " ";
    }
  }
  return made;
}

function fits(one, given, scope) {
  const rest = [...given];
  const [part, way] = rest.pop();
  if (!plain(one, part, scope)) return false;
  if (rest.length === 0) return true;
  if (way === ">") return one.parentNode instanceof Node && (one.parentNode === scope && rest[0][0] === ":scope" && rest.length === 1 ? true : one.parentNode instanceof Element && fits(one.parentNode, rest, scope));
  for (let up = one.parentNode; up instanceof Element; up = up.parentNode) if (fits(up, rest, scope)) return true;
  return false;
}

function plain(one, part, scope) {
  for (const piece of part.match(/\*|[\w-]+|[.#](?:\\.|[\w-])+|\[[^\]]*\]|:[\w-]+(?:\((?:[^()]|\([^)]*\))*\))?/g) ?? []) if (!holds(one, piece, scope)) return false;
  return true;
}

function holds(one, piece, scope) {
  if (piece === "*") return true;
  if (piece[0] === ".") return (one.getAttribute("class") ?? "").split(/\s+/).includes(piece.slice(1).replaceAll("\\", ""));
  if (piece[0] === "#") return one.getAttribute("id") === piece.slice(1);
  if (piece[0] === "[") return attribute(one, piece);
  if (piece === ":scope") return one === scope;
  if (piece.startsWith(":has(")) return select(one, piece.slice(5, -1)).length > 0;
  if (piece.startsWith(":is(")) return piece.slice(4, -1).split(",").includes(one.localName);
  if (piece.startsWith(":not(")) return !holds(one, piece.slice(5, -1), scope);
  if (piece.startsWith(":nth-of-type(")) return one.parentNode.childNodes.filter((other) => other.localName === one.localName).indexOf(one) + 1 === Number(piece.slice(13, -1));
  if (piece[0] === ":") throw new SyntaxError(piece);
  return one.localName === piece;
}

function attribute(one, piece) {
  const [, name, sign, , value] = /^\[([\w-]+)(?:([*~^]?=)(["']?)(.*?)\3(?: i)?)?\]$/.exec(piece) ?? [];
  const own = one.getAttribute(name);
  if (own === null || own === undefined) return false;
  if (!sign) return true;
  return sign === "*=" ? own.includes(value) : sign === "~=" ? own.split(" ").includes(value) : own === value;
}

class Element extends Node {
  #attributes;
  #name;
  #shadow = null;
  constructor(name, attributes) { super(); this.#name = name; this.#attributes = attributes; }
  get localName() { return this.#name; }
  get tagName() { return this.#name.toUpperCase(); }
  get shadowRoot() { return this.#shadow; }
  get parentElement() { return this.parentNode instanceof Element ? this.parentNode : null; }
  get nextElementSibling() {
    let next = this.nextSibling;
    while (next && !(next instanceof Element)) next = next.nextSibling;
    return next;
  }
  getAttribute(name) { return this.#attributes.get(name) ?? null; }
  hasAttribute(name) { return this.#attributes.has(name); }
  setAttribute(name, value) { this.#attributes.set(name, value); }
  attachShadow() { return (this.#shadow = new ShadowRoot(this)); }
  querySelectorAll(selector) { return select(this, selector); }
  querySelector(selector) { return select(this, selector)[0] ?? null; }
  matches(selector) { return selector.split(/,(?![^(]*\))/).some((part) => fits(this, steps(part.trim()), null)); }
}

class DocumentFragment extends Node {
  querySelectorAll(selector) { return select(this, selector); }
  querySelector(selector) { return select(this, selector)[0] ?? null; }
}
class ShadowRoot extends DocumentFragment {
  #host;
  constructor(host) { super(); this.#host = host; }
  get host() { return this.#host; }
}
class Document extends DocumentFragment {
  querySelectorAll(selector) { return select(this, selector); }
  querySelector(selector) { return select(this, selector)[0] ?? null; }
  get documentElement() { return this.firstChild; }
  get title() { return this.querySelector("title")?.textContent ?? ""; }
}

Object.assign(globalThis, { Node, CharacterData, Text, Element, DocumentFragment, ShadowRoot, Document, CSS: { escape: (name) => name.replaceAll(/[^\w-]/g, "\\$&") } });

const EMPTY = new Set(["br", "img", "input", "meta"]);

/** @param {string} html well-formed, `<x shadow>` holds its content in an open shadow root @returns {any} a page */
export function page(html) {
  const made = new Document();
  const open = [made];
  for (const [, close, name, told, text] of `<html lang="en"><body>${html}</body></html>`.matchAll(/<(\/?)([a-z][\w-]*)((?:"[^"]*"|[^>])*)>|([^<]+)/g)) {
    const top = open[open.length - 1];
    if (text !== undefined) top.append(new Text(text.replaceAll("&amp;", "&")));
    else if (close) open.pop();
    else {
      const one = new Element(name, new Map([...told.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key, value ?? ""])));
      top.append(one);
      if (!EMPTY.has(name)) open.push(one.hasAttribute("shadow") ? one.attachShadow() : one);
    }
  }
  return made;
}
