import assert from "node:assert/strict";
import { test } from "node:test";
import { adopt, closed, created, emptyLineage, linked, pressed } from "../../extension/background/lineage.js";

const MS = 1000;
const session = (tabs, roots = []) => ({ tabs, roots });
const tabsOf = (lineage, tabs = { 1: "page" }, roots = []) => Object.keys(adopt(session(tabs, roots), lineage.links).tabs).map(Number);

/** A press in tab 1 at 0, then a tab made with that opener after `ms`. */
const after = (ms, opener, strays = false) => created(pressed(emptyLineage(), 1, 0, strays), { tab: 2, opener }, ms * MS, strays);

test("a tab that a press opened counts, and one that comes later does not", () => {
  assert.deepEqual([1, 2], tabsOf(after(1500, 1)));
  assert.deepEqual([1], tabsOf(after(1501, 1)));
});

test("a tab opened by hand does not count, whatever the browser guesses as its opener", () => {
  assert.deepEqual([1], tabsOf(created(emptyLineage(), { tab: 2, opener: 1 }, 0, false)));
  assert.deepEqual([1], tabsOf(after(100, 9)));
});

test("a popup window without an opener counts only where the browser names none of them", () => {
  assert.deepEqual([1], tabsOf(after(100, null, false)));
  assert.deepEqual([1, 2], tabsOf(after(100, null, true)));
});

test("a press whose message comes a moment after its tab still counts", () => {
  const made = created(emptyLineage(), { tab: 2, opener: 1 }, 0, false);
  assert.deepEqual([1, 2], tabsOf(pressed(made, 1, 250 * MS, false)));
  assert.deepEqual([1], tabsOf(pressed(made, 1, 251 * MS, false)));
});

test("where the browser says who opened what, grandchildren count and strangers don't", () => {
  const lineage = linked(linked(linked(emptyLineage(), 2, 3, 1), 1, 2, 2), 8, 9, 3);
  assert.deepEqual([1, 2, 3], tabsOf(lineage));
});

test("what a tab opened before the attempt began in it counts when it begins, for a little while", () => {
  const lineage = linked(emptyLineage(), 1, 2, 0);
  assert.deepEqual([2], tabsOf(lineage, {}, [1]));
  assert.deepEqual([1], tabsOf(linked(lineage, 5, 6, 11_000 * MS)));
});

test("a session that gains nothing is the same object", () => {
  const same = session({ 1: "page" });
  assert.equal(same, adopt(same, linked(emptyLineage(), 8, 9, 0).links));
});

test("a closed tab is forgotten", () => {
  assert.deepEqual([1], tabsOf(closed(linked(emptyLineage(), 1, 2, 0), 2)));
  assert.deepEqual([1], tabsOf(created(closed(pressed(emptyLineage(), 1, 0, false), 1), { tab: 2, opener: 1 }, 1, false)));
});
