import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { bodyText, clean, eventText, isFact } from "../../extension/background/facts.js";
import { Outbox } from "../../extension/background/outbox.js";
import { MemoryStore, fact, ranges } from "./fakes.js";

const DAY_US = 86_400_000_000;
const NOW_US = 1_800_000_000_000_000;

/** @type {MemoryStore} */
let store;
/** @type {Outbox} */
let outbox;

const fresh = (most = 100_000) => new Outbox(store, { range: ranges, most });
const write = (facts, more = {}) => outbox.write({ facts, alone: false, zone: "Europe/Paris", ...more });
const seqs = async () => (await store.all("outbox")).map((entry) => entry.seq);
const many = (count, kind, body = {}) => Array.from({ length: count }, () => fact(kind, body));

beforeEach(() => {
  store = new MemoryStore();
  outbox = fresh();
});

test("facts get their sequence numbers in the order they were handed over", async () => {
  await write([fact("told"), fact("look")]);
  await write([fact("beat")]);
  const entries = await store.all("outbox");
  assert.deepEqual([[1, "told"], [2, "look"], [3, "beat"]], entries.map(({ seq, kind }) => [seq, kind]));
});

test("a fact is known by its id after the background has died", async () => {
  const one = fact("accepted");
  await write([one]);
  outbox = fresh();
  await outbox.load();
  assert.equal(true, await outbox.has(one.id));
  assert.equal(1, outbox.newest);
});

test("a fact that is there already undoes the whole write, and no number is used up", async () => {
  const one = fact("accepted");
  await write([one]);
  await assert.rejects(write([fact("beat"), one]), { name: "ConstraintError" });
  assert.deepEqual([1], await seqs());
  await write([fact("beat")]);
  assert.deepEqual([1, 2], await seqs());
});

test("records are written in the same transaction as the facts they belong to", async () => {
  store.failures = ["AbortError"];
  const put = { sessions: [{ id: "s" }] };
  await assert.rejects(write([fact("beat")], { put }), { name: "AbortError" });
  assert.deepEqual([], await store.all("sessions"));
  await write([fact("beat")], { put });
  assert.deepEqual([[{ id: "s" }], [1]], [await store.all("sessions"), await seqs()]);
});

test("numbers go on after everything was acknowledged and dropped", async () => {
  await write(many(3, "note"));
  await outbox.acknowledge(3, NOW_US);
  await outbox.trim(NOW_US + 2 * DAY_US);
  assert.deepEqual([], await seqs());
  outbox = fresh();
  await outbox.load();
  await write([fact("note")]);
  assert.deepEqual([4], await seqs());
});

test("what was acknowledged stays for a day, what was not stays", async () => {
  await write(many(3, "note"));
  await outbox.acknowledge(2, NOW_US);
  await outbox.trim(NOW_US + DAY_US - 1);
  assert.deepEqual([1, 2, 3], await seqs());
  await outbox.trim(NOW_US + DAY_US + 1);
  assert.deepEqual([3], await seqs());
  assert.equal(1, await outbox.unsent());
});

test("an agent restored from an older backup is sent what it lost", async () => {
  await write(many(5, "note"));
  await outbox.acknowledge(5, NOW_US);
  await outbox.resume(2);
  assert.equal(3, await outbox.unsent());
  await outbox.trim(NOW_US + 2 * DAY_US);
  assert.deepEqual([3, 4, 5], (await seqs()).slice(-3));
});

test("a profile restored from an older backup never reuses a number the agent holds", async () => {
  await write(many(2, "note"));
  await outbox.resume(10);
  assert.deepEqual([11, 12], await seqs());
  await write([fact("note")]);
  assert.deepEqual([11, 12, 13], await seqs());
  assert.equal(3, await outbox.unsent());
});

test("a full outbox drops its oldest sightings, and never time or money", async () => {
  outbox = fresh(4);
  await write([fact("look"), fact("beat"), fact("submitted"), fact("health"), fact("payout"), fact("look")]);
  await outbox.trim(NOW_US);
  assert.deepEqual([2, 3, 5, 6], await seqs());
  await write(many(5, "beat"));
  await outbox.trim(NOW_US);
  assert.deepEqual(["beat", "submitted", "payout", ...Array(5).fill("beat")], (await store.all("outbox")).map(({ kind }) => kind));
});

test("sightings of more than 90 days ago go, time and money of that age stay", async () => {
  const at_us = NOW_US - 91 * DAY_US;
  await write([fact("look", {}, { at_us }), fact("submitted", {}, { at_us }), fact("look", {}, { at_us: NOW_US })]);
  await outbox.trim(NOW_US);
  assert.deepEqual([2, 3], await seqs());
});

test("a full disk makes room by dropping sightings, and says so where there are none", async () => {
  await write([fact("look")]);
  store.failures = ["QuotaExceededError"];
  await write([fact("submitted")]);
  assert.deepEqual([2], await seqs());
  store.failures = ["QuotaExceededError"];
  await assert.rejects(write([fact("beat")]), { name: "QuotaExceededError" });
});

test("hostile texts are cut, well-formed and free of NUL, numbers whole and finite", () => {
  const body = { title: `a\0b\ud83d`, long: "x".repeat(5000), n: 1.6, wrong: NaN, deep: [{ t: "\udc00" }] };
  assert.deepEqual({ title: "ab\ufffd", long: "x".repeat(2000), n: 2, wrong: null, deep: [{ t: "\ufffd" }] }, clean(body));
});

test("a body too big for one message is cut harder before it is given up", () => {
  const rows = Array.from({ length: 400 }, (_, id) => ({ id: String(id), title: "é".repeat(2000) }));
  assert.ok(new TextEncoder().encode(bodyText({ rows }) ?? "").length <= 900_000);
  const huge = Array.from({ length: 9_000 }, (_, id) => ({ id: String(id), title: "é".repeat(2000) }));
  assert.equal(null, bodyText({ rows: huge }));
});

test("an entry goes over the link as one event with its body as it was stored", async () => {
  const [entry] = await write([fact("note", { text: "é" }, { account: "a1", at_us: 5.4 })]);
  const { id } = entry;
  const expected = { t: "event", seq: 1, id, at_us: 5, kind: "note", platform: "site", account: "a1", zone: "Europe/Paris", alone: false, body: { text: "é" } };
  assert.deepEqual(expected, JSON.parse(eventText(entry)));
});

test("what is no fact is told from what is one", () => {
  assert.equal(true, isFact(fact("look")));
  for (const wrong of [null, 1, {}, { ...fact("look"), id: "1" }, { ...fact("look"), at_us: Infinity }, { ...fact("look"), body: [] }, { ...fact("look"), kind: "a b" }]) {
    assert.equal(false, isFact(wrong));
  }
});
