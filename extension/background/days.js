// The days of this profile, as its own disk holds them.
import { amountOf } from "./reading.js";
import { goingOn } from "./sessions.js";
import { byDay, dayOf, earn, newDay } from "./today.js";
import { nowUs, zone } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./plan.js").Plan} Plan */

const KEEP_DAYS_US = 90 * 86_400_000_000;

export class Days {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Map<string, import("./today.js").Day>} */
    this.held = new Map();
  }

  async load() {
    const kept = /** @type {import("./today.js").Day[]} */ (await this.core.db.all("days"));
    this.held = new Map(kept.map((one) => [one.day, one]));
  }

  /**
   * @param {Plan} plan
   * @param {import("./outbox.js").Ready} fact of kind `submitted`
   * @param {import("./sessions.js").Session | null} session
   */
  earn(plan, { at_us, body, platform }, session) {
    const attempt = body.session || `${platform}:${body.system ?? ""}:${body.task ?? ""}:${body.assignment ?? ""}`;
    if ([...this.held.values()].some((day) => attempt in day.counted)) return;
    this.keep(plan, earn(this.at(at_us), attempt, amountOf(body.pay) ?? amountOf(session?.pay)));
  }

  /** @param {Plan} plan @param {import("./sessions.js").Span} span */
  worked(plan, span) {
    for (const [day, active_us] of byDay(span, (at_us) => dayOf(at_us, zone()))) {
      const held = this.held.get(day) ?? newDay(day);
      this.keep(plan, { ...held, active_us: held.active_us + active_us });
    }
  }

  /** @returns {{earned: {micro: number, currency: string}[], active_s: number}} today, the running stretch included */
  figures() {
    const now_us = nowUs();
    const day = this.at(now_us);
    const running = this.core.clock.open
      .map((one) => goingOn(one, now_us, this.core.settings.pulse_s))
      // What goes on since yesterday evening is today's from midnight on.
      .flatMap((span) => (span ? byDay(span, (at_us) => dayOf(at_us, zone())) : []))
      .reduce((sum, [at, us]) => sum + (at === day.day ? us : 0), 0);
    const earned = Object.entries(day.earned).map(([currency, micro]) => ({ micro, currency }));
    return { earned, active_s: Math.floor((day.active_us + running) / 1_000_000) };
  }

  /** @param {Plan} plan */
  tidy(plan) {
    const oldest = dayOf(nowUs() - KEEP_DAYS_US, zone());
    for (const day of this.held.keys()) {
      if (day >= oldest) continue;
      this.held.delete(day);
      plan.drop("days", day);
    }
  }

  /** @param {number} at_us */
  at(at_us) {
    const day = dayOf(at_us, zone());
    return this.held.get(day) ?? newDay(day);
  }

  /** @param {Plan} plan @param {import("./today.js").Day} day */
  keep(plan, day) {
    this.held.set(day.day, day);
    plan.keep("days", day);
  }
}
