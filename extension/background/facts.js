// What a fact is on its way from a page to the agent. Pure: no clock, no disk, no network.

/**
 * @typedef {object} Fact one thing seen or done, as a page hands it over
 * @property {string} id UUIDv7, made where the fact was seen
 * @property {string} kind
 * @property {number} at_us
 * @property {string} platform
 * @property {string} [who] the account's name as the page shows it, "-" where none is shown, "" where not known yet
 * @property {string} [account] its salted hash, in place of `who`, on facts the background makes itself
 * @property {Record<string, any>} body
 */

/**
 * @typedef {object} Entry one line of the outbox
 * @property {number} seq
 * @property {string} id
 * @property {string} kind
 * @property {number} at_us
 * @property {string} platform
 * @property {string} account
 * @property {string} zone
 * @property {boolean} alone
 * @property {string} json the body, ready to be sent
 * @property {1} [sight] only on sightings: the first to go when the outbox is full
 */

/** Kinds that may be dropped unsent: what a page showed, never time or money. */
export const SIGHTINGS = new Set(["look", "health", "load", "lease_done", "drift"]);

/** Steps of one assignment: these carry the work session they belong to. */
export const STEPS = new Set([
  "opened", "reserved", "accepted", "submitted", "returned", "expired", "screened_out",
  "approved", "rejected", "revise", "paid", "reversed", "left_window",
]);

const LONGEST_TEXT = 2000;
const SHORTEST_CUT = 200;
const MOST_ITEMS = 10_000;
const DEEPEST = 12;
/** The link carries at most 1 MiB; the envelope and UTF-8 need their share. */
const MOST_BYTES = 900_000;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const encoder = new TextEncoder();

/**
 * Whether a page's message can be taken as a fact at all.
 *
 * @param {any} fact
 * @returns {fact is Fact}
 */
export function isFact(fact) {
  return (
    typeof fact === "object" && fact !== null && ID.test(fact.id) && /^[a-z_]{1,40}$/.test(fact.kind) &&
    Number.isFinite(fact.at_us) && fact.at_us > 0 && typeof fact.platform === "string" &&
    typeof fact.body === "object" && fact.body !== null && !Array.isArray(fact.body)
  );
}

/**
 * A copy that every JSON reader takes: strings cut, well-formed and free of NUL, numbers finite and whole.
 *
 * @param {any} value
 * @param {number} [longest] of a string, in UTF-16 units
 * @param {number} [depth]
 * @returns {any}
 */
export function clean(value, longest = LONGEST_TEXT, depth = 0) {
  if (typeof value === "string") return value.slice(0, longest).replaceAll("\0", "").toWellFormed();
  if (typeof value === "number") return Number.isFinite(value) ? Math.round(value) : null;
  if (typeof value === "boolean" || value === null || value === undefined) return value;
  if (typeof value !== "object" || depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => clean(item, longest, depth + 1));
  const pairs = Object.entries(value).slice(0, MOST_ITEMS);
  return Object.fromEntries(pairs.map(([key, item]) => [clean(key, SHORTEST_CUT), clean(item, longest, depth + 1)]));
}

/**
 * The body as JSON that fits one message. Longest texts are cut first; what is still too big becomes `null`.
 *
 * @param {any} body
 * @returns {string | null}
 */
export function bodyText(body) {
  for (const longest of [LONGEST_TEXT, SHORTEST_CUT]) {
    const text = JSON.stringify(clean(body, longest));
    if (encoder.encode(text).length <= MOST_BYTES) return text;
  }
  return null;
}

/**
 * @param {Fact} fact
 * @param {{seq: number, account: string, zone: string, alone: boolean}} about
 * @returns {Entry | null} null when even a cut body is too big for the link
 */
export function entryOf(fact, { seq, account, zone, alone }) {
  const json = bodyText(fact.body);
  if (json === null) return null;
  const at_us = Math.round(fact.at_us);
  /** @type {Entry} */
  const entry = { seq, id: fact.id, kind: fact.kind, at_us, platform: clean(fact.platform, 60), account, zone, alone, json };
  if (SIGHTINGS.has(fact.kind)) entry.sight = 1;
  return entry;
}

/** @param {Entry} entry @returns {string} the `event` message of the link */
export function eventText({ seq, id, at_us, kind, platform, account, zone, alone, json }) {
  const head = JSON.stringify({ t: "event", seq, id, at_us, kind, platform, account, zone, alone });
  return `${head.slice(0, -1)},"body":${json}}`;
}
