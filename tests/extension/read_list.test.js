import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { definition, piecework, source } from "./content.js";

const { delta, merge, read, row } = piecework;
const prolific = definition("prolific");
const studies = prolific.listings.find((one) => one.reader === "page-json");
const now = (listing, seen) => read.now(read.list(listing, seen));
const done = read.now;
const study = (more) => ({
  id: "676eda540ac41cc075b4e578", name: "Background survey", researcher: { name: "columbia.edu" },
  study_reward: { amount: 80, currency: "USD" }, study_average_reward_per_hour: { amount: 1485, currency: "USD" },
  estimated_completion_time: 3, total_available_places: 700, places_taken: 60, ...more,
});
const answer = (results, more = {}) => source({ results }, { url: studies.answers[0], ...more });

test("a study the page fetched is one row", () => {
  const { state, rows } = now(studies, answer([study()]));
  const expected = {
    id: "676eda540ac41cc075b4e578", system: "", title: "Background survey", requester: "columbia.edu",
    pay: { raw: "0.80 USD", currency: "USD", micro: 800_000 }, hourly: { raw: "14.85 USD", currency: "USD", micro: 14_850_000, per: "hour" },
    minutes_raw: "3 min", places_raw: "640", url: "https://app.prolific.com/studies/676eda540ac41cc075b4e578",
  };
  assert.equal("watching", state);
  assert.deepEqual([expected], rows);
});

test("places are never below none", () => {
  assert.equal("0", now(studies, answer([study({ places_taken: 900 })])).rows[0].places_raw);
});

test("hostile rows never break the others", () => {
  const hostile = [null, 5, "x", [], { id: {} }, { id: "a\0b", name: "\ud83d" }, study({ name: "n".repeat(1_000_000), study_reward: { amount: -5, currency: "USD" } })];
  const { rows, skipped, unreadable } = now(studies, answer([...hostile, study({ id: "last" })]));
  assert.deepEqual(["ab", "676eda540ac41cc075b4e578", "last"], rows.map((one) => one.id));
  assert.equal("\ufffd", rows[0].title);
  assert.equal(300, rows[1].title.length);
  assert.equal(5, skipped);
  assert.equal(1, unreadable);
});

test("a row that comes twice counts once", () => {
  assert.equal(1, now(studies, answer([study(), study()])).rows.length);
});

test("a task without an id is known by what it says", () => {
  const nameless = { ...study(), id: "" };
  const [one] = now(studies, answer([nameless])).rows;
  assert.match(one.id, /^h-[0-9a-f]{16}$/);
  assert.equal(one.id, now(studies, answer([{ ...nameless, places_taken: 1 }])).rows[0].id);
  assert.notEqual(one.id, now(studies, answer([{ ...nameless, study_reward: { amount: 81, currency: "USD" } }])).rows[0].id);
});

test("ten thousand rows are read, more make the list incomplete", () => {
  const many = Array.from({ length: 10_001 }, (_, at) => study({ id: `s${at}` }));
  const reading = now(studies, answer(many));
  assert.equal(10_000, reading.rows.length);
  assert.equal(false, reading.complete);
});

test("reading can stop after each twenty-five rows", () => {
  const steps = [...read.list(studies, answer(Array.from({ length: 120 }, (_, at) => study({ id: `s${at}` }))))];
  assert.equal(4, steps.length);
});

test("an empty array proves that a list is empty, a missing one that its shape changed", () => {
  assert.equal("empty", now(studies, answer([])).state);
  assert.deepEqual(["changed_shape", "no_list"], Object.values(now(studies, source({ data: {} }))).slice(0, 2));
  assert.deepEqual(["changed_shape", "rows_unreadable"], Object.values(now(studies, answer([{}, {}]))).slice(0, 2));
});

test("signed out, challenge and rate limit are decided first", () => {
  const detail = { error: { detail: "Request was throttled. Expected available in 263 seconds." } };
  assert.equal("signed_out", now(studies, answer([study()], { status: 401 })).state);
  assert.equal("challenge", now(studies, answer([study()], { status: 403 })).state);
  const limited = now(studies, source(detail, { status: 429 }));
  assert.deepEqual(["rate_limited", 263], [limited.state, limited.retry_after_s]);
  assert.equal(7, now(studies, source({}, { status: 429, retry_after_s: 7 })).retry_after_s);
});

test("what the page fetched wins field by field, what it only shows is added", () => {
  const json = now(studies, answer([study({ name: "" })]));
  const shown = { ...json, source: "dom", rows: [{ ...json.rows[0], title: "Shown", pay: { raw: "$0.80" } }, { id: "b", system: "", title: "B", requester: "" }] };
  const [first, second] = merge(json, shown).rows;
  assert.deepEqual(["Shown", 800_000, "b"], [first.title, first.pay.micro, second.id]);
  assert.equal("page-json", merge(json, shown).source);
});

