// Two definitions of one list: which reads it, and what the other goes on reading.

import assert from "node:assert/strict";
import test from "node:test";
import "./content.js";

globalThis.browser ??= /** @type {any} */ ({ runtime: {}, storage: {} });
const { Sites } = await import("../../extension/background/sites.js");
const { Taught } = await import("../../extension/background/taught.js");

const listing = (/** @type {string} */ url, id = "tasks") => ({ id, urls: [url], rows: [".row"] });

/** @param {Record<string, any>} entries @param {any[]} definitions */
function sites(entries, definitions) {
  const core = /** @type {any} */ ({ taught: { entries } });
  const made = new Sites(core);
  made.all = new Map(definitions.map((one) => [one.id, one]));
  made.granted = new Set(made.all.keys());
  return made;
}

const CARRIED = { id: "site", origins: ["https://a.test/*"], listings: [listing("https://a.test/jobs"), listing("https://a.test/more", "more")] };
const OWN = { id: "my-a-test", origins: ["https://a.test/*"], listings: [listing("https://a.test/jobs*")] };

test("where a taught and a carried definition claim one list, the person's own reads it", () => {
  const found = sites({ "my-a-test": {} }, [CARRIED, OWN]).at("https://a.test/jobs");
  assert.deepEqual([["site", ["more"]], ["my-a-test", ["tasks"]]], found.map(({ id, listings }) => [id, listings.map((/** @type {any} */ one) => one.id)]));
});

test("where only one of them names the list, both are as they are", () => {
  const found = sites({ "my-a-test": {} }, [CARRIED, OWN]).at("https://a.test/more");
  assert.deepEqual([CARRIED, OWN], found);
});

test("a list that a definition names is taught under that platform's name", () => {
  assert.deepEqual({ id: "site", list: "more" }, sites({}, [CARRIED]).claiming("https://a.test/more"));
  assert.equal(null, sites({}, [CARRIED]).claiming("https://a.test/nothing"));
});

test("a repair stands over the carried definition until a newer one of that comes", () => {
  const book = (/** @type {string} */ over) => Object.assign(Object.create(Taught.prototype), { entries: { site: { over, versions: [{ definition: { id: "site", name: "repaired" } }] } } });
  const carried = () => new Map([["site", { id: "site", name: "carried", quality: { date: "2026-11-20" }, listings: [{}] }]]);
  const same = carried();
  book("2026-11-20").lay(same);
  assert.equal("repaired", same.get("site")?.name);
  const newer = carried();
  book("2026-01-01").lay(newer);
  assert.equal("carried", newer.get("site")?.name);
});
