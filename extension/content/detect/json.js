/** Lists in the JSON a page carries (Next, React on Rails, Inertia, ld+json): no guessing from tags needed where they are. */
(() => {
  const { nodes } = piecework;
  const { dom } = piecework;

  const HOLDERS = /** @type {const} */ ([
    ["script#__NEXT_DATA__", ""], ["script[type='application/json']", ""], ["script[type='application/ld+json']", ""],
    ["[data-react-props]", "data-react-props"], ["[data-props]", "data-props"], ["[data-page]", "data-page"],
    ["[data-initial-state]", "data-initial-state"], ["[data-state]", "data-state"],
  ]);
  const MOST_CHARS = 4 << 20;
  const MOST_HOLDERS = 30;
  const DEEP = 9;
  const MOST_SEEN = 20_000;
  /** Key names by what they hold; the first that fits. @type {[FieldName, RegExp][]} */
  const KEYS = [
    ["title", /^(?:title|name|headline|task_?(?:title|name)|project_?name|study_?name|job_?title|subject)$/i],
    ["pay", /^(?:reward|pay|payment|price|amount|payout|bounty|compensation|study_reward|pay_?rate|earnings?|monetary_reward|rate|reward_?cents)$/i],
    ["requester", /^(?:requester(?:_?name)?|researcher|employer|client|company|author|organi[sz]ation|hiringorganization|owner|publisher)$/i],
    ["minutes", /^(?:duration|time|minutes|estimated_?(?:time|completion_?time|minutes)|time_?allotted|average_?time|length)$/i],
    ["places", /^(?:places|slots|available(?:_?places|_?tasks|_?hits)?|remaining|positions|total_available_places|assignable_hits_count|tasks_?left|spots)$/i],
    ["id", /^(?:id|_id|uuid|hit_?set_?id|task_?id|job_?id|project_?id|study_?id|slug|guid|key)$/i],
    ["url", /^(?:url|link|href|permalink|path)$/i],
  ];
  const INNER = ["amount", "value", "amount_in_dollars", "name", "title", "label", "text", "minutes", "price", "min"];

  /** @param {unknown} value @returns {value is Record<string, unknown>} */
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  /** @param {unknown} value @returns {boolean} */
  const isPlain = (value) => typeof value === "string" || typeof value === "number";

  /** @param {unknown[]} items @returns {Partial<Record<FieldName, string>>} fields to dotted paths inside an item */
  function paths(items) {
    /** @type {Partial<Record<FieldName, string>>} */
    const found = {};
    const item = /** @type {Record<string, unknown>} */ (items[0]);
    for (const key of Object.keys(item).slice(0, 200)) {
      if (key.includes(".")) continue;
      const name = KEYS.find(([field, fits]) => found[field] === undefined && fits.test(key))?.[0];
      if (!name) continue;
      const value = item[key];
      if (isPlain(value)) found[name] = key;
      else if (isObject(value)) {
        const inner = INNER.find((one) => isPlain(value[one]));
        if (inner) found[name] = `${key}.${inner}`;
      }
    }
    return found;
  }

  /** @param {unknown} json @returns {{path: string, items: unknown[], fields: Partial<Record<FieldName, string>>} | null} its best list */
  function listIn(json) {
    /** @type {{path: string, items: unknown[], fields: Partial<Record<FieldName, string>>, points: number} | null} */
    let best = null;
    let seen = 0;
    /** @type {{value: unknown, path: string, deep: number}[]} */
    const todo = [{ value: json, path: "", deep: 0 }];
    for (let one = todo.shift(); one && seen < MOST_SEEN; one = todo.shift()) {
      seen += 1;
      const { value, path, deep } = one;
      if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
        const fields = paths(value);
        const points = (fields.title ? 2 : 0) + (fields.pay ? 3 : 0) + Object.keys(fields).length + Math.min(2, value.length / 5);
        if (fields.title && (fields.pay || fields.minutes) && (!best || points > best.points)) best = { path: path || "$", items: value, fields, points };
      }
      if (deep >= DEEP || value === null || typeof value !== "object") continue;
      for (const key of Object.keys(value).slice(0, 200)) {
        const inner = /** @type {Record<string, unknown>} */ (value)[key];
        if (inner !== null && typeof inner === "object" && !key.includes(".")) todo.push({ value: inner, path: path ? `${path}.${key}` : key, deep: deep + 1 });
      }
    }
    return best;
  }

  /** A selector that finds this holder and none before it. @param {Document} page @param {Element} holder @param {string} given @returns {string | null} */
  function selectorOf(page, holder, given) {
    const id = nodes.attribute(holder, "id");
    const name = nodes.attribute(holder, "data-react-class") || nodes.attribute(holder, "data-component");
    const tries = [given, id && /^[A-Za-z_][\w-]*$/.test(id) ? `#${id}` : "", name && !/["\\]/.test(name) ? `[data-react-class="${name}"], [data-component="${name}"]` : ""];
    return tries.find((sel) => sel !== "" && dom.one(page, sel) === holder) ?? null;
  }

  /** @param {Document} page @returns {Pass<JsonGuess | null>} */
  function* find(page) {
    for (const [sel, attr] of HOLDERS) {
      yield;
      for (const holder of dom.all(page, sel).slice(0, MOST_HOLDERS)) {
        const text = attr === "" ? dom.text(holder, MOST_CHARS) : dom.attribute(holder, attr);
        if (text.length < 20 || text.length >= MOST_CHARS || !/^\s*[[{]/.test(text)) continue;
        yield;
        const found = listIn(parsed(text));
        const own = found && selectorOf(page, holder, sel);
        if (found && own) return { from: "json", holder, sel: own, ...(attr === "" ? {} : { attr }), path: found.path, items: found.items, fields: found.fields };
      }
    }
    return null;
  }

  /** @param {string} text @returns {unknown} */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  piecework.detect.json = { find, listIn };
})();
