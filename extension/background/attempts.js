// Which attempt a step belongs to, and what an attempt learns from it. Pure.

/** @typedef {import("./sessions.js").Session} Session */
/** @typedef {{kind: string, platform: string, account: string, body: Record<string, any>}} Step */

export const STARTS = new Set(["opened", "reserved", "accepted"]);
export const ENDS = new Set(["submitted", "returned", "expired", "screened_out"]);

/** A step of an attempt that has ended may be seen once more, on another page. */
const REMEMBER_US = 86_400_000_000;

/**
 * @param {Session[]} sessions
 * @param {Step} step
 * @param {number | null} tab where it was seen: decides where a page names no task
 * @param {number} now_us
 * @returns {Session | null} a step that starts work never finds an ended attempt, unless the site says it is the same
 */
export function find(sessions, step, tab, now_us) {
  const { task = "", system = "", assignment = "" } = step.body;
  const mine = sessions.filter((one) => one.platform === step.platform && agrees(one.account, step.account)).reverse();
  const fits = (/** @type {Session} */ one) => {
    if (assignment && one.assignment) return one.assignment === assignment;
    if (task) return one.task === task && (one.system === system || !system || !one.system);
    return tab !== null && (tab in one.tabs || one.roots.includes(tab));
  };
  const open = mine.find((one) => one.ended_us === undefined && fits(one));
  if (open) return open;
  const ended = mine.filter((one) => one.ended_us !== undefined && now_us - one.ended_us <= REMEMBER_US);
  if (STARTS.has(step.kind)) return ended.find((one) => assignment && one.assignment === assignment) ?? null;
  return ended.find(fits) ?? null;
}

/**
 * @param {Session} session
 * @param {Step} step
 * @param {number | null} tab
 * @returns {Session} with what the step says and the session did not know
 */
export function fill(session, { account, body }, tab) {
  const text = (/** @type {"task" | "system" | "assignment" | "title" | "requester"} */ name) =>
    session[name] || String(body[name] ?? "").slice(0, 500);
  return {
    ...session,
    account: session.account || account,
    task: text("task"),
    system: text("system"),
    assignment: text("assignment"),
    title: text("title"),
    requester: text("requester"),
    pay: session.pay ?? body.pay ?? null,
    work: body.kind === "qualification" ? "qualification" : session.work,
    roots: tab === null || session.roots.includes(tab) ? session.roots : [...session.roots, tab],
  };
}

/** An account that is not known yet is the claimed one. @param {string} left @param {string} right */
const agrees = (left, right) => left === right || !left || !right;
