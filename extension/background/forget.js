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
  if (account && record.account !== account) return false;
  return !before_us || (record.at_us ?? record.begun_us ?? Infinity) < before_us;
}

/**
 * @param {Core} core
 * @param {Partial<Named>} named
 * @returns {Promise<void>}
 */
export async function forget(core, named) {
  await core.change(async (plan) => {
    for (const store of NAMED) {
      for (const record of await core.db.all(store)) if (meant(named, record)) plan.drop(store, record[KEYS[store]]);
    }
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
  await core.queue(() => core.reload());
  await core.clock.load(true);
  core.state.changed();
}
