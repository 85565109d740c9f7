// The person's rules as far as they are kept to here, while no agent is reachable. Pure: the task and the hour are
// handed in. Mirrors the agent's watch/matching.py; shared/strings/rules.json holds both to the same answers.

/**
 * @typedef {{micro: number, currency: string}} Amount
 *
 * @typedef {object} Rule as message `settings` carries it (shared/protocol), where its meaning is written
 * @property {string[]} reasons
 * @property {string[]} [platforms]
 * @property {string[]} [not_platforms]
 * @property {string[]} [requesters]
 * @property {string[]} [not_requesters]
 * @property {string[]} [words]
 * @property {string[]} [not_words]
 * @property {string[]} [currencies]
 * @property {Amount[] | null} [min_pay]
 * @property {Amount[] | null} [min_hourly]
 * @property {number | null} [min_minutes]
 * @property {number | null} [max_minutes]
 * @property {number | null} [min_places]
 * @property {boolean} [qualified]
 * @property {string} [active_from]
 * @property {string} [active_to]
 * @property {"sound" | "quiet" | "digest"} [level]
 * @property {string} [sound]
 * @property {number | null} [volume]
 * @property {boolean} [open]
 * @property {boolean} [partly]
 * @property {number} [until_us]
 *
 * @typedef {object} Away likewise
 * @property {Rule[]} [rules]
 * @property {{platform: string, requester?: string, until_us?: number}[]} [hushed]
 * @property {"flag" | "mute" | "tell"} [disturbing]
 * @property {string[]} [warnings]
 * @property {string} [quiet_from]
 * @property {string} [quiet_to]
 * @property {number} [sounds_an_hour]
 *
 * @typedef {object} Task what is known of a task; null and undefined are what nobody said
 * @property {string} platform
 * @property {string} reason
 * @property {string} requester
 * @property {string} title
 * @property {{micro: number, currency: string, per: string} | null} pay
 * @property {{micro: number, currency: string} | null} hourly
 * @property {number | null} minutes
 * @property {number | null} places
 * @property {boolean} [qualified]
 *
 * @typedef {{level: "sound" | "quiet", sound: string, volume: number | null, open: boolean, announced: boolean}} Chosen
 */

const LEVELS = ["sound", "quiet", "digest"];
const HOUR_MIN = 60;

/** As texts are compared: compatible forms and cases of a letter are one. @param {string} text */
export const folded = (text) => text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");

/** @param {string} text */
const literal = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * Whether a title has one of the words, whole. Words are folded already; escaped ones lead no engine astray.
 *
 * @param {string[]} words @param {string} title
 */
export function has(words, title) {
  if (!words.length) return false;
  const any = words.map((one) => one.split(" ").map(literal).join("\\s+")).join("|");
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, "u").test(folded(title));
}

/**
 * How a task is told of by the loudest rule that wants it told.
 *
 * @param {Away} away @param {Task} task @param {{now_us: number, minute: number}} at `minute` of the local day
 * @returns {Chosen | null} null where it is not told
 */
export function choose(away, task, { now_us, minute }) {
  if ((away.hushed ?? []).some((one) => hushes(one, task, now_us))) return null;
  const announced = has(away.warnings ?? [], task.title);
  if (announced && away.disturbing === "mute") return null;
  const met = (away.rules ?? []).filter((rule) => (rule.until_us ?? 0) <= now_us && meets(rule, task, minute));
  const ranked = met.map((rule) => ({ rule, level: levelOf(rule) })).sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  if (!ranked.length || ranked[0].level === "digest") return null;
  const [{ rule, level }] = ranked;
  return { level, sound: rule.sound ?? "", volume: rule.volume ?? null, open: met.some((one) => one.open === true && !one.partly), announced };
}

/** One that asks more than is known here makes no sound. @param {Rule} rule @returns {"sound" | "quiet" | "digest"} */
const levelOf = ({ level = "sound", partly = false }) => (partly && level === "sound" ? "quiet" : level);

