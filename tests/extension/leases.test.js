import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";

/** What the browser was asked to do, and the tabs it has. */
const calls = { reload: [], create: [], update: [], sent: [] };
let tabs = [];
let front = null;
globalThis.browser = {
  runtime: {},
  storage: { local: { get: async () => ({}), set: async () => undefined } },
  windows: { getLastFocused: async () => ({ id: 1, focused: front !== null }) },
  tabs: {
    query: async ({ active }) => (active ? tabs.filter(({ id }) => id === front) : tabs),
    reload: async (id) => calls.reload.push(id),
    create: async (about) => (calls.create.push(about), { id: 99 }),
    update: async (id, about) => calls.update.push([id, about]),
    sendMessage: async (id, order) => calls.sent.push([id, order]),
  },
};
globalThis.navigator ??= {};
const { Leases } = await import("../../extension/background/leases.js");
const { Kept } = await import("../../extension/background/kept.js");

const LIST = "https://site.example/tasks";
const definition = (rule) => ({ id: "site", home: LIST, origins: ["https://site.example/*"], manners: { rule }, listings: [{ id: "main", urls: [LIST] }] });
const tab = (id, more = {}) => ({ id, url: LIST, pinned: false, discarded: false, ...more });

/** A background with one platform; `made` are the facts it stored. */
function newCore({ rule = "no rule found", granted = ["site"], open = [], lists = {} } = {}) {
  const made = [];
  const plan = { make: (kind, _, about) => made.push([kind, about.body]), keep: () => undefined };
  return {
    made,
    clock: { open },
    sites: { all: new Map([["site", definition(rule)]]), granted: new Set(granted) },
    state: { changed: () => undefined },
    watch: { of: async () => ({ platform: "site", lists }), health: (watched, { list, state, cause }) => Object.assign(watched.lists[list], { state, cause }) },
    change: async (fill) => fill(plan),
    later: () => undefined,
  };
}

const order = { t: "lease", lease: "l1", platform: "site", list: "main", how: "reload" };

describe("a look that the agent allowed", () => {
  beforeEach(() => {
    Object.assign(calls, { reload: [], create: [], update: [] });
    [tabs, front] = [[tab(1)], null];
  });

  it("loads the person's own tab anew, and ends with what it shows", async () => {
    const core = newCore();
    const leases = new Leases(core);
    await leases.take(order);
    assert.deepEqual([1], calls.reload);
    assert.deepEqual([], core.made);
    leases.saw("site", "main", "watching");
    leases.saw("site", "main", "watching");
    assert.deepEqual([["lease_done", { lease: "l1", list: "main", status: 200, cause: "" }]], core.made);
  });

  it("says what kept it from the list", async () => {
    const core = newCore();
    const leases = new Leases(core);
    await leases.take(order);
    leases.saw("site", "main", "challenge");
    assert.equal("challenge", core.made[0][1].cause);
  });

  it("takes the pinned tab, never the one in front, never one of a task being worked", async () => {
    [tabs, front] = [[tab(1), tab(2), tab(3, { pinned: true })], 1];
    await new Leases(newCore()).take(order);
    assert.deepEqual([3], calls.reload);
    tabs = [tab(1), tab(2)];
    const busy = newCore({ open: [{ task: "t", tabs: { 2: "task" }, roots: [] }] });
    await new Leases(busy).take(order);
    assert.deepEqual([3], calls.reload);
    assert.equal("in_use", busy.made[0][1].cause);
  });

  for (const [name, setting, message, cause] of [
    ["no tab is open", { granted: ["site"] }, { list: "other" }, "no_tab"],
    ["the site may not be read", { granted: [] }, {}, "no_tab"],
    ["its rule forbids it", { rule: "forbidden" }, {}, "unsupported"],
    ["a request of our own is asked for", {}, { how: "fetch" }, "unsupported"],
    ["it comes too late", {}, { expires_us: 1 }, "expired"],
  ]) {
    it(`does nothing where ${name}`, async () => {
      const core = newCore(setting);
      await new Leases(core).take({ ...order, ...message });
      assert.deepEqual([], calls.reload);
      assert.equal(cause, core.made[0][1].cause);
    });
  }
});

describe("watch tabs", () => {
  beforeEach(() => {
    Object.assign(calls, { reload: [], create: [], update: [] });
    [tabs, front] = [[], null];
  });

  it("opens what is not open, pinned, muted and never asleep", async () => {
    const kept = new Kept(newCore());
    assert.deepEqual({ ok: true }, await kept.choose("site", "main", true));
    assert.deepEqual([{ url: LIST, pinned: true, active: false }], calls.create);
    assert.deepEqual([[99, { pinned: true, muted: true, autoDiscardable: false }]], calls.update);
    assert.ok(kept.has("site", "main"));
  });

  it("takes the tab that is there, and opens it again only when the browser starts", async () => {
    tabs = [tab(4)];
    const kept = new Kept(newCore());
    await kept.choose("site", "main", true);
    assert.deepEqual([], calls.create);
    tabs = [];
    await kept.openAll();
    assert.equal(1, calls.create.length);
    await kept.choose("site", "main", false);
    await kept.openAll();
    assert.equal(1, calls.create.length);
  });

  it("opens nothing of a site that may not be read", async () => {
    await new Kept(newCore({ granted: [] })).choose("site", "main", true);
    assert.deepEqual([], calls.create);
  });

  for (const [state, open] of [["tab_asleep", [tab(1, { discarded: true })]], ["resting", []]]) {
    it(`says once that a list is ${state}`, async () => {
      tabs = open;
      const core = newCore({ lists: { main: { state: "watching", account: "a", last_look_us: 5 } } });
      const kept = new Kept(core);
      await kept.look();
      await kept.look();
      assert.deepEqual([["health", { list: "main", state, cause: state === "resting" ? "no_tab" : "discarded" }]], core.made);
    });
  }

  it("reads a tab that froze once more when it goes on", async () => {
    tabs = [tab(1, { frozen: true })];
    calls.sent = [];
    const core = newCore({ lists: { main: { state: "watching", cause: "", account: "a", last_look_us: 5 } } });
    const kept = new Kept(core);
    await kept.look();
    assert.deepEqual([["health", { list: "main", state: "tab_asleep", cause: "frozen" }]], core.made);
    await kept.look();
    assert.deepEqual([], calls.sent);
    tabs = [tab(1)];
    await kept.look();
    assert.deepEqual([[1, { do: "reread", platform: "site", list: "main" }]], calls.sent);
    assert.equal(1, core.made.length);
  });

  it("says that the machine has no network, not that nothing is there", async () => {
    tabs = [tab(1)];
    calls.sent = [];
    const core = newCore({ lists: { main: { state: "empty", cause: "", account: "a", last_look_us: 5 } } });
    const kept = new Kept(core);
    Object.defineProperty(globalThis.navigator, "onLine", { value: false, configurable: true });
    await kept.look();
    await kept.look();
    delete globalThis.navigator.onLine;
    assert.deepEqual([["health", { list: "main", state: "offline", cause: "no_network" }]], core.made);
    await kept.look();
    assert.equal(1, calls.sent.length);
  });
});
