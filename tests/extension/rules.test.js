// The person's rules while no agent is reachable: the answers of the shared table, and what is beside it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { choose, quietUntil } from "../../extension/background/rules.js";
import { NewsDesk } from "../../extension/background/news.js";
import { noticeOf } from "../../extension/background/notices.js";
import { taskOf } from "../../extension/background/reading.js";

const cases = JSON.parse(readFileSync(new URL("../../shared/strings/rules.json", import.meta.url), "utf8"));
const row = { id: "1", requester: "A lab", title: "Rate pictures", pay: { raw: "$0.50" }, minutes_raw: "10 min" };
const task = (more = {}) => taskOf({ ...row, ...more }, { platform: "site", reason: "new" });
const all = { reasons: ["new", "reopened", "places", "pay"] };
const at = { now_us: 1_000, minute: 600 };

test("every rule of the shared table is kept to as it says", () => {
  const got = cases.map(({ about, away, task: one, minute }) => [about, choose({ rules: [away] }, one, { now_us: 1, minute })?.level ?? ""]);
  assert.deepEqual(cases.map(({ about, alone }) => [about, alone]), got);
});

test("a row says what rules ask", () => {
  const { pay, minutes, places, hourly, qualified } = task({ places_raw: "4 places", hourly: { raw: "£9.00/hr" }, qualified: true });
  assert.deepEqual([{ micro: 500_000, currency: "USD", per: "task" }, 10, 4, { micro: 9_000_000, currency: "GBP" }, true], [pay, minutes, places, hourly, qualified]);
  assert.equal("hour", task({ pay: { raw: "$9.00/hr" } }).pay.per);
  assert.deepEqual([null, null, null], [task({ pay: undefined }).pay, task({ minutes_raw: "" }).minutes, task().places]);
});

test("blocks are for good, snoozes end, and both are of one platform", () => {
  const hushed = [{ platform: "site", requester: "A lab" }];
  assert.equal(null, choose({ rules: [all], hushed }, task(), at));
  assert.notEqual(null, choose({ rules: [all], hushed: [{ platform: "other", requester: "A lab" }, { platform: "other" }] }, task(), at));
  assert.equal(null, choose({ rules: [all], hushed: [{ platform: "site", until_us: 1_001 }] }, task(), at));
  assert.notEqual(null, choose({ rules: [all], hushed: [{ platform: "site", until_us: 1_000 }] }, task(), at));
  assert.equal(null, choose({ rules: [{ ...all, until_us: 1_001 }] }, task(), at));
});

test("titles that announce disturbing content carry a flag or are not told", () => {
  const title = "Rate images (WARNING: Graphic content)";
  const warnings = ["graphic content"];
  assert.equal(true, choose({ rules: [all], warnings, disturbing: "flag" }, task({ title }), at).announced);
  assert.equal(false, choose({ rules: [all], warnings, disturbing: "flag" }, task(), at).announced);
  assert.equal(null, choose({ rules: [all], warnings, disturbing: "mute" }, task({ title }), at));
});

test("the loudest rule says how, and any may ask for a tab", () => {
  const rules = [{ ...all, level: "quiet", open: true }, { ...all, sound: "bell", volume: 40 }, { ...all, level: "digest" }];
  assert.deepEqual({ level: "sound", sound: "bell", volume: 40, open: true, announced: false }, choose({ rules }, task(), at));
  assert.equal(null, choose({ rules: [] }, task(), at));
});

test("quiet hours end at their own time, over midnight too", () => {
  const away = { quiet_from: "22:00", quiet_to: "07:30" };
  const end = (when) => new Date(quietUntil(away, new Date(when)) / 1000);
  assert.deepEqual(new Date("2026-11-22T07:30:00"), end("2026-11-21T23:15:00"));
  assert.deepEqual(new Date("2026-11-21T07:30:00"), end("2026-11-21T00:00:00"));
  assert.equal(0, quietUntil(away, new Date("2026-11-21T07:30:00")));
  assert.equal(0, quietUntil({}, new Date("2026-11-21T23:15:00")));
});

test("what nobody is to be told of is neither told nor said to have been told", async () => {
  const [facts, told, marked] = [[], [], []];
  const away = { rules: [{ ...all, level: "quiet", volume: 30 }], hushed: [{ platform: "site", requester: "Bad lab" }] };
  const core = { settings: { away }, watch: { markTold: (_, __, item) => marked.push(item.key) }, notify: { told: (_, __, items) => told.push(...items) } };
  const plan = { make: (kind, _, { body }) => facts.push([kind, body.task]), keep: () => {} };
  const news = (key, more) => ({ key: `:${key}`, row: { ...row, ...more }, reason: "new", list: "all" });
  const from = { platform: "site", account: "-", at_us: 1 };
  await new NewsDesk(core).tell(plan, {}, from, [news("1"), news("2", { requester: "Bad lab" })]);
  assert.deepEqual([[["told", "1"]], [":1"], [":1"]], [facts, told.map(({ key }) => key), marked]);
  const { sound, sticky, volume, open } = noticeOf(told[0], { platform: "site", name: "Site", at_us: 1, words: (key) => key });
  assert.deepEqual(["", false, 30, false], [sound, sticky, volume, open]);
  core.settings.away = null;
  await new NewsDesk(core).tell(plan, {}, from, [news("3", { requester: "Bad lab" })]);
  assert.equal("own", noticeOf(told[1], { platform: "site", name: "Site", at_us: 1, words: (key) => key }).sound);
});
