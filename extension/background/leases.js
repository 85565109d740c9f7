// Looks that the agent allowed: the person's own tab of a list is loaded anew, and what it then shows ends the lease.
// Nothing is fetched by ourselves and no token is used. A tab that the person looks at or works in is left alone.
import { api, focusedTab } from "../lib/browser.js";
import { listTabs } from "./kept.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {{lease: string, platform: string, list: string}} Lease */

/** A page that has shown nothing by then has not shown the list. */
const PATIENCE_MS = 25_000;

/** One per background. A life that ends forgets them: what the page shows then tells the agent by itself. */
export class Leases {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** Looks under way, by platform and list. @type {Map<string, Lease>} */
    this.open = new Map();
  }

  /** @param {any} message `lease` of the agent @returns {Promise<void>} */
  async take({ lease, platform, list, how, expires_us = 0 }) {
    const asked = { lease: String(lease), platform: String(platform), list: String(list) };
    const cause = how === "reload" ? await this.reload(asked, expires_us) : "unsupported";
    if (cause) await this.answer(asked, 0, cause);
    else this.core.later(PATIENCE_MS, () => this.expire(asked));
  }

  /** @param {Lease} asked @param {number} expires_us @returns {Promise<string>} why not; "" where it is under way */
  async reload(asked, expires_us) {
    const { core } = this;
    const definition = core.sites.all.get(asked.platform);
    if (!definition || !core.sites.granted.has(asked.platform)) return "no_tab";
    // The agent does not ask for it; whoever does is not obeyed.
    if (definition.manners.rule === "forbidden") return "unsupported";
    if (expires_us && expires_us < nowUs()) return "expired";
    const tabs = await listTabs(definition, asked.list);
    if (!tabs.length) return "no_tab";
    const { tab: front } = await focusedTab();
    const worked = core.clock.open.filter((one) => one.task);
    const free = tabs.filter(({ id }) => id !== front && !worked.some((one) => id in one.tabs || one.roots.includes(id)));
    const tab = free.find(({ pinned }) => pinned) ?? free[0];
    if (!tab) return "in_use";
    this.open.set(keyOf(asked), asked);
    await api.tabs.reload(tab.id);
    return "";
  }

  /**
   * A list was read, or said how it is, and that is stored: a look under way has ended.
   *
   * @param {string} platform @param {string} list @param {string} state
   */
  saw(platform, list, state) {
    const key = keyOf({ platform, list });
    const lease = this.open.get(key);
    if (!lease) return;
    this.open.delete(key);
    const good = state === "watching" || state === "empty";
    this.answer(lease, good ? 200 : 0, good ? "" : state).catch((cause) => console.error("Piecework:", cause));
  }

  /** @param {Lease} asked */
  async expire(asked) {
    if (this.open.get(keyOf(asked)) !== asked) return;
    this.open.delete(keyOf(asked));
    await this.answer(asked, 0, "silent");
  }

  /** @param {Lease} asked @param {number} status @param {string} cause */
  answer({ lease, platform, list }, status, cause) {
    return this.core.change((plan) => plan.make("lease_done", nowUs(), { platform, body: { lease, list, status, cause } }));
  }
}

/** @param {{platform: string, list: string}} lease */
const keyOf = ({ platform, list }) => `${platform} ${list}`;
