import assert from "node:assert/strict";
import { test } from "node:test";
import "../../extension/lib/ids.js";

const { uuid7 } = globalThis.piecework;
const far = Date.parse("2100-01-01");

test("an id is a UUID of version 7 that begins with its time", () => {
  const id = uuid7(far);
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(far, parseInt(id.replaceAll("-", "").slice(0, 12), 16));
});

test("ids grow, within one millisecond and when the clock is set back", () => {
  const ids = [...Array(10_000).fill(far + 1), ...Array(100).fill(far - 5_000)].map((now) => uuid7(now));
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(ids.length, new Set(ids).size);
});
