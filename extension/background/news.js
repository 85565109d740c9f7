// News the person has to hear of from this profile: at once where no agent is reachable, and where the agent went
// away before it had committed them.

import { taskOf } from "./reading.js";
import { choose } from "./rules.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./alone.js").News} News */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {{seq: number, platform: string, account: string, at_us: number, items: News[]}} Waiting */

/** A page may show thousands of rows at once; an agent never alerts late of what was seen while it was away. */
const MOST_TOLD = 100;

export class NewsDesk {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** Whether anything may be waiting: asked of the disk once per life, known from then on. */
    this.some = true;
  }

  /**
   * Tells now. The `told` facts go before the look they come from.
   *
   * @param {Plan} plan @param {import("./watch.js").Watched} watched
   * @param {{platform: string, account: string, at_us: number}} from @param {News[]} items
   */
  async tell(plan, watched, { platform, account, at_us }, items) {
    const told = items.slice(0, MOST_TOLD).flatMap((item) => this.chosen(item, platform));
    for (const item of told) {
      const [system, task] = split(item.key);
      plan.make("told", at_us, { platform, account, body: { task, system, list: item.list, reason: item.reason } });
      this.core.watch.markTold(watched, account, item, at_us);
    }
    plan.keep("watch", watched);
    if (told.length) await this.core.notify.told(plan, platform, told, at_us);
  }

  /**
   * What the person's rules make of it, as far as they are known here: none ever were, and everything is told.
   *
   * @param {News} item @param {string} platform @returns {News[]} with how it is told; empty where it is not
   */
  chosen(item, platform) {
    const { away } = this.core.settings;
    if (!away) return [item];
    const now_us = nowUs();
    const now = new Date(now_us / 1000);
    const how = choose(away, taskOf(item.row, { platform, reason: item.reason }), { now_us, minute: now.getHours() * 60 + now.getMinutes() });
    return how ? [{ ...item, how }] : [];
  }

  /**
   * The agent will tell. Kept until it has acknowledged the look, in case it goes away before.
   *
   * @param {Plan} plan @param {{platform: string, account: string, at_us: number}} from @param {News[]} items
   */
  wait(plan, { platform, account, at_us }, items) {
    const seq = this.core.outbox.next + plan.facts.length - 1;
    this.some = true;
    plan.keep("news", { seq, platform, account, at_us, items });
    this.core.later(3_500, () => this.overdue());
  }

  /** The agent holds everything up to `seq`. @param {number} seq */
  async acknowledged(seq) {
    if (!this.some) return;
    await this.core.change(async (plan) => {
      for (const one of await this.waiting()) if (one.seq <= seq) plan.drop("news", one.seq);
    });
  }

  /** Only inside the queue: what is being written meanwhile would be missed. @returns {Promise<Waiting[]>} */
  async waiting() {
    const waiting = await this.core.db.all("news");
    this.some = waiting.length > 0;
    return waiting;
  }

  /** Tells what the agent did not live to hear of. Nothing while it is there, or is just being looked for. */
  async overdue() {
    if (!this.core.alone || !this.some) return;
    await this.core.change(async (plan) => {
      for (const one of await this.waiting()) {
        plan.drop("news", one.seq);
        if (one.seq <= this.core.outbox.sent.acked) continue;
        await this.tell(plan, await this.core.watch.of(one.platform), one, one.items);
      }
    });
  }
}

/** @param {string} key @returns {[system: string, task: string]} */
export function split(key) {
  const cut = key.indexOf(":");
  return [key.slice(0, cut), key.slice(cut + 1)];
}
