// Being paired: four digits shown on both sides, then a key that scripts can use and never read.
import { api, consented } from "../lib/browser.js";
import { resalt } from "./accounts.js";
import { importKey, newNonce } from "./handshake.js";
import { SPEAKS, converse, isFailure, quietly, send } from "./socket.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {{cid: string, key: CryptoKey, salt: string, port: number, paired_us: number}} Kept */

const EXPIRES_MS = 120_000;
/** How long an agent has to answer with four digits. */
const CODE_MS = 5_000;

export class Pairing {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Kept | null} */
    this.key = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.asking = false;
  }

  async load() {
    this.key = (await this.core.db.get("keys", "link"))?.kept ?? null;
  }

  /** A request that was under way when the background ended is made anew. */
  async resume() {
    const { pairing } = await api.storage.session.get("pairing");
    if (!pairing) return;
    if (Date.now() < pairing.ends_ms) await this.begin(pairing.ends_ms);
    else await this.end({ state: "alone", cause: "pair_expired" });
  }

  /**
   * Asks every port in turn for four digits. Nothing is handed over before the person has agreed to it.
   *
   * @param {number} [ends_ms]
   */
  async begin(ends_ms = Date.now() + EXPIRES_MS) {
    if (this.asking) return;
    this.asking = true;
    try {
      const agreed = (await consented()) || this.core.settings.test.granted?.includes("data_collection");
      if (!agreed) return this.core.link.say({ state: "alone", cause: "no_consent" });
      await api.storage.session.set({ pairing: { ends_ms } });
      this.core.link.hold({ state: "pairing", cause: "", code: "" });
      await this.ask();
    } finally {
      this.asking = false;
    }
  }

  async ask() {
    let failed = "refused";
    for (const port of this.core.settings.ports) {
      const outcome = await this.knock(port);
      if (!isFailure(outcome)) return this.wait(outcome.socket, port, outcome.message);
      if (outcome.why !== "refused") failed = outcome.why;
    }
    const cause = failed === "blocked" ? "policy" : failed === "too_old" ? "too_old" : failed === "not_paired" ? "pair_busy" : "refused";
    await this.end({ state: failed === "blocked" || failed === "too_old" ? failed : "not_running", cause });
  }

  /** @param {number} port */
  knock(port) {
    const { self, sites } = this.core;
    const pair = { t: "pair", name: self.browser, browser: self.browser, platforms: sites.names() };
    return converse(() => new WebSocket(`ws://127.0.0.1:${port}/link`), {
      patience_ms: CODE_MS,
      opened: (socket) => {
        send(socket, { t: "hello", v: SPEAKS, cid: "", nonce: newNonce(), ...self });
        send(socket, pair);
      },
      hear: (socket, message) => (message?.t === "pairing" || message?.t === "denied" ? { socket, message } : null),
    });
  }

  /** The digits are here: waits for the person. @param {WebSocket} socket @param {number} port @param {any} first */
  wait(socket, port, first) {
    this.socket = socket;
    const gone = () => {
      if (this.socket === socket) this.end({ state: "alone", cause: "pair_lost" });
    };
    const heard = async (/** @type {any} */ message) => {
      if (this.socket !== socket) return;
      if (message.t === "pairing") this.core.link.say({ state: "pairing", cause: "", code: String(message.code).slice(0, 8) });
      if (message.t === "denied") await this.end({ state: "alone", cause: `pair_${message.reason}` });
      if (message.t === "paired") await this.paired(message, port);
    };
    socket.onmessage = ({ data }) => heard(JSON.parse(data)).catch(gone);
    Object.assign(socket, { onclose: gone, onerror: gone });
    return heard(first);
  }

  /** @param {{cid: string, key: string, salt: string}} answer @param {number} port */
  async paired({ cid, key, salt }, port) {
    const kept = { cid, key: await importKey(key), salt, port, paired_us: nowUs() };
    await this.core.change((plan) => {
      plan.keep("keys", { id: "link", kept });
      this.core.setAccounts(plan, resalt(this.core.accounts, salt));
    });
    this.key = kept;
    await this.end({ state: "connecting", cause: "" });
  }

  /** The agent's door opened: where, and with which salt it hashes now. @param {any} welcome @param {number} port */
  async opened(welcome, port) {
    const { key, core } = this;
    if (!key || (key.port === port && key.salt === welcome.salt)) return;
    this.key = { ...key, port, salt: String(welcome.salt) };
    await core.change((plan) => {
      plan.keep("keys", { id: "link", kept: this.key });
      core.setAccounts(plan, resalt(core.accounts, String(welcome.salt)));
    });
  }

  /** The person changed their mind. */
  async cancel() {
    const { pairing } = await api.storage.session.get("pairing");
    if (pairing) await this.end({ state: "alone", cause: "" });
  }

  /** Ends the pairing from this side. What was seen stays here. */
  async unpair() {
    await this.core.change((plan) => plan.drop("keys", "link"));
    await this.core.settings.leave();
    this.key = null;
    this.core.link.hold({ state: "alone", cause: "", port: 0 });
    this.core.link.held = false;
  }

  /** @param {Partial<import("./link.js").State>} news */
  async end(news) {
    const socket = this.socket;
    this.socket = null;
    if (socket) quietly(() => socket.close());
    await api.storage.session.remove("pairing");
    this.core.link.say({ code: "", ...news });
    this.core.link.held = false;
    // A profile that holds a key says what that key is worth now.
    if (this.key) await this.core.link.release();
  }
}
