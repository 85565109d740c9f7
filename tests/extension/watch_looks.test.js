import assert from "node:assert/strict";
import { test } from "node:test";
import { piecework } from "./content.js";

const { now } = piecework.read;
const S = 1_000_000;
const definition = { id: "p", account: { shown: false }, quality: { date: "2026-01-01" } };
const rowsOf = (...ids) => ids.map((id) => ({ id, system: "", title: id, requester: "" }));
const reading = (rows, more = {}) => ({
  state: rows.length ? "watching" : "empty", cause: "", rows, unreadable: 0, skipped: 0, complete: true, page: null, source: "dom", url: "", ...more,
});

/** A list whose looks are collected: [kind, body, at] of every fact. */
function list() {
  const told = [];
  const env = { address: () => env.at, at: "https://x.test/a", uuid: () => `look-${told.length}`, visible: () => false, driftMs: () => env.drift, drift: 0 };
  const facts = { who: () => env.who, put: (_definition, kind, body, at_us) => told.push([kind, body, at_us]) };
  env.who = "-";
  return { env, told, looks: new piecework.Looks(env, facts, definition, "jobs") };
}
const looksOf = (told) => told.filter(([kind]) => kind === "look").map(([, body]) => body);

test("the first look is a baseline in full, the next says only what changed", () => {
  const { told, looks } = list();
  now(looks.report(reading(rowsOf("a", "b")), 1 * S));
  now(looks.report(reading(rowsOf("a", "b", "c")), 2 * S));
  const [first, second] = looksOf(told);
  assert.deepEqual([true, 2, []], [first.baseline, first.rows.length, first.same]);
  assert.deepEqual([false, ["c"], [":a", ":b"]], [second.baseline, second.rows.map((one) => one.id), second.same]);
  assert.equal(2 * S, second.rows[0].dom_at_us);
});

test("nothing is sent when nothing changed, but for one confirming look every 15 seconds", () => {
  const { told, looks } = list();
  for (const at of [1, 2, 10, 15.9, 16, 17]) now(looks.report(reading(rowsOf("a")), at * S));
  assert.deepEqual([1 * S, 16 * S], told.filter(([kind]) => kind === "look").map(([, , at]) => at));
  assert.deepEqual([[], [":a"]], [looksOf(told)[1].rows, looksOf(told)[1].same]);
});

test("a state is told once, with its look before it", () => {
  const { told, looks } = list();
  now(looks.report(reading(rowsOf("a")), 1 * S));
  now(looks.report(reading([]), 2 * S));
  now(looks.report(reading([]), 3 * S));
  now(looks.report(reading([], { state: "rate_limited", retry_after_s: 9 }), 4 * S));
  assert.deepEqual(["look", "health", "look", "health", "health"], told.map(([kind]) => kind));
  assert.deepEqual(["watching", "empty", "rate_limited"], told.filter(([kind]) => kind === "health").map(([, body]) => body.state));
  assert.equal(9, told.at(-1)[1].retry_after_s);
});

test("rows stay where a list can't be seen, and come back as news only where it was not the sign-in", () => {
  const { told, looks } = list();
  now(looks.report(reading(rowsOf("a")), 1 * S));
  now(looks.report(reading([], { state: "rate_limited" }), 2 * S));
  now(looks.report(reading(rowsOf("a", "b")), 3 * S));
  now(looks.report(reading([], { state: "signed_out" }), 4 * S));
  now(looks.report(reading(rowsOf("a", "b", "c")), 5 * S));
  assert.deepEqual([true, false, true], looksOf(told).map((one) => one.baseline));
});

test("another account and a long sleep begin anew", () => {
  const { env, told, looks } = list();
  now(looks.report(reading(rowsOf("a")), 1 * S));
  env.who = "other";
  now(looks.report(reading(rowsOf("a", "b")), 2 * S));
  env.drift = 31 * 60_000;
  now(looks.report(reading(rowsOf("a", "b", "c")), 3 * S));
  assert.deepEqual([true, true, true], looksOf(told).map((one) => one.baseline));
});

test("a complete list is the same at every address, a page of many is not", () => {
  for (const [complete, baseline] of [[true, false], [false, true]]) {
    const { env, told, looks } = list();
    now(looks.report(reading(rowsOf("a"), { complete }), 1 * S));
    env.at = "https://x.test/b";
    now(looks.report(reading(rowsOf("a", "b"), { complete }), 2 * S));
    assert.equal(baseline, looksOf(told)[1].baseline);
  }
});

test("rows reached by scrolling are there, and no news; those on top are", () => {
  const { told, looks } = list();
  const part = { complete: false, page: 1 };
  now(looks.report(reading(rowsOf("a", "b"), part), 1 * S));
  now(looks.report(reading(rowsOf("new", "a", "b", "deep"), part), 2 * S));
  const [, deep, news] = looksOf(told);
  assert.deepEqual([true, true, ["deep"], [":a", ":b"]], [deep.baseline, deep.deeper, deep.rows.map((one) => one.id), deep.same]);
  assert.deepEqual([false, ["new"], [":a", ":b", ":deep"]], [news.baseline, news.rows.map((one) => one.id), news.same]);
});

test("where nothing known is left, everything is news", () => {
  const { told, looks } = list();
  now(looks.report(reading(rowsOf("a"), { complete: false, page: 1 }), 1 * S));
  now(looks.report(reading(rowsOf("b"), { complete: false, page: 1 }), 2 * S));
  assert.deepEqual([false, ["b"]], [looksOf(told)[1].baseline, looksOf(told)[1].rows.map((one) => one.id)]);
});

test("asked to read again, everything goes in full", () => {
  const { told, looks } = list();
  now(looks.report(reading(rowsOf("a")), 1 * S));
  looks.force = true;
  now(looks.report(reading(rowsOf("a")), 2 * S));
  assert.deepEqual([false, 1, []], [looksOf(told)[1].baseline, looksOf(told)[1].rows.length, looksOf(told)[1].same]);
});
