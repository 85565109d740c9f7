import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

/** What the browser was asked to do, the tabs it has, and those in which our script answers. */
const calls = { reload: [], create: [], kept: [], heard: [], front: [] };
let tabs = [];
let living = new Set();
globalThis.navigator ??= {};
globalThis.browser = {
  runtime: {},
  storage: { local: { get: async () => ({ kept: ["site main"] }), set: async () => undefined } },
  tabs: {
    query: async () => tabs,
    reload: async (id) => calls.reload.push(id),
    create: async ({ url }) => (calls.create.push(url), { id: 99 }),
    update: async (id, { pinned, active }) => (pinned ? calls.kept.push(id) : active && calls.front.push(id)),
    sendMessage: async (id, order) => {
      calls.heard.push([id, order.do]);
      if (!living.has(id)) throw new Error("Could not establish connection. Receiving end does not exist.");
      return true;
    },
  },
};
const { Kept } = await import("../../extension/background/kept.js");

const LIST = "https://site.example/tasks";
const tab = (id, more = {}) => ({ id, url: LIST, pinned: true, discarded: false, status: "complete", ...more });

/** A background that keeps the list "main" open; `made` are the facts it stored. */
async function keeping({ state = "watching", cause = "", granted = ["site"], rule = "no rule found" } = {}) {
  const made = [];
  const lists = { main: { state, cause, account: "a", last_look_us: Date.now() * 1000, last_good_us: 5 } };
  const definition = { id: "site", home: LIST, origins: ["https://site.example/*"], manners: { rule }, listings: [{ id: "main", urls: [LIST] }] };
  const plan = { make: (_, __, { body }) => made.push([body.state, body.cause]), keep: () => undefined };
  const kept = new Kept({
    sites: { all: new Map([["site", definition]]), granted: new Set(granted) },
    state: { changed: () => undefined },
    watch: { of: async () => ({ platform: "site", lists }), health: (watched, body) => Object.assign(watched.lists[body.list], { state: body.state, cause: body.cause }) },
    change: async (fill) => fill(plan),
    later: (_, act) => act(),
  });
  await kept.load();
  return { kept, made, lists };
}

describe("a list that is kept open", () => {
  beforeEach(() => {
    for (const made of Object.values(calls)) made.length = 0;
    [tabs, living] = [[tab(1)], new Set([1])];
  });

  it("says once that its tab was closed, whatever it said before", async () => {
    tabs = [];
    for (const state of ["watching", "signed_out"]) {
      const { kept, made } = await keeping({ state });
      await kept.look();
      await kept.look();
      assert.deepEqual([["resting", "tab_closed"]], made);
    }
    assert.deepEqual([], calls.create);
  });

  it("says once that its tab has crashed, and is read again where it lives after all", async () => {
    living = new Set();
    const { kept, made, lists } = await keeping();
    await kept.look();
    await kept.look();
    assert.deepEqual([["tab_asleep", "crashed"]], made);
    living = new Set([1]);
    lists.main.last_look_us = Date.now() * 1000;
    await kept.look();
    assert.deepEqual([1, "reread"], calls.heard.at(-1));
    assert.deepEqual([], calls.reload);
  });

  it("is not called crashed while it is being loaded", async () => {
    [tabs, living] = [[tab(1, { status: "loading" })], new Set()];
    const { kept, made } = await keeping();
    await kept.look();
    assert.deepEqual([], made);
  });

  it("is opened again by one press, or loaded where its tab has crashed", async () => {
    const { kept } = await keeping();
    tabs = [];
    assert.deepEqual({ ok: true }, await kept.reopen("site", "main"));
    assert.deepEqual([[LIST], [99]], [calls.create, calls.kept]);
    [tabs, living] = [[tab(1)], new Set()];
    await kept.reopen("site", "main");
    assert.deepEqual([1], calls.reload);
    assert.equal(false, (await kept.reopen("site", "other")).ok);
  });

  it("is never loaded anew where the site forbids that, not even by a start", async () => {
    const { kept } = await keeping({ rule: "forbidden" });
    [tabs, living] = [[tab(1, { discarded: true })], new Set()];
    await kept.openAll();
    await kept.reopen("site", "main");
    assert.deepEqual([[], [1]], [calls.reload, calls.front]);
  });

  it("is pinned again when the person opens it by another way", async () => {
    const { kept } = await keeping();
    tabs = [];
    await kept.look();
    tabs = [tab(7, { pinned: false })];
    living = new Set([7]);
    await kept.look();
    await kept.look();
    assert.deepEqual([7], calls.kept);
  });

  it("is opened when the browser starts, woken where it came back asleep, and left alone where it is there", async () => {
    const { kept } = await keeping();
    for (const [open, create, reload] of [[[], [LIST], []], [[tab(2, { discarded: true })], [], [2]], [[tab(3)], [], []]]) {
      for (const made of Object.values(calls)) made.length = 0;
      tabs = open;
      kept.started();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual([create, reload], [calls.create, calls.reload]);
    }
  });
});
