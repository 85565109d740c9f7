// Which tab came from which: work that a task page opened elsewhere counts, what the person opened does not. Pure.

/**
 * @typedef {object} Lineage what has happened lately
 * @property {Record<number, number>} pressed tab to when its task page reported a trusted press, µs
 * @property {{tab: number, opener: number | null, at_us: number}[]} made new tabs whose source is not known yet
 * @property {{source: number, tab: number, at_us: number}[]} links new tabs whose source is known
 */

/** A tab counts as opened by a press this long before it. */
export const PRESS_US = 1_500_000;
/** A press is told by message, a new tab by an event: the message may come a little late. */
const LATE_US = 250_000;
/** A session may begin a little after the press that began it. */
const KEEP_US = 10_000_000;

/** @returns {Lineage} */
export const emptyLineage = () => ({ pressed: {}, made: [], links: [] });

/**
 * @param {Lineage} lineage
 * @param {number} tab of the task page
 * @param {number} now_us
 * @param {boolean} strays whether a tab without an opener may be a popup window of a pressed page
 * @returns {Lineage}
 */
export function pressed(lineage, tab, now_us, strays) {
  const kept = recent(lineage, now_us);
  const { made, ...rest } = kept;
  const mine = made.filter((one) => now_us - one.at_us <= LATE_US && (one.opener === tab || (strays && one.opener === null)));
  const links = [...rest.links, ...mine.map((one) => ({ source: tab, tab: one.tab, at_us: one.at_us }))];
  return { pressed: { ...rest.pressed, [tab]: now_us }, made: made.filter((one) => !mine.includes(one)), links };
}

/**
 * A tab was made, and only the browser's guess of its opener is known.
 *
 * @param {Lineage} lineage
 * @param {{tab: number, opener: number | null}} made
 * @param {number} now_us
 * @param {boolean} strays
 * @returns {Lineage}
 */
export function created(lineage, { tab, opener }, now_us, strays) {
  const kept = recent(lineage, now_us);
  const fresh = Object.entries(kept.pressed)
    .filter(([source, at_us]) => now_us - at_us <= PRESS_US && Number(source) !== tab)
    .sort(([, left], [, right]) => right - left)
    .map(([source]) => Number(source));
  const source = opener === null ? (strays ? fresh[0] : undefined) : fresh.find((one) => one === opener);
  if (source === undefined) return { ...kept, made: [...kept.made, { tab, opener, at_us: now_us }] };
  return { ...kept, links: [...kept.links, { source, tab, at_us: now_us }] };
}

/** The browser says which tab a navigation made: no guess. @param {Lineage} lineage @param {number} source @param {number} tab @param {number} now_us */
export function linked(lineage, source, tab, now_us) {
  const kept = recent(lineage, now_us);
  return { ...kept, links: [...kept.links, { source, tab, at_us: now_us }] };
}

/**
 * Gives a session the tabs that its own tabs opened, and theirs.
 *
 * @template {{tabs: Record<number, "page" | "lineage">, roots: number[]}} S
 * @param {S} session
 * @param {Lineage["links"]} links
 * @returns {S} the same object where nothing was added
 */
export function adopt(session, links) {
  const tabs = { ...session.tabs };
  let grown = true;
  while (grown) {
    grown = false;
    for (const { source, tab } of links) {
      if ((source in tabs || session.roots.includes(source)) && !(tab in tabs) && !session.roots.includes(tab)) {
        tabs[tab] = "lineage";
        grown = true;
      }
    }
  }
  return Object.keys(tabs).length === Object.keys(session.tabs).length ? session : { ...session, tabs };
}

/** @param {Lineage} lineage @param {number} tab a tab that was closed */
export function closed(lineage, tab) {
  const { [tab]: gone, ...rest } = lineage.pressed;
  const other = (/** @type {{tab: number}} */ one) => one.tab !== tab;
  // A link from a closed tab stays: its child may still be adopted with it.
  return gone === undefined && lineage.made.every(other) && lineage.links.every(other)
    ? lineage
    : { pressed: rest, made: lineage.made.filter(other), links: lineage.links.filter(other) };
}

/** @param {Lineage} lineage @param {number} now_us @returns {Lineage} */
function recent(lineage, now_us) {
  const fresh = (/** @type {{at_us: number}} */ one) => now_us - one.at_us <= KEEP_US;
  const pairs = Object.entries(lineage.pressed).filter(([, at_us]) => now_us - at_us <= KEEP_US);
  return { pressed: Object.fromEntries(pairs), made: lineage.made.filter(fresh), links: lineage.links.filter(fresh) };
}
