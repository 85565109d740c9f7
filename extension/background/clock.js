// The clock: which work session the person is in, and the pulses that say so.
import { strayWindows } from "../lib/browser.js";
import { adopt, closed, created, emptyLineage, linked, pressed } from "./lineage.js";
import { activeUs, end, isAttempt, isWorked, newSession, step } from "./sessions.js";
import { goesOn, keptOn, of, renewed } from "./spots.js";
import { ENDS, STARTS, fill, find } from "./attempts.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./sessions.js").Session} Session */
/** @typedef {import("./sessions.js").Seen} Seen */

const DAY_US = 86_400_000_000;
/** A page that shows a task for this long after it was handed in begins no new attempt at it. */
const AFTERGLOW_US = 10_000_000;

export class Clock {
  /** @param {Core} core @param {() => Promise<Seen>} front what is in front of the person now */
  constructor(core, front) {
    this.core = core;
    this.front = front;
    /** @type {Map<string, Session>} open ones, and those that ended within a day */
    this.sessions = new Map();
    this.lineage = emptyLineage();
  }

  /** @param {boolean} same_run whether the browser still has the tabs that the sessions name */
  async load(same_run) {
    const kept = /** @type {Session[]} */ (await this.core.db.all("sessions"));
    this.sessions = new Map(kept.map((one) => [one.id, same_run ? one : { ...one, tabs: {}, roots: [] }]));
  }

  get open() {
    return [...this.sessions.values()].filter((one) => one.ended_us === undefined);
  }

  get attempts() {
    return [...this.sessions.values()].filter(isAttempt);
  }

  /** Whether pulses are due: an attempt is open, or the person is on a page around tasks at this moment. */
  get busy() {
    return this.open.some((one) => isAttempt(one) || one.state === "active");
  }

  /** Whether a task is being worked: nothing takes the focus, opens a tab or makes a sound meanwhile. */
  get working() {
    return this.open.some((one) => isWorked(one, nowUs()));
  }

  /** @param {string} platform @param {string} key @returns {boolean} whether an attempt at this task is open */
  worksOn(platform, key) {
    return this.open.some((one) => isAttempt(one) && one.platform === platform && `${one.system}:${one.task}` === key);
  }

  /**
   * A step of an assignment goes into the outbox with its session, and the session with it.
   *
   * @param {Plan} plan @param {import("./outbox.js").Ready} fact @param {number | null} tab where it was seen
   */
  async take(plan, fact, tab) {
    const seen = await this.front();
    let session = find(this.attempts, fact, tab, seen.now_us);
    if (STARTS.has(fact.kind)) {
      session = fill(session ?? newSession({ id: piecework.uuid7(), platform: fact.platform, task: "" }, seen), fact, tab);
    }
    fact.body.session ||= session?.id ?? "";
    // A page may show a step without saying of which task: the tab's own attempt knows.
    if (!fact.body.task && session?.task) Object.assign(fact.body, { task: session.task, system: session.system });
    plan.facts.push(fact);
    if (fact.kind === "submitted") await this.core.days.earn(plan, fact, session);
    if (!session || session.ended_us !== undefined) return;
    if (ENDS.has(fact.kind)) this.write(plan, end(session, seen), seen);
    else this.pulse(plan, adopt(session, this.lineage.links), seen);
  }

  /**
   * A tab shows a page where a task is worked, or has left it.
   *
   * @param {Record<string, any>} about message `task-page` @param {number} tab
   */
  async page(about, tab) {
    await this.core.change(async (plan) => {
      const { account, state } = await this.core.intake.whose(plan, about.platform, about.who);
      if (state !== "claimed") return;
      const seen = await this.front();
      const fact = { kind: "task-page", platform: about.platform, account, body: about };
      const mine = about.on ? find(this.attempts, fact, tab, seen.now_us) : null;
      if (mine?.ended_us !== undefined && seen.now_us - mine.ended_us < AFTERGLOW_US) return;
      const blank = { id: piecework.uuid7(), platform: about.platform, task: "" };
      const begun = mine?.ended_us === undefined ? mine : null;
      const session = about.on ? fill(begun ?? newSession(blank, seen), fact, null) : null;
      for (const other of this.open) {
        if (other.id !== session?.id && (session ? tab in other.tabs : leaves(other, about, tab))) this.keep(plan, without(other, tab));
      }
      if (session) this.keep(plan, adopt({ ...session, tabs: { ...session.tabs, [tab]: "page" } }, this.lineage.links));
      this.pulseAll(plan, seen);
    });
  }

