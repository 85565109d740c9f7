import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";
import { base64url, bytesOf, importKey, mac, newNonce, same } from "../../extension/background/handshake.js";
import { Link } from "../../extension/background/link.js";
import { Outbox } from "../../extension/background/outbox.js";
import { FakeSocket, MemoryStore, fact, ranges, until } from "./fakes.js";

const KEY = base64url(new Uint8Array(32).fill(7));
const NONCE_A = base64url(new Uint8Array(32).fill(9));

let world;
let link;
let heard;

/** What an honest agent, or one with another key, would prove. */
function proof(role, { cid, nonce_e, port = 9675 }, key = KEY) {
  return createHmac("sha256", Buffer.from(key, "base64url")).update(`piecework 1 ${role}\n${cid}\n${port}\n${nonce_e}\n${NONCE_A}`).digest("base64url");
}

async function sockets(count) {
  await until(() => FakeSocket.made.length >= count, `${count} sockets`);
  return FakeSocket.made[count - 1];
}

/** Leads the newest socket through the handshake. */
async function admit(socket, last = 0) {
  socket.open();
  const { cid, nonce: nonce_e } = socket.sent[0];
  socket.say({ t: "challenge", nonce: NONCE_A, mac: proof("agent", { cid, nonce_e }) });
  await until(() => socket.sent.length > 1, "a proof");
  socket.say({ t: "welcome", v: 1, last, salt: "salt" });
  await until(() => link.connected, "a link");
  return { cid, nonce_e };
}

beforeEach(async () => {
  globalThis.WebSocket ??= { OPEN: 1 };
  FakeSocket.made = [];
  heard = [];
  const key = { cid: "c1", key: await importKey(KEY) };
  const outbox = new Outbox(new MemoryStore(), { range: ranges });
  world = {
    open: (url) => new FakeSocket(url),
    now_us: () => world.clock_us,
    clock_us: 1_800_000_000_000_000,
    ports: () => [9675],
    key: () => key,
    self: { browser: "test", version: "0" },
    outbox,
    queue: (job) => Promise.resolve().then(job),
    hear: (message) => heard.push(message),
    acked: () => undefined,
    changed: () => undefined,
    opened: () => undefined,
  };
  link = new Link(world);
});

afterEach(() => {
  link.hold({});
  mock.timers.reset();
});

const store = (...kinds) => world.outbox.write({ facts: kinds.map((kind) => fact(kind)), alone: false, zone: "" });
const events = (socket) => socket.sent.filter(({ t }) => t === "event").map(({ seq }) => seq);

test("the vector both languages share proves the same", async (context) => {
  const path = new URL("../../shared/protocol/examples/proof.vector.json", import.meta.url);
  const vector = JSON.parse(readFileSync(path, "utf8"));
  const key = await importKey(vector.key);
  const words = { cid: vector.cid, port: vector.port, nonce_e: vector.nonce_e, nonce_a: vector.nonce_a };
  assert.equal(vector.mac_a, await mac(key, "agent", words));
  assert.equal(vector.mac_e, await mac(key, "extension", words));
  await assert.rejects(crypto.subtle.exportKey("raw", key), { name: /^InvalidAccess/ });
});

test("a nonce is 32 bytes and never the same", () => {
  assert.equal(32, bytesOf(newNonce()).length);
  assert.notEqual(newNonce(), newNonce());
  assert.deepEqual([true, false, false, false], [same("ab", "ab"), same("ab", "ac"), same("ab", "abc"), same("", "a")]);
});

test("the agent proves the key first, then we do, and say how far the outbox goes", async () => {
  await store("note", "note");
  link.connect();
  const socket = await sockets(1);
  const { cid, nonce_e } = await admit(socket);
  assert.equal("ws://127.0.0.1:9675/link", socket.url);
  assert.deepEqual({ t: "proof", mac: proof("extension", { cid, nonce_e }), upto: 2 }, socket.sent[1]);
});

for (const [what, say] of [
  ["another key", ({ cid, nonce }) => ({ t: "challenge", nonce: NONCE_A, mac: proof("agent", { cid, nonce_e: nonce }, base64url(new Uint8Array(32))) })],
  ["our own proof reflected", ({ cid, nonce }) => ({ t: "challenge", nonce: NONCE_A, mac: proof("extension", { cid, nonce_e: nonce }) })],
  ["a welcome without a proof", () => ({ t: "welcome", v: 1, last: 0, salt: "" })],
  ["no JSON", () => "<html>"],
]) {
  test(`nothing is handed to a port that answers with ${what}`, async () => {
    await store("note");
    link.connect();
    const socket = await sockets(1);
    socket.open();
    socket.say(say(socket.sent[0]));
    await until(() => socket.closed, "closed");
    assert.deepEqual(["hello"], socket.sent.map(({ t }) => t));
    await until(() => link.state.state === "not_running");
    assert.equal("port_taken", link.state.cause);
  });
}

for (const [code, state] of [[4401, "not_paired"], [4403, "revoked"], [4426, "too_old"], [1006, "not_running"]]) {
  test(`a socket closed with ${code} means ${state}`, async () => {
    link.connect();
    const socket = await sockets(1);
    if (code !== 1006) socket.open();
    socket.drop(code);
    await until(() => link.state.state === state, state);
  });
}

