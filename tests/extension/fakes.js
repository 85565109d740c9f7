// Stand-ins of the browser for tests of the extension that need none.

/** Key ranges as IndexedDB's, for the numbers and pairs the background uses. */
export const ranges = {
  lowerBound: (low, open = false) => ({ includes: (key) => compare(key, low) > (open ? 0 : -1) }),
  upperBound: (high) => ({ includes: (key) => compare(key, high) <= 0 }),
  bound: (low, high) => ({ includes: (key) => compare(key, low) >= 0 && compare(key, high) <= 0 }),
};

const KEYS = { outbox: "seq", meta: "key", watch: "platform", sessions: "id", days: "day", news: "seq", notices: "id", keys: "id" };
const INDEXES = { id: (record) => record.id, sight: (record) => (record.sight ? [record.sight, record.at_us] : undefined) };

/** A database in memory with the promises of lib/db.js: all of a plan or nothing, copies in and out. */
export class MemoryStore {
  constructor() {
    this.stores = Object.fromEntries(Object.keys(KEYS).map((name) => [name, new Map()]));
    /** The error the next writes end with, one each. */
    this.failures = [];
    this.writes = 0;
  }

  async get(store, key) {
    return structuredClone(this.stores[store].get(key));
  }

  async all(store, range = null, count = Infinity) {
    return structuredClone(this.sorted(store).filter(([key]) => !range || range.includes(key)).slice(0, count).map(([, record]) => record));
  }

  async count(store, range = null) {
    return this.sorted(store).filter(([key]) => !range || range.includes(key)).length;
  }

  async keyBy(store, index, value) {
    return this.sorted(store).find(([, record]) => INDEXES[index](record) === value)?.[0];
  }

  async keysBy(store, index, range, count = Infinity) {
    const listed = this.sorted(store).flatMap(([key, record]) => (INDEXES[index](record) === undefined ? [] : [[INDEXES[index](record), key]]));
    return listed.sort(([left], [right]) => compare(left, right)).filter(([value]) => !range || range.includes(value)).slice(0, count).map(([, key]) => key);
  }

  async write({ add = {}, put = {}, remove = {} }) {
    const failure = this.failures.shift();
    if (failure) throw new DOMException("as the test wants it", failure);
    const after = Object.fromEntries(Object.entries(this.stores).map(([name, records]) => [name, new Map(records)]));
    for (const [name, keys] of Object.entries(remove)) for (const key of keys) drop(after[name], key);
    for (const [name, records] of Object.entries(add)) for (const record of records) insert(name, after[name], record);
    for (const [name, records] of Object.entries(put)) for (const record of records) after[name].set(record[KEYS[name]], structuredClone(record));
    this.stores = after;
    this.writes += 1;
  }

  sorted(store) {
    return [...this.stores[store]].sort(([left], [right]) => compare(left, right));
  }
}

function drop(records, key) {
  for (const one of [...records.keys()]) if (typeof key === "object" ? key.includes(one) : one === key) records.delete(one);
}

function insert(name, records, record) {
  const taken = records.has(record[KEYS[name]]) || (name === "outbox" && [...records.values()].some((one) => one.id === record.id));
  if (taken) throw new DOMException("it is there already", "ConstraintError");
  records.set(record[KEYS[name]], structuredClone(record));
}

function compare(left, right) {
  if (Array.isArray(left)) return compare(left[0], right[0]) || compare(left[1], right[1]);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A socket whose other end is the test. */
export class FakeSocket {
  static made = [];

  constructor(url) {
    this.url = url;
    this.sent = [];
    this.readyState = 0;
    this.bufferedAmount = 0;
    this.closed = false;
    FakeSocket.made.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  say(message) {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  drop(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** Work in other threads (keys, the store) takes its time on a busy machine, however many turns pass here. */
const PATIENCE_MS = 15_000;

/** Waits until something holds; a turn of the event loop between two looks. */
export async function until(holds, what = holds.toString()) {
  for (const from_ms = performance.now(); performance.now() - from_ms < PATIENCE_MS; ) {
    const value = holds();
    if (value) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never: ${what}`);
}

let counter = 0;

/** A fact as a page hands it over. */
export function fact(kind, body = {}, more = {}) {
  const id = `00000000-0000-7000-8000-${String(++counter).padStart(12, "0")}`;
  return { id, kind, at_us: 1_800_000_000_000_000 + counter, platform: "site", account: "", body, ...more };
}
