import assert from "node:assert/strict";
import { test } from "node:test";
import { definition, piecework } from "./content.js";

/** What a platform's page is for, and what the background was told. @param {string} id */
function spot(id) {
  const sent = [];
  const at = { address: "" };
  const env = { address: () => at.address, send: async (message) => { sent.push(message.spot); } };
  const facts = { who: () => "me", settled: true };
  const tasks = { shown: null };
  const one = new piecework.Spot(env, [definition(id)], { facts, tasks });
  const show = (address) => {
    at.address = address;
    one.show();
    return sent.at(-1)?.work ?? null;
  };
  return { show, sent, facts, tasks };
}

test("lists are searching, earnings look after the account, and named places are what they are", () => {
  for (const [platform, address, work] of [
    ["mturk", "https://worker.mturk.com/projects", "search"],
    ["mturk", "https://worker.mturk.com/qualifications/assigned", "qualification"],
    ["mturk", "https://worker.mturk.com/dashboard", "admin"],
    ["clickworker", "https://workplace.clickworker.com/en/workplace/assessments/1081401/edit", "qualification"],
    ["clickworker", "https://workplace.clickworker.com/en/workplace/payment_details", "admin"],
    ["dataannotation", "https://app.dataannotation.tech/workers/projects", "search"],
    ["dataannotation", "https://app.dataannotation.tech/workers/inbox", "admin"],
    ["prolific", "https://app.prolific.com/studies", "search"],
    ["prolific", "https://app.prolific.com/account", "admin"],
    ["sproutgigs", "https://sproutgigs.com/about.php", null],
  ]) {
    assert.equal(spot(platform).show(address), work, `${platform} ${address}`);
  }
});

test("a page where a task is worked is no place around tasks, and a page is told of once", () => {
  const { show, sent, tasks } = spot("mturk");
  show("https://worker.mturk.com/projects");
  show("https://worker.mturk.com/projects?page_number=2");
  assert.equal(sent.length, 1);
  tasks.shown = { platform: "mturk" };
  assert.equal(show("https://worker.mturk.com/projects"), null);
  assert.equal(sent.length, 2);
});

test("whose page it is is awaited", () => {
  const { show, facts } = spot("mturk");
  Object.assign(facts, { who: () => "", settled: false });
  assert.equal(show("https://worker.mturk.com/projects"), null);
  facts.settled = true;
  assert.equal(show("https://worker.mturk.com/projects"), "search");
});
