// What the parsers of lib make of a page's texts, in the form the background compares and sums.
import { parsePay, parsePlaces } from "../lib/parse.js";

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

/** @type {import("./alone.js").Readers} */
export const readers = {
  pay(text) {
    const amount = amountOf(text);
    return amount && `${amount.micro} ${amount.currency}`;
  },
  count: (text) => parsePlaces(String(text)).left,
};
