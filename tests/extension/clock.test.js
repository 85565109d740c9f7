import assert from "node:assert/strict";
import { test } from "node:test";
import { find, fill } from "../../extension/background/attempts.js";
import { activeUs, end, isWorked, newSession, step } from "../../extension/background/sessions.js";
import { Days } from "../../extension/background/days.js";
import { nowUs, shiftClocks } from "../../extension/background/time.js";
import { byDay, dayOf, earn, newDay } from "../../extension/background/today.js";

const S = 1_000_000;
const START_US = 1_800_000_000 * S;

/** What is in front at second `at`: the task's tab unless said otherwise, both clocks in step. */
const seen = (at, { tab = 1, idle_us = null, mono = at } = {}) => ({ now_us: START_US + at * S, mono_ms: mono * 1000, tab, idle_us, pulse_s: 30 });
const session = (more = {}) => newSession({ id: "s", platform: "site", task: "t", tabs: { 1: "page" }, ...more }, seen(0));

/** Plays moments in turn; what each pulse said, and the active seconds at the end. */
function play(...moments) {
  let now = session();
  const beats = [];
  for (const moment of moments) {
    const taken = step(now, moment);
    if (!taken) continue;
    now = taken.session;
    beats.push([taken.beat.state, (moment.now_us - START_US) / S]);
  }
  const last = moments.at(-1);
  return { beats, active_s: activeUs(now, last.now_us, 30) / S, session: now };
}

test("a task in front pulses every 20 seconds, and in between only when something changes", () => {
  const { beats, active_s } = play(seen(0), seen(5), seen(14), seen(20), seen(30, { tab: 2 }), seen(35, { tab: 2 }), seen(40));
  assert.deepEqual([["active", 0], ["active", 20], ["away", 30], ["active", 40]], beats);
  assert.equal(30, active_s);
});

test("idleness is dated back to the last input", () => {
  const moments = [...Array(10).keys()].map((at) => seen(at * 20));
  const { beats, active_s, session: after } = play(...moments, seen(190, { idle_us: START_US + 10 * S }));
  assert.deepEqual(["idle", 190], beats.at(-1));
  assert.equal(10, active_s);
  assert.equal("idle", after.state);
});

test("an idle pulse says since when", () => {
  const { session: active } = play(seen(0));
  const { beat } = step(active, seen(10, { idle_us: START_US + 4 * S }));
  assert.deepEqual({ session: "s", task: "t", system: "", state: "idle", mono_ms: 10_000, work: "work", origin: "page", pulse_s: 30, since_us: START_US + 4 * S }, beat);
});

test("a background that was dead vouches for one pulse and not for the gap", () => {
  const { active_s } = play(seen(0), seen(20), seen(500), seen(510));
  assert.equal(20 + 30 + 10, active_s);
});

test("a machine that slept counts what its own clock counted, at most one pulse", () => {
  const { active_s } = play(seen(0), seen(20), seen(20 + 7200, { mono: 25 }));
  assert.equal(20 + 5, active_s);
});

test("a clock that is set back neither loses nor invents time", () => {
  const { active_s } = play(seen(0), seen(20), seen(-3580, { mono: 30 }), seen(-3570, { mono: 40, tab: 2 }));
  assert.equal(20 + 10 + 10, active_s);
});

test("the last pulse ends the attempt, and no pulse follows", () => {
  const { session: active } = play(seen(0), seen(20));
  const { session: ended, beat, span } = end(active, seen(25));
  assert.equal("end", beat.state);
  assert.deepEqual({ start_us: START_US, end_us: START_US + 25 * S }, span);
  assert.equal(null, step(ended, seen(30)));
  assert.equal(25 * S, activeUs(ended, START_US + 99 * S, 30));
});

test("where the work is done is said: on the page, or in a tab that it opened", () => {
  const two = session({ tabs: { 1: "page", 5: "lineage" } });
  const first = step(two, seen(0));
  assert.equal("page", first.beat.origin);
  assert.equal("lineage", step(first.session, seen(3, { tab: 5 })).beat.origin);
});

test("alerts wait for a task while one of its tabs is open, until ten minutes after it was last in front", () => {
  const { session: active } = play(seen(0));
  assert.deepEqual([true, true, false], [1, 600, 601].map((at) => isWorked(active, START_US + at * S)));
  assert.equal(false, isWorked({ ...active, tabs: {} }, START_US));
  assert.equal(false, isWorked(end(active, seen(1)).session, START_US + S));
});

