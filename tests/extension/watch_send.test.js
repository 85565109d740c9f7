import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { piecework } from "./content.js";

const fact = (id, kind = "look") => ({ id, kind, at_us: 1, platform: "p", who: "-", body: {} });
const turns = async (count = 20) => {
  for (let at = 0; at < count; at += 1) await Promise.resolve();
};

/** Time stands still for one test, unless it is ticked. */
function still(t) {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
}

/** A background that answers as told, and keeps what it was handed. */
function background(...answers) {
  const batches = [];
  const send = async ({ do: what, facts }) => {
    assert.equal("store", what);
    batches.push(facts.map((one) => one.id));
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer === "silent" ? new Promise(() => {}) : answer;
  };
  return { send, batches };
}

test("facts are handed over in order until stored, one batch at a time", async () => {
  const { send, batches } = background({ stored: true });
  const sender = new piecework.Sender({ send });
  sender.put(fact("1"));
  sender.put(fact("2"), fact("3"));
  await turns();
  assert.deepEqual([["1"], ["2", "3"]], batches);
  assert.deepEqual([], sender.kept);
});

for (const [name, answer] of [["not stored", { stored: false }], ["failed", new Error("Receiving end does not exist.")], ["silent", "silent"]]) {
  test(`a message that was ${name} is repeated with the same ids`, async (t) => {
    still(t);
    const { send, batches } = background(answer, { stored: true });
    const sender = new piecework.Sender({ send });
    sender.put(fact("1"));
    await turns();
    mock.timers.tick(2_000);
    await turns();
    mock.timers.tick(2_000);
    await turns();
    assert.deepEqual([["1"], ["1"]], batches);
    assert.deepEqual([], sender.kept);
  });
}

test("leaving the page hands over everything that is kept", (t) => {
  still(t);
  const { send, batches } = background("silent");
  const sender = new piecework.Sender({ send });
  sender.put(fact("1"));
  sender.put(fact("2"));
  sender.last();
  assert.deepEqual([["1"], ["1", "2"]], batches);
});

test("too much kept sheds sightings, never work", (t) => {
  still(t);
  const { send } = background("silent");
  const sender = new piecework.Sender({ send });
  sender.put(fact("paid", "paid"), ...Array.from({ length: 3_000 }, (_, at) => fact(`look${at}`)));
  assert.equal(2_000, sender.kept.length);
  assert.equal("paid", sender.kept[0].id);
  assert.equal("look2999", sender.kept.at(-1).id);
});

test("an extension that is gone is told once, and nothing is kept", async () => {
  const { send } = background(new Error("Extension context invalidated"));
  let ended = 0;
  const sender = new piecework.Sender({ send }, () => (ended += 1));
  sender.put(fact("1"));
  await turns();
  sender.put(fact("2"));
  assert.deepEqual([1, []], [ended, sender.kept]);
});

/** Facts of a page whose account's name is `page.name`. */
function facts(shown = true) {
  const put = [];
  const page = { name: "" };
  const env = { page, address: () => "https://x.test/", uuid: () => `id-${put.length}` };
  const made = new piecework.Facts(env, { put: (...more) => put.push(...more) });
  made.who = (one) => (one.account.shown ? page.name : "-");
  return { made, page, put, definition: { id: "p", account: { shown } } };
}

test("facts wait until the page has said whose they are, and leave in order", () => {
  const { made, page, put, definition } = facts();
  made.put(definition, "look", { a: 1 }, 1);
  made.put(definition, "health", { a: 2 }, 2);
  assert.deepEqual([], put);
  page.name = "Ada";
  made.put(definition, "look", { a: 3 }, 3);
  assert.deepEqual([["Ada", 1], ["Ada", 2], ["Ada", 3]], put.map((one) => [one.who, one.at_us]));
});

test("a page that has settled without a name is the claimed account's", () => {
  const { made, put, definition } = facts();
  made.put(definition, "look", {}, 1);
  made.settle();
  made.put(definition, "look", {}, 2);
  assert.deepEqual([["", 1], ["", 2]], put.map((one) => [one.who, one.at_us]));
});

test("a platform that shows no account waits for nothing", () => {
  const { made, put, definition } = facts(false);
  made.put(definition, "look", {}, 1);
  assert.deepEqual(["-"], put.map((one) => one.who));
});

/** A pulse over passes of so many steps each; tasks run when told to. */
function pulse(steps, news = false) {
  const tasks = [];
  const passes = [];
  const clock = { us: 1 };
  const read = function* (at_us) {
    passes.push(at_us);
    for (let at = 0; at < steps; at += 1) yield;
    return news;
  };
  const made = new piecework.pulse.Pulse({ read, post: (run) => tasks.push(run), nowUs: () => clock.us, visible: () => true });
  return { made, tasks, passes, clock };
}

test("the first change is read at once, those during a pass lead to one more", () => {
  const { made, tasks, passes, clock } = pulse(3);
  clock.us = 5;
  made.poke();
  clock.us = 6;
  made.poke();
  clock.us = 7;
  made.poke();
  assert.deepEqual([5], passes);
  tasks.shift()();
  assert.deepEqual([5, 6], passes);
  tasks.shift()();
  assert.deepEqual([0, 2], [tasks.length, passes.length]);
});

test("a pass that breaks ends, the next change is read again", () => {
  const tasks = [];
  let passes = 0;
  const warn = mock.method(console, "warn", () => {});
  const read = function* () {
    passes += 1;
    throw new Error("broken");
  };
  const made = new piecework.pulse.Pulse({ read, post: (run) => tasks.push(run), nowUs: () => 1, visible: () => true });
  made.poke();
  tasks.shift()();
  made.poke();
  warn.mock.restore();
  assert.equal(2, passes);
});

test("a stopped pulse reads no more", () => {
  const { made, passes } = pulse(1);
  made.stop();
  made.poke();
  assert.deepEqual([], passes);
});

test("a page that keeps changing without news is read less eagerly in front", (t) => {
  still(t);
  const { made, tasks, passes } = pulse(1);
  for (let at = 0; at < 12; at += 1) {
    made.poke();
    tasks.shift()?.();
  }
  assert.equal(9, passes.length);
  mock.timers.tick(200);
  assert.equal(10, passes.length);
});
