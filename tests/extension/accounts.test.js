import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { asking, decide, hashOf, identify, merge, newAccounts, resalt } from "../../extension/background/accounts.js";

const hash = (salt, platform, name) => createHash("sha256").update(`${salt}\n${platform}\n${name}`).digest("hex").slice(0, 16);

/** Sees names one after another on platform "site". */
async function sightings(accounts, ...names) {
  const answers = [];
  for (const name of names) {
    answers.push(await identify(accounts, "site", name));
    accounts = answers.at(-1).accounts;
  }
  return { accounts, answers };
}

test("a name is kept only as a salted hash of its platform", async () => {
  assert.equal(hash("s", "site", "Ada é"), await hashOf("s", "site", "Ada é"));
  assert.notEqual(await hashOf("s", "site", "Ada"), await hashOf("s", "other", "Ada"));
});

test("the first account is claimed, the second asks, both once", async () => {
  const { accounts, answers } = await sightings(newAccounts("s"), "ada", "ada", "eve", "eve");
  assert.deepEqual(["claimed", "claimed", "asks", "asks"], answers.map(({ state }) => state));
  const facts = answers.map(({ fact }) => fact?.body);
  assert.deepEqual([{ state: "seen" }, undefined, { state: "asks" }, undefined], facts);
  assert.deepEqual([hash("s", "site", "eve")], asking(accounts, "site"));
});

test("where no account is shown, or none is known yet, nothing asks", async () => {
  const { accounts, answers } = await sightings(newAccounts("s"), "-", "", " ");
  assert.deepEqual(["-", "", ""], answers.map(({ account }) => account));
  assert.deepEqual({}, accounts.known);
});

test("the person's word is kept, and the agent's wins", async () => {
  const { accounts } = await sightings(newAccounts("s"), "ada", "eve");
  const eve = hash("s", "site", "eve");
  const mine = decide(accounts, "site", eve, "claimed");
  assert.deepEqual({ platform: "site", account: eve, kind: "claim", body: { state: "seen" } }, mine.fact);
  assert.deepEqual([], asking(mine.accounts, "site"));
  const told = merge(mine.accounts, [{ platform: "site", account: eve, state: "released" }]);
  assert.equal("released", (await identify(told, "site", "eve")).state);
});

test("under the agent's salt a known account gets its new name and stays what it was", async () => {
  const { accounts } = await sightings(newAccounts("old"), "ada", "eve");
  const { answers } = await sightings(resalt(accounts, "new"), "eve", "ada", "ada");
  assert.deepEqual(["asks", "claimed", "claimed"], answers.map(({ state }) => state));
  assert.deepEqual({ state: "asks", was: hash("old", "site", "eve") }, answers[0].fact?.body);
  assert.deepEqual({ state: "seen", was: hash("old", "site", "ada") }, answers[1].fact?.body);
  assert.equal(null, answers[2].fact);
  const known = answers[2].accounts.known.site;
  assert.deepEqual([hash("new", "site", "eve"), hash("new", "site", "ada")], Object.keys(known));
});

test("the same salt again changes nothing", () => {
  const accounts = newAccounts("s");
  assert.equal(accounts, resalt(accounts, "s"));
  assert.equal(accounts, resalt(accounts, ""));
});
