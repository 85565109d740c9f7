import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const script = readFileSync(new URL("../../extension/content/page_world.js", import.meta.url), "utf8");
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** A page's own world, as far as the script touches it; `said` is what the script posted. */
function world(answer) {
  const said = [];
  const heard = [];
  class XMLHttpRequest extends EventTarget {
    static DONE = 4;
    send() {
      this.sent = [...arguments];
      return "sent";
    }
    getResponseHeader(name) {
      return this.headers?.[name] ?? null;
    }
  }
  const window = {
    fetch: async (...given) => {
      window.asked = given;
      return answer();
    },
    open: (...given) => given,
    postMessage: (data, origin) => said.push({ data, origin }),
    addEventListener: (name, hear) => heard.push(hear),
  };
  const ask = (message) => heard.forEach((hear) => hear({ source: window, data: { piecework: message } }));
  vm.runInNewContext(script, { window, XMLHttpRequest, location: { origin: "https://x.test" }, Promise, Reflect, TextDecoder, Symbol, Object, JSON, Number });
  return { window, XMLHttpRequest, said, ask };
}
const json = (value, status = 200, type = "application/json") => new Response(JSON.stringify(value), { status, headers: { "content-type": type, "retry-after": "9" } });

test("an answer is announced unread, and read only when it is named", async () => {
  const { window, said, ask } = world(() => json({ a: 1 }, 429));
  const response = await window.fetch("https://api.test/", { method: "POST" });
  assert.deepEqual({ a: 1 }, await response.json());
  assert.deepEqual([{ answer: { n: 1, url: "", status: 429, wait: "9" } }], said.map(({ data }) => data.piecework).map((one) => structuredClone(one)));
  assert.equal("https://x.test", said[0].origin);
  ask({ read: 2 });
  await turns();
  assert.equal(1, said.length);
  ask({ read: 1 });
  await turns();
  assert.deepEqual({ n: 1, text: '{"a":1}' }, structuredClone(said[1].data.piecework.body));
});

test("the page gets its own promise, its own errors and its own arguments", async () => {
  const refused = world(() => Promise.reject(new TypeError("aborted")));
  await assert.rejects(refused.window.fetch("x"), { message: "aborted" });
  const request = { url: "https://api.test/", signal: {} };
  const { window } = world(() => json({}));
  await window.fetch(request, undefined);
  assert.deepEqual([request, undefined], window.asked);
  assert.equal("fetch", window.fetch.name);
});

test("what is no JSON is never touched", async () => {
  const { window, said } = world(() => new Response("data: 1\n\n", { headers: { "content-type": "text/event-stream" } }));
  const response = await window.fetch("x");
  assert.equal("data: 1\n\n", await response.text());
  assert.deepEqual([], said);
});

test("a body the page locked already is left alone", async () => {
  const { window, said } = world(() => {
    const response = json({});
    response.body.getReader();
    return response;
  });
  assert.equal(200, (await window.fetch("x")).status);
  assert.deepEqual([], said);
});

test("a body over four megabytes is not handed over", async () => {
  const { window, said, ask } = world(() => json("x".repeat(5 << 20)));
  await (await window.fetch("x")).text();
  ask({ read: 1 });
  await turns();
  await turns();
  assert.deepEqual([""], said.slice(1).map(({ data }) => data.piecework.body.text));
});

test("the last thirty are kept, and announced again when asked", async () => {
  const { window, said, ask } = world(() => json({}));
  for (let at = 0; at < 35; at += 1) await (await window.fetch("x")).text();
  said.length = 0;
  ask({ again: true });
  assert.equal(true, said.pop().data.piecework.all);
  assert.deepEqual([6, 35, 30], [said[0].data.piecework.answer.n, said.at(-1).data.piecework.answer.n, said.length]);
});

test("a request of the older kind is announced and read the same way", async () => {
  const { XMLHttpRequest, said, ask } = world(() => json({}));
  const request = Object.assign(new XMLHttpRequest(), { responseURL: "https://api.test/a", responseType: "", status: 200, responseText: "[1]", headers: { "content-type": "application/json" } });
  assert.equal("sent", request.send("body"));
  assert.deepEqual(["body"], request.sent);
  request.readyState = 4;
  request.dispatchEvent(new Event("readystatechange"));
  assert.equal("https://api.test/a", said[0].data.piecework.answer.url);
  ask({ read: 1 });
  await turns();
  assert.equal("[1]", said[1].data.piecework.body.text);
});

test("a request taken up again gives nothing of its new answer", async () => {
  const { XMLHttpRequest, said, ask } = world(() => json({}));
  const request = Object.assign(new XMLHttpRequest(), { responseURL: "https://api.test/a", responseType: "json", status: 200, response: {}, headers: { "content-type": "application/json" } });
  request.send();
  request.readyState = 4;
  request.dispatchEvent(new Event("readystatechange"));
  request.responseURL = "https://api.test/secret";
  ask({ read: 1 });
  await turns();
  assert.equal("", said[1].data.piecework.body.text);
});

test("window.open is told and goes through", () => {
  const { window, said } = world(() => json({}));
  assert.deepEqual(["https://y.test/", "_blank"], window.open("https://y.test/", "_blank"));
  assert.deepEqual([{ opened: true }], said.map(({ data }) => structuredClone(data.piecework)));
});

test("loaded twice it wraps once", () => {
  const { window, XMLHttpRequest } = world(() => json({}));
  const { fetch } = window;
  vm.runInNewContext(script, { window, XMLHttpRequest, location: { origin: "" }, Symbol, Object });
  assert.equal(fetch, window.fetch);
});
