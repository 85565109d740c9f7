/** One row of a list as the task it shows. Pure: the row's nodes or JSON are handed in. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { hash, pay, place, url, word } = piecework;

  const MOST_PLACES = 1_000_000_000;
  /** What sites call it. @type {Record<string, boolean>} */
  const QUALIFIED = { true: true, yes: true, 1: true, false: false, no: false, 0: false };

  /** @param {string} text @returns {number | null} a plain count such as "2,980" */
  function count(text) {
    const digits = text.replaceAll(/[\s,.]/g, "");
    const number = /^[0-9]{1,10}$/.test(digits) ? Number(digits) : MOST_PLACES;
    return number < MOST_PLACES ? number : null;
  }

  /** @type {WeakMap<Fields, FieldName[]>} */
  const needed = new WeakMap();

  /** Fields without which a row is none. @param {Fields} fields @returns {FieldName[]} */
  function required(fields) {
    const names = /** @type {FieldName[]} */ (Object.keys(fields));
    const found = needed.get(fields) ?? names.filter((name) => fields[name]?.required);
    needed.set(fields, found);
    return found;
  }

  /** What is left of the places: said, or total less taken and never below none. @param {Fields} fields @param {Source} source */
  function places(fields, source) {
    const said = place.text(fields.places, source);
    if (said !== "" || !fields.total || !fields.taken) return said;
    const [total, taken] = [count(place.text(fields.total, source)), count(place.text(fields.taken, source))];
    return total === null || taken === null ? "" : String(Math.max(0, total - taken));
  }

  /**
   * The address a row leads to. Where the definition says what addresses of tasks look like, others are not kept.
   * @param {{link?: string[], url_template?: string, fields?: Fields}} listing
   * @param {Source} source
   * @returns {{url: string, captured: Record<string, string>}}
   */
  function link(listing, source) {
    const found = place.address(listing.fields?.url, source);
    if (found === "" || !listing.link) return { url: found, captured: source.captured };
    const captured = url.first(listing.link, found);
    return captured ? { url: found, captured: { ...source.captured, ...captured } } : { url: "", captured: source.captured };
  }

  /** @param {{system: string, in_url: string}[] | undefined} systems @param {string} address @returns {string} */
  function system(systems, address) {
    return systems?.find((one) => address.includes(one.in_url))?.system ?? "";
  }

  /** The id of a task that shows none: the same wherever and whenever it is seen. @param {Row} row @returns {string} */
  function made(row) {
    return `h-${hash([row.requester, word(row.title), row.pay?.raw ?? "", row.minutes_raw ?? ""].join("\n"))}`;
  }

  /**
   * @param {Listing} listing
   * @param {Source} source the row, the page around it, or one record of an answer
   * @returns {Row | null} null where nothing says which task it is
   */
  function read(listing, source) {
    const { fields } = listing;
    const { url: found, captured } = link(listing, source);
    const own = captured === source.captured ? source : { ...source, captured };
    const id = place.text(fields.id, own);
    /** @type {Row} */
    const row = {
      id,
      system: system(listing.systems, found),
      title: place.text(fields.title, own, "title"),
      requester: place.text(fields.requester, own),
    };
    if (id === "" && row.title === "") return null;
    const told = /** @type {Partial<Record<FieldName, string>>} */ (row);
    if (required(fields).some((name) => (told[name] ?? place.text(fields[name], own)) === "")) return null;
    const [amount, hourly] = [pay.read(fields.pay, own), pay.read(fields.hourly, own)];
    if (amount) row.pay = amount;
    if (hourly) row.hourly = hourly;
    const [minutes, left] = [place.time(fields.minutes, own), places(fields, own)];
    if (minutes !== "") row.minutes_raw = minutes;
    if (left !== "") row.places_raw = left;
    const [allotted, qualified] = [place.time(fields.allotted, own), QUALIFIED[place.text(fields.qualified, own).toLowerCase()]];
    if (allotted !== "") row.allotted_raw = allotted;
    const rated = place.text(fields.rated, own);
    if (rated !== "") row.rated_raw = rated;
    if (qualified !== undefined) row.qualified = qualified;
    const address = found || (listing.url_template && id ? listing.url_template.replaceAll("{id}", encodeURIComponent(id)) : "");
    if (address !== "") row.url = address;
    if (id === "") row.id = made(row);
    return row;
  }

  /** What an unchanged row is called by in the looks that follow. @param {Row} row @returns {string} */
  const key = (row) => `${row.system}:${row.id}`;

  piecework.row = { read, key, link, system };
})();
