// The person had something forgotten: what this profile still holds of it goes in one transaction.

/** @typedef {import("./core.js").Core} Core */
/** @typedef {{platform: string, account: string, before_us: number, everything: boolean}} Named */

/** Stores whose records name the platform, and when they were made where that is known. */
const NAMED = ["outbox", "sessions", "news", "notices"];
const KEYS = /** @type {Record<string, string>} */ ({ outbox: "seq", sessions: "id", news: "seq", notices: "id", watch: "platform", days: "day" });

/**
 * Whether a record is meant: all that was named must hold of it.
 *
 * @param {Partial<Named>} named @param {any} record
 * @returns {boolean}
 */
export function meant({ platform = "", account = "", before_us = 0, everything = false }, record) {
  if (everything) return true;
  if (!platform && !account && !before_us) return false;
  if (platform && record.platform !== platform) return false;
  // Notices do not say whose they are; those that may be meant go.
  if (account && (record.account ?? account) !== account) return false;
  return !before_us || (record.at_us ?? record.last_active_us ?? Infinity) < before_us;
}

/**
 * @param {Core} core
 * @param {Partial<Named>} named
 * @returns {Promise<void>}
 */
export async function forget(core, named) {
  // What was seen before the page said whose it is counts as the claimed account's.
  const claimed = Object.values(core.accounts.known).some((known) => known[named.account ?? ""] === "claimed");
  await core.change(async (plan) => {
    for (const store of NAMED) {
      for (const record of await core.db.all(store)) {
        const whose = claimed && record.account === "" ? { ...record, account: named.account } : record;
        if (meant(named, whose)) plan.drop(store, record[KEYS[store]]);
      }
    }
    if (!named.before_us) core.setAccounts(plan, { ...core.accounts, known: others(core.accounts.known, named) });
    for (const watched of await core.db.all("watch")) {
      if (named.everything || (named.platform === watched.platform && !named.account && !named.before_us)) plan.drop("watch", watched.platform);
      else if (named.account && watched.boards[named.account] && (!named.platform || named.platform === watched.platform)) {
        delete watched.boards[named.account];
        plan.keep("watch", watched);
      }
    }
    // A day's sums do not say whose they are: they go whole, and the agent's ledger tells what is left of the day.
    for (const day of await core.db.all("days")) plan.drop("days", day.day);
  });
  if (named.everything) await core.settings.leave();
  await core.queue(() => core.reload());
  await core.clock.load(true);
  core.state.changed();
}

/**
 * @param {import("./accounts.js").Accounts["known"]} known
 * @param {Partial<Named>} named
 * @returns {import("./accounts.js").Accounts["known"]} the accounts that nobody wants forgotten
 */
function others(known, { platform = "", account = "", everything = false }) {
  const kept = Object.entries(known).flatMap(([id, states]) => {
    if (!everything && platform && id !== platform) return [[id, states]];
    const rest = everything || !account ? [] : Object.entries(states).filter(([hash]) => hash !== account);
    return rest.length ? [[id, Object.fromEntries(rest)]] : [];
  });
  return Object.fromEntries(kept);
}
