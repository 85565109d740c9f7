// What the popup shows, computed when it is asked for and never kept: a stored "connected" would be a lie.
import { api } from "../lib/browser.js";
import { newest, present } from "../lib/present.js";
import { PRACTICE } from "./sites.js";
import { nowUs } from "./time.js";
import { wordsIn } from "./words.js";

/** @typedef {import("./core.js").Core} Core */

/** Changes of one moment are pushed as one. */
const TOGETHER_MS = 50;
const OPEN_MS = 10_000;
const BROKEN = new Set(["signed_out", "challenge", "rate_limited", "changed_shape", "account_asks"]);
/** Known from the first look on: the definition says so, nothing has broken. */
const NO_ALARM = new Set(["shape_unknown", "empty_unknown"]);
const CUT_OFF = new Set(["not_paired", "revoked", "too_old", "blocked"]);
const COLOURS = { alert: "#1f6feb", held: "#6e7781", broken: "#bf5b04" };

export class StateBoard {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Set<any>} */
    this.ports = new Set();
    /** What the agent said last, while it is linked. @type {any} */
    this.agent = null;
    this.asked_ms = 0;
    this.pending = false;
    this.badge = "";
  }

  /** @param {any} port of a page that wants to be told */
  async follow(port) {
    this.ports.add(port);
    port.onDisconnect.addListener(() => this.ports.delete(port));
    port.postMessage(await this.now());
  }

  /** @param {any} message `state` of the agent */
  heard(message) {
    this.agent = message;
    this.changed();
  }

  /** The popup wants the dashboard. @param {string} path @returns {{ok: boolean, cause?: string}} */
  ask(path) {
    this.asked_ms = Date.now();
    const ok = this.core.link.tell({ t: "ask", want: "open", path });
    return ok ? { ok } : { ok, cause: this.core.link.state.cause };
  }

  /** @returns {boolean} whether an address was asked for just now: the agent opens no tab by itself */
  takeOpen() {
    const asked = Date.now() - this.asked_ms < OPEN_MS;
    this.asked_ms = 0;
    return asked;
  }

  /** Something the popup shows has changed. */
  changed() {
    if (this.pending) return;
    this.pending = true;
    this.core.later(TOGETHER_MS, () => this.push());
  }

  async push() {
    this.pending = false;
    const state = await this.now();
    for (const port of this.ports) {
      try {
        port.postMessage(state);
      } catch {
        this.ports.delete(port);
      }
    }
    await this.mark(state);
  }

  /** @returns {Promise<any>} PopupState */
  async now() {
    const { core } = this;
    if (!core.link.connected) this.agent = null;
    const own = core.days.figures();
    const told = this.agent;
    const today = told
      ? { earned: told.earned ?? [], active_s: told.active_s ?? 0, source: "agent" }
      : { ...own, source: "alone" };
    const platforms = await Promise.all([...core.sites.all.values()].map((one) => this.platform(one)));
    const { language, volume, sound, quiet_until_us } = core.settings;
    return {
      agent: core.link.state,
      platforms,
      today,
      running: core.clock.running(),
      held: core.notify.held.length,
      unsent: await core.outbox.unsent(),
      notices: told?.notices ?? [],
      repairs: core.taught.list().repairs,
      language,
      volume,
      sound,
      quiet_until_us,
    };
  }

  /** @param {any} definition */
  async platform({ id, name, aliases = [], life, route = "", manners, listings, origins }) {
    const { core } = this;
    // The page inside the extension plays its platform whether that is on or not.
    const { lists } = core.sites.on.has(id) || id === PRACTICE ? await core.watch.of(id) : { lists: {} };
    const names = new Map(listings.map((/** @type {any} */ one) => [one.id, one.name ?? one.id]));
    return {
      id,
      name,
      on: core.sites.on.has(id),
      granted: core.sites.granted.has(id),
      life: life?.state ?? "unknown",
      aliases,
      route,
      forbids: manners?.rule === "forbidden" ? { quote: manners.quote, source: manners.source, date: manners.date } : null,
      origins,
      lists: Object.entries(lists).map(([list, view]) => ({ list, name: names.get(list) ?? list, ...this.list(id, list, view) })),
      watchable: [...names].map(([list, name]) => ({ list, name, kept: core.kept.has(id, list) })),
      asks: core.intake.asks(id),
    };
  }

  /**
   * One list as it is at this moment; what the agent knows of it counts unless this browser has seen more since.
   *
   * @param {string} platform @param {string} list @param {import("./watch.js").View} view
   */
  list(platform, list, view) {
    const told = this.agent?.lists?.filter((/** @type {any} */ one) => one.platform === platform && one.list === list) ?? [];
    const seen = newest(view, told.find((/** @type {any} */ one) => one.account === view.account) ?? told[0]);
    const { tasks = 0, last_look_us = 0, last_good_us = 0 } = seen;
    return { ...present({ ...seen, cause: seen.cause ?? "", last_good_us }, nowUs()), tasks, last_look_us, last_good_us };
  }

  /** The badge: how many alerts wait for the person, or that something needs them. @param {any} state */
  async mark(state) {
    const lists = state.platforms.filter((/** @type {any} */ one) => one.on).flatMap((/** @type {any} */ one) => [
      ...(one.granted ? [] : [{ cause: "permission_lost", name: one.name }]),
      ...one.lists.filter((/** @type {any} */ list) => BROKEN.has(list.state) && !NO_ALARM.has(list.cause)).map((/** @type {any} */ list) => ({ cause: list.state, name: one.name })),
    ]);
    const cut = CUT_OFF.has(state.agent.state) ? [{ cause: state.agent.state, name: "" }] : [];
    const [broken] = [...cut, ...lists];
    const open = this.core.notify.open.filter((one) => nowUs() - one.at_us < 3_600_000_000).length;
    const text = broken ? "!" : String(state.held || open || "");
    const colour = broken ? COLOURS.broken : state.held ? COLOURS.held : COLOURS.alert;
    const title = await this.title(state, broken, open);
    const badge = JSON.stringify([text, colour, title]);
    if (badge === this.badge) return;
    this.badge = badge;
    await Promise.all([api.action.setBadgeText({ text }), api.action.setBadgeBackgroundColor({ color: colour }), api.action.setTitle({ title })]);
  }

  /** @param {any} state @param {{cause: string, name: string} | undefined} broken @param {number} open */
  async title(state, broken, open) {
    const words = await wordsIn(state.language);
    if (broken) return `Piecework: ${[broken.name, words(`badge.${broken.cause}`)].filter(Boolean).join(", ")}`;
    if (state.held) return `Piecework: ${words("popup.held", { n: state.held })}`;
    return open ? `Piecework: ${words("badge.open", { n: open })}` : "Piecework";
  }
}
