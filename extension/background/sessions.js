// Work sessions: one attempt at one task, its tabs and its pulses. Pure: times and what is in front are handed in.

/**
 * @typedef {object} Session
 * @property {string} id UUIDv7; the agent knows the attempt by it
 * @property {string} platform
 * @property {string} account
 * @property {string} system
 * @property {string} task
 * @property {string} assignment
 * @property {string} title
 * @property {string} requester
 * @property {any} pay as the page says it
 * @property {"work" | "qualification" | "search" | "admin"} work
 * @property {number} started_us
 * @property {Record<number, "page" | "lineage">} tabs where the work is done
 * @property {number[]} roots tabs that began the attempt without showing it: what they open counts, they don't
 * @property {"active" | "idle" | "away"} state
 * @property {number} beat_us last pulse
 * @property {number} beat_mono its monotonic clock, ms
 * @property {number} stretch_us start of the active stretch that goes on; 0 where none does
 * @property {number} active_us sum of the closed stretches
 * @property {number} last_active_us
 * @property {"page" | "lineage"} origin
 * @property {boolean} [spot] time on the platform's pages around tasks: searching, looking after the account
 * @property {number} [ended_us]
 *
 * @typedef {object} Seen what was in front at one moment
 * @property {number} now_us
 * @property {number} mono_ms
 * @property {number | null} tab the focused tab, null where the browser is not in front
 * @property {number | null} idle_us since when there was no input; null while there is some
 * @property {number} pulse_s how long one pulse vouches for
 *
 * @typedef {{start_us: number, end_us: number}} Span
 * @typedef {{session: Session, beat: any, span: Span | null}} Step
 */

/** Time on a platform's pages that no attempt stands behind. A qualification's own task is an attempt. */
export const UNPAID = new Set(["search", "qualification", "admin"]);
/** An active session pulses this often or a little later, well inside what a pulse vouches for. */
const PULSE_SHARE = 1 / 2;
/** How far the two clocks may drift apart before the machine must have slept or its clock been set. */
const DRIFT_US = 2_000_000;
/** Left or idle for longer than this, a task is not being worked. */
const WORKING_US = 600_000_000;

/**
 * @param {Partial<Session> & {id: string, platform: string, task: string}} about
 * @param {Seen} seen
 * @returns {Session}
 */
export function newSession(about, { now_us, mono_ms }) {
  const empty = { account: "", system: "", assignment: "", title: "", requester: "", pay: null };
  /** @type {{work: "work", tabs: {}, roots: number[], state: "away", origin: "page"}} */
  const still = { work: "work", tabs: {}, roots: [], state: "away", origin: "page" };
  const clock = { started_us: now_us, beat_us: 0, beat_mono: mono_ms, stretch_us: 0, active_us: 0, last_active_us: now_us };
  return { ...empty, ...still, ...clock, ...about };
}

/**
 * One look at what is in front: the pulse it calls for, or null where nothing has changed and none is due.
 *
 * @param {Session} session
 * @param {Seen} seen
 * @returns {Step | null}
 */
export function step(session, seen) {
  if (session.ended_us !== undefined) return null;
  const origin = seen.tab === null ? undefined : session.tabs[seen.tab];
  const state = !origin ? "away" : seen.idle_us === null ? "active" : "idle";
  const since_beat = seen.now_us - session.beat_us;
  const due = state === "active" && (since_beat < 0 || since_beat >= seen.pulse_s * PULSE_SHARE * 1_000_000);
  const moved = state === "active" && origin !== session.origin;
  const first = session.beat_us === 0;
  if (state === session.state && !due && !moved && !first) return null;
  return pulse(session, state, origin ?? session.origin, seen);
}

/** @param {Session} session @param {Seen} seen @returns {Step} the last pulse of a session */
export function end(session, seen) {
  const { session: after, beat, span } = pulse(session, "away", session.origin, seen);
  const ended = { ...after, ended_us: seen.now_us, tabs: {}, roots: [] };
  return { session: ended, beat: { ...beat, state: "end" }, span };
}

/** @param {Session} session @param {number} now_us @param {number} pulse_s @returns {number} active µs, to be shown */
export function activeUs(session, now_us, pulse_s) {
  const going = goingOn(session, now_us, pulse_s);
  return session.active_us + (going ? going.end_us - going.start_us : 0);
}

/** The active stretch that goes on, up to what its last pulse vouches for; null where none does. @param {Session} session @param {number} now_us @param {number} pulse_s @returns {Span | null} */
export function goingOn(session, now_us, pulse_s) {
  if (session.state !== "active" || !session.stretch_us) return null;
  const end_us = Math.min(now_us, session.beat_us + pulse_s * 1_000_000);
  return { start_us: session.stretch_us, end_us: Math.max(end_us, session.stretch_us) };
}

/** @param {Session} session @returns {boolean} whether it is an attempt at a task, not time on the pages around it */
export const isAttempt = (session) => session.spot !== true;

/** @param {Session} session @param {number} now_us @returns {boolean} whether alerts have to wait for it */
export const isWorked = (session, now_us) =>
  isAttempt(session) && session.ended_us === undefined && Object.keys(session.tabs).length > 0 && now_us - session.last_active_us <= WORKING_US;

/**
 * @param {Session} session @param {"active" | "idle" | "away"} state
 * @param {"page" | "lineage"} origin @param {Seen} seen
 * @returns {Step}
 */
function pulse(session, state, origin, seen) {
  const idle_us = state === "idle" ? seen.idle_us : null;
  const { span, goes_on } = settle(session, state, idle_us, seen);
  const active = state === "active";
  const after = {
    ...session,
    state,
    origin,
    beat_us: seen.now_us,
    beat_mono: seen.mono_ms,
    stretch_us: active ? (goes_on ? session.stretch_us : seen.now_us) : 0,
    active_us: session.active_us + (span ? span.end_us - span.start_us : 0),
    last_active_us: active ? seen.now_us : session.last_active_us,
  };
  const { task, system, work } = session;
  const beat = { session: session.id, task, system, state, mono_ms: seen.mono_ms, work, origin, pulse_s: seen.pulse_s };
  return { session: after, beat: idle_us === null ? beat : { ...beat, since_us: idle_us }, span };
}

/**
 * Closes the stretch where it ended: at the last input, or, where the machine slept or the background was dead,
 * at the last pulse and what it vouches for. Never at "now" without a pulse that reaches it.
 *
 * @param {Session} session @param {string} state @param {number | null} idle_us @param {Seen} seen
 * @returns {{span: Span | null, goes_on: boolean}}
 */
function settle(session, state, idle_us, seen) {
  if (session.state !== "active" || !session.stretch_us) return { span: null, goes_on: false };
  const wall = seen.now_us - session.beat_us;
  const mono = Math.max(0, (seen.mono_ms - session.beat_mono) * 1000);
  const whole = wall >= 0 && wall <= seen.pulse_s * 1_000_000 && Math.abs(wall - mono) <= DRIFT_US;
  if (whole && state === "active") return { span: null, goes_on: true };
  const reached = whole ? seen.now_us : session.beat_us + Math.min(mono, seen.pulse_s * 1_000_000);
  const end_us = Math.max(session.stretch_us, idle_us === null ? reached : Math.min(reached, idle_us));
  return { span: { start_us: session.stretch_us, end_us }, goes_on: false };
}
