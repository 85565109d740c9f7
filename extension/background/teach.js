// "Teach this site": begins in a tab after a press in the popup, and takes what that tab hands back, once and for that
// tab's own site only.
import { api } from "../lib/browser.js";
import { chooseLanguage } from "../lib/i18n.js";
import { idOf } from "./book.js";
import { covers } from "./origins.js";
import { TEACH_FILES } from "./scripts.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./router.js").From} From */

/** @param {number} tab */
const keyOf = (tab) => `teach ${tab}`;

/**
 * @param {Core} core
 * @param {{tab: number, url: string}} where the tab of the press; its permission was asked for in that press
 * @returns {Promise<{ok: boolean, cause?: string}>}
 */
export async function beginTeaching(core, { tab, url }) {
  const { origin, hostname, protocol } = new URL(url);
  if (protocol !== "https:" && hostname !== "practice.localhost") return { ok: false, cause: "no_site" };
  const told = core.sites.claiming(url);
  const taught = Object.keys(core.taught.entries).find((one) => core.sites.all.get(one)?.origins.some((/** @type {string} */ own) => covers(own, url)));
  // A platform whose list nobody has described yet gets it under its own name.
  const bare = [...core.sites.all.values()].find((one) => one.route === "generic" && one.origins.some((/** @type {string} */ own) => covers(own, url)));
  const id = told?.id ?? taught ?? bare?.id ?? free(core, idOf(hostname));
  await api.storage.session.set({ [keyOf(tab)]: { origin, id, list: told?.list ?? "" } });
  await api.scripting.executeScript({ target: { tabId: tab }, files: [...TEACH_FILES] });
  const language = chooseLanguage(core.settings.language ? [core.settings.language] : navigator.languages);
  const name = core.sites.all.get(id)?.name ?? hostname.replace(/^www\./, "");
  await api.tabs.sendMessage(tab, { do: "teach", words: await words(language), language, name, id });
  return { ok: true };
}

/** An id that is nobody's yet: two hosts may be written the same way. @param {Core} core @param {string} wanted */
function free(core, wanted) {
  return [wanted, ...Array.from({ length: 9 }, (_, at) => `${wanted.slice(0, 35)}-${at + 2}`)].find((id) => !core.sites.all.has(id)) ?? wanted;
}

/** @param {Core} core @param {any} message @param {From} from @returns {Promise<object>} */
export async function takeTaught(core, { definition, redacted }, { tab, url }) {
  const key = keyOf(tab ?? -1);
  const lesson = (await api.storage.session.get(key))[key];
  if (!lesson || !URL.canParse(url) || new URL(url).origin !== lesson.origin) return { ok: false, cause: "not_teaching" };
  const done = await core.taught.teach(definition, { ...lesson, redacted });
  if (!done.ok || !done.id) return done;
  await api.storage.session.remove(key);
  const on = core.sites.on.has(done.id) ? { ok: true } : await core.sites.turn(done.id, true);
  return on.ok ? done : on;
}

/** The words a page needs for it. @param {string} language @returns {Promise<Record<string, string>>} */
async function words(language) {
  const all = await (await fetch(api.runtime.getURL(`shared/locales/${language}.json`))).json();
  return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith("teach.")));
}
