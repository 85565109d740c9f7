// The words of a definition that one site alone does not need: joined pieces, sums, rows that count, unknown shapes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { definition, piecework, source } from "./content.js";

const { pay, place, read } = piecework;
const now = (listing, seen) => read.now(read.list(listing, seen));
const listing = {
  id: "tasks", urls: ["https://x.test/"], reader: "page-json", rows: ["tasks"], empty: [], signed_out: [], challenge: [], complete: true,
  fields: { id: { from: [{ path: "id" }] } },
};

test("an amount whose sign and unit stand apart is one text", () => {
  const field = { from: [{ join: [{ path: "sign" }, { path: "rate" }, { path: "unit" }] }, { path: "text" }], as: "pay" };
  assert.deepEqual({ raw: "$ 100.0000 Per Hour" }, pay.read(field, source({ sign: "$", rate: "100.0000", unit: "Per Hour" })));
  assert.deepEqual({ raw: "by arrangement" }, pay.read(field, source({ sign: "$", rate: null, unit: "Per Hour", text: "by arrangement" })));
  assert.equal(null, pay.read(field, source({ sign: "$", rate: null, unit: "Per Hour" })));
  const range = { from: [{ join: [{ path: "low" }, { const: "-" }, { path: "high" }] }] };
  assert.equal("5 - 9", place.text(range, source({ low: 5, high: 9 })));
});

test("figures of every item are added up exactly", () => {
  const day = { lines: [{ income: 0.1 }, { income: 0.2 }, { income: 1 }, {}, { income: null }] };
  assert.equal("1.3", place.at(day, "lines.*.income"));
  assert.equal("-0.5", place.at([1, -1.5], "*"));
  assert.equal("900719925474103.25", place.at([{ n: "900719925474099" }, { n: 4.25 }], "*.n"));
});

test("what is no plain number is never added up", () => {
  for (const items of [[], ["1,5"], ["NaN"], [1e21], [{}], ["1", "x"], "12", null]) {
    assert.equal(undefined, place.at({ items }, "items.*"), JSON.stringify(items));
  }
  assert.equal(undefined, place.at({ items: Array.from({ length: 10_001 }, () => 1) }, "items.*"));
});

test("rows that the definition skips do not count", () => {
  const free = { ...listing, skip: [{ path: "free", equals: false }] };
  const seen = (...tasks) => source({ tasks }, { status: 200 });
  assert.deepEqual(["a", "c"], now(free, seen({ id: "a", free: true }, { id: "b", free: false }, { id: "c" })).rows.map((one) => one.id));
  assert.equal("empty", now(free, seen({ id: "b", free: false })).state);
});

test("a list of unknown shape says so, and still says what bars it", () => {
  const unknown = { ...listing, reader: "dom", shape: "unknown", rows: undefined, fields: undefined, signed_out: [{ status: 401 }] };
  const told = now(unknown, source(undefined));
  assert.deepEqual(["changed_shape", "shape_unknown", []], [told.state, told.cause, told.rows]);
  assert.equal("signed_out", now(unknown, source(undefined, { status: 401 })).state);
});

test("a time that is allowed is no time that is needed", () => {
  const mturk = definition("mturk").listings.find((one) => one.reader === "page-json");
  const told = { hit_set_id: "3A", title: "Sort", assignment_duration_in_seconds: 600, caller_meets_requirements: false, monetary_reward: { amount_in_dollars: 0.015 } };
  const [row] = now(mturk, source({ results: [told] })).rows;
  assert.deepEqual(["600 s", false, undefined, "0.015"], [row.allotted_raw, row.qualified, row.minutes_raw, row.pay.raw]);
});

test("the clock of a task itself is told, in the list and where it is accepted", () => {
  const works = definition("microworkers").work.signals.find((one) => one.kind === "accepted" && one.on === "submit");
  const rated = { from: [{ path: "ttr" }] };
  const listing = { ...definition("microworkers").listings[0], reader: "page-json", rows: ["$"], fields: { title: { from: [{ path: "t" }] }, rated } };
  const info = source({ ttr: "7" }, { url: "https://ttv.microworkers.com/dotask/info/1974e4b177d2_B" });
  assert.deepEqual(["7", undefined], [{ ttr: "7" }, {}].map((one) => piecework.row.read(listing, source({ t: "T", ...one })).rated_raw));
  assert.equal("7", piecework.step.read(definition("microworkers"), { ...works, fields: { rated } }, info).body.rated_raw);
});
