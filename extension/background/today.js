// Today's money and time as this profile has seen them: plain sums, nothing cleverer. Pure.

/**
 * @typedef {object} Day
 * @property {string} day YYYY-MM-DD of the person's own zone
 * @property {Record<string, number>} earned currency to micro-units of submitted tasks
 * @property {Record<string, 1>} counted attempts whose pay is in `earned`
 * @property {number} unknown submitted tasks whose pay could not be read
 * @property {number} active_us
 */

/** @param {string} day @returns {Day} */
export const newDay = (day) => ({ day, earned: {}, counted: {}, unknown: 0, active_us: 0 });

/**
 * @param {number} at_us
 * @param {string} [zone] IANA name; the machine's own when left out
 * @returns {string} YYYY-MM-DD
 */
export function dayOf(at_us, zone) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", /** @type {any} */ ({ ...parts, timeZone: zone })).format(at_us / 1000);
}

/**
 * Counts one submitted task once, however often its submission is seen.
 *
 * @param {Day} day @param {string} attempt @param {{micro: number, currency: string} | null} pay null = unknown
 * @returns {Day}
 */
export function earn(day, attempt, pay) {
  if (attempt in day.counted) return day;
  const counted = { ...day.counted, [attempt]: /** @type {1} */ (1) };
  if (!pay) return { ...day, counted, unknown: day.unknown + 1 };
  const sum = (day.earned[pay.currency] ?? 0) + pay.micro;
  return { ...day, counted, earned: { ...day.earned, [pay.currency]: sum } };
}

/**
 * Cuts a stretch of work at midnight of the person's zone.
 *
 * @param {{start_us: number, end_us: number}} span
 * @param {(at_us: number) => string} dayAt
 * @returns {[day: string, active_us: number][]}
 */
export function byDay({ start_us, end_us }, dayAt) {
  const first = dayAt(start_us);
  const last = dayAt(end_us);
  if (first === last) return [[first, end_us - start_us]];
  // The first instant of the later day, to the millisecond, by halving: zones have days of 23 and 25 hours.
  let before = Math.floor(start_us / 1000);
  let after = Math.ceil(end_us / 1000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayAt(middle * 1000) === first) before = middle;
    else after = middle;
  }
  const midnight = Math.min(after * 1000, end_us);
  return [[first, midnight - start_us], ...byDay({ start_us: midnight, end_us }, dayAt)];
}
