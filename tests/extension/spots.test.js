import assert from "node:assert/strict";
import { test } from "node:test";
import "../../extension/lib/ids.js";
import { Clock } from "../../extension/background/clock.js";
import { isWorked } from "../../extension/background/sessions.js";
import { goesOn, keptOn, of, renewed } from "../../extension/background/spots.js";

const S = 1_000_000;
const START_US = 1_800_000_000 * S;
const SEARCH = { platform: "site", work: "search", who: "me" };

/** A clock whose store and front are the test's: `at` is the second, `tab` the one in front. */
function clock() {
  const front = { at: 0, tab: 1 };
  const beats = [];
  const plan = {
    make: (_kind, at_us, { body }) => beats.push([body.work, body.state, (at_us - START_US) / S, body.task]),
    keep: () => undefined,
    drop: () => undefined,
    then: () => undefined,
  };
  const core = {
    settings: { pulse_s: 30 },
    change: (run) => run(plan),
    intake: { whose: (_plan, _platform, who) => ({ account: who, state: who === "stranger" ? "asks" : "claimed" }) },
    days: { worked: () => undefined },
  };
  const seen = () => ({ now_us: START_US + front.at * S, mono_ms: front.at * 1000, tab: front.tab, idle_us: null, pulse_s: 30 });
  const one = new Clock(core, async () => seen());
  return { one, front, beats };
}

const TASK = { platform: "site", task: "t1", system: "", who: "me", on: true };

test("a list in front is time of searching, and stops being it behind another tab", async () => {
  const { one, front, beats } = clock();
  await one.spot(SEARCH, 1);
  Object.assign(front, { at: 20 });
  await one.look();
  Object.assign(front, { at: 25, tab: 2 });
  await one.look();
  assert.deepEqual([["search", "active", 0, ""], ["search", "active", 20, ""], ["search", "away", 25, ""]], beats);
});

test("a list that is never in front is nobody's time", async () => {
  const { one, front, beats } = clock();
  front.tab = 9;
  await one.spot(SEARCH, 1);
  await one.look();
  await one.spot(null, 1);
  assert.deepEqual([], beats);
  assert.equal(false, one.busy);
});

test("searching holds no alert back, shows no running task, and is no attempt", async () => {
  const { one } = clock();
  await one.spot(SEARCH, 1);
  assert.equal(false, one.working);
  assert.equal(null, one.running());
  assert.deepEqual([], one.attempts);
  assert.equal(true, one.busy);
  assert.equal(false, isWorked(one.open[0], START_US));
});

test("a task in the same tab ends the searching, and its list afterwards takes it up again", async () => {
  const { one, front, beats } = clock();
  await one.spot(SEARCH, 1);
  Object.assign(front, { at: 10 });
  await one.page(TASK, 1);
  Object.assign(front, { at: 40 });
  await one.page({ ...TASK, on: false }, 1);
  await one.spot(SEARCH, 1);
  const said = beats.map(([work, state, at]) => `${work} ${state} ${at}`);
  assert.deepEqual(["search active 0", "search away 10", "work active 10", "work away 40", "search active 40"], said);
  assert.equal(1, one.open.filter((session) => session.spot).length);
});

test("the timer goes while the task is in front, and stands behind another tab", async () => {
  const { one, front } = clock();
  await one.page(TASK, 1);
  assert.equal(true, one.running()?.going);
  Object.assign(front, { at: 10, tab: 2 });
  await one.look();
  assert.deepEqual([false, 10], [one.running()?.going, one.running()?.active_s]);
});

test("two lists of one platform are one search; another platform's, or the earnings, are their own", async () => {
  const { one } = clock();
  await one.spot(SEARCH, 1);
  await one.spot(SEARCH, 2);
  await one.spot({ ...SEARCH, platform: "other" }, 3);
  await one.spot({ ...SEARCH, work: "admin" }, 4);
  assert.deepEqual([["1", "2"], ["3"], ["4"]], one.open.map((session) => Object.keys(session.tabs)));
  await one.spot({ ...SEARCH, work: "admin" }, 1);
  assert.deepEqual([["2"], ["3"], ["1", "4"]], one.open.map((session) => Object.keys(session.tabs)));
});

test("an account that is not claimed is not timed", async () => {
  const { one, beats } = clock();
  await one.spot({ ...SEARCH, who: "stranger" }, 1);
  assert.deepEqual([], beats);
  assert.deepEqual([], one.open);
});

test("a session of searching lasts a day at most, and ten minutes after its last tab", () => {
  const session = { ...of(SEARCH, "me"), tabs: { 1: "page" }, started_us: START_US, last_active_us: START_US };
  assert.equal(true, keptOn(session, START_US + 86_399 * S));
  assert.equal(false, keptOn(session, START_US + 86_400 * S));
  assert.equal(true, keptOn({ ...session, tabs: {} }, START_US + 600 * S));
  assert.equal(false, keptOn({ ...session, tabs: {} }, START_US + 601 * S));
  const next = renewed(session, { id: "n", started_us: START_US + 86_400 * S, tabs: {} });
  assert.equal(true, goesOn(next, session));
  assert.deepEqual(["n", { 1: "page" }], [next.id, next.tabs]);
});
