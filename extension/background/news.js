// News the person has to hear of from this profile: at once where no agent is reachable, and where the agent went
// away before it had committed them.

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./alone.js").News} News */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {{seq: number, platform: string, account: string, at_us: number, items: News[]}} Waiting */

export class NewsDesk {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
  }

  /**
   * Tells now. The `told` facts go before the look they come from.
   *
   * @param {Plan} plan @param {import("./watch.js").Watched} watched
   * @param {{platform: string, account: string, at_us: number}} from @param {News[]} items
   */
  tell(plan, watched, { platform, account, at_us }, items) {
    for (const item of items) {
      const [system, task] = split(item.key);
      plan.make("told", at_us, { platform, account, body: { task, system, list: item.list, reason: item.reason } });
      this.core.watch.markTold(watched, account, item, at_us);
    }
    plan.keep("watch", watched);
    plan.then(() => this.core.notify.told(platform, items, at_us));
  }

  /**
   * The agent will tell. Kept until it has acknowledged the look, in case it goes away before.
   *
   * @param {Plan} plan @param {{platform: string, account: string, at_us: number}} from @param {News[]} items
   */
  wait(plan, { platform, account, at_us }, items) {
    const seq = this.core.outbox.next + plan.facts.length - 1;
    plan.keep("news", { seq, platform, account, at_us, items });
    this.core.later(3_500, () => this.overdue());
  }

  /** The agent holds everything up to `seq`. @param {number} seq */
  async acknowledged(seq) {
    const done = /** @type {Waiting[]} */ (await this.core.db.all("news")).filter((one) => one.seq <= seq);
    if (done.length) await this.core.change((plan) => done.forEach((one) => plan.drop("news", one.seq)));
  }

  /** Tells what the agent did not live to hear of. Nothing while it is there, or is just being looked for. */
  async overdue() {
    if (!this.core.alone) return;
    await this.core.change(async (plan) => {
      for (const one of /** @type {Waiting[]} */ (await this.core.db.all("news"))) {
        plan.drop("news", one.seq);
        if (one.seq <= this.core.outbox.sent.acked) continue;
        this.tell(plan, await this.core.watch.of(one.platform), one, one.items);
      }
    });
  }
}

/** @param {string} key @returns {[system: string, task: string]} */
export function split(key) {
  const cut = key.indexOf(":");
  return [key.slice(0, cut), key.slice(cut + 1)];
}
