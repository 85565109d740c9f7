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
 */

/** More new tasks than this at once are told in one notification. */
export const MOST_AT_ONCE = 3;
const LINES = 5;
const LONGEST = 300;

/** @param {unknown} text @returns {string} as a notification shows it: one piece, cut, never markup */
export const plain = (text) => String(text ?? "").replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, " ").trim().slice(0, LONGEST).toWellFormed();

/**
 * @param {import("./alone.js").News} item
 * @param {{platform: string, name: string, at_us: number, words: (key: string, params?: any) => string}} about
 * @returns {Notice}
 */
export function noticeOf({ key, row, reason }, { platform, name, at_us, words }) {
  const facts = [row.pay?.raw, row.requester].map(plain).filter(Boolean);
  return {
    id: `told:${platform}:${key}`,
    from: "alone",
    alert: "",
    platform,
    key,
    title: words(`notice.${reason}`, { platform: name }),
    text: [plain(row.title), facts.join(" · ")].filter(Boolean).join("\n"),
    url: String(row.url ?? ""),
    sticky: false,
    at_us,
    state: "held",
    held: "",
  };
}

/**
 * @param {any} alert of the agent
 * @returns {Notice}
 */
export function noticeOfAlert({ alert, platform, system = "", task, title, text, url = "", sticky = false, at_us = 0, hold = false }) {
  const words = { title: plain(title), text: plain(text), url: String(url) };
  const key = `${system}:${task}`;
  return { id: `alert:${alert}`, from: "agent", alert: String(alert), platform, key, ...words, sticky, at_us, state: "held", held: hold ? "agent" : "" };
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
