import assert from "node:assert/strict";
import test from "node:test";
import { meant } from "../../extension/background/forget.js";

const record = { platform: "prolific", account: "a1", at_us: 100 };

test("a record is forgotten when all that was named holds of it", () => {
  assert.equal(meant({ platform: "prolific" }, record), true);
  assert.equal(meant({ platform: "prolific", account: "a1" }, record), true);
  assert.equal(meant({ platform: "prolific", account: "a2" }, record), false);
  assert.equal(meant({ platform: "microworkers" }, record), false);
  assert.equal(meant({ before_us: 101 }, record), true);
  assert.equal(meant({ before_us: 100 }, record), false);
});

test("everything stands alone, and an order that names nothing forgets nothing", () => {
  assert.equal(meant({ everything: true }, record), true);
  assert.equal(meant({}, record), false);
});
