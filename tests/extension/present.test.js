import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { newest, present } from "../../extension/lib/present.js";

const CASES = JSON.parse(readFileSync(new URL("../contract/list_states.json", import.meta.url), "utf8"));
const START_US = 1_795_258_800_000_000;
const us = (seconds) => (seconds === null ? 0 : START_US + seconds * 1_000_000);

for (const { why, seen, next, overdue, expected } of CASES) {
  test(`the extension's word: ${why}`, () => {
    const { state, cause = "", last_us } = seen;
    const list = { state, cause, tasks: 0, last_look_us: us(last_us), last_good_us: us(last_us), next_look_us: us(next), overdue_us: us(overdue) };
    const [wanted, why_] = expected;
    assert.deepEqual({ state: wanted, cause: why_ }, present(list, us(600)));
  });
}

test("the agent's word counts unless this browser has seen more since", () => {
  const own = { state: "watching", cause: "", tasks: 2, last_look_us: 5, last_good_us: 5 };
  const told = { state: "resting", cause: "no_tab", tasks: 2, last_look_us: 5, last_good_us: 4 };
  assert.equal(told, newest(own, told));
  assert.equal(own, newest(own, { ...told, last_look_us: 4 }));
  assert.equal(own, newest(own, undefined));
});
