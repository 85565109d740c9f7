// How a list is at a moment, from how it was when it was seen last: the agent's watch/health.py says the same
// (tests/contract/list_states.json holds both to it).

const OLD_US = 600_000_000;
const LATE_US = 60_000_000;
/** States of a list that was read well. */
export const GOOD = new Set(["watching", "empty"]);

/**
 * @typedef {object} Seen a list as it was seen last; moments in µs, 0 where there is none
 * @property {string} state
 * @property {string} cause
 * @property {number} tasks
 * @property {number} last_look_us
 * @property {number} last_good_us
 * @property {number} [next_look_us] when it is heard of next, as far as the agent can say
 * @property {number} [overdue_us] from when on its silence is told
 */

/**
 * What was read well is not "watching" once its next look is overdue, or once it is old and none is due.
 *
 * @param {Seen} seen @param {number} now_us
 * @returns {{state: string, cause: string}}
 */
export function present({ state, cause, last_good_us, next_look_us = 0, overdue_us = 0 }, now_us) {
  if (!GOOD.has(state)) return { state, cause };
  if (overdue_us && now_us > overdue_us) return { state: "not_refreshing", cause: "overdue" };
  const old = now_us - last_good_us > OLD_US && (!next_look_us || now_us - next_look_us > LATE_US);
  return old ? { state: "not_refreshing", cause: "old" } : { state, cause };
}

/**
 * The agent knows what other browsers and our own looks have shown; a look it has not yet got is newer.
 *
 * @template {Seen} T
 * @param {T} own @param {Seen | undefined} told
 * @returns {T | Seen}
 */
export const newest = (own, told) => (told && (told.last_look_us ?? 0) >= own.last_look_us ? told : own);

/**
 * How a list is, in words: a cause's own before its state's. The dashboard's are the same (views/pages/lists.py).
 *
 * @param {(key: string) => string} t gives the key itself where it has no words
 * @param {{state: string, cause: string}} list
 * @returns {{title: string, own: boolean, why: string, remedy: string}} `own`: the cause is the title, nothing has broken
 */
export function worded(t, { state, cause }) {
  const find = (/** @type {string} */ key) => (t(key) === key ? "" : t(key));
  const own = cause ? find(`list.${cause}`) : "";
  return {
    title: own || t(`list.${state}`),
    own: own !== "",
    why: cause && !own ? find(`dash.cause_${cause}`) : "",
    remedy: (cause && find(`list.${cause}_help`)) || find(`list.${state}_help`),
  };
}
