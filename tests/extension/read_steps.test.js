import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { definition, piecework, source } from "./content.js";

const { earnings, step } = piecework;
const prolific = definition("prolific");
const submissions = prolific.earnings.find((one) => one.id === "submissions");
const [reserve, transition, complete] = prolific.work.signals;
const submission = (status, more = {}) => ({
  id: "sub1", status, study_id: "study1", study: { id: "study1", name: "Background survey", researcher: { name: "columbia.edu" } },
  started_at: "2026-01-01T10:00:00Z", completed_at: "2026-01-01T10:03:00Z", submission_reward: { amount: 80, currency: "USD" },
  submission_bonuses: [{ amount: 5, currency: "USD" }], study_code: "CODE", ...more,
});
const seen = (json) => source(json, { url: "https://app.prolific.com/studies/study1" });

test("a reserved place is an accepted task", () => {
  const { kind, body } = step.read(prolific, reserve, seen(submission("RESERVED", { completed_at: null, study_code: null })));
  assert.equal("accepted", kind);
  assert.deepEqual(
    {
      task: "study1", assignment: "sub1", title: "Background survey", requester: "columbia.edu", url: "https://app.prolific.com/studies/study1",
      pay: { raw: "0.80 USD", currency: "USD", micro: 800_000 }, rule: "prolific work answer accepted", at_raw: "2026-01-01T10:00:00Z",
    },
    body,
  );
});

test("a site's words for a state come in many spellings", () => {
  const kinds = ["AWAITING REVIEW", "AWAITING-REVIEW", "awaiting_review", "RETURNED", "TIMED-OUT", "SCREENED OUT"];
  assert.deepEqual(["submitted", "submitted", "submitted", "returned", "expired", "screened_out"], kinds.map((one) => step.read(prolific, transition, seen(submission(one))).kind));
  assert.equal(null, step.read(prolific, transition, seen(submission("ACTIVE"))));
  assert.equal(null, step.read(prolific, transition, seen(submission("NEWS"))));
});

test("a completion page says its code and no task", () => {
  const page = source(undefined, { url: "https://app.prolific.com/submissions/complete?cc=C0DE" });
  const { kind, body } = step.read(prolific, complete, page);
  assert.deepEqual(["submitted", "", "C0DE"], [kind, body.task, body.code]);
});

test("two words on one step make one", () => {
  assert.deepEqual({ task: "t", code: "c", url: "new" }, step.over({ task: "t", url: "new" }, { task: "", code: "c", url: "old" }));
  assert.equal(true, step.fits({ task: "" }, { task: "t" }));
  assert.equal(false, step.fits({ task: "s" }, { task: "t" }));
});

test("each submission of the answer is one record", () => {
  const [record, ...more] = earnings.all(prolific, submissions, source({ results: [submission("APPROVED")] }));
  assert.deepEqual([], more);
  assert.deepEqual(
    {
      list: "submissions", status: "approved", status_raw: "APPROVED", task: "study1", assignment: "sub1", title: "Background survey",
      requester: "columbia.edu", pay: { raw: "0.80 USD", currency: "USD", micro: 800_000 }, bonus: { raw: "0.05 USD", currency: "USD", micro: 50_000 },
      accepted_raw: "2026-01-01T10:00:00Z", submitted_raw: "2026-01-01T10:03:00Z", code: "CODE", rule: "prolific earnings submissions",
    },
    record,
  );
});

test("a record without a name of any kind is none, an unknown state keeps its words", () => {
  const told = earnings.all(prolific, submissions, source({ results: [{}, null, 5, submission("PONDERING")] }));
  assert.deepEqual([["unknown", "PONDERING"]], told.map((one) => [one.status, one.status_raw]));
});

test("a refused answer says nothing of earnings", () => {
  assert.deepEqual([], earnings.all(prolific, submissions, source({ results: [submission("APPROVED")] }, { status: 401 })));
});

test("the saved answer's records are those expected", () => {
  const saved = new URL("../sites/prolific/", import.meta.url);
  const expected = JSON.parse(readFileSync(new URL("expected.json", saved), "utf8")).pages["submissions.json"].history;
  const told = earnings.all(prolific, submissions, source(JSON.parse(readFileSync(new URL("pages/submissions.json", saved), "utf8"))));
  assert.deepEqual(expected.map((one) => [one.assignment, one.task, one.status, one.reward.amount * 10_000]), told.map((one) => [one.assignment, one.task, one.status, one.pay.micro]));
});

/** An earnings view whose facts are collected. */
function view() {
  const told = [];
  const facts = { who: () => "-", put: (_definition, kind, body) => told.push([kind, body.status]) };
  const env = { page: { documentElement: null }, address: () => "https://app.prolific.com/submissions" };
  const made = new earnings.EarningView(env, facts, prolific);
  const tell = (...statuses) => made.tell(submissions, earnings.all(prolific, submissions, source({ results: statuses.map((one) => submission(one)) })), 1);
  return { told, tell };
}

test("only rows that changed are told again", () => {
  const { told, tell } = view();
  tell("AWAITING REVIEW");
  tell("AWAITING REVIEW");
  tell("APPROVED");
  assert.deepEqual([["record", "submitted"], ["record", "approved"]], told);
});

test("two rows of one name are each told once", () => {
  const { told, tell } = view();
  tell("APPROVED", "REJECTED");
  tell("APPROVED", "REJECTED");
  assert.equal(2, told.length);
});

/** The presses a tab holds, and what the background was told to keep. */
function pending(memory) {
  const kept = [];
  const env = { nowUs: () => env.now, now: 0, send: async (message) => kept.push(structuredClone(message.memory)) };
  return { env, kept, made: new piecework.Pending(env, memory) };
}
const press = (task, kind = "submitted", at_us = 0) => ({ platform: "p", kind, at_us, body: { task, title: "T" } });

test("a held press is confirmed by a step of its kind, once, from another page too", () => {
  const first = pending(undefined);
  first.made.hold(press("t"));
  const { made } = pending(first.kept.at(-1));
  assert.equal(null, made.confirm("p", { kind: "accepted", body: { task: "" } }));
  assert.equal(null, made.confirm("other", { kind: "submitted", body: { task: "" } }));
  assert.equal(null, made.confirm("p", { kind: "submitted", body: { task: "another" } }));
  assert.deepEqual(press("t"), made.confirm("p", { kind: "submitted", body: { task: "" } }));
  assert.equal(null, made.confirm("p", { kind: "submitted", body: { task: "" } }));
});

test("a press is held for half an hour, the newest of a kind counts", () => {
  const { env, made } = pending(undefined);
  made.hold(press("a"));
  made.hold(press("b", "submitted", 5));
  env.now = 1_799_000_000;
  assert.equal("b", made.confirm("p", { kind: "submitted", body: { task: "" } }).body.task);
  env.now = 1_800_000_001;
  assert.equal(null, made.confirm("p", { kind: "submitted", body: { task: "" } }));
});

test("the last step of an attempt is remembered over pages", () => {
  const step_ = (kind) => ({ kind, body: { task: "t", assignment: "a" } });
  const first = pending(undefined);
  first.made.remember("p", step_("submitted"));
  const { made } = pending(first.kept.at(-1));
  assert.equal(true, made.known("p", step_("submitted")));
  assert.equal(false, made.known("p", step_("revise")));
  made.remember("p", step_("revise"));
  assert.equal(false, made.known("p", step_("submitted")));
});