const attempt = (id, more) => session({ id, tabs: {}, ...more });
const said = (kind, body, account = "") => ({ kind, platform: "site", account, body });

test("a step finds its attempt by the site's own number, then by task, then by the tab it was seen in", () => {
  const all = [attempt("a", { task: "t", assignment: "1" }), attempt("b", { task: "t", assignment: "2" }), attempt("c", { task: "u", tabs: { 7: "page" } })];
  assert.equal("a", find(all, said("submitted", { task: "t", assignment: "1" }), null, START_US).id);
  assert.equal("b", find(all, said("submitted", { task: "t" }), null, START_US).id);
  assert.equal("c", find(all, said("submitted", {}), 7, START_US).id);
  assert.equal(null, find(all, said("submitted", { task: "x" }), 7, START_US));
  assert.equal(null, find(all, { ...said("submitted", { task: "t" }), platform: "other" }, null, START_US));
});

test("a step seen once more belongs to the attempt that has ended, a new acceptance begins another", () => {
  const ended = [attempt("a", { ended_us: START_US })];
  assert.equal("a", find(ended, said("submitted", { task: "t" }), null, START_US + S).id);
  assert.equal(null, find(ended, said("accepted", { task: "t" }), null, START_US + S));
  assert.equal(null, find(ended, said("submitted", { task: "t" }), null, START_US + 86_401 * S));
});

test("another account's attempt at the same task is another attempt", () => {
  const mine = [attempt("a", { account: "one" })];
  assert.equal(null, find(mine, said("submitted", { task: "t" }, "two"), null, START_US));
  assert.equal("a", find(mine, said("submitted", { task: "t" }, ""), null, START_US).id);
});

test("an attempt learns what later steps say and keeps what it knew", () => {
  const learnt = fill(session({ title: "" }), said("accepted", { title: "A title", task: "other", pay: { raw: "$1" }, assignment: "9" }, "me"), 4);
  const { title, task, pay, assignment, account, roots } = learnt;
  assert.deepEqual({ title: "A title", task: "t", pay: { raw: "$1" }, assignment: "9", account: "me", roots: [4] }, { title, task, pay, assignment, account, roots });
});

test("a day is the person's own, and a stretch over midnight is cut there, on short and long days too", () => {
  const at = (iso) => Date.parse(iso) * 1000;
  const paris = (at_us) => dayOf(at_us, "Europe/Paris");
  assert.equal("2026-03-29", paris(at("2026-03-28T23:30:00Z")));
  assert.deepEqual([["2026-03-29", 3600 * S]], byDay({ start_us: at("2026-03-29T00:30:00Z"), end_us: at("2026-03-29T01:30:00Z") }, paris));
  assert.deepEqual([["2026-10-25", 1800 * S], ["2026-10-26", 900 * S]], byDay({ start_us: at("2026-10-25T22:30:00Z"), end_us: at("2026-10-25T23:15:00Z") }, paris));
});

test("work that goes on since yesterday evening is today's from midnight on, and none of it once it is left", () => {
  const midnight = new Date();
  midnight.setHours(24, 0, 0, 0);
  shiftClocks({ now_offset_ms: midnight.getTime() - Date.now() + 60_000 });
  try {
    const begun = nowUs() - 120 * S;
    const working = { ...session(), state: "active", stretch_us: begun, beat_us: nowUs(), active_us: 500 * S };
    const days = (one) => new Days({ clock: { open: [one] }, settings: { pulse_s: 30 } }).figures().active_s;
    assert.equal(60, days(working));
    assert.equal(0, days({ ...working, state: "away", stretch_us: 0 }));
  } finally {
    shiftClocks({ now_offset_ms: 0 });
  }
});

test("a submitted task is counted once, and an unknown pay is no money", () => {
  const pay = { micro: 500_000, currency: "USD" };
  const day = ["a", "a", "b"].reduce((sum, one) => earn(sum, one, pay), newDay("2026-01-01"));
  assert.deepEqual([{ USD: 1_000_000 }, 0], [day.earned, day.unknown]);
  const more = earn(earn(day, "c", null), "d", { micro: 0, currency: "GBP" });
  assert.deepEqual([{ USD: 1_000_000, GBP: 0 }, 1], [more.earned, more.unknown]);
});
