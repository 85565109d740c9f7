// What the person chose: here, on the dashboard, or nowhere yet. What was chosen here wins.
import { api } from "../lib/browser.js";
import { quietUntil } from "./rules.js";
import { nowUs } from "./time.js";

/**
 * @typedef {object} Chosen
 * @property {string} [language] "" follows the browser
 * @property {string} [sound] a name of lib/chime.js, or "none"
 * @property {number} [volume] 0 to 100
 * @property {number} [quiet_until_us] alerts wait until then
 *
 * @typedef {import("./rules.js").Away} Away
 *
 * @typedef {object} Test stand-ins of a development build (testing.js)
 * @property {number[]} [ports]
 * @property {"active" | "idle" | "locked" | number} [idle] a state, or since when (µs) there has been no input
 * @property {number} [now_offset_ms]
 * @property {number} [mono_offset_ms]
 * @property {string[]} [granted] permissions and consents that count as given
 * @property {number} [pulse_s]
 * @property {number} [focus] the tab that counts as focused; -1 none
 */

/** The agent's ports: 9675 spells WORK. */
const PORTS = [9675, 9676, 9677];
const IDLE_S = 180;
const PULSE_S = 30;

/** @type {Record<string, (value: any) => boolean>} */
const VALID = {
  language: (value) => typeof value === "string" && /^[a-z]{0,3}$/.test(value),
  sound: (value) => typeof value === "string" && /^[a-z]{1,20}$/.test(value),
  volume: (value) => Number.isInteger(value) && value >= 0 && value <= 100,
  quiet_until_us: (value) => Number.isSafeInteger(value) && value >= 0,
};

/** One per background. */
export class Settings {
  constructor() {
    /** @type {Chosen} */
    this.own = {};
    /** What the agent last said, less what can change without it. @type {Chosen & {idle_s?: number, away?: Away | null}} */
    this.agent = {};
    /** @type {Test} */
    this.test = {};
  }

  async load() {
    const kept = await api.storage.local.get(["settings", "agent_settings", "test"]);
    this.own = kept.settings ?? {};
    this.agent = kept.agent_settings ?? {};
    this.test = kept.test ?? {};
  }

  /** @param {Record<string, unknown>} given unknown names and values that can't be are left out @returns {Promise<void>} */
  async choose(given) {
    this.own = { ...this.own, ...valid(given) };
    await api.storage.local.set({ settings: this.own });
  }

  /** @param {any} message `settings` of the agent @returns {Promise<void>} */
  async hear(message) {
    const idle_s = Number.isInteger(message.idle_s) && message.idle_s >= 15 ? message.idle_s : IDLE_S;
    this.agent = { ...valid(message), idle_s, away: message.away ?? null };
    await api.storage.local.set({ agent_settings: this.agent });
  }

  /** No agent says anything here any more: what one had said is over. @returns {Promise<void>} */
  async leave() {
    this.agent = {};
    await api.storage.local.remove("agent_settings");
  }

  /** @param {Test} given @returns {Promise<void>} */
  async standIn(given) {
    this.test = { ...this.test, ...given };
    await api.storage.local.set({ test: this.test });
  }

  get language() {
    return this.own.language || this.agent.language || "";
  }

  get sound() {
    return this.own.sound ?? this.agent.sound ?? "chime";
  }

  get volume() {
    return this.own.volume ?? this.agent.volume ?? 80;
  }

  /** Until when alerts wait, as far as it is known here; 0 where they don't. */
  get quiet_until_us() {
    const hours_us = this.away ? quietUntil(this.away, new Date(nowUs() / 1000)) : 0;
    return Math.max(this.own.quiet_until_us ?? 0, this.agent.quiet_until_us ?? 0, hours_us);
  }

  /** What the agent said to keep to while it is away; null where none ever did. @returns {Away | null} */
  get away() {
    return this.agent.away ?? null;
  }

  get idle_s() {
    return this.agent.idle_s ?? IDLE_S;
  }

  get ports() {
    return this.test.ports ?? PORTS;
  }

  get pulse_s() {
    return this.test.pulse_s ?? PULSE_S;
  }
}

/** @param {Record<string, unknown>} given @returns {Chosen} */
const valid = (given) =>
  Object.fromEntries(Object.entries(given ?? {}).filter(([name, value]) => VALID[name]?.(value)));
