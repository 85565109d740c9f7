/** Which column is the title, the pay, the time, the requester, the places. Points as measured on labelled pages. */
(() => {
  const { hints } = piecework;
  const { cues } = piecework.detect;

  const ENOUGH = 0.6;
  const LONG = 60;

  /** @typedef {{firstLink: Slot | null, title: Slot | null, asked: number}} Context */

  /** @param {Slot} one @returns {string} all words around a column */
  const around = (one) => `${one.label} ${one.head}`;

  /** @param {Slot} one @returns {number} */
  function pay(one) {
    if (one.pay < 0.5) return 0;
    let points = one.pay * 2 + one.coverage + one.tight - one.place * 0.01;
    if (cues.pay.test(around(one))) points += 1;
    if (cues.pay.test(one.attributes)) points += 0.8;
    if (one.average > 40) points -= 1.5;
    if (one.average > LONG && one.pay < 0.9) return 0;
    if (cues.hourly.test(one.sample)) points -= 0.6;
    if (cues.old.test(one.attributes + around(one))) points -= 1.2;
    return points;
  }

  /** @param {Slot} one @returns {number} */
  function minutes(one) {
    if (one.time < 0.5 || one.date > 0.5 || one.pay > 0.7 || one.average > LONG) return 0;
    let points = one.time * 2 + one.coverage - (one.average > 40 ? 1.5 : 0);
    if (cues.minutes.test(around(one))) points += 1;
    if (cues.minutes.test(one.attributes)) points += 0.8;
    if (cues.posted.test(`${around(one)} ${one.attributes}`)) points -= 1;
    return points;
  }

  /** Pays and times stand in titles too, but not alone. @param {Slot} one @returns {number} */
  function figures(one) {
    const short = one.average < 32;
    return one.number * 1.5 + (one.pay + one.time) * (short ? 1.2 : 0.2) + one.date * 0.8;
  }

  /** @param {Slot} one @param {Context} context @returns {number} */
  function title(one, context) {
    if (one.constant || one.average < 4) return 0;
    let points = one.coverage * 1.2 + one.distinct * 1.2 + one.link + Math.min(one.average, 40) / 50;
    if (one.heading > 0.5) points += 1.1;
    if (one === context.firstLink) points += 0.5;
    if (one.average > 160) points -= 1.6;
    else if (one.average > 110) points -= 0.7;
    const words = `${one.attributes} ${around(one)}`;
    if (cues.title.test(words)) points += 0.7;
    if (cues.requester.test(words)) points -= 0.8;
    if (cues.aside.test(one.attributes) || /^[a-zà-ÿ ]{2,24}:$/i.test(one.sample)) points -= 0.7;
    if (/button/.test(one.key)) points -= 1;
    return points - one.place * 0.06 - figures(one);
  }

  /** @param {Slot} one @param {Context} context @returns {number} */
  function requester(one, context) {
    if (one.constant || one.number > 0.3 || one.pay > 0.2 || one.time > 0.4 || one.date > 0.4) return 0;
    if (one.average > LONG || one.average < 2) return 0;
    let points = one.coverage * 0.3;
    if (cues.requester.test(around(one))) points += 1.6;
    if (cues.requester.test(one.attributes)) points += 1.2;
    if (cues.by.test(`${one.label} ${one.sample.slice(0, 4)}`)) points += 0.6;
    if (cues.aside.test(one.attributes)) points -= 0.3;
    const plain = one.coverage > 0.6 && one.average > 3 && one.average < 40 && one.count >= Math.min(5, context.asked) && !/button/.test(one.key);
    const away = context.title ? Math.abs(one.place - context.title.place) : 5;
    return points + (plain ? 0.3 + Math.max(0, 0.25 - away * 0.05) + one.distinct * 0.1 : 0);
  }

  /** @param {Slot} one @returns {number} */
  function places(one) {
    if (one.number < 0.6 || one.pay > 0.3 || one.date > 0.5) return 0;
    let points = one.time > 0.5 ? -1.5 : 0;
    if (cues.places.test(around(one))) points += 1.2;
    if (cues.places.test(one.attributes)) points += 1;
    if (cues.places.test(`${one.sample} ${one.behind}`)) points += 1.1;
    return points;
  }

  /** @param {Slot} one @returns {number} a second pay column that is meant by the hour */
  function hourly(one) {
    if (one.pay < 0.5) return 0;
    return cues.hourly.test(`${one.sample} ${around(one)} ${one.attributes}`) ? 1 + one.coverage : 0;
  }

  const ORDER = /** @type {const} */ ([["title", title], ["pay", pay], ["minutes", minutes], ["requester", requester], ["places", places], ["hourly", hourly]]);

  /**
   * @param {Slot[]} slots
   * @param {number} asked how many records they were taken from
   * @returns {Map<string, FieldName>} a column's key to what it is
   */
  function names(slots, asked) {
    /** @type {Map<string, FieldName>} */
    const named = new Map();
    /** @type {Context} */
    const context = { firstLink: slots.find((one) => one.link > 0.8 && one.average > 8 && one.distinct > 0.5) ?? null, title: null, asked };
    for (const [name, points] of ORDER) {
      let [best, most] = [/** @type {Slot | null} */ (null), ENOUGH];
      for (const one of slots) {
        if (named.has(one.key)) continue;
        const got = points(one, context);
        if (got > most) [best, most] = [one, got];
      }
      if (best) named.set(best.key, name);
      if (name === "title") context.title = best;
    }
    return named;
  }

  /** The head of a column as a person reads it. @param {Slot} one @returns {string} */
  const headOf = (one) => hints.line(one.head || one.label.replace(/[:\s]+$/, "") || one.behind);

  piecework.detect.naming = { names, headOf };
})();
