// What the parsers of lib make of a page's texts, in the form the background compares and sums.
import { parsePay, parsePlaces, parseTime } from "../lib/parse.js";

/**
 * @param {any} pay a PayText: the page's own exact numbers where it has them, else its words
 * @returns {{micro: number, currency: string} | null} null = not stated, or not to be told for sure
 */
export function amountOf(pay) {
  if (!pay || typeof pay !== "object") return null;
  const { micro, currency } = pay;
  if (Number.isSafeInteger(micro) && typeof currency === "string") return { micro, currency };
  const read = parsePay(String(pay.raw ?? ""), { lang: pay.lang ?? "en", currency: currency ?? null });
  if (read.state !== "stated" || read.micro === null || !read.currency) return null;
  return { micro: read.micro, currency: read.currency };
}

/** @param {any} pay @returns {string} what a pay is for: a task, where nothing else is said */
function perOf(pay) {
  return String(pay?.per || parsePay(String(pay?.raw ?? ""), { lang: pay?.lang ?? "en", currency: pay?.currency ?? null }).per || "task");
}

/** @param {any} row @returns {number | null} minutes as the site states them, rounded, one at least */
function minutesOf({ minutes_raw, pay }) {
  if (!minutes_raw) return null;
  const read = parseTime(String(minutes_raw), { lang: pay?.lang ?? "en", unit: "minutes" });
  const seconds = read.state === "stated" ? (read.max_s ?? read.min_s) : null;
  return seconds === null ? null : Math.max(1, Math.floor((seconds + 30) / 60));
}

/**
 * A row as rules ask of it.
 *
 * @param {any} row @param {{platform: string, reason: string}} of
 * @returns {import("./rules.js").Task}
 */
export function taskOf(row, { platform, reason }) {
  const pay = amountOf(row.pay);
  return {
    platform,
    reason,
    requester: String(row.requester ?? "").trim(),
    title: String(row.title ?? ""),
    pay: pay && { ...pay, per: perOf(row.pay) },
    hourly: amountOf(row.hourly),
    minutes: minutesOf(row),
    places: row.places_raw ? parsePlaces(String(row.places_raw)).left : null,
    qualified: row.qualified,
  };
}

/** @type {import("./alone.js").Readers} */
export const readers = {
  pay(text) {
    const amount = amountOf(text);
    return amount && `${amount.micro} ${amount.currency}`;
  },
  count: (text) => parsePlaces(String(text)).left,
};