  /**
   * A tab shows a page around tasks: a list, the qualifications, the earnings. Null: it shows none any more.
   *
   * @param {{platform: string, work: "search" | "qualification" | "admin", who: string} | null} about @param {number} tab
   */
  async spot(about, tab) {
    await this.core.change(async (plan) => {
      const whose = about ? await this.core.intake.whose(plan, about.platform, about.who) : null;
      const seen = await this.front();
      const spot = about && whose?.state === "claimed" ? of(about, whose.account) : null;
      const spots = this.open.filter((one) => !isAttempt(one));
      for (const one of spots) if (tab in one.tabs && !(spot && goesOn(one, spot))) this.keep(plan, without(one, tab));
      if (spot) {
        const open = spots.find((one) => goesOn(one, spot)) ?? newSession({ id: piecework.uuid7(), task: "", ...spot }, seen);
        this.keep(plan, tab in open.tabs ? open : { ...open, tabs: { ...open.tabs, [tab]: "page" } });
      }
      this.pulseAll(plan, seen);
    });
  }

  /** A trusted press on a task page. @param {number} tab */
  async press(tab) {
    this.lineage = pressed(this.lineage, tab, nowUs(), strayWindows);
    await this.adoptAll();
  }

  /** A tab was made; who made it is the browser's guess. @param {number} tab @param {number | null} opener */
  async created(tab, opener) {
    if (await this.core.permitted("webNavigation")) return;
    this.lineage = created(this.lineage, { tab, opener }, nowUs(), strayWindows);
    await this.adoptAll();
  }

  /** A page made a tab, as the browser itself says. @param {number} source @param {number} tab */
  async linked(source, tab) {
    this.lineage = linked(this.lineage, source, tab, nowUs());
    await this.adoptAll();
  }

  async adoptAll() {
    const attempts = () => this.open.filter(isAttempt);
    if (!attempts().some((one) => adopt(one, this.lineage.links) !== one)) return;
    await this.core.change(async (plan) => {
      for (const one of attempts()) {
        const more = adopt(one, this.lineage.links);
        if (more !== one) this.keep(plan, more);
      }
      this.pulseAll(plan, await this.front());
    });
  }

  /** @param {number} tab */
  async closed(tab) {
    this.lineage = closed(this.lineage, tab);
    if (!this.open.some((one) => tab in one.tabs || one.roots.includes(tab))) return;
    await this.core.change(async (plan) => {
      for (const one of this.open) if (tab in one.tabs || one.roots.includes(tab)) this.keep(plan, without(one, tab));
      this.pulseAll(plan, await this.front());
    });
  }

  /** Something may be in front that was not, or the other way round; also every 20 s. */
  async look() {
    if (!this.open.length) return;
    await this.core.change(async (plan) => this.pulseAll(plan, await this.front()));
  }

  /** @param {Plan} plan @param {string} platform @param {string} was @param {string} account */
  rename(plan, platform, was, account) {
    for (const one of this.sessions.values()) {
      if (one.platform === platform && one.account === was) this.keep(plan, { ...one, account });
    }
  }

