// Watch tabs: listings the person wants kept open, pinned, muted and never put to sleep; opened again when the browser
// starts. A tab that the person closes stays closed until then. And what can be said of lists whose tabs are asleep or gone.
import { api, keepTab, online } from "../lib/browser.js";
import "../lib/url.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */

const GOOD = new Set(["watching", "empty"]);
/** Causes that end without a page being loaded. */
const PASSES = new Set(["frozen", "no_network"]);
/** A list that was read this lately was not kept from it by the network. */
const LATELY_US = 90_000_000;

/** One per background. */
export class Kept {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** What the person chose: "platform list". @type {Set<string>} */
    this.chosen = new Set();
  }

  async load() {
    const { kept = [] } = await api.storage.local.get("kept");
    this.chosen = new Set(Array.isArray(kept) ? kept : []);
  }

  /** @param {string} platform @param {string} list @returns {boolean} */
  has(platform, list) {
    return this.chosen.has(`${platform} ${list}`);
  }

  /**
   * The person chose, or chose otherwise; the tab itself stays, as theirs to close.
   *
   * @param {string} platform @param {string} list @param {boolean} on
   * @returns {Promise<{ok: boolean, cause?: string}>}
   */
  async choose(platform, list, on) {
    const listing = this.core.sites.all.get(platform)?.listings.find((/** @type {any} */ one) => one.id === list);
    if (!listing) return { ok: false, cause: "unknown_list" };
    if (on) this.chosen.add(`${platform} ${list}`);
    else this.chosen.delete(`${platform} ${list}`);
    await api.storage.local.set({ kept: [...this.chosen] });
    if (on) await this.keep(platform, list);
    this.core.state.changed();
    return { ok: true };
  }

  /** The browser has started: what is to be kept open is opened. */
  async openAll() {
    for (const one of this.chosen) {
      const [platform, list] = one.split(" ");
      await this.keep(platform, list);
    }
  }

  /** @param {string} platform @param {string} list */
  async keep(platform, list) {
    const definition = this.core.sites.all.get(platform);
    const address = definition && this.core.sites.granted.has(platform) ? addressOf(definition, list) : "";
    if (!address) return;
    const [open] = await listTabs(definition, list);
    const { id } = open ?? (await api.tabs.create({ url: address, pinned: true, active: false }));
    await keepTab(id);
  }

  /** Lists whose tabs are all asleep or gone say so: a list nobody can read is never shown as watched. */
  async look() {
    const { core } = this;
    for (const platform of core.sites.granted) {
      const watched = await core.watch.of(platform);
      for (const [list, view] of Object.entries(watched.lists)) {
        if (!GOOD.has(view.state) && !PASSES.has(view.cause)) continue;
        const tabs = await listTabs(core.sites.all.get(platform), list);
        const body = awayOf(list, tabs, view.last_look_us);
        if (body && body.cause !== view.cause) await core.change((plan) => this.tell(plan, watched, view.account ?? "", body));
        // It goes on where it stopped, and nothing may change by itself for long: its tab is read once more.
        else if (!body && PASSES.has(view.cause)) await reread(platform, list, tabs);
      }
    }
  }

  /** @param {import("./plan.js").Plan} plan @param {import("./watch.js").Watched} watched @param {string} account @param {any} body */
  tell(plan, watched, account, body) {
    const at_us = nowUs();
    // Nobody has looked: the age of the list stays what it is.
    const { last_look_us } = watched.lists[body.list];
    this.core.watch.health(watched, body, at_us);
    watched.lists[body.list].last_look_us = last_look_us;
    plan.keep("watch", watched);
    plan.make("health", at_us, { platform: watched.platform, account, body });
  }
}

/**
 * @param {string} list @param {{discarded: boolean, frozen?: boolean}[]} tabs that show it @param {number} last_look_us
 * @returns {{list: string, state: string, cause: string} | null} why nobody reads it; null where its tab does
 */
function awayOf(list, tabs, last_look_us) {
  if (!tabs.length) return { list, state: "resting", cause: "no_tab" };
  const awake = tabs.some(({ discarded, frozen }) => !discarded && !frozen);
  if (!awake) return { list, state: "tab_asleep", cause: tabs.some(({ frozen }) => frozen) ? "frozen" : "discarded" };
  return !online() && nowUs() - last_look_us > LATELY_US ? { list, state: "offline", cause: "no_network" } : null;
}

/** @param {string} platform @param {string} list @param {{id: number}[]} tabs */
async function reread(platform, list, tabs) {
  await Promise.allSettled(tabs.map(({ id }) => api.tabs.sendMessage(id, { do: "reread", platform, list })));
}

/**
 * @param {any} definition @param {string} list
 * @returns {Promise<{id: number, pinned: boolean, discarded: boolean, frozen?: boolean}[]>} tabs that show that list
 */
export async function listTabs(definition, list) {
  const listing = definition?.listings.find((/** @type {any} */ one) => one.id === list);
  if (!listing) return [];
  const tabs = /** @type {any[]} */ (await api.tabs.query({ url: definition.origins }));
  return tabs.filter(({ id, url }) => id !== undefined && piecework.url.first(listing.urls, url ?? ""));
}

/** @param {any} definition @param {string} list @returns {string} an address of the list that names no particular task or page */
function addressOf(definition, list) {
  const { urls } = definition.listings.find((/** @type {any} */ one) => one.id === list);
  const home = definition.home;
  if (home && piecework.url.first(urls, home)) return home;
  return urls.find((/** @type {string} */ one) => !/[*{]/.test(one)) ?? "";
}