/** @param {{platform: string, requester?: string, until_us?: number}} one @param {Task} task @param {number} now_us */
function hushes({ platform, requester = "", until_us = 0 }, task, now_us) {
  if (platform !== task.platform || (until_us && until_us <= now_us)) return false;
  return requester === "" || requester === task.requester;
}

/** @param {Rule} rule @param {Task} task @param {number} minute */
export function meets(rule, task, minute) {
  return rule.reasons.includes(task.reason) && named(rule, task) && within(rule.active_from, rule.active_to, minute) && worded(rule, task) && counted(rule, task) && paid(rule, task);
}

/** Whether a minute of the day lies between two times, which may cross midnight; empty is always. @param {string} [from] @param {string} [to] @param {number} [minute] */
export function within(from = "", to = "", minute = 0) {
  if (!from || !to) return true;
  const [first, last] = [minuteOf(from), minuteOf(to)];
  return first <= last ? first <= minute && minute < last : minute >= first || minute < last;
}

/** @param {string} clock "HH:MM" */
const minuteOf = (clock) => Number(clock.slice(0, 2)) * HOUR_MIN + Number(clock.slice(3, 5));

/** @param {string[] | undefined} wanted @param {string} value */
const asked = (wanted, value) => !wanted?.length || wanted.includes(value);

/** @param {Rule} rule @param {Task} task */
function named(rule, { platform, requester, pay }) {
  const who = folded(requester);
  const unwanted = rule.not_platforms?.includes(platform) || rule.not_requesters?.includes(who);
  return !unwanted && asked(rule.platforms, platform) && asked(rule.requesters, who) && asked(rule.currencies, pay?.currency ?? "");
}

/** @param {Rule} rule @param {Task} task */
const worded = (rule, { title }) => (!rule.words?.length || has(rule.words, title)) && !has(rule.not_words ?? [], title);

/** @param {Rule} rule @param {Task} task */
function counted({ min_minutes, max_minutes, min_places, qualified }, task) {
  return between(task.minutes, min_minutes, max_minutes) && between(task.places, min_places) && (!qualified || task.qualified === true);
}

/** @param {number | null} value @param {number | null} [low] @param {number | null} [high] */
function between(value, low, high) {
  if (low == null && high == null) return true;
  return value !== null && (low == null || value >= low) && (high == null || value <= high);
}

/** @param {Rule} rule @param {Task} task */
function paid({ min_pay, min_hourly }, task) {
  return (!min_pay || reaches(min_pay, task.pay?.per === "task" ? task.pay : null)) && (!min_hourly || reaches(min_hourly, hourly(task)));
}

/** What the site states for an hour, else its pay by its own minutes. @param {Task} task */
function hourly({ hourly: stated, pay, minutes }) {
  if (stated || !pay) return stated;
  if (pay.per === "hour") return pay;
  return pay.per === "task" && minutes ? { micro: Math.floor((pay.micro * HOUR_MIN) / minutes), currency: pay.currency } : null;
}

/** @param {Amount[]} least one for each currency @param {{micro: number, currency: string} | null} amount */
function reaches(least, amount) {
  const own = amount && least.find(({ currency }) => currency === amount.currency);
  return !!amount && !!own && amount.micro >= own.micro;
}

/**
 * When the quiet hours that hold now will end.
 *
 * @param {{quiet_from?: string, quiet_to?: string}} away @param {Date} now in the person's zone
 * @returns {number} µs UTC, 0 where none hold
 */
export function quietUntil({ quiet_from: from = "", quiet_to: to = "" }, now) {
  if (!from || !to || from === to || !within(from, to, now.getHours() * HOUR_MIN + now.getMinutes())) return 0;
  const end = new Date(now);
  end.setHours(0, minuteOf(to), 0, 0);
  if (end <= now) end.setDate(end.getDate() + 1);
  return end.getTime() * 1000;
}
