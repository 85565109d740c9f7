import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";
import { parsePay, parsePlaces, parseTime } from "../../extension/lib/parse.js";

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const table = (/** @type {string} */ name) => JSON.parse(read(`shared/strings/${name}.json`));

/** Lines of a table whose answer is not the expected one, with that answer. */
function differences(name, fields, parse) {
  const pick = (from) => Object.fromEntries(fields.map((field) => [field, from[field]]));
  return table(name)
    .map((line) => ({ line, expected: pick(line), got: pick(parse(line)) }))
    .filter(({ expected, got }) => JSON.stringify(expected) !== JSON.stringify(got));
}

test("every pay of the shared table reads as it says", () => {
  const fields = ["state", "micro", "max_micro", "currency", "per"];
  assert.deepEqual([], differences("pay", fields, (line) => parsePay(line.text, { lang: line.lang, currency: line.hint })));
});

test("every time of the shared table reads as it says", () => {
  const fields = ["state", "min_s", "max_s", "kind"];
  assert.deepEqual([], differences("time", fields, (line) => parseTime(line.text, { lang: line.lang, unit: line.unit })));
});

test("every count of places of the shared table reads as it says", () => {
  assert.deepEqual([], differences("places", ["left", "taken", "total"], (line) => parsePlaces(line.text)));
});

test("an answer has every field, with whole numbers a script holds exactly", () => {
  const most = parsePay("$9,007,199,254.740991");
  assert.deepEqual(
    { state: "stated", micro: 9007199254740991, max_micro: 9007199254740991, currency: "USD", per: "task", raw: "$9,007,199,254.740991", parser: 1 },
    most,
  );
  assert.ok(Number.isSafeInteger(most.micro));
  assert.equal("unreadable", parsePay("$9007199254.740992").state);
  assert.deepEqual({ state: "stated", min_s: 180, max_s: 180, kind: "duration", raw: "3 mins" }, parseTime("3 mins"));
  assert.deepEqual({ left: 20, taken: 2980, total: 3000 }, parsePlaces("2980/3000"));
});

test("what is no text at all is an empty one", () => {
  for (const nothing of [undefined, null, 5, {}, []]) {
    assert.equal("none", parsePay(/** @type {any} */ (nothing)).state);
    assert.equal("none", parseTime(/** @type {any} */ (nothing)).state);
    assert.deepEqual({ left: null, taken: null, total: null }, parsePlaces(/** @type {any} */ (nothing)));
  }
});

test("a cut never leaves half an emoji, and a half alone becomes the replacement mark", () => {
  assert.equal("😀".repeat(200), parsePay("😀".repeat(300)).raw);
  assert.equal("a".repeat(199) + "😀", parsePay("a".repeat(199) + "😀b").raw);
  assert.equal("\ufffdx", parsePay("\ud83dx").raw);
  assert.equal("$5", parsePay("$\u00005").raw);
});

test("a megabyte costs no more than its first 200 characters", () => {
  for (const piece of ["1", "1.", "1 ", "1'", "a", "-", "$1 - ", "1 h ", "1:", "up to "]) {
    const text = piece.repeat(1_000_000 / piece.length);
    assert.deepEqual(parsePay(text.slice(0, 200)), parsePay(text));
    assert.deepEqual(parseTime(text.slice(0, 200)), parseTime(text));
    assert.deepEqual(parsePlaces(text.slice(0, 200)), parsePlaces(text));
  }
});

test("the same files work as the classic scripts of a page, in the order their module names", () => {
  const files = [...read("extension/lib/parse.js").matchAll(/import "\.\/(\w+\.js)"/g)].map(([, file]) => file);
  const page = vm.createContext({});
  for (const file of files) vm.runInContext(read(`extension/lib/${file}`), page, { filename: file });
  assert.equal(5000, vm.runInContext("piecework.parsePay('$0.005').micro", page));
  assert.equal(5400, vm.runInContext("piecework.parseTime('1h30', {lang: 'fr'}).min_s", page));
  assert.equal(640, vm.runInContext("piecework.parsePlaces('640 places').left", page));
  assert.deepEqual(["piecework"], Object.keys(page));
});
