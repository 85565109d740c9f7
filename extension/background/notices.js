// What a notification says, and which of them become one. Pure.

/**
 * @typedef {object} Notice
 * @property {string} id of the notification
 * @property {"agent" | "alone" | "test"} from who decided that the person is told
 * @property {string} alert the agent's id, "" for our own
 * @property {string} platform
 * @property {string} key system and task
 * @property {string} title
 * @property {string} text
 * @property {string} url of the task, "" where it has none
 * @property {boolean} sticky
 * @property {number} at_us
 * @property {"held" | "shown" | "done"} state
 * @property {string} held why it waits: "work", "quiet", "agent"
 * @property {string[]} [folds] notices that this one stands for
 * @property {string} [sound] "" none, "own" as this browser is set, or a name of lib/chime.js
 * @property {number | null} [volume] null as this browser is set
 * @property {boolean} [fold] shown together with the others of its platform that are folded
 * @property {boolean} [open] its page is opened in a tab behind the others
 * @property {number} [sounded_us] when it made its sound
 */

/** More new tasks than this at once are told in one notification. */
export const MOST_AT_ONCE = 3;
const LINES = 5;
/** So long folded notices of one platform go on as one. */
const FOLD_US = 3_600_000_000;
const LONGEST = 300;

/** @param {unknown} text @returns {string} as a notification shows it: one piece, cut, never markup */
export const plain = (text) => String(text ?? "").replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, " ").trim().slice(0, LONGEST).toWellFormed();

/**
 * @param {import("./alone.js").News} item
 * @param {{platform: string, name: string, at_us: number, words: (key: string, params?: any) => string}} about
 * @returns {Notice}
 */
export function noticeOf({ key, row, reason, how }, { platform, name, at_us, words }) {
  const facts = [row.pay?.raw, row.requester].map(plain).filter(Boolean);
  return {
    id: `told:${platform}:${key}`,
    from: "alone",
    alert: "",
    platform,
    key,
    title: words(`notice.${reason}`, { platform: name }),
    text: [plain(row.title), facts.join(" · "), how?.announced ? words("alert.announced") : ""].filter(Boolean).join("\n"),
    url: String(row.url ?? ""),
    sticky: how?.level === "sound",
    at_us,
    state: "held",
    held: "",
    sound: how?.level === "quiet" ? "" : how?.sound || "own",
    ...(how ? { volume: how.volume, open: how.open } : {}),
  };
}

/**
 * @param {any} alert of the agent
 * @returns {Notice}
 */
export function noticeOfAlert({ alert, platform, system = "", task, title, text, url = "", at_us = 0, hold = false, ...how }) {
  const lines = String(text ?? "").split("\n").slice(0, LINES).map(plain).filter(Boolean);
  const words = { title: plain(title), text: lines.join("\n"), url: String(url) };
  const key = `${system}:${task}`;
  const id = `alert:${alert}`;
  return { id, from: "agent", alert: String(alert), platform, key, ...words, ...tone(how), at_us, state: "held", held: hold ? "agent" : "" };
}

/** @param {any} how an alert says it is told */
const tone = ({ sticky = false, sound = "", volume = null, fold: folded = false, open = false }) => ({
  sticky: sticky === true,
  sound: String(sound),
  volume: Number.isInteger(volume) && volume >= 0 && volume <= 100 ? volume : null,
  fold: folded === true,
  open: open === true,
});

/**
 * What is shown for notices that come together: each by itself, those marked `fold` with the folded ones of their
 * platform that are still in sight, and more than MOST_AT_ONCE as one.
 *
 * @param {Notice[]} fresh
 * @param {Notice[]} insight notices that are shown now
 * @param {{fresh_id: string, now_us: number, names: (platform: string) => string, words: (key: string, params?: any) => string}} about
 * @returns {{shown: Notice[], replaced: string[]}} what to show, and ids of notifications that it stands in for
 */
export function arrange(fresh, insight, { fresh_id, now_us, names, words }) {
  const apart = fresh.filter((one) => !one.fold);
  const shown = apart.length > MOST_AT_ONCE ? [fold(apart, { id: fresh_id, names, words })] : apart;
  const replaced = [];
  for (const platform of new Set(fresh.filter((one) => one.fold).map((one) => one.platform))) {
    const mine = fresh.filter((one) => one.fold && one.platform === platform);
    const others = insight.filter((one) => one.fold && !one.folds && one.platform === platform && now_us - one.at_us < FOLD_US);
    const all = [...others.filter(({ id }) => !mine.some((one) => one.id === id)), ...mine];
    shown.push(all.length === 1 ? all[0] : { ...fold(all, { id: `fold:${platform}`, names, words }), sticky: false });
    replaced.push(...others.map(({ id }) => id));
  }
  return { shown, replaced };
}

/**
 * One notification for many.
 *
 * @param {Notice[]} notices at least one
 * @param {{id: string, names: (platform: string) => string, words: (key: string, params?: any) => string}} about
 * @returns {Notice}
 */
export function fold(notices, { id, names, words }) {
  const platforms = [...new Set(notices.map((one) => one.platform))];
  const title = words("notice.many", { n: notices.length, platform: platforms.map(names).join(", ") });
  // Our own notices say in the title where, and in the first line which task; the agent's title is the task.
  const lines = notices.slice(0, LINES).map((one) => (one.from === "agent" ? one.title : one.text.split("\n")[0]) || one.title);
  const rest = notices.length - lines.length;
  const text = [...lines, ...(rest > 0 ? [words("notice.more", { n: rest })] : [])].join("\n");
  const folds = notices.map((one) => one.id);
  return { ...notices[0], id, alert: "", key: "", title, text, url: "", folds };
}
