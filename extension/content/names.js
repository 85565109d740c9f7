/** Class names: which were written by people for a meaning, and which by tools for a moment. */
(() => {
  const { piecework } = globalThis;

  const MADE = /\d{3,}|^[a-z]{1,2}\d|^(?:css|sc|jsx|jss|emotion|svelte|styles?|chakra|mui)-|__[A-Za-z0-9_-]{5}$|--?(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{5,6}$|[:[\]/!@%]/;
  const LOOKS = /^(?:[mp][trblxy]?|w|h|gap|text|bg|flex|grid|col|row|border|rounded|items|justify|font|leading|tracking|space|z|d|is|has|min|max|order|shadow|hover|sm|md|lg|xl|mb|mt|ml|mr|px|py|pt|pb|pl|pr|overflow|absolute|relative|block|inline|container|cursor|transition|opacity|align|float|pull|width|height|size|truncate|uppercase|underline|odd|even)(?:-|$)/;
  const STATES = /^(?:active|first|last|selected|visited|new|hidden|visible|clearfix|open|show|current|focus|disabled|enabled|loaded|loading|expanded|collapsed|unread|read|sticky|featured|pinned|highlight(?:ed)?|js)(?:-|$)/;
  const MIXED = /^(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{4,12}$|^[a-z]*\d+[a-z]+\d*$/;
  const SHORT = /^(?=.*[A-Z])[a-zA-Z]{5,7}$/;
  const MOST_KEPT = 20_000;

  /** Capitals thrown in at random, as in "aZbQcW"; "jobCard" is two words. @param {string} name @returns {boolean} */
  const nonsense = (name) => SHORT.test(name) && name.split(/(?=[A-Z])/).some((part) => part.length < 3);

  /** @param {string} name @returns {boolean} whether it tells what an element is, and will tomorrow */
  function stable(name) {
    if (name.length < 2 || name.length > 40) return false;
    return !MADE.test(name) && !LOOKS.test(name) && !STATES.test(name) && !MIXED.test(name) && !nonsense(name);
  }

  /** @type {Map<string, string[]>} */
  const kept = new Map();

  /** @param {string} value of a class attribute @returns {string[]} its stable names, at most eight */
  function stableOf(value) {
    if (value === "") return [];
    const known = kept.get(value);
    if (known) return known;
    if (kept.size > MOST_KEPT) kept.clear();
    const found = value.slice(0, 500).trim().split(/\s+/).filter(stable).slice(0, 8);
    kept.set(value, found);
    return found;
  }

  /** @type {Map<string, string>} */
  const signatures = new Map([["", ""]]);

  /** @param {string} value of a class attribute @returns {string} what elements of one kind share */
  function signature(value) {
    let known = signatures.get(value);
    if (known === undefined) {
      if (signatures.size > MOST_KEPT) signatures.clear();
      signatures.set(value, (known = stableOf(value).slice(0, 2).join(".")));
    }
    return known;
  }

  piecework.names = { stable, stableOf, signature };
})();