  /** Ends attempts that nobody has touched for a day, and lets go of ended ones. */
  async tidy() {
    const now_us = nowUs();
    await this.renewSpots(now_us);
    const stale = [...this.sessions.values()].filter((one) => now_us - (one.ended_us ?? one.last_active_us) > DAY_US);
    const idle = stale.filter((one) => one.ended_us !== undefined || !Object.keys(one.tabs).length);
    if (!idle.length) return;
    await this.core.change(async (plan) => {
      const seen = await this.front();
      for (const one of idle) {
        if (one.ended_us === undefined) this.write(plan, end(one, seen), seen);
        else {
          this.sessions.delete(one.id);
          plan.drop("sessions", one.id);
        }
      }
    });
  }

  /** Time around tasks is parted into sessions of a day at most: a list that stays open for weeks is no single one. */
  async renewSpots(/** @type {number} */ now_us) {
    const old = this.open.filter((one) => !isAttempt(one) && !keptOn(one, now_us));
    if (!old.length) return;
    await this.core.change(async (plan) => {
      const seen = await this.front();
      for (const one of old) {
        if (one.beat_us) this.write(plan, end(one, seen), seen);
        else this.keep(plan, end(one, seen).session);
        if (Object.keys(one.tabs).length) this.keep(plan, renewed(one, newSession({ id: piecework.uuid7(), platform: one.platform, task: "" }, seen)));
      }
      this.pulseAll(plan, seen);
    });
  }

  /** What the popup's timer shows; `going`: it is in front, and time is counted. @returns {{title: string, platform: string, since_us: number, active_s: number, going: boolean} | null} */
  running() {
    const [latest] = this.open.filter((one) => isAttempt(one) && Object.keys(one.tabs).length).sort((a, b) => b.last_active_us - a.last_active_us);
    if (!latest) return null;
    const active_s = Math.floor(this.activeUs(latest) / 1_000_000);
    return { title: latest.title, platform: latest.platform, since_us: latest.started_us, active_s, going: latest.state === "active" };
  }

  /** @param {Session} session */
  activeUs(session) {
    return activeUs(session, nowUs(), this.core.settings.pulse_s);
  }

  /** Those that stop before those that begin: one stretch ends before another starts. @param {Plan} plan @param {Seen} seen */
  pulseAll(plan, seen) {
    const inFront = (/** @type {Session} */ one) => (seen.tab !== null && seen.tab in one.tabs ? 1 : 0);
    // A page around tasks that was opened from a task's own page is part of that work.
    const worked = this.open.some((one) => isAttempt(one) && inFront(one));
    for (const one of this.open.sort((a, b) => inFront(a) - inFront(b))) {
      this.pulse(plan, one, worked && !isAttempt(one) ? { ...seen, tab: null } : seen);
    }
  }

  /** @param {Plan} plan @param {Session} session @param {Seen} seen */
  pulse(plan, session, seen) {
    const taken = step(session, seen);
    // A list that was opened and never looked at is no time of anybody's.
    const unseen = session.spot === true && session.beat_us === 0 && taken?.beat.state !== "active";
    if (taken && !unseen) this.write(plan, taken, seen);
    else this.keep(plan, session);
  }

  /** @param {Plan} plan @param {import("./sessions.js").Step} taken @param {Seen} seen */
  write(plan, { session, beat, span }, seen) {
    this.keep(plan, session);
    plan.make("beat", seen.now_us, { platform: session.platform, account: session.account, body: beat });
    if (span) this.core.days.worked(plan, span);
    if (beat.state === "end") plan.then(() => this.core.notify.release("work"));
  }

  /** @param {Plan} plan @param {Session} session */
  keep(plan, session) {
    if (this.sessions.get(session.id) === session) return;
    this.sessions.set(session.id, session);
    plan.keep("sessions", session);
  }
}

/** @param {Session} session @param {any} about @param {number} tab */
const leaves = (session, about, tab) =>
  session.platform === about.platform && session.tabs[tab] === "page" && (!about.task || about.task === session.task);

/** @param {Session} session @param {number} tab @returns {Session} */
function without(session, tab) {
  const { [tab]: gone, ...tabs } = session.tabs;
  return { ...session, tabs, roots: session.roots.filter((one) => one !== tab) };
}
