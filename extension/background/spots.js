// Time on a platform's pages around tasks: searching its lists, its qualifications, looking after the account. Pure.

/** @typedef {import("./sessions.js").Session} Session */
/** @typedef {Pick<Session, "platform" | "account" | "work" | "spot">} Spot */

const DAY_US = 86_400_000_000;
/** Left for longer than this, coming back begins a new session. */
const REST_US = 600_000_000;

/**
 * @param {{platform: string, work: "search" | "qualification" | "admin"}} about
 * @param {string} account
 * @returns {Spot}
 */
export const of = ({ platform, work }, account) => ({ platform, account, work, spot: true });

/** @param {Session} session @param {Spot} spot @returns {boolean} whether it is the same sort of time */
export const goesOn = (session, spot) =>
  session.platform === spot.platform && session.account === spot.account && session.work === spot.work;

/** @param {Session} session @param {number} now_us @returns {boolean} whether the session still stands */
export function keptOn(session, now_us) {
  const left = Object.keys(session.tabs).length === 0 && now_us - session.last_active_us > REST_US;
  return !left && now_us - session.started_us < DAY_US;
}

/** @param {Session} session @param {Session} fresh @returns {Session} the next one of the same sort, in the same tabs */
export function renewed(session, fresh) {
  const { platform, account, work, spot, tabs } = session;
  return { ...fresh, platform, account, work, spot, tabs };
}
