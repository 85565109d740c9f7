import assert from "node:assert/strict";
import { test } from "node:test";
import { piecework, source } from "./content.js";

const { clean, hash, pay, place } = piecework;
const field = (...from) => ({ from });

test("text is one line, cut first, then well-formed, without NUL", () => {
  assert.equal("a b", clean("  a\n\t b\0 ", 300));
  assert.equal("x".repeat(299) + "\ufffd", clean("x".repeat(299) + "😀", 300));
  assert.equal("\ufffdtail", clean("\ud83dtail", 300));
  assert.equal(300, clean("y".repeat(1_000_000), 300).length);
});

test("blanks that group digits stay in a text", () => {
  assert.equal("1\u202f234,56\u00a0€", clean("1\u202f234,56\u00a0€", 200));
});

test("what is no text has none", () => {
  for (const value of [null, undefined, {}, [], Number.NaN, Infinity]) assert.equal("", clean(value, 10));
  assert.equal("0", clean(0, 10));
  assert.equal("false", clean(false, 10));
});

test("a path reads own values only, numbers index arrays", () => {
  const json = { a: [{ b: 1 }], "": 2 };
  assert.equal(1, place.at(json, "a.0.b"));
  assert.equal(json, place.at(json, "$"));
  assert.equal(undefined, place.at(json, "a.5.b"));
  assert.equal(undefined, place.at(json, "constructor.name"));
  assert.equal(undefined, place.at(json, "__proto__"));
  assert.equal(undefined, place.at(null, "a"));
});

test("the first place that holds text wins", () => {
  const from = source({ empty: "  ", zero: 0, name: "n" });
  assert.equal("n", place.text(field({ path: "none" }, { path: "empty" }, { path: "name" }), from));
  assert.equal("0", place.text(field({ path: "zero" }, { path: "name" }), from));
  assert.equal("", place.text(field({ path: "none" }), from));
  assert.equal("", place.text(undefined, from));
});

test("text is cut by what stands before and behind it", () => {
  const from = source({ t: "campaign1f2e 2980/3000" });
  assert.equal("1f2e", place.text(field({ path: "t", after: "campaign", before: " " }), from));
  assert.equal("3000", place.text(field({ path: "t", after: "/" }), from));
  assert.equal("", place.text(field({ path: "t", after: "nowhere" }), from));
  assert.equal("", place.text(field({ path: "t", before: "nowhere" }), from));
});

test("parts of an address are taken relative to the page", () => {
  const from = source({ u: "/task/run/77?Id=a%20b" }, { url: "https://x.test/list?cc=CODE", captured: { id: "9" } });
  assert.equal("a b", place.text(field({ path: "u", query: "Id" }), from));
  assert.equal("77", place.text(field({ path: "u", segment: -1 }), from));
  assert.equal("task", place.text(field({ path: "u", segment: 0 }), from));
  assert.equal("CODE", place.text(field({ url: true, query: "cc" }), from));
  assert.equal("9", place.text(field({ captured: "id" }), from));
});

test("a constant stands alone, or says what another place found", () => {
  assert.equal("1", place.text(field({ captured: "n" }, { const: "1" }), source({})));
  assert.equal("yes", place.text(field({ path: "a", const: "yes" }), source({ a: true })));
  assert.equal("", place.text(field({ path: "b", const: "yes" }), source({ a: true })));
});

test("addresses are absolute and of the web", () => {
  const from = (u) => source({ u });
  assert.equal("https://x.test/a?b", place.address(field({ path: "u" }), from("/a?b")));
  for (const wrong of ["javascript:alert(1)", "data:text/html,x", "#", "", "http://[", `https://x.test/${"y".repeat(3000)}`]) {
    assert.equal("", place.address(field({ path: "u" }), from(wrong)));
  }
});

test("a bare number gets the unit its parser names", () => {
  const from = source({ n: 3, t: "3 mins" });
  assert.equal("3 min", place.time({ ...field({ path: "n" }), as: "minutes" }, from));
  assert.equal("3 s", place.time({ ...field({ path: "n" }), as: "seconds" }, from));
  assert.equal("3 mins", place.time({ ...field({ path: "t" }), as: "minutes" }, from));
});

test("minor units become exact micro-units and a text that can be read again", () => {
  assert.deepEqual({ micro: 800_000, text: "0.80 USD" }, pay.fromMinor("80", "USD"));
  assert.deepEqual({ micro: 805_000, text: "0.805 USD" }, pay.fromMinor("80.5", "USD"));
  assert.deepEqual({ micro: 80_000_000, text: "80 JPY" }, pay.fromMinor("80", "JPY"));
  assert.deepEqual({ micro: 80_000, text: "0.080 TND" }, pay.fromMinor("80", "TND"));
  assert.deepEqual({ micro: 0, text: "0.00 GBP" }, pay.fromMinor("0", "GBP"));
  for (const wrong of ["-5", "NaN", "1e309", "1.234567", "", "999999999999999999"]) assert.equal(null, pay.fromMinor(wrong, "USD"));
});

test("what is no plain count of minor units of a known currency stays text that nobody takes for units", () => {
  const minor = { from: [{ path: "amount" }], as: "pay-minor", currency_from: [{ path: "currency" }] };
  assert.deepEqual({ raw: "80 (minor units)" }, pay.read(minor, source({ amount: 80 })));
  const grouped = pay.read(minor, source({ amount: "1.234,56", currency: "GBP" }));
  assert.deepEqual({ raw: "1.234,56 (minor units)", currency: "GBP" }, grouped);
  assert.equal(true, pay.unreadable(grouped));
  assert.deepEqual({ raw: "0.80 GBP", currency: "GBP", micro: 800_000 }, pay.read(minor, source({ amount: 80, currency: "gbp" })));
  assert.deepEqual({ raw: "1e+309 (minor units)", currency: "GBP" }, pay.read(minor, source({ amount: "1e+309", currency: "GBP" })));
  assert.equal(null, pay.read(minor, source({ currency: "GBP" })));
});

test("zero is a stated pay; a missing one is none; nonsense is counted", () => {
  const words = { from: [{ path: "p" }], as: "pay", per: "hour" };
  assert.deepEqual({ raw: "$0.00", per: "hour", lang: "fr" }, pay.read(words, source({ p: "$0.00" }, { lang: "fr" })));
  assert.equal(false, pay.unreadable(pay.read(words, source({ p: "$0.00" }))));
  assert.equal(false, pay.unreadable(pay.read(words, source({}))));
  for (const wrong of ["-5", "NaN", "1e309"]) assert.equal(true, pay.unreadable(pay.read(words, source({ p: wrong }))));
});

test("the hash of a task is the same in every version", () => {
  assert.equal("cbf29ce484222325", hash(""));
  assert.equal(16, hash("Sort photos").length);
  assert.notEqual(hash("ab"), hash("ba"));
});
