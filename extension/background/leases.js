// Looks that the agent allowed. By `reload` the person's own tab of a list is loaded anew, never one they look at or work
// in. By `fetch` such a tab asks for its page once more (content/request.js): one request with its session, no token, and
// nothing in the tab changes. What the list then shows ends the lease.
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
    const cause = this.refusal(asked, expires_us) || (await this.go(asked, how));
    if (cause) await this.answer(asked, { status: 0, cause });
    else if (this.open.has(keyOf(asked))) this.core.later(PATIENCE_MS, () => this.expire(asked));
  }

  /** @param {Lease} asked @param {unknown} how @returns {Promise<string>} why not; "" where it is under way, or was answered */
  async go(asked, how) {
    if (how === "reload") return this.reload(asked);
    return how === "fetch" ? this.request(asked) : "unsupported";
  }

  /** @param {Lease} asked @param {number} expires_us @returns {string} why nothing is done; "" where it may be */
  refusal({ platform }, expires_us) {
    const { sites } = this.core;
    const definition = sites.all.get(platform);
    if (!definition || !sites.granted.has(platform)) return "no_tab";
    // The agent does not ask for it; whoever does is not obeyed.
    if (definition.manners.rule === "forbidden") return "unsupported";
    return expires_us && expires_us < nowUs() ? "expired" : "";
  }

  /** @param {Lease} asked @returns {Promise<string>} why not; "" where it is under way, or was answered */
  async request(asked) {
    const definition = this.core.sites.all.get(asked.platform);
    const meant = definition.listings.some((/** @type {any} */ one) => one.id === asked.list && one.looking?.by === "request");
    if (!meant) return "unsupported";
    const tabs = await listTabs(definition, asked.list);
    if (!tabs.length) return "no_tab";
    const awake = tabs.filter(({ discarded, frozen }) => !discarded && !frozen);
    const tab = awake.find(({ pinned }) => pinned) ?? awake[0];
    if (!tab) return "asleep";
    this.open.set(keyOf(asked), asked);
    const order = { do: "look", platform: asked.platform, list: asked.list };
    const outcome = await api.tabs.sendMessage(tab.id, order, { frameId: 0 }).catch(() => null);
    if (outcome && !outcome.cause) return "";
    this.open.delete(keyOf(asked));
    // A tab that hears nothing has made no request: it has crashed, or is just being loaded.
    if (!outcome) return "asleep";
    await this.answer(asked, outcome);
    return "";
  }

  /** @param {Lease} asked @returns {Promise<string>} why not; "" where it is under way */
  async reload(asked) {
    const { core } = this;
    const tabs = await listTabs(core.sites.all.get(asked.platform), asked.list);
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
    this.answer(lease, { status: good ? 200 : 0, cause: good ? "" : state }).catch((cause) => console.error("Piecework:", cause));
  }

  /** @param {Lease} asked */
  async expire(asked) {
    if (this.open.get(keyOf(asked)) !== asked) return;
    this.open.delete(keyOf(asked));
    await this.answer(asked, { status: 0, cause: "silent" });
  }

  /** @param {Lease} asked @param {{status: unknown, cause: unknown, retry_after_s?: unknown}} outcome as a page may say it */
  answer({ lease, platform, list }, { status, cause, retry_after_s }) {
    const body = { lease, list, status: whole(status) ?? 0, cause: String(cause).slice(0, 60) };
    const wait_s = whole(retry_after_s);
    const told = wait_s === undefined ? body : { ...body, retry_after_s: wait_s };
    return this.core.change((plan) => plan.make("lease_done", nowUs(), { platform, body: told }));
  }
}

/** @param {{platform: string, list: string}} lease */
const keyOf = ({ platform, list }) => `${platform} ${list}`;

/** @param {unknown} number @returns {number | undefined} */
const whole = (number) => (Number.isSafeInteger(number) ? Number(number) : undefined);