test("of two readers the one that is barred, or the one that can read, decides", () => {
  const [full, empty] = [now(studies, answer([study()])), now(studies, answer([]))];
  const lost = now(studies, source({}));
  const out = now(studies, answer([], { status: 401 }));
  assert.equal("signed_out", merge(out, full).state);
  assert.equal("signed_out", merge(full, out).state);
  assert.equal("watching", merge(lost, full).state);
  assert.equal("watching", merge(full, lost).state);
  assert.equal("empty", merge(empty, lost).state);
  assert.equal("watching", merge(empty, full).state);
  assert.equal(full, merge(null, full));
  assert.equal(null, merge(null, null));
});

test("unchanged rows go as their key alone, gone ones are named", () => {
  const one = new delta.Delta();
  const rows = now(studies, answer([study({ id: "a" }), study({ id: "b" })])).rows;
  const first = done(one.next(rows, 7));
  assert.deepEqual([["a", "b"], 7], [first.rows.map((r) => r.id), first.rows[0].dom_at_us]);
  assert.deepEqual({ rows: [], same: [":a", ":b"], gone: [], changed: false }, done(one.next(rows, 8)));
  const later = done(one.next([{ ...rows[1], places_raw: "1" }], 9));
  assert.deepEqual([["b"], [], [":a"], true], [later.rows.map((r) => r.id), later.same, later.gone, later.changed]);
  one.forget();
  assert.equal(1, done(one.next([rows[1]], 10)).rows.length);
});

test("parts of a look fit one message each", () => {
  const small = Array.from({ length: 450 }, (_, at) => ({ id: `r${at}`, system: "", title: "t", requester: "" }));
  assert.deepEqual([200, 200, 50], done(delta.parts({ rows: small, same: [] })).map((part) => part.rows.length));
  assert.deepEqual([{ rows: [], same: [] }], done(delta.parts({ rows: [], same: [] })));
  const wide = small.map((one) => ({ ...one, title: "\u20ac".repeat(300), url: `https://x.test/${"%E2%82%AC".repeat(200)}` }));
  const keys = Array.from({ length: 10_000 }, (_, at) => `:${"k".repeat(200)}${at}`);
  const parts = done(delta.parts({ rows: wide, same: keys }));
  assert.deepEqual(wide, parts.flatMap((part) => part.rows));
  assert.deepEqual(keys, parts.flatMap((part) => part.same));
  for (const part of parts) assert.ok(new TextEncoder().encode(JSON.stringify(part)).length < 900_000);
});

test("a row's own address says its system and its id, others are not kept", () => {
  const listing = { ...definition("microworkers").listings[0], reader: "page-json", rows: ["$"] };
  const fields = { ...listing.fields, url: { from: [{ path: "u" }] }, title: { from: [{ path: "t" }] } };
  const told = (u) => row.read({ ...listing, fields }, source({ u, t: "T" }));
  assert.deepEqual(["ttv", "1974e4b177d2_B"], Object.values(told("https://ttv.microworkers.com/dotask/info/1974e4b177d2_B")).slice(0, 2).reverse());
  assert.equal("hg", told("https://www.microworkers.com/hm_jobs_details.php?Id=ab").system);
  assert.equal("basic", told("https://www.microworkers.com/jobs_details.php?Id=ab").system);
  assert.equal(undefined, told("https://evil.test/jobs_details.php?Id=ab").url);
});

const saved = new URL("../sites/prolific/", import.meta.url);

test("the saved answer reads as its expectation says", () => {
  const expected = JSON.parse(readFileSync(new URL("expected.json", saved), "utf8")).pages["studies.json"];
  const json = JSON.parse(readFileSync(new URL("pages/studies.json", saved), "utf8"));
  const reading = now(studies, source(json, { url: expected.url }));
  assert.equal(expected.state, reading.state);
  const pick = ({ id, title, requester, url }) => ({ id, title, requester, url });
  assert.deepEqual(expected.rows.map(pick), reading.rows.map(pick));
  assert.deepEqual(expected.rows.map((one) => one.pay.micro), reading.rows.map((one) => one.pay.micro));
  assert.deepEqual(expected.rows.map((one) => String(one.places_left)), reading.rows.map((one) => one.places_raw));
});

test("whether one may do a task is said where the site says it, and nowhere else", () => {
  const listing = definition("toloka").listings[0];
  const pool = (id, more) => ({ title: id, pools: [{ id, reward: 0.01 }], ...more });
  const told = source([pool("1", { availability: { available: true } }), pool("2", { availability: { available: false } }), pool("3")], { url: listing.answers[0] });
  assert.deepEqual([["1", true], ["3", undefined]], now(listing, told).rows.map((one) => [one.id, one.qualified]));
});