test("a policy that blocks the socket shows as an error without a close, or as a constructor that throws", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  link.connect();
  (await sockets(1)).onerror({});
  mock.timers.tick(300);
  await until(() => link.state.state === "blocked");
  world.open = () => {
    throw new DOMException("", "SecurityError");
  };
  link.state.state = "connecting";
  link.connect();
  await until(() => link.state.state === "blocked");
});

test("a refused port leads to the next", async () => {
  world.ports = () => [9675, 9676];
  link.connect();
  (await sockets(1)).drop(1006);
  assert.equal("ws://127.0.0.1:9676/link", (await sockets(2)).url);
});

test("after a failure it is tried again, ever less often, until 15 seconds", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  link.connect();
  const waits = [];
  for (let tries = 1; tries <= 10; tries++) {
    (await sockets(tries)).drop(1006);
    await until(() => !link.trying && link.state.state === "not_running");
    let waited = 0;
    while (FakeSocket.made.length === tries) {
      mock.timers.tick(50);
      waited += 50;
      await new Promise((resolve) => setImmediate(resolve));
    }
    waits.push(waited);
  }
  assert.ok(waits[0] <= 350 && waits[9] >= 11_000 && waits[9] <= 15_050, `waits ${waits}`);
});

test("entries go from where the agent stands, never more than 64 unacknowledged", async () => {
  await store(...Array(100).fill("note"));
  link.connect();
  const socket = await sockets(1);
  await admit(socket, 10);
  await until(() => events(socket).length === 64);
  assert.deepEqual([11, 74], [events(socket)[0], events(socket).at(-1)]);
  socket.say({ t: "ack", seq: 20 });
  await until(() => events(socket).length === 74);
  socket.say({ t: "ack", seq: 84 });
  await until(() => events(socket).length === 90);
  assert.deepEqual(Array.from({ length: 90 }, (_, at) => at + 11), events(socket));
});

test("a socket that does not take more is not given more until something was acknowledged", async () => {
  await store(...Array(10).fill("note"));
  link.connect();
  const socket = await sockets(1);
  socket.bufferedAmount = 300_000;
  await admit(socket);
  await until(() => events(socket).length === 1);
  await link.flush();
  assert.deepEqual([1], events(socket));
  socket.bufferedAmount = 0;
  socket.say({ t: "ack", seq: 1 });
  await until(() => events(socket).length === 10);
});

test("an entry stored while others are being sent is sent too", async () => {
  link.connect();
  const socket = await sockets(1);
  await admit(socket);
  for (let batch = 0; batch < 20; batch++) {
    await store("note", "note");
    link.flush();
  }
  await until(() => events(socket).length === 40);
  assert.deepEqual(Array.from({ length: 40 }, (_, at) => at + 1), events(socket));
});

test("what the agent refuses is not sent again, and does not hold up the rest", async () => {
  await store(...Array(65).fill("note"));
  link.connect();
  const socket = await sockets(1);
  await admit(socket);
  await until(() => events(socket).length === 64);
  mock.method(console, "error", () => undefined);
  socket.say({ t: "refused", id: "x", seq: 1, reason: "no" });
  await until(() => events(socket).length === 65);
  mock.restoreAll();
});

test("an error without a close ends the link like a close does, and what was not acknowledged goes again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  await store("note", "note");
  link.connect();
  const first = await sockets(1);
  await admit(first);
  await until(() => events(first).length === 2);
  first.onerror({});
  assert.deepEqual(["connecting", "lost"], [link.state.state, link.state.cause]);
  mock.timers.tick(400);
  const second = await sockets(2);
  await admit(second, 1);
  await until(() => events(second).length === 1);
  assert.deepEqual([2], events(second));
});

test("an agent that stops answering is left and looked for anew", async () => {
  await store("note");
  link.connect();
  const socket = await sockets(1);
  await admit(socket);
  await until(() => events(socket).length === 1);
  link.beat();
  assert.equal("ka", socket.sent.at(-1).t);
  world.clock_us += 31_000_000;
  link.beat();
  assert.deepEqual([true, "connecting"], [socket.closed, link.state.state]);
});

test("messages are handed on in order, and none before the outbox knows where to go on", async () => {
  link.connect();
  const socket = await sockets(1);
  await admit(socket);
  socket.say({ t: "alert", alert: "1" });
  socket.say({ t: "withdraw", alert: "1" });
  await until(() => heard.length === 2);
  assert.deepEqual(["alert", "withdraw"], heard.map(({ t }) => t));
});

test("a key that was taken back while linked is said at once, and not tried again by itself", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  link.connect();
  const socket = await sockets(1);
  await admit(socket);
  socket.drop(4403);
  assert.deepEqual(["revoked", "revoked"], [link.state.state, link.state.cause]);
  mock.timers.tick(60_000);
  assert.equal(1, FakeSocket.made.length);
});

test("without a key nothing is asked of any port", async () => {
  world.key = () => null;
  await link.connect();
  assert.deepEqual([0, "alone"], [FakeSocket.made.length, link.state.state]);
});
