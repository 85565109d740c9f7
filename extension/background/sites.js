// The platforms: what the extension carries of them, which are switched on, and the scripts in their pages.
import { api } from "../lib/browser.js";
import "../lib/url.js";
import { addressOf, covers, entersPage, registrations } from "./origins.js";
import { CONTENT_FILES, PAGE_WORLD_FILES } from "./scripts.js";
import { queue } from "./store.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */

const FOLDER = "shared/platforms";
const SCRIPTS = { content: CONTENT_FILES, page_world: PAGE_WORLD_FILES };
/** The one platform an own page plays (extension/pages/practice). */
export const PRACTICE = "practice";

export class Sites {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** As they came with the extension. @type {Map<string, any>} */
    this.carried = new Map();
    /** In use: the carried ones, and over or beside them the person's own (taught.js). @type {Map<string, any>} */
    this.all = new Map();
    /** Platforms the person has switched on. @type {Set<string>} */
    this.on = new Set();
    /** Of those, the ones whose origins the browser lets us read. @type {Set<string>} */
    this.granted = new Set();
    this.turns = queue();
    /** Tabs this life has opened. @type {Map<string, number>} */
    this.made = new Map();
  }

  async load() {
    const index = await read("_index");
    const ids = /** @type {string[]} */ (Array.isArray(index) ? index : index.platforms);
    const definitions = await Promise.all(ids.map(read));
    this.carried = new Map(definitions.map((one) => [one.id, one]));
    this.all = new Map(this.carried);
    this.core.taught.lay(this.all);
    const { platforms = [] } = await api.storage.local.get("platforms");
    this.on = new Set(/** @type {string[]} */ (platforms).filter((id) => this.all.has(id)));
    await this.check();
  }

  /** @returns {Promise<void>} asks the browser which of the platforms that are on may be read */
  async check() {
    const definitions = [...this.on].map((id) => this.all.get(id));
    const given = await Promise.all(definitions.map((one) => api.permissions.contains({ origins: one.origins })));
    this.granted = new Set(definitions.filter((_, at) => given[at]).map((one) => one.id));
  }

  /**
   * Makes the registered scripts what they should be, whatever was changed while nobody looked. A press of the person's
   * and the browser's news of the permission come together: one after the other.
   */
  refresh() {
    return this.turns(() => this.register());
  }

  async register() {
    await this.check();
    const wanted = [...this.granted].flatMap((id) => registrations(this.all.get(id), SCRIPTS));
    const known = /** @type {any[]} */ (await api.scripting.getRegisteredContentScripts());
    const same = (/** @type {any} */ one) => wanted.some((other) => other.id === one.id && text(other) === text(one));
    const stale = known.filter((one) => !same(one)).map((one) => one.id);
    if (stale.length) await api.scripting.unregisterContentScripts({ ids: stale });
    const fresh = wanted.filter((one) => !known.some((other) => other.id === one.id && !stale.includes(other.id)));
    if (fresh.length) await api.scripting.registerContentScripts(fresh);
    this.core.state.changed();
  }

  /**
   * The person switched a platform; their press has asked for the permission already.
   *
   * @param {string} id @param {boolean} on
   * @returns {Promise<{ok: boolean, cause?: string}>}
   */
  async turn(id, on) {
    const definition = this.all.get(id);
    if (!definition) return { ok: false, cause: "unknown_platform" };
    // A tab may be found only while its address may be read.
    const open = on ? [] : await this.tabsOf(id);
    if (on) this.on.add(id);
    else this.on.delete(id);
    await api.storage.local.set({ platforms: [...this.on] });
    await this.refresh();
    if (on && !this.granted.has(id)) return { ok: false, cause: "no_permission" };
    await this.core.change((plan) => plan.make("platform", nowUs(), { platform: id, body: { on } }));
    if (on) await this.enterOpenTabs(definition);
    await this.renew(id, on ? undefined : open);
    return { ok: true };
  }

  /** Scripts that run in its tabs already ask anew what is on. @param {string} id @param {number[]} [tabs] */
  async renew(id, tabs) {
    await Promise.allSettled((tabs ?? (await this.tabsOf(id))).map((tab) => api.tabs.sendMessage(tab, { do: "definitions" })));
  }

  /** Permissions came or went, by our pages or the browser's own. */
  async permissionsChanged() {
    const before = new Set(this.granted);
    await this.refresh();
    for (const id of this.granted) if (!before.has(id)) await this.enterOpenTabs(this.all.get(id));
  }

  /** Pages that were open before are read from now on; what they fetched before stays unseen. @param {any} definition */
  async enterOpenTabs(definition) {
    const inject = (/** @type {number} */ tabId, /** @type {readonly string[]} */ files, world = "ISOLATED") =>
      api.scripting.executeScript({ target: { tabId }, files: [...files], world, injectImmediately: true });
    for (const tab of await this.tabsOf(definition.id)) {
      try {
        if (entersPage(definition)) await inject(tab, SCRIPTS.page_world, "MAIN");
        await inject(tab, SCRIPTS.content);
      } catch (cause) {
        console.warn(`Piecework: a tab of ${definition.name} could not be entered; it is read when it is loaded anew`, cause);
      }
    }
  }

  /** @param {string | undefined} address @returns {any[]} definitions that are switched on, and may be read, for an address */
  at(address) {
    const here = [...this.granted].map((id) => this.all.get(id)).filter((one) => one.origins.some((/** @type {string} */ origin) => covers(origin, address)));
    const own = here.find((one) => this.core.taught.entries[one.id] && listingAt(one, address));
    if (!own || here.length === 1) return here;
    // Two claim one list: the person's own reads it, the other goes on reading what else the page shows.
    return here.map((one) => (one === own ? one : { ...one, listings: one.listings.filter((/** @type {any} */ listing) => !piecework.url.first(listing.urls, address ?? "")) }));
  }

  /** @param {string} address @returns {{id: string, list: string} | null} the platform, on or off, whose definition names a list at an address */
  claiming(address) {
    for (const one of this.all.values()) {
      const listing = listingAt(one, address);
      if (listing) return { id: one.id, list: listing.id };
    }
    return null;
  }

  /** @param {string} platform @returns {Promise<number[]>} tabs that show the platform */
  async tabsOf(platform) {
    const definition = this.all.get(platform);
    if (!definition || !this.granted.has(platform)) return [];
    return (await api.tabs.query({ url: definition.origins })).flatMap((/** @type {any} */ tab) => tab.id ?? []);
  }

  /** Opens a task in its tab, or in a new one. Only after a press of the person's. @param {string} platform @param {string} url */
  async open(platform, url) {
    const definition = this.all.get(platform);
    const address = definition ? addressOf(definition, url) : "";
    if (platform === PRACTICE && !this.granted.has(platform)) return this.show(api.runtime.getURL("extension/pages/practice.html"));
    if (address) await this.show(address);
  }

  /** Opens a task behind the other tabs: a rule of the person's asks for it. @param {string} platform @param {string} url */
  async openBehind(platform, url) {
    const definition = this.all.get(platform);
    const address = definition && this.granted.has(platform) ? addressOf(definition, url) : "";
    if (!address) return;
    const tabs = /** @type {any[]} */ (await api.tabs.query({}));
    if (!tabs.some((tab) => tab.url === address)) await api.tabs.create({ url: address, active: false });
  }

  /** @param {string} url */
  async show(url) {
    const bare = url.split("#")[0];
    const tabs = /** @type {any[]} */ (await api.tabs.query({}));
    // A tab that was made a moment ago has no address yet: a second press must not make another.
    const open = tabs.find((tab) => tab.url?.split("#")[0] === bare) ?? tabs.find((tab) => tab.id === this.made.get(bare) && tab.status === "loading");
    const tab = open ? await api.tabs.update(open.id, { active: true }) : await api.tabs.create({ url, active: true });
    if (!open) this.made.set(bare, tab.id);
    if (tab?.windowId !== undefined) await api.windows.update(tab.windowId, { focused: true });
  }

  /** @param {string} platform @returns {string} */
  name(platform) {
    return this.all.get(platform)?.name ?? platform;
  }

  /** @returns {string[]} names of the platforms that are on, for the request to be paired */
  names() {
    return [...this.on].map((id) => this.name(id));
  }
}

/** @param {any} definition @param {string | undefined} address @returns {any} its list at that address, if any */
function listingAt(definition, address) {
  return definition.listings.find((/** @type {any} */ one) => piecework.url.first(one.urls, address ?? ""));
}

/** @param {string} id @returns {Promise<any>} a file the extension carries */
async function read(id) {
  return (await fetch(api.runtime.getURL(`${FOLDER}/${id}.json`))).json();
}

/** What makes two registrations the same, in the words both browsers answer with. @param {any} one */
function text({ matches, js, runAt, world = "ISOLATED" }) {
  return JSON.stringify([[...matches].sort(), js.map((/** @type {string} */ file) => file.replace(/^.*?(extension\/)/, "$1")), runAt, world]);
}
