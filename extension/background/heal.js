// A list whose page changed its shape (content/lists.js says so after two looks): the page is searched for it again.
// What is found is taken silently only when everything about it agrees; else the person is asked.
import { api } from "../lib/browser.js";
import { HEAL_FILES } from "./scripts.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */

/** A page that stays as it is gives the same answer again. */
const PAUSE_US = 600_000_000;

export class Healer {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** When a list was last searched for. @type {Map<string, number>} */
    this.searched = new Map();
  }

  /**
   * @param {string} platform
   * @param {{list: string, state: string}} health
   * @param {number | null} tab
   * @returns {boolean} whether the list is being searched for now
   */
  heard(platform, { list, state }, tab) {
    const key = `${platform} ${list}`;
    const now_us = nowUs();
    if (state !== "changed_shape" || tab === null || now_us - (this.searched.get(key) ?? -PAUSE_US) < PAUSE_US) return false;
    this.searched.set(key, now_us);
    this.search(platform, list, tab).catch((cause) => console.warn(`Piecework: ${platform} ${list} could not be searched for`, cause));
    return true;
  }

  /** @param {string} platform @param {string} list @param {number} tab */
  async search(platform, list, tab) {
    const { sites, taught } = this.core;
    const definition = sites.all.get(platform);
    if (!definition || taught.repairs[platform]?.list === list) return;
    await api.scripting.executeScript({ target: { tabId: tab }, files: [...HEAL_FILES] });
    const found = await api.tabs.sendMessage(tab, { do: "repair", definition, list });
    if (found?.listing) await taught.repair(platform, list, found);
  }
}
