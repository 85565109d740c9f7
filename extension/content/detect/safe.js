/** What makes a definition from elsewhere unfit: nothing in it can run, but a selector can be made to cost a page its time. */
(() => {
  const { detect, dom } = piecework;

  const LONGEST = 200;
  const MOST_ROWS = 12;
  const MOST_PLACES = 12;
  const SLOW_MS = 50;
  const MOST_CHARS = 200_000;
  const DEEP_HAS = /:has\([^)]*:has\(|:has\([^)]*\)[^{]*:has\([^)]*\)[^{]*:has\(/;
  const MANY_STARS = /(?:\*[^*]*){5,}/;
  const BAD_SCHEME = /^(?!https?:\/\/)/;

  /** @param {unknown} value @param {string} name @param {(name: string, value: unknown) => void} each */
  function walk(value, name, each) {
    each(name, value);
    if (Array.isArray(value)) for (const one of value) walk(one, name, each);
    else if (value !== null && typeof value === "object") for (const [key, one] of Object.entries(value)) walk(one, key, each);
  }

  /** @param {string} selector @returns {string} "" where it is fine */
  function selectorFault(selector) {
    if (selector.length > LONGEST) return `a selector of more than ${LONGEST} characters`;
    if (DEEP_HAS.test(selector)) return `:has() inside or beside :has() (${selector.slice(0, 60)})`;
    if ((selector.match(/[~+>\s]\s*\*/g) ?? []).length > 4 || (selector.match(/:not\(|:is\(|:where\(|:nth-/g) ?? []).length > 6) return `a selector that asks too much (${selector.slice(0, 60)})`;
    return "";
  }

  /** @param {string} pattern @returns {string} "" where it is fine */
  function patternFault(pattern) {
    if (BAD_SCHEME.test(pattern)) return `an address that is not of the web (${pattern.slice(0, 60)})`;
    return MANY_STARS.test(pattern) ? `an address pattern with five stars or more (${pattern.slice(0, 60)})` : "";
  }

  const PATTERNS = new Set(["urls", "link", "answers"]);

  /** @param {unknown} definition as it came @returns {string[]} reasons to refuse it; none = fine */
  function safe(definition) {
    if (definition === null || typeof definition !== "object") return ["not a definition"];
    if (JSON.stringify(definition).length > MOST_CHARS) return ["larger than a definition can be"];
    /** @type {Set<string>} */
    const why = new Set();
    walk(definition, "", (name, value) => {
      if (name === "rows" && Array.isArray(value) && value.length > MOST_ROWS) why.add("too many row selectors");
      if (name === "from" && Array.isArray(value) && value.length > MOST_PLACES) why.add("too many places of one field");
      if (typeof value !== "string") return;
      const fault = PATTERNS.has(name) ? patternFault(value) : name === "sel" || name === "rows" || name === "root" ? selectorFault(value.replace(/^:page /, "")) : "";
      if (fault) why.add(fault);
    });
    return [...why];
  }

  /** @param {Document} page @param {string} selector @returns {number | null} ms it took here; null: invalid, or more than 50 ms */
  function selectorCost(page, selector) {
    const from = performance.now();
    try {
      dom.all(page, selector.replace(/^:page /, ""));
    } catch {
      return null;
    }
    const took = performance.now() - from;
    return took > SLOW_MS ? null : took;
  }

  Object.assign(detect, { safe, selectorCost });
})();
