// The pages and the background load the same reader.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CONTENT_FILES } from "../../extension/background/scripts.js";

test("the practice page inside the extension loads every script that a watched page gets, in the same order", () => {
  const page = readFileSync(new URL("../../extension/pages/practice.html", import.meta.url), "utf8");
  const loaded = [...page.matchAll(/<script src="\.\.\/([^"]+)">/g)].map(([, file]) => `extension/${file}`);
  assert.deepEqual(CONTENT_FILES, loaded);
});
