// The background's own database, and the one queue through which everything changes it.
import { openDatabase } from "../lib/db.js";

const NAME = "piecework";
const VERSION = 1;

/** Where things lie: store name to its key. */
const STORES = {
  outbox: "seq",
  meta: "key",
  watch: "platform",
  sessions: "id",
  days: "day",
  news: "seq",
  notices: "id",
  keys: "id",
};

/** @returns {Promise<import("../lib/db.js").Database>} */
export function openStore() {
  return openDatabase(NAME, VERSION, (db) => {
    for (const [name, keyPath] of Object.entries(STORES)) {
      const store = db.createObjectStore(name, { keyPath });
      if (name !== "outbox") continue;
      store.createIndex("id", "id", { unique: true });
      // Only sightings carry `sight`, so that this index lists nothing else.
      store.createIndex("sight", ["sight", "at_us"]);
    }
  });
}

/**
 * Runs jobs one after another, whoever asks: no two of them read and change the same thing at once.
 *
 * @returns {<T>(job: () => T | Promise<T>) => Promise<T>} resolves or rejects as the job does
 */
export function queue() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (job) => {
    const mine = last.then(job);
    last = mine.catch(() => undefined);
    return /** @type {any} */ (mine);
  };
}
