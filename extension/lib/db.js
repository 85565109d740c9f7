// A thin promise layer over IndexedDB. Every write is one strict transaction: it is on the disk when it resolves.

/**
 * What one write does, all or nothing. `add` refuses a key or a unique value that is there already.
 *
 * @typedef {object} Plan
 * @property {Record<string, object[]>} [add] store name to new records
 * @property {Record<string, object[]>} [put] store name to records that replace their older selves
 * @property {Record<string, (IDBValidKey | IDBKeyRange)[]>} [remove] store name to keys or ranges of keys
 */

/**
 * Opens a database, making its stores when it is new.
 *
 * @param {string} name
 * @param {number} version
 * @param {(db: IDBDatabase, from: number) => void} upgrade
 * @returns {Promise<Database>}
 */
export function openDatabase(name, version, upgrade) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = (event) => upgrade(request.result, event.oldVersion);
    request.onsuccess = () => resolve(new Database(request.result));
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error(`IndexedDB ${name} is held open by an older background`));
  });
}

/** One open database. Reads take a store name and a key or a range. */
export class Database {
  /** @param {IDBDatabase} db */
  constructor(db) {
    this.db = db;
    // A newer version of the extension must be able to upgrade while this background still lives.
    db.onversionchange = () => db.close();
  }

  /** @param {string} store @param {IDBValidKey} key @returns {Promise<any>} undefined when there is none */
  get(store, key) {
    return this.read(store, (it) => it.get(key));
  }

  /**
   * @param {string} store
   * @param {IDBKeyRange | null} [range]
   * @param {number} [count]
   * @returns {Promise<any[]>}
   */
  all(store, range = null, count = undefined) {
    return this.read(store, (it) => it.getAll(range, count));
  }

  /** @param {string} store @param {IDBKeyRange | null} [range] @returns {Promise<number>} */
  count(store, range = null) {
    return this.read(store, (it) => it.count(range ?? undefined));
  }

  /** @param {string} store @param {string} index @param {IDBValidKey} value @returns {Promise<IDBValidKey | undefined>} */
  keyBy(store, index, value) {
    return this.read(store, (it) => it.index(index).getKey(value));
  }

  /**
   * Keys of the records an index lists, in its order.
   *
   * @param {string} store @param {string} index @param {IDBKeyRange | null} range @param {number} [count]
   * @returns {Promise<IDBValidKey[]>}
   */
  keysBy(store, index, range, count = undefined) {
    return this.read(store, (it) => it.index(index).getAllKeys(range, count));
  }

  /**
   * @param {string} store
   * @param {(it: IDBObjectStore) => IDBRequest} ask
   * @returns {Promise<any>}
   */
  read(store, ask) {
    return new Promise((resolve, reject) => {
      const request = ask(this.db.transaction(store, "readonly").objectStore(store));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /**
   * Carries out a plan in one transaction; rejects with the DOMException that undid it (ConstraintError,
   * QuotaExceededError …).
   *
   * @param {Plan} plan
   * @param {IDBTransactionDurability} [durability] "relaxed" only for what can be asked for again
   * @returns {Promise<void>}
   */
  write(plan, durability = "strict") {
    const names = [...new Set([plan.add, plan.put, plan.remove].flatMap((part) => Object.keys(part ?? {})))];
    return new Promise((resolve, reject) => {
      const transaction = this.db.transaction(names, "readwrite", { durability });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException("undone", "AbortError"));
      // Never commit() by hand: Firefox 153 then keeps the rest of a plan whose `add` was refused.
      each(transaction, plan.remove, (store, key) => store.delete(key));
      each(transaction, plan.add, (store, record) => store.add(record));
      each(transaction, plan.put, (store, record) => store.put(record));
    });
  }

  close() {
    this.db.close();
  }
}

/**
 * @template T
 * @param {IDBTransaction} transaction
 * @param {Record<string, T[]> | undefined} part
 * @param {(store: IDBObjectStore, it: T) => void} act
 */
function each(transaction, part, act) {
  for (const [name, items] of Object.entries(part ?? {})) {
    const store = transaction.objectStore(name);
    for (const item of items) act(store, item);
  }
}
