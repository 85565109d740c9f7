/** One step of one assignment, from the fields of a signal. Pure: what the fields are read from is handed in. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { pay, place, word } = piecework;

  const DATED = /** @type {Record<string, FieldName>} */ ({ reserved: "accepted", accepted: "accepted", submitted: "submitted" });

  /**
   * @param {Definition} definition
   * @param {Signal | WorkPage} part
   * @param {Source} source
   * @returns {WorkBody} fields that are not shown are left out
   */
  function body(definition, part, source) {
    const fields = part.fields ?? {};
    const texts = {
      task: place.text(fields.id, source),
      system: part.system ?? "",
      assignment: place.text(fields.assignment, source),
      title: place.text(fields.title, source, "title"),
      requester: place.text(fields.requester, source),
      code: place.text(fields.code, source),
      site_seconds_raw: place.text(fields.spent, source),
      rated_raw: place.text(fields.rated, source),
      url: source.url.slice(0, 2000).toWellFormed(),
    };
    const money = { pay: pay.read(fields.pay, source), bonus: pay.read(fields.bonus, source) };
    const told = Object.entries({ ...texts, ...money }).filter(([, value]) => value !== "" && value !== null);
    return { task: "", ...Object.fromEntries(told) };
  }

  /**
   * @param {Definition} definition
   * @param {Signal} signal
   * @param {Source} source
   * @returns {Step | null} null where the site's word for the state is none of the definition's
   */
  function read(definition, signal, source) {
    const said = word(place.text(signal.fields?.status, source));
    const kind = signal.status ? signal.status[said] : signal.kind;
    if (!kind) return null;
    const dated = place.text(signal.fields?.[DATED[kind] ?? "decided"], source);
    const rule = `${definition.id} work ${signal.on} ${signal.kind}`;
    return { kind, body: { ...body(definition, signal, source), rule, ...(dated === "" ? {} : { at_raw: dated }) } };
  }

  /** The first's fields, the second's where it has none. @param {WorkBody} first @param {WorkBody} second @returns {WorkBody} */
  function over(first, second) {
    const told = Object.entries(first).filter(([, value]) => value !== "");
    return { ...second, ...Object.fromEntries(told) };
  }

  /** Whether two steps can be the same attempt's. @param {WorkBody} one @param {WorkBody} other */
  const fits = (one, other) => one.task === "" || other.task === "" || one.task === other.task;

  piecework.step = { body, read, over, fits };
})();
