/**
 * Moving the edges of a stretch of time: numbers in, numbers out. Times are µs UTC; the picture is 1440 units wide.
 *
 * @typedef {{start: number, end: number}} Range
 * @typedef {"start" | "end"} Side
 */

const WIDTH = 1440;
const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
/** Steps of the keys, in minutes. @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

/**
 * How far an edge may go: it stays on the picture, a second from the other edge, and never in the time to come.
 *
 * @param {Side} side
 * @param {Range} stretch
 * @param {Range & {now: number}} axis
 * @returns {Range}
 */
export function bounds(side, stretch, axis) {
  if (side === "start") return { start: axis.start, end: stretch.end - SECOND_US };
  return { start: stretch.start + SECOND_US, end: Math.max(stretch.start + SECOND_US, Math.min(axis.end, axis.now)) };
}

/**
 * Where a key puts an edge: on full minutes, or at the end of its way.
 *
 * @param {string} key as a keyboard event names it
 * @param {number} at_us
 * @param {Range} within
 * @returns {number | null} null for a key that moves nothing
 */
export function pressed(key, at_us, within) {
  if (key === "Home") return within.start;
  if (key === "End") return within.end;
  if (!Object.hasOwn(STEPS, key)) return null;
  const step = STEPS[key];
  const full = step < 0 ? Math.ceil(at_us / MINUTE_US) : Math.floor(at_us / MINUTE_US);
  return clamp((full + step) * MINUTE_US, within);
}

/**
 * Where a pointer puts an edge: on the nearest full minute.
 *
 * @param {number} x of the picture, 0 to 1440
 * @param {Range} axis
 * @param {Range} within
 */
export function dragged(x, axis, within) {
  const at_us = axis.start + (x / WIDTH) * (axis.end - axis.start);
  return clamp(Math.round(at_us / MINUTE_US) * MINUTE_US, within);
}

/** @param {number} at_us @param {Range} axis @returns {number} where a moment lies on the picture */
export const place = (at_us, axis) => (clamp(at_us, axis) - axis.start) / (axis.end - axis.start) * WIDTH;

/** @param {number} at_us @param {Range} within */
const clamp = (at_us, { start, end }) => Math.min(Math.max(at_us, start), end);

/**
 * The time of day, as the person's clock shows it.
 *
 * @param {number} at_us
 * @param {string} zone
 * @param {string} language
 */
export function clock(at_us, zone, language) {
  /** @type {Intl.DateTimeFormatOptions} */
  const how = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try {
    return new Intl.DateTimeFormat(language, { ...how, timeZone: zone }).format(at_us / 1000);
  } catch {
    return new Intl.DateTimeFormat(language, how).format(at_us / 1000);
  }
}
