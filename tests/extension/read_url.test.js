import assert from "node:assert/strict";
import { test } from "node:test";
import { piecework } from "./content.js";

const { absolute, first, match } = piecework.url;

test("a pattern captures a path segment or a query value", () => {
  assert.deepEqual({ id: "9f" }, match("https://x.test/studies/{id}", "https://x.test/studies/9f"));
  assert.deepEqual({ id: "9 f" }, match("https://x.test/job.php?Id={id}", "https://x.test/job.php?a=1&Id=9%20f"));
  assert.deepEqual({ n: "12" }, match("https://x.test/jobs.php?page={n}", "https://x.test/jobs.php?sort=up&page=12#top"));
  assert.equal(null, match("https://x.test/jobs.php?page={n}", "https://x.test/jobs.php?page=two"));
  assert.equal(null, match("https://x.test/studies/{id}", "https://x.test/studies/9f/more"));
});

test("scheme, host and path must be the same, the port not", () => {
  assert.deepEqual({}, match("http://practice.localhost/tasks", "http://practice.localhost:8123/tasks?look=empty"));
  assert.equal(null, match("https://x.test/a", "http://x.test/a"));
  assert.equal(null, match("https://x.test/a", "https://x.test.evil.test/a"));
  assert.equal(null, match("https://x.test/a.b", "https://x.test/aXb"));
  assert.equal(null, match("https://x.test/a", "about:blank"));
  assert.equal(null, match("https://x.test/a", "no address"));
});

test("a star stands for any run of characters, slashes too", () => {
  assert.deepEqual({}, match("https://x.test/*", "https://x.test/a/b?c"));
  assert.deepEqual({}, match("https://x.test/done?cc=*", "https://x.test/done?cc="));
  assert.equal(null, match("https://x.test/done?cc=*", "https://x.test/done"));
  assert.deepEqual({}, match("https://x.test/s/*/transition/", "https://x.test/s/1/transition/"));
});

test("escapes that are none stay as they are", () => {
  assert.deepEqual({ id: "%zz" }, match("https://x.test/{id}", "https://x.test/%zz"));
});

test("of several patterns the first that matches captures", () => {
  const patterns = ["https://x.test/jobs.php?page={n}", "https://x.test/jobs.php"];
  assert.deepEqual({ n: "2" }, first(patterns, "https://x.test/jobs.php?page=2"));
  assert.deepEqual({}, first(patterns, "https://x.test/jobs.php"));
  assert.equal(null, first(patterns, "https://x.test/other"));
  assert.equal(null, first(undefined, "https://x.test/"));
});

test("only addresses of the web are made absolute", () => {
  assert.equal("https://x.test/b", absolute("../b", "https://x.test/a/"));
  assert.equal("", absolute("javascript:1", "https://x.test/"));
});
