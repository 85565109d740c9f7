// What was taught, repaired and taken back: versions, waiting alerts, two definitions of one list.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { back, current, idOf, join, looked, over, put, versionOf } from "../../extension/background/book.js";
import { faults } from "../../extension/lib/schema.js";
import { definition } from "./content.js";

const SCHEMA = JSON.parse(readFileSync(new URL("../../shared/platforms/_schema.json", import.meta.url), "utf8"));
const CARRIED = JSON.parse(readFileSync(new URL("../../shared/platforms/_index.json", import.meta.url), "utf8"));

const version = (/** @type {string} */ name, at_us = 1) => ({ version: name, at_us, why: /** @type {const} */ ("taught"), definition: { name } });

test("the newest version is in use, and ten are kept", () => {
  let entry = put(undefined, version("v0"));
  for (let at = 1; at <= 12; at += 1) entry = put(entry, version(`v${at}`));
  assert.deepEqual({ name: "v12" }, current(entry));
  assert.deepEqual(["v3", "v12"], [entry.versions[0].version, entry.versions.at(-1)?.version]);
});

test("a step back puts the version before into use, and says when and that it was one", () => {
  const entry = put(put(undefined, version("old")), version("new"));
  const older = back(entry, 7);
  assert.deepEqual({ version: "old", at_us: 7, why: "rolled_back", definition: { name: "old" } }, older?.versions.at(-1));
  assert.equal(null, back(/** @type {any} */ (older), 8));
});

test("a repaired list tells nobody anything before its second healthy look", () => {
  const first = looked(put(undefined, version("healed"), { waits: "studies" }), "studies", 5);
  const second = looked(first.entry, "studies", 6);
  assert.deepEqual([true, false], [first.waits, second.waits]);
  assert.deepEqual({}, second.entry.waits);
});

test("only a visit after the teaching confirms what was taught", () => {
  const taught = put(undefined, version("new"));
  assert.equal(0, looked(taught, "tasks", 5).entry.confirmed_us);
  const visited = { ...taught, loads_us: 6 };
  assert.equal(7, looked(visited, "tasks", 7).entry.confirmed_us);
  assert.equal(7, looked(looked(visited, "tasks", 7).entry, "tasks", 9).entry.confirmed_us);
});

test("a list taught again replaces itself; another of the same site stands beside it under a name of its own", () => {
  const of = (/** @type {string} */ url, id = "tasks") => ({ name: "Site", listings: [{ id, urls: [url], rows: [".row"] }] });
  const two = join(of("https://a.test/jobs"), of("https://a.test/other"));
  assert.deepEqual(["tasks", "tasks-2"], two.listings.map((/** @type {any} */ one) => one.id));
  const again = join(two, { ...of("https://a.test/jobs"), name: "Renamed" });
  assert.deepEqual(["tasks-2", "tasks"], again.listings.map((/** @type {any} */ one) => one.id));
  assert.equal("Renamed", again.name);
});

test("a carried list that is taught anew keeps the name its history knows", () => {
  const carried = { id: "x", listings: [{ id: "studies", name: "Studies", rows: [".old"] }, { id: "more", rows: [".m"] }] };
  const taught = over(carried, "studies", { id: "tasks", name: "Tasks", rows: [".new"] });
  assert.deepEqual([{ id: "studies", name: "Studies", rows: [".new"] }, { id: "more", rows: [".m"] }], taught.listings);
});

test("the same definition has the same version, another has another", async () => {
  assert.equal(await versionOf({ a: 1 }), await versionOf({ a: 1 }));
  assert.notEqual(await versionOf({ a: 1 }), await versionOf({ a: 2 }));
  assert.match(await versionOf({}), /^[0-9a-f]{12}$/);
});

test("a site's id is made of its host, and is one a definition may have", () => {
  assert.equal("my-tasks-example-com", idOf("www.tasks.example.com"));
  for (const host of ["x".repeat(80), "münchen.test", "127.0.0.1", "---"]) assert.match(idOf(host), new RegExp(SCHEMA.properties.id.pattern, "u"));
});

test("every carried definition fits the schema by the extension's own reading of it", () => {
  for (const id of CARRIED.platforms ?? CARRIED) assert.deepEqual([], faults(SCHEMA, definition(id)), id);
});

test("a definition that holds something foreign, something too long or nothing is turned away with the place", () => {
  const good = definition("practice");
  assert.deepEqual(["$.code has code, which means nothing"].map((text) => text.replace("$.code", "$")), faults(SCHEMA, { ...good, code: "alert(1)" }));
  assert.match(faults(SCHEMA, { ...good, name: "x".repeat(61) })[0], /^\$\.name is longer/);
  assert.match(faults(SCHEMA, { ...good, origins: ["https://*/*"] })[0], /^\$\.origins\[0\] does not look like/);
  assert.deepEqual(["$ is no object"], faults(SCHEMA, null));
  assert.match(faults(SCHEMA, { ...good, listings: [{}] })[0], /^\$\.listings\[0\] lacks/);
});

test("a schema word nobody knows is never passed over", () => {
  assert.throws(() => faults({ oneOf: [] }, {}), /oneOf/);
});
