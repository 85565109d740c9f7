// Facts from pages on their way into the outbox: known ones left out, accounts hashed, sessions filled in, news told.
import { STEPS, isFact } from "./facts.js";
import { asking, identify } from "./accounts.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./facts.js").Fact} Fact */

const MOST_FACTS = 2_500;

export class Intake {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
  }

  /**
   * Stores what a page hands over, each fact once, in the order given.
   *
   * @param {unknown} facts
   * @param {{tab: number | null, allows: (platform: string) => boolean}} from
   * @returns {Promise<{stored: boolean, cause?: string}>} `stored` also where a fact is known or nothing may keep it
   */
  async store(facts, from) {
    if (!Array.isArray(facts) || facts.length > MOST_FACTS) return { stored: false, cause: "not_facts" };
    const taken = facts.filter((fact) => isFact(fact) && from.allows(fact.platform));
    if (taken.length < facts.length) console.error(`Piecework: ${facts.length - taken.length} facts of a page are not taken: wrong shape or platform`);
    try {
      await this.core.change((plan) => this.each(plan, taken, from.tab));
      return { stored: true };
    } catch (cause) {
      console.error("Piecework: facts could not be stored", cause);
      return { stored: false, cause: /** @type {Error} */ (cause).name };
    }
  }

  /** @param {Plan} plan @param {Fact[]} facts @param {number | null} tab */
  async each(plan, facts, tab) {
    const ids = new Set();
    for (const fact of facts) {
      if (ids.has(fact.id) || (await this.core.outbox.has(fact.id))) continue;
      ids.add(fact.id);
      const account = await this.account(plan, fact);
      if (account === null) continue;
      const ready = { ...fact, account, body: { ...fact.body } };
      if (fact.kind === "load") this.core.taught.visited(fact.platform);
      if (fact.kind === "look") await this.look(plan, ready);
      else if (fact.kind === "health") await this.health(plan, ready, tab);
      else if (STEPS.has(fact.kind)) await this.core.clock.take(plan, ready, tab);
      else plan.facts.push(ready);
    }
  }

  /**
   * @param {Plan} plan @param {Fact} fact
   * @returns {Promise<string | null>} the account's hash; null where nothing may be recorded of it
   */
  async account(plan, fact) {
    const { core } = this;
    const { account, state } = await this.whose(plan, fact.platform, fact.who, fact.at_us);
    if (state === "claimed") return account;
    if (fact.kind === "look" || fact.kind === "health") {
      const watched = await core.watch.of(fact.platform);
      const body = { list: fact.body.list, state: "account_asks", cause: state };
      const { state: before, cause } = watched.lists[body.list] ?? {};
      if (before !== body.state || cause !== state) plan.make("health", fact.at_us, { platform: fact.platform, account, body });
      core.watch.health(watched, body, fact.at_us);
      plan.keep("watch", watched);
    }
    return null;
  }

  /**
   * Whose sign-in a page shows. One seen for the first time is stored with the fact that says so.
   *
   * @param {Plan} plan @param {string} platform @param {unknown} who @param {number} [at_us]
   * @returns {Promise<{account: string, state: import("./accounts.js").State}>}
   */
  async whose(plan, platform, who, at_us = nowUs()) {
    const { core } = this;
    const { accounts, account, state, fact } = await identify(core.accounts, platform, String(who ?? "").slice(0, 500));
    if (accounts !== core.accounts) core.setAccounts(plan, accounts);
    if (fact) plan.make("account", at_us, fact);
    const was = /** @type {{was?: string}} */ (fact?.body ?? {}).was;
    if (was) {
      // The same person under the agent's salt: what their lists and attempts were goes on.
      plan.keep("watch", core.watch.rename(await core.watch.of(platform), was, account));
      core.clock.rename(plan, platform, was, account);
    }
    return { account, state };
  }

  /** @param {Plan} plan @param {import("./outbox.js").Ready} fact */
  async look(plan, fact) {
    const { core } = this;
    const watched = await core.watch.of(fact.platform);
    const body = /** @type {any} */ (fact.body);
    // A list that was repaired tells nobody anything before its second healthy look.
    if (body.part === body.of && core.taught.looked(fact.platform, body.list, fact.at_us)) body.baseline = true;
    const { news, gone } = core.watch.look(watched, fact.body, fact);
    if (body.part === body.of) plan.then(() => core.leases.saw(fact.platform, body.list, "watching"));
    plan.keep("watch", watched);
    const open = news.filter((item) => !core.clock.worksOn(fact.platform, item.key));
    // The agent must learn that the person was told before it learns of the task.
    if (open.length && plan.alone) await core.news.tell(plan, watched, fact, open);
    plan.facts.push(fact);
    if (open.length && !plan.alone) core.news.wait(plan, fact, open);
    if (gone.length) plan.then(() => core.notify.gone(fact.platform, gone));
  }

  /** @param {Plan} plan @param {import("./outbox.js").Ready} fact @param {number | null} tab */
  async health(plan, fact, tab) {
    const { core } = this;
    const watched = await core.watch.of(fact.platform);
    const body = /** @type {any} */ (fact.body);
    core.watch.health(watched, body, fact.at_us);
    plan.keep("watch", watched);
    plan.facts.push(fact);
    plan.then(() => core.healer.heard(fact.platform, body, tab));
    plan.then(() => core.leases.saw(fact.platform, body.list, body.state));
  }

  /** @param {string} platform @returns {string[]} accounts the popup asks about */
  asks(platform) {
    return asking(this.core.accounts, platform);
  }
}
