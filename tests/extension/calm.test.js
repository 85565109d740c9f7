import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { duration } from "../../extension/lib/money_view.js";

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf-8");

test("time that runs is told in whole minutes: nothing shown to a worker is a stopwatch", () => {
  const told = [0, 1, 59, 60, 119, 3599, 3600, 7325].map((seconds) => duration(seconds).replaceAll("\u00a0", " "));
  assert.deepEqual(["0 min", "< 1 min", "< 1 min", "1 min", "1 min", "59 min", "1 h 00 min", "2 h 02 min"], told);
  const ticks = [...read("extension/pages/popup.js").matchAll(/TICK_MS = ([\d_]+)/g)].map(([, ms]) => Number(ms.replaceAll("_", "")));
  assert.equal(1, ticks.length);
  assert.ok(ticks[0] >= 10_000);
});

test("no word of the interface hurries anybody, in either language", () => {
  const urging = /\b(hurry|faster|speed up|quickly|be quick|beat your|keep it up|streak|don't miss|last chance|personal best|dépêche|plus vite|accélér\w*|rapidement|série en cours|dernière chance|ne ratez|meilleur temps)/i;
  for (const language of ["en", "fr"]) {
    const words = Object.entries(JSON.parse(read(`shared/locales/${language}.json`)));
    assert.deepEqual([], words.filter(([, text]) => urging.test(text)));
  }
});
