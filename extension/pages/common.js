/** What the pages share: the background's answers, the state it pushes, the words, small builders of elements. */

import { chooseLanguage, fill, loadWords } from "../lib/i18n.js";

/**
 * @typedef {{list: string, name: string, state: string, cause: string, tasks: number, last_look_us: number, last_good_us: number}} ListState
 * @typedef {{id: string, name: string, aliases: string[], on: boolean, granted: boolean, life: string, route: string,
 *   forbids: {quote: string, source: string, date: string} | null, origins: string[], lists: ListState[], asks: string[],
 *   watchable?: {list: string, name: string, kept: boolean}[]}} PlatformState
 * @typedef {{micro: number, currency: string}} Amount
 * @typedef {{
 *   agent: {state: string, cause: string, code: string, port: number, last_connected_us: number},
 *   platforms: PlatformState[],
 *   today: {earned: Amount[], active_s: number, source: string},
 *   running: {title: string, platform: string, since_us: number, active_s: number, going: boolean} | null,
 *   held: number, unsent: number, language: string, repairs: {id: string, name: string}[],
 * }} PopupState
 */

/**
 * Asks the background; it may be asleep, so that a failed first try is repeated once.
 * @param {Record<string, unknown>} message
 * @returns {Promise<any>}
 */
export async function ask(message) {
  try {
    return await browser.runtime.sendMessage(message);
  } catch {
    return browser.runtime.sendMessage(message);
  }
}

/**
 * Keeps `show` told of the state: now, and whenever it changes. The background may end; the port is then opened anew.
 * @param {(state: PopupState) => void} show
 */
export function follow(show) {
  const port = browser.runtime.connect({ name: "state" });
  port.onMessage.addListener((/** @type {PopupState} */ state) => show(state));
  port.onDisconnect.addListener(() => setTimeout(() => follow(show), 500));
}

/**
 * Puts the page into the person's language.
 * @param {string} chosen the language setting, "" for the browser's
 */
export async function words(chosen) {
  const language = chooseLanguage(chosen ? [chosen] : navigator.languages);
  const t = await loadWords(language);
  document.documentElement.lang = language;
  fill(document, t);
  return { t, language };
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Partial<Record<"class" | "text" | "id" | "role" | "lang" | "dir", string>>} [has]
 * @param {(Node | string)[]} [inner]
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, has = {}, inner = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(has)) {
    if (key === "text") made.textContent = value;
    else made.setAttribute(key, value);
  }
  made.append(...inner);
  return made;
}

/**
 * @param {string} id
 * @returns {HTMLElement} the element of that id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`This page has no element #${id}`);
  return found;
}

/** How a state is coloured and marked: good, warn or bad. */
export const TONE = /** @type {Record<string, string>} */ ({
  connected: "good", watching: "good", empty: "good", alone: "warn", connecting: "warn", pairing: "warn",
  not_running: "warn", not_paired: "warn", resting: "warn", tab_asleep: "warn", not_refreshing: "warn",
  account_asks: "warn", agent_off: "warn", offline: "warn", rate_limited: "warn",
  revoked: "bad", too_old: "bad", blocked: "bad", signed_out: "bad", challenge: "bad", changed_shape: "bad",
});

/** Asked for in the same press that pairs: handing what a page says to another program counts as transmission. */
export const CONSENTS = ["websiteContent", "websiteActivity", "browsingActivity", "financialAndPaymentInfo"];

/**
 * Asks to be paired. Where the browser knows data-collection consents, the press asks for them first.
 * @returns {Promise<boolean>} whether the request was made
 */
export async function pairInPress() {
  const all = await browser.permissions.getAll().catch(() => ({}));
  if ("data_collection" in all) {
    const given = await browser.permissions.request({ data_collection: CONSENTS }).catch(() => false);
    if (!given) return false;
  }
  await ask({ do: "pair" });
  return true;
}
