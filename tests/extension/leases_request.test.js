import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

/** What the browser was asked to do, the tabs it has, and what a tab answers: null where nothing hears in it. */
const calls = { reload: [], message: [] };
let tabs = [];
let outcome = null;
globalThis.browser = {
  runtime: {},
  windows: { getLastFocused: async () => ({ id: 1, focused: true }) },
  tabs: {
    query: async ({ active }) => (active ? tabs.slice(0, 1) : tabs),
    reload: async (id) => calls.reload.push(id),
    sendMessage: async (...what) => {
      calls.message.push(what);
      if (!outcome) throw new Error("Could not establish connection. Receiving end does not exist.");
      return outcome;
    },
  },
};
const { Leases } = await import("../../extension/background/leases.js");

const LIST = "https://site.example/tasks";
const order = { t: "lease", lease: "l1", platform: "site", list: "main", how: "fetch" };
const done = (more) => ["lease_done", { lease: "l1", list: "main", ...more }];
const tab = (id, more = {}) => ({ id, url: LIST, pinned: false, discarded: false, ...more });

/** A background with one platform, whose list is looked at by request; `made` are the facts it stored. */
function newCore({ rule = "no rule found", by = "request" } = {}) {
  const made = [];
  const plan = { make: (kind, _, about) => made.push([kind, about.body]) };
  const listing = { id: "main", urls: [LIST], looking: { by, why: "" } };
  const definition = { id: "site", origins: ["https://site.example/*"], manners: { rule }, listings: [listing] };
  const sites = { all: new Map([["site", definition]]), granted: new Set(["site"]) };
  return { made, clock: { open: [] }, sites, change: async (fill) => fill(plan), later: () => undefined };
}

describe("a look by one request", () => {
  beforeEach(() => {
    Object.assign(calls, { reload: [], message: [] });
    [tabs, outcome] = [[tab(1)], { status: 200, cause: "" }];
  });

  it("is made by the tab itself, in front or not, and ends with what the list shows", async () => {
    const core = newCore();
    const leases = new Leases(core);
    await leases.take(order);
    assert.deepEqual([[1, { do: "look", platform: "site", list: "main" }, { frameId: 0 }]], calls.message);
    assert.deepEqual([[], []], [calls.reload, core.made]);
    leases.saw("site", "main", "rate_limited");
    assert.deepEqual([done({ status: 0, cause: "rate_limited" })], core.made);
  });

  for (const cause of ["no_answer", "failed", "unfit", "other_account"]) {
    it(`says that it came to nothing: ${cause}`, async () => {
      outcome = { status: 503, cause, retry_after_s: 120 };
      const core = newCore();
      await new Leases(core).take(order);
      assert.deepEqual([done({ status: 503, cause, retry_after_s: 120 })], core.made);
    });
  }

  it("takes no figure of a page that is none", async () => {
    outcome = { status: "200", cause: "failed", retry_after_s: "soon" };
    const core = newCore();
    await new Leases(core).take(order);
    assert.deepEqual([done({ status: 0, cause: "failed" })], core.made);
  });

  for (const [name, open, answer] of [
    ["every tab sleeps", [tab(1, { discarded: true }), tab(2, { frozen: true })], { status: 200, cause: "" }],
    ["its tab has crashed", [tab(1)], null],
  ]) {
    it(`leaves it to a reload where ${name}`, async () => {
      [tabs, outcome] = [open, answer];
      const core = newCore();
      await new Leases(core).take(order);
      assert.deepEqual([[done({ status: 0, cause: "asleep" })], []], [core.made, calls.reload]);
    });
  }

  for (const [name, about, more] of [
    ["its definition says reload", { by: "reload" }, {}],
    ["its rule forbids looks", { rule: "forbidden" }, {}],
    ["the way is one that nobody knows", {}, { how: "toString" }],
  ]) {
    it(`is not made where ${name}`, async () => {
      const core = newCore(about);
      await new Leases(core).take({ ...order, ...more });
      assert.deepEqual([[done({ status: 0, cause: "unsupported" })], [], []], [core.made, calls.message, calls.reload]);
    });
  }
});
