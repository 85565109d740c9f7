// One change of the background: facts to be stored, records to be kept, and what follows once both are on the disk.

/** @typedef {import("./outbox.js").Ready} Ready */

/** Collects; nothing happens before `core.commit(plan)`. */
export class Plan {
  /** @param {boolean} alone whether no agent is reachable */
  constructor(alone) {
    this.alone = alone;
    /** @type {Ready[]} */
    this.facts = [];
    /** @type {Record<string, object[]>} */
    this.put = {};
    /** @type {Record<string, IDBValidKey[]>} */
    this.remove = {};
    /** @type {(() => void)[]} */
    this.after = [];
  }

  get empty() {
    return !this.facts.length && !Object.keys(this.put).length && !Object.keys(this.remove).length;
  }

  /**
   * A fact the background makes itself.
   *
   * @param {string} kind @param {number} at_us
   * @param {{platform?: string, account?: string, body: Record<string, any>}} about
   */
  make(kind, at_us, { platform = "", account = "", body }) {
    this.facts.push({ id: piecework.uuid7(), kind, at_us, platform, account, body });
  }

  /** A record that replaces its older self. @param {string} store @param {object} record */
  keep(store, record) {
    const kept = (this.put[store] ??= []);
    if (!kept.includes(record)) kept.push(record);
  }

  /** @param {string} store @param {IDBValidKey} key */
  drop(store, key) {
    (this.remove[store] ??= []).push(key);
  }

  /** Runs once the plan is on the disk. @param {() => void} act */
  then(act) {
    this.after.push(act);
  }
}
