// Notifications: shown at once, or kept in sight until the work is handed in. The click opens the task.
import { api, knowsWhoClosed, playSound, showNotification } from "../lib/browser.js";
import { MOST_AT_ONCE, arrange, fold, noticeOf, noticeOfAlert } from "./notices.js";
import { nowUs } from "./time.js";
import { wordsIn } from "./words.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./notices.js").Notice} Notice */

/** Alerts of one look come as messages of their own: so long is waited for the rest of them. */
const GATHER_MS = 15;
const MOST_NOTICES = 500;
const KEEP_US = 7 * 86_400_000_000;
const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const SOUNDS_AN_HOUR = 6;
const MOST_TABS = 3;

export class Notify {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Map<string, Notice>} */
    this.notices = new Map();
    /** @type {any[]} */
    this.gathered = [];
    /** Notices on their way to the screen. @type {Set<string>} */
    this.showing = new Set();
    /** When tabs were opened by a rule's wish. @type {number[]} */
    this.opened = [];
    /** Whether it was said that there is no sound here. */
    this.mute = false;
  }

  async load() {
    this.notices = new Map(/** @type {Notice[]} */ (await this.core.db.all("notices")).map((one) => [one.id, one]));
  }

  get held() {
    return [...this.notices.values()].filter((one) => one.state === "held");
  }

  /** Told and neither opened nor put away. */
  get open() {
    return [...this.notices.values()].filter((one) => one.state === "shown" && !one.folds);
  }

  /** Why nothing may be shown now, "" where it may. */
  get reason() {
    if (this.core.clock.working) return "work";
    return nowUs() < this.core.settings.quiet_until_us ? "quiet" : "";
  }

  /**
   * News that this profile tells by itself. The notices are kept with the facts that say so: a background that ends
   * before it could show them does so in its next life.
   *
   * @param {import("./plan.js").Plan} plan @param {string} platform @param {import("./alone.js").News[]} items
   * @param {number} at_us
   */
  async told(plan, platform, items, at_us) {
    const words = await wordsIn(this.core.settings.language);
    const name = this.core.sites.name(platform);
    const notices = items.slice(0, MOST_NOTICES).map((item) => noticeOf(item, { platform, name, at_us, words }));
    // What is told in one breath is kept as one.
    const many = notices.length > MOST_AT_ONCE && !this.reason;
    const kept = many ? [{ ...this.folded(notices, words), folds: [] }] : notices;
    for (const one of kept) this.keep(plan, one);
    plan.then(() => this.tell(kept));
  }

  /** An alert of the agent; it may come again until it is confirmed. @param {any} message */
  alert(message) {
    this.gathered.push(message);
    if (this.gathered.length === 1) this.core.later(GATHER_MS, () => this.gather());
  }

  async gather() {
    const fresh = [];
    for (const message of this.gathered.splice(0)) {
      const notice = noticeOfAlert(message);
      const known = this.notices.get(notice.id);
      const at_us = message.dom_at_us ?? message.at_us ?? nowUs();
      if ((known && known.state !== "held") || (await this.core.watch.wasTold(notice.platform, notice.key, message.reason, at_us))) {
        await this.confirm([notice], "shown");
      } else fresh.push(notice);
    }
    await this.tell(fresh);
  }

  /** @param {Notice[]} notices */
  async tell(notices) {
    const waiting = notices.filter((one) => one.held || this.reason).map((one) => ({ ...one, held: one.held || this.reason }));
    const now = notices.filter((one) => !waiting.some(({ id }) => id === one.id));
    if (waiting.length) await this.confirm(waiting, "held");
    if (now.length) await this.show(now);
  }

  /**
   * Shows what no longer has to wait.
   *
   * @param {"work" | "quiet" | "tick"} why what has ended; a tick lets go of nothing the agent holds
   */
  async release(why) {
    if (this.reason) return;
    const free = this.held.filter((one) => one.held !== "agent" || why === "work");
    if (free.length) await this.show(free);
  }

  /** Each once, whoever asks: the end of the work and the next tick may come together. @param {Notice[]} notices */
  async show(notices) {
    const mine = notices.filter(({ id }) => !this.showing.has(id));
    if (!mine.length) return;
    for (const { id } of mine) this.showing.add(id);
    try {
      await this.display(mine);
    } finally {
      for (const { id } of mine) this.showing.delete(id);
    }
  }

  /** @param {Notice[]} notices */
  async display(notices) {
    const words = await wordsIn(this.core.settings.language);
    const about = { fresh_id: `fold:${piecework.uuid7()}`, now_us: nowUs(), names: (/** @type {string} */ id) => this.core.sites.name(id), words };
    let { shown, replaced } = arrange([], [], about);
    const sounding = this.sounding(notices);
    if (sounding) sounding.sounded_us = nowUs();
    // Arranged where they are kept: what comes a moment later is folded with these, not in their place.
    await this.confirm(() => {
      ({ shown, replaced } = arrange(notices, this.open, about));
      return [...notices, ...shown.filter((one) => one.folds)];
    }, "shown");
    const done = Promise.allSettled(shown.map((one) => showNotification(one.id, { title: one.title, message: one.text, sticky: one.sticky })));
    await Promise.all(replaced.map((id) => api.notifications.clear(id)));
    const [refused] = (await done).flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    if (refused) await this.confirm(notices, "failed", refused);
    if (sounding) this.sound(sounding);
    await this.openTabs(notices);
  }

  /** The one whose sound is made. Told alone, this profile keeps to so many an hour itself. @param {Notice[]} notices */
  sounding(notices) {
    const loud = notices.find((one) => one.sound && one.sound !== "own") ?? notices.find((one) => one.sound);
    if (loud?.from !== "alone") return loud;
    const lately = [...this.notices.values()].filter((one) => nowUs() - (one.sounded_us ?? 0) < HOUR_US);
    return lately.length < (this.core.settings.away?.sounds_an_hour ?? SOUNDS_AN_HOUR) ? loud : undefined;
  }

  /** Behind the other tabs, three a minute, and never while the person works. @param {Notice[]} notices */
  async openTabs(notices) {
    for (const one of notices.filter(({ open, url }) => open && url)) {
      this.opened = this.opened.filter((at_us) => nowUs() - at_us < MINUTE_US);
      if (this.reason || this.opened.length >= MOST_TABS) return;
      this.opened.push(nowUs());
      await this.core.sites.openBehind(one.platform, one.url);
    }
  }

  /** @param {Notice[]} notices @param {Awaited<ReturnType<typeof wordsIn>>} words */
  folded(notices, words) {
    const names = (/** @type {string} */ id) => this.core.sites.name(id);
    return fold(notices, { id: `fold:${piecework.uuid7()}`, names, words });
  }

  /** One alert on request, the whole way: whether the browser takes it, and how it sounds. */
  async test() {
    const words = await wordsIn(this.core.settings.language);
    const { sound, volume } = this.core.settings;
    const [shown, heard] = await Promise.allSettled([
      showNotification("test", { title: words("notice.test"), message: words("notice.test_text") }),
      playSound(sound, volume),
    ]);
    const cause = shown.status === "rejected" ? String(shown.reason) : undefined;
    return { ok: !cause, cause, sound: heard.status === "fulfilled" };
  }

  /** @param {Notice} notice what this browser is set to be, "none" or volume 0, holds for every alert */
  sound(notice) {
    const own = this.core.settings;
    const silent = own.sound === "none" || own.volume === 0;
    const sound = silent || !notice.sound || notice.sound === "own" ? own.sound : notice.sound;
    playSound(sound, silent ? own.volume : (notice.volume ?? own.volume)).catch((cause) => {
      if (!this.mute) console.warn("Piecework: the sound of an alert could not be played", cause);
      this.mute = true;
    });
  }

  /**
   * Says what became of alerts, in one transaction with what is kept of them.
   *
   * @param {Notice[] | (() => Notice[])} notices asked for in the transaction @param {"shown" | "held" | "failed"} state
   * @param {string} [cause]
   */
  confirm(notices, state, cause = "") {
    const at_us = nowUs();
    return this.core.change((plan) => {
      for (const one of typeof notices === "function" ? notices() : notices) {
        this.keep(plan, { ...one, state: state === "held" ? "held" : "shown", at_us: one.at_us || at_us });
        if (one.alert) this.say(plan, one, "shown", { state, cause: cause.slice(0, 200) });
      }
    });
  }

  /** @param {import("./plan.js").Plan} plan @param {Notice} notice @param {string} kind @param {object} more */
  say(plan, { alert, platform }, kind, more) {
    plan.make(kind, nowUs(), { platform, body: { alert, channel: "extension", ...more } });
  }

  /** @param {import("./plan.js").Plan} plan @param {Notice} notice */
  keep(plan, notice) {
    this.notices.set(notice.id, notice);
    plan.keep("notices", notice);
  }

  /** The person pressed a notification. @param {string} id */
  async clicked(id) {
    const notice = this.notices.get(id);
    if (!notice) return;
    await Promise.all([this.done(notice, "clicked"), api.notifications.clear(id), this.core.sites.open(notice.platform, notice.url)]);
  }

  /** It is gone; only where the person put it away is that said. @param {string} id @param {boolean} by_person */
  async closed(id, by_person) {
    const notice = this.notices.get(id);
    if (notice?.state === "shown" && by_person && knowsWhoClosed) await this.done(notice, "dismissed");
  }

  /** @param {Notice} notice @param {"clicked" | "dismissed"} kind */
  done(notice, kind) {
    const all = [notice, ...(notice.folds ?? []).flatMap((id) => this.notices.get(id) ?? [])];
    return this.core.change((plan) => {
      for (const one of all) {
        this.keep(plan, { ...one, state: "done" });
        if (one.alert) this.say(plan, one, kind, { state: kind });
      }
    });
  }

  /** The agent's task is gone. @param {string[]} alerts */
  withdraw(alerts) {
    return this.remove(this.find((one) => alerts.includes(one.alert)));
  }

  /** Tasks that no list shows any more. @param {string} platform @param {string[]} keys */
  gone(platform, keys) {
    return this.remove(this.find((one) => one.from === "alone" && one.platform === platform && keys.includes(one.key)));
  }

  /** @param {(one: Notice) => boolean} is */
  find(is) {
    return [...this.notices.values()].filter((one) => one.state !== "done" && is(one));
  }

  /** @param {Notice[]} notices */
  async remove(notices) {
    if (!notices.length) return;
    const done = new Set(notices.map(({ id }) => id));
    const over = this.find((one) => !!one.folds?.length && one.folds.every((id) => done.has(id) || this.notices.get(id)?.state === "done"));
    const all = [...notices, ...over];
    await this.core.change((plan) => all.forEach((one) => this.keep(plan, { ...one, state: "done" })));
    await Promise.all(all.map((one) => api.notifications.clear(one.id)));
  }

  /** @param {import("./plan.js").Plan} plan */
  tidy(plan) {
    for (const one of this.notices.values()) {
      if (nowUs() - one.at_us <= KEEP_US) continue;
      this.notices.delete(one.id);
      plan.drop("notices", one.id);
    }
  }
}
