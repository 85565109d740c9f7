// One socket to one port, from the constructor to `welcome` or to the reason why not.
import { mac, newNonce, same } from "./handshake.js";

/**
 * @typedef {"refused" | "blocked" | "silent" | "stranger" | "not_paired" | "revoked" | "too_old" | "busy"} Why
 * @typedef {{why: Why, code: number}} Failure
 * @typedef {{socket: WebSocket, welcome: any}} Open
 * @typedef {{cid: string, key: CryptoKey, port?: number}} Key
 * @typedef {{browser: string, version: string}} Self
 */

/** Versions of the protocol this extension speaks. */
export const SPEAKS = [1];
const HANDSHAKE_MS = 5000;
/** An `error` without a `close` this long after: the socket was blocked before it reached the network. */
const CLOSE_FOLLOWS_MS = 300;

/** @type {Record<number, Why>} */
const CODES = { 4401: "not_paired", 4403: "revoked", 4426: "too_old", 1013: "busy" };

/** @param {number} code @param {boolean} opened @returns {Failure} */
export const failureOf = (code, opened) => ({ why: CODES[code] ?? (opened ? "silent" : "refused"), code });

/**
 * Opens a socket, hands its messages to `hear` and resolves when `hear` or the socket says so.
 *
 * @template T
 * @param {() => WebSocket} open may throw: Firefox does where a policy blocks the address
 * @param {object} flow
 * @param {(socket: WebSocket) => void} flow.opened
 * @param {(socket: WebSocket, message: any) => T | Failure | null | Promise<T | Failure | null>} flow.hear null = go on
 * @param {number} [flow.patience_ms]
 * @returns {Promise<T | Failure>} on a failure the socket is closed
 */
export function converse(open, { opened, hear, patience_ms = HANDSHAKE_MS }) {
  return new Promise((resolve) => {
    /** @type {WebSocket} */
    let socket;
    let up = false;
    const finish = (/** @type {T | Failure} */ outcome) => {
      clearTimeout(timer);
      Object.assign(socket, { onopen: null, onmessage: null, onerror: null, onclose: null });
      if (isFailure(outcome)) quietly(() => socket.close());
      resolve(outcome);
    };
    try {
      socket = open();
    } catch {
      resolve({ why: "blocked", code: 0 });
      return;
    }
    let timer = setTimeout(() => finish(failureOf(0, true)), patience_ms);
    socket.onopen = () => {
      up = true;
      opened(socket);
    };
    // One message at a time: a proof takes a moment, and what follows must not overtake it.
    let last = Promise.resolve();
    socket.onmessage = ({ data }) => {
      last = last.then(async () => {
        const outcome = await hear(socket, parsed(data));
        if (outcome !== null) finish(outcome);
      }).catch(() => finish({ why: "stranger", code: 0 }));
    };
    socket.onclose = ({ code }) => last.then(() => finish(failureOf(code, up)));
    socket.onerror = () => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(up ? failureOf(0, true) : { why: "blocked", code: 0 }), CLOSE_FOLLOWS_MS);
    };
  });
}

/**
 * The whole handshake on one port: the agent proves the key first, then we do.
 *
 * @param {() => WebSocket} open
 * @param {{port: number, key: Key, self: Self, upto: () => number}} about
 * @returns {Promise<Open | Failure>}
 */
export function shakeHands(open, { port, key, self, upto }) {
  const words = { cid: key.cid, port, nonce_e: newNonce(), nonce_a: "" };
  return converse(open, {
    opened: (socket) => send(socket, { t: "hello", v: SPEAKS, cid: key.cid, nonce: words.nonce_e, ...self }),
    hear: async (socket, message) => {
      if (message?.t === "welcome" && words.nonce_a) return { socket, welcome: message };
      if (message?.t !== "challenge" || words.nonce_a) return { why: "stranger", code: 0 };
      words.nonce_a = String(message.nonce);
      if (!same(await mac(key.key, "agent", words), String(message.mac))) return { why: "stranger", code: 0 };
      send(socket, { t: "proof", mac: await mac(key.key, "extension", words), upto: upto() });
      return null;
    },
  });
}

/** @param {any} outcome @returns {outcome is Failure} */
export const isFailure = (outcome) => typeof outcome?.why === "string";

/** @param {WebSocket} socket @param {object} message */
export const send = (socket, message) => socket.send(JSON.stringify(message));

/** @param {any} data @returns {any} null for what is no JSON */
export function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** @param {() => void} act */
export function quietly(act) {
  try {
    act();
  } catch {
    // A socket that can't be closed is closed.
  }
}
