// Watch tabs: listings the person wants kept open, pinned, muted and never put to sleep; opened again when the browser
// starts. A tab that the person closes stays closed until then, or until they press: its list says so meanwhile. And what
// can be said of lists whose tabs are asleep, crashed or gone.
import { api, keepTab, online } from "../lib/browser.js";
import "../lib/url.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */

const GOOD = new Set(["watching", "empty"]);
/** Causes that end without a page being loaded. */
const PASSES = new Set(["frozen", "no_network", "crashed"]);
/** What a browser brings back from its last run is there by then. */
const RESTORED_MS = 4_000;
/** A list that was read this lately was not kept from it by the network. */
const LATELY_US = 90_000_000;

/** One per background. */
export class Kept {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** What the person chose: "platform list". @type {Set<string>} */
    this.chosen = new Set();
    /** Of those, the ones whose tab was found closed: kept like before as soon as they are open again. @type {Set<string>} */
    this.closed = new Set();
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

  /** The browser has started: what is to be kept open is opened, once the tabs of its last run are back. */
  started() {
    const chosen = [...this.chosen];
    this.core.later(RESTORED_MS, () => this.openAll(chosen).catch((cause) => console.error("Piecework: watch tabs", cause)));
  }

  /** @param {Iterable<string>} [chosen] */
  async openAll(chosen = this.chosen) {
    for (const one of chosen) {
      const [platform, list] = one.split(" ");
      await this.keep(platform, list);
    }
  }

  /**
   * The person pressed: the tab of a list that is kept open is opened again, or loaded where nothing lives in it any more.
   *
   * @param {string} platform @param {string} list
   * @returns {Promise<{ok: boolean, cause?: string}>}
   */
  async reopen(platform, list) {
    if (!this.has(platform, list) || !this.core.sites.granted.has(platform)) return { ok: false, cause: "unknown_list" };
    const tabs = await listTabs(this.core.sites.all.get(platform), list);
    if (!tabs.length || (await lives(tabs))) await this.keep(platform, list);
    // Where loads of ours are forbidden the person sees the tab, and loads it.
    else if (this.forbids(platform)) await api.tabs.update(tabs[0].id, { active: true });
    else await api.tabs.reload(tabs[0].id);
    return { ok: true };
  }

  /** @param {string} platform @param {string} list */
  async keep(platform, list) {
    const definition = this.core.sites.all.get(platform);
    const address = definition && this.core.sites.granted.has(platform) ? addressOf(definition, list) : "";
    if (!address) return;
    const tabs = await listTabs(definition, list);
    const open = tabs.find(({ discarded }) => !discarded) ?? tabs[0];
    const { id } = open ?? (await api.tabs.create({ url: address, pinned: true, active: false }));
    await keepTab(id);
    // A tab that a start brought back asleep shows nobody anything.
    if (open?.discarded && !this.forbids(platform)) await api.tabs.reload(id);
  }

  /** @param {string} platform @returns {boolean} whether the platform's rule forbids loads that the person did not make */
  forbids(platform) {
    return this.core.sites.all.get(platform)?.manners?.rule === "forbidden";
  }

  /** Lists whose tabs are all asleep or gone say so: a list nobody can read is never shown as watched. */
  async look() {
    const { core } = this;
    for (const platform of core.sites.granted) {
      const watched = await core.watch.of(platform);
      for (const [list, view] of Object.entries(watched.lists)) {
        const kept = this.has(platform, list);
        const passes = GOOD.has(view.state) || PASSES.has(view.cause);
        if (!passes && !kept) continue;
        const tabs = await listTabs(core.sites.all.get(platform), list);
        if (tabs.length && this.closed.delete(`${platform} ${list}`)) await keepTab(tabs[0].id);
        // What a list says itself stands, unless its watch tab was closed.
        if (!passes && tabs.length) continue;
        const body = awayOf(list, tabs, view.last_look_us, kept) ?? (kept && !(await lives(tabs)) ? crashed(list) : null);
        if (body && body.cause !== view.cause) await core.change((plan) => this.tell(plan, watched, view.account ?? "", body));
        // It goes on where it stopped, and nothing may change by itself for long: its tab is read once more.
        else if (!body && PASSES.has(view.cause)) await reread(platform, list, tabs);
      }
    }
  }

  /** @param {import("./plan.js").Plan} plan @param {import("./watch.js").Watched} watched @param {string} account @param {any} body */
  tell(plan, watched, account, body) {
    const at_us = nowUs();
    if (body.cause === "tab_closed") this.closed.add(`${watched.platform} ${body.list}`);
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
 * @param {boolean} kept whether the person wants it kept open
 * @returns {{list: string, state: string, cause: string} | null} why nobody reads it; null where its tab does
 */
function awayOf(list, tabs, last_look_us, kept) {
  if (!tabs.length) return { list, state: "resting", cause: kept ? "tab_closed" : "no_tab" };
  const awake = tabs.some(({ discarded, frozen }) => !discarded && !frozen);
  if (!awake) return { list, state: "tab_asleep", cause: tabs.some(({ frozen }) => frozen) ? "frozen" : "discarded" };
  return !online() && nowUs() - last_look_us > LATELY_US ? { list, state: "offline", cause: "no_network" } : null;
}

/** @param {string} list */
const crashed = (list) => ({ list, state: "tab_asleep", cause: "crashed" });

/** Whether our script answers in one of these tabs, or one is still being loaded. @param {{id: number, status?: string}[]} tabs */
async function lives(tabs) {
  if (tabs.some(({ status }) => status === "loading")) return true;
  const heard = await Promise.allSettled(tabs.map(({ id }) => api.tabs.sendMessage(id, { do: "there" }, { frameId: 0 })));
  return heard.some((one) => one.status === "fulfilled");
}

/** @param {string} platform @param {string} list @param {{id: number}[]} tabs */
async function reread(platform, list, tabs) {
  await Promise.allSettled(tabs.map(({ id }) => api.tabs.sendMessage(id, { do: "reread", platform, list })));
}

/**
 * @param {any} definition @param {string} list
 * @returns {Promise<{id: number, pinned: boolean, discarded: boolean, frozen?: boolean, status?: string}[]>} tabs that show that list
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
