// What was taught or repaired, with its versions: what a press, a file or a silent repair makes of an entry. Pure.

/**
 * @typedef {object} Version
 * @property {string} version hash of the definition
 * @property {number} at_us
 * @property {"taught" | "loaded" | "healed" | "accepted" | "rolled_back"} why
 * @property {any} definition
 *
 * @typedef {object} Entry one platform
 * @property {Version[]} versions the newest last; never empty
 * @property {Record<string, string>} redacted one record whose letters and digits are replaced, to be shared
 * @property {string} over the carried definition's date this stands over; "" where none is carried
 * @property {number} loads_us when a page of it was loaded after it changed; 0 = not yet
 * @property {number} confirmed_us when a visit after that found its tasks; 0 = not yet
 * @property {Record<string, number>} waits lists whose alerts wait for so many healthy looks
 */

const MOST_VERSIONS = 10;
/** Alerts of a repaired list wait for the second healthy look: the first one tells nobody anything. */
const LOOKS = 1;

/** @param {Entry} entry @returns {any} the definition in use */
export const current = (entry) => /** @type {Version} */ (entry.versions.at(-1)).definition;

/**
 * @param {Entry | undefined} before
 * @param {Version} version
 * @param {{over?: string, redacted?: Record<string, string>, waits?: string}} [more] `waits`: a list whose alerts wait
 * @returns {Entry} with that version in use
 */
export function put(before, version, { over = "", redacted, waits } = {}) {
  const versions = [...(before?.versions ?? []), version].slice(-MOST_VERSIONS);
  const waiting = waits ? { ...before?.waits, [waits]: LOOKS } : (before?.waits ?? {});
  return { versions, redacted: redacted ?? before?.redacted ?? {}, over: before?.over ?? over, loads_us: 0, confirmed_us: 0, waits: waiting };
}

/**
 * The version before is in use again.
 * @param {Entry} entry
 * @param {number} at_us
 * @returns {Entry | null} null where there is none before: the carried one is, or nothing
 */
export function back(entry, at_us) {
  const versions = entry.versions.slice(0, -1);
  const last = versions.at(-1);
  if (!last) return null;
  return { ...entry, versions: [...versions.slice(0, -1), { ...last, at_us, why: "rolled_back" }], loads_us: 0, confirmed_us: 0, waits: {} };
}

/**
 * A carried definition with one listing as it was taught or repaired; the listing keeps the name the history knows.
 * @param {any} carried
 * @param {string} list its id
 * @param {any} listing
 */
export function over(carried, list, listing) {
  return { ...carried, listings: carried.listings.map((/** @type {any} */ one) => (one.id === list ? { ...listing, id: one.id, ...(one.name ? { name: one.name } : {}) } : one)) };
}

/**
 * A taught definition joined to what was taught of the same platform before: a list of the same addresses is replaced.
 * @param {any} before
 * @param {any} taught
 */
export function join(before, taught) {
  const [listing] = taught.listings;
  const same = (/** @type {any} */ one) => JSON.stringify(one.urls) === JSON.stringify(listing.urls);
  const kept = before.listings.filter((/** @type {any} */ one) => !same(one));
  const old = before.listings.find(same);
  const taken = new Set(kept.map((/** @type {any} */ one) => one.id));
  const free = [listing.id, ...Array.from({ length: MOST_VERSIONS * 2 }, (_, at) => `${listing.id}-${at + 2}`)].find((id) => !taken.has(id));
  return { ...before, name: taught.name, listings: [...kept, { ...listing, id: old?.id ?? free }] };
}

/** A healthy look of a list came in. @param {Entry} entry @param {string} list @param {number} at_us @returns {{entry: Entry, waits: boolean}} `waits`: no alert for it yet */
export function looked(entry, list, at_us) {
  const left = entry.waits[list] ?? 0;
  const { [list]: _, ...others } = entry.waits;
  const waits = left > 1 ? { ...others, [list]: left - 1 } : others;
  const confirmed_us = entry.confirmed_us || (entry.loads_us > 0 ? at_us : 0);
  return { entry: { ...entry, waits, confirmed_us }, waits: left > 0 };
}

/** @param {any} definition @returns {Promise<string>} what it is called by: the same definition has the same version */
export async function versionOf(definition) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(definition)));
  return [...new Uint8Array(digest)].slice(0, 6).map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} host @returns {string} the id of what is taught there */
export function idOf(host) {
  const slug = host.toLowerCase().replace(/^www\./, "").replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "").slice(0, 37);
  return `my-${slug || "site"}`;
}
