// The outbox: a fact is on the disk before anybody is told "stored", and stays until the agent has committed it.
import { entryOf } from "./facts.js";

/**
 * @typedef {import("./facts.js").Fact & {account: string}} Ready a fact whose account is known
 * @typedef {import("./facts.js").Entry} Entry
 * @typedef {Omit<import("../lib/db.js").Database, "db">} Store
 * @typedef {{acked: number, marks: [seq: number, at_us: number][]}} Sent what the agent has acknowledged, and when
 */

/** A restored agent may ask for what it had acknowledged before. */
const KEEP_ACKED_US = 86_400_000_000;
const MARK_EVERY_US = 600_000_000;
const KEEP_SIGHTINGS_US = 90 * 86_400_000_000;
const MOST_ENTRIES = 100_000;
const MAKE_ROOM = 1000;

/** `write` and `resume` run inside the background's queue, one at a time. */
export class Outbox {
  /**
   * @param {Store} db
   * @param {{range?: typeof IDBKeyRange, most?: number}} [how] stand-ins for tests
   */
  constructor(db, { range = globalThis.IDBKeyRange, most = MOST_ENTRIES } = {}) {
    this.db = db;
    this.range = range;
    this.most = most;
    this.next = 1;
    /** @type {Sent} */
    this.sent = { acked: 0, marks: [] };
  }

  async load() {
    this.next = (await this.db.get("meta", "next"))?.value ?? 1;
    this.sent = (await this.db.get("meta", "sent"))?.value ?? { acked: 0, marks: [] };
  }

  /** Sequence number of the newest entry, 0 where there was none yet. */
  get newest() {
    return this.next - 1;
  }

  /** @param {string} id @returns {Promise<boolean>} */
  async has(id) {
    return (await this.db.keyBy("outbox", "id", id)) !== undefined;
  }

  /** @returns {Promise<number>} entries the agent has not acknowledged */
  unsent() {
    return this.db.count("outbox", this.range.lowerBound(this.sent.acked, true));
  }

  /** @param {number} from @param {number} count @returns {Promise<Entry[]>} entries from a sequence number on */
  from(from, count) {
    return this.db.all("outbox", this.range.lowerBound(from), count);
  }

  /**
   * Stores facts in the order given, with whatever else has to be true at the same moment.
   *
   * @param {{facts: Ready[], alone: boolean, zone: string, put?: Record<string, object[]>,
   *   remove?: Record<string, IDBValidKey[]>}} what
   * @returns {Promise<Entry[]>} what was stored; rejects with the DOMException that undid all of it
   */
  async write({ facts, alone, zone, put = {}, remove = {} }) {
    const entries = [];
    for (const fact of facts) {
      const entry = entryOf(fact, { seq: this.next + entries.length, account: fact.account, zone, alone });
      if (entry) entries.push(entry);
      else console.error(`Piecework: a ${fact.kind} of ${fact.platform} is over 0.9 MB even when cut, and is not kept`);
    }
    const next = this.next + entries.length;
    const meta = [...(put.meta ?? []), { key: "next", value: next }];
    const plan = { add: { outbox: entries }, put: { ...put, meta }, remove };
    try {
      await this.db.write(plan);
    } catch (cause) {
      if (/** @type {DOMException} */ (cause).name !== "QuotaExceededError" || !(await this.drop(MAKE_ROOM))) throw cause;
      await this.db.write(plan);
    }
    this.next = next;
    return entries;
  }

  /** The agent has committed everything up to `seq`. @param {number} seq @param {number} now_us */
  async acknowledge(seq, now_us) {
    const { acked, marks } = this.sent;
    if (seq <= acked) return;
    const newest = marks.at(-1);
    const due = !newest || now_us - newest[1] >= MARK_EVERY_US || now_us < newest[1];
    await this.setSent({ acked: seq, marks: due ? [...marks, [seq, now_us]] : marks });
  }

  /**
   * The agent holds everything up to `last`, and says so anew at every welcome: it may have been restored from a
   * backup (`last` went back), or this profile may have been (`last` is ahead of everything here).
   *
   * @param {number} last
   */
  async resume(last) {
    if (last <= this.newest) {
      await this.setSent({ acked: last, marks: this.sent.marks.filter(([seq]) => seq <= last) });
      return;
    }
    const waiting = await this.from(this.sent.acked + 1, MOST_ENTRIES * 10);
    const moved = waiting.map((entry, index) => ({ ...entry, seq: last + 1 + index }));
    const next = last + 1 + moved.length;
    const sent = { acked: last, marks: [] };
    const meta = [{ key: "next", value: next }, { key: "sent", value: sent }];
    await this.db.write({ remove: { outbox: waiting.map((entry) => entry.seq) }, add: { outbox: moved }, put: { meta } });
    this.next = next;
    this.sent = sent;
  }

  /** Drops what may go: acknowledged a day ago, sightings of 90 days ago, sightings over the limit. @param {number} now_us */
  async trim(now_us) {
    const old = this.sent.marks.filter(([, at_us]) => now_us - at_us > KEEP_ACKED_US);
    const upto = Math.min(old.at(-1)?.[0] ?? 0, this.sent.acked);
    if (upto > 0) {
      await this.setSent({ ...this.sent, marks: this.sent.marks.slice(old.length) });
      await this.db.write({ remove: { outbox: [this.range.upperBound(upto)] } });
    }
    const aged = await this.db.keysBy("outbox", "sight", this.range.bound([1, 0], [1, now_us - KEEP_SIGHTINGS_US]));
    if (aged.length) await this.db.write({ remove: { outbox: aged } });
    const over = (await this.db.count("outbox")) - this.most;
    if (over > 0) await this.drop(over);
  }

  /** Lost in a crash, it comes again with the next welcome. @param {Sent} sent */
  async setSent(sent) {
    this.sent = sent;
    await this.db.write({ put: { meta: [{ key: "sent", value: sent }] } }, "relaxed");
  }

  /** @param {number} count @returns {Promise<boolean>} whether any sighting was there to be dropped, oldest first */
  async drop(count) {
    const keys = await this.db.keysBy("outbox", "sight", null, count);
    if (keys.length) await this.db.write({ remove: { outbox: keys } });
    return keys.length > 0;
  }
}
