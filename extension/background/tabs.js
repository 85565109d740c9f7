// What a tab remembers from page to page (content/pending.js), for as long as the browser runs. Given back only to
// pages of the site that said it.
import { api } from "../lib/browser.js";

/** @typedef {import("./router.js").From} From */

const MOST_CHARS = 100_000;

/** @param {number} tab */
const keyOf = (tab) => `tab ${tab}`;

/** @param {From} from @param {unknown} memory @returns {Promise<{ok: boolean}>} */
export async function remember({ tab, url }, memory) {
  if (tab === null || JSON.stringify(memory ?? null).length > MOST_CHARS) return { ok: false };
  await api.storage.session.set({ [keyOf(tab)]: { site: new URL(url).origin, memory } });
  return { ok: true };
}

/** @param {From} from @returns {Promise<unknown>} undefined where there is none */
export async function recall({ tab, url }) {
  if (tab === null) return undefined;
  const kept = (await api.storage.session.get(keyOf(tab)))[keyOf(tab)];
  return kept?.site === new URL(url).origin ? kept.memory : undefined;
}

/** @param {number} tab a tab that was closed */
export function forgetTab(tab) {
  return api.storage.session.remove(keyOf(tab));
}
