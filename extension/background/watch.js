// What each platform's lists showed last, and what of it is news: kept from look to look, and from life to life.
import { applyLook, emptyBoard, markTold, present, wasTold } from "./alone.js";
import { readers } from "./reading.js";

/**
 * @typedef {object} View one list as the popup shows it
 * @property {string} state
 * @property {string} cause
 * @property {number} tasks
 * @property {number} last_look_us
 * @property {number} last_good_us
 * @property {string} [look] the look last taken in
 * @property {boolean} [baseline] whether that look was one
 * @property {string} [account] whose look it was
 * @property {Record<string, number>} [views] each page of a list of many, to when it was last shown
 *
 * @typedef {{platform: string, lists: Record<string, View>, boards: Record<string, import("./alone.js").Board>}} Watched
 */

/** A page that is loaded again this soon after a good look goes on from it. */
const FRESH_US = 1_800_000_000;
const MOST_VIEWS = 50;
const SHUT = new Set(["signed_out", "challenge", "account_asks"]);

/** @type {View} */
const UNSEEN = { state: "watching", cause: "", tasks: 0, last_look_us: 0, last_good_us: 0 };

/** The lists of every platform. What it holds is changed in place; after a write that failed it is `forget`-ed. */
export class Watch {
  /** @param {Omit<import("../lib/db.js").Database, "db">} db */
  constructor(db) {
    this.db = db;
    /** @type {Map<string, Watched>} */
    this.held = new Map();
    /** Looks from before this moment say nothing about now: the browser started, or the machine woke up. */
    this.awake_us = 0;
  }

  /** @param {string} platform @returns {Promise<Watched>} */
  async of(platform) {
    const held = this.held.get(platform) ?? (await this.db.get("watch", platform)) ?? { platform, lists: {}, boards: {} };
    this.held.set(platform, held);
    return held;
  }

  /** Reads everything anew from the disk when next asked. */
  forget() {
    this.held.clear();
  }

  /**
   * Takes in a look, and has the last word on `body.baseline`: a page knows only itself, here is known what other
   * pages and loads have shown.
   *
   * @param {Watched} watched
   * @param {any} body
   * @param {{account: string, at_us: number}} about
   * @returns {{news: import("./alone.js").News[], gone: string[]}}
   */
  look(watched, body, { account, at_us }) {
    const view = watched.lists[body.list] ?? UNSEEN;
    const name = viewOf(body);
    // The parts of one look are one look.
    if (view.look === body.look) body.baseline = view.baseline;
    else if (view.account !== undefined && view.account !== account) body.baseline = true;
    // Rows reached by scrolling (content/looks.js) are no news, however fresh the list is.
    else if (body.baseline && !body.deeper) body.baseline = !this.isFresh(view, name, at_us);
    const board = (watched.boards[account] ??= emptyBoard());
    const found = applyLook(board, body, { at_us, read: readers });
    const tasks = present(board, body.list);
    watched.lists[body.list] = {
      state: tasks > 0 ? "watching" : "empty",
      cause: "",
      tasks,
      last_look_us: at_us,
      last_good_us: at_us,
      look: body.look,
      baseline: body.baseline,
      account,
      views: latest({ ...view.views, [name]: at_us }),
    };
    return found;
  }

  /** @param {Watched} watched @param {string} was @param {string} account @returns {Watched} the same, changed in place */
  rename(watched, was, account) {
    const { [was]: board, ...boards } = watched.boards;
    if (board) watched.boards = { ...boards, [account]: board };
    for (const view of Object.values(watched.lists)) if (view.account === was) view.account = account;
    return watched;
  }

  /** Whether this part of a list was in sight a moment ago. @param {View} view @param {string} name @param {number} at_us */
  isFresh(view, name, at_us) {
    const seen_us = SHUT.has(view.state) ? 0 : (view.views?.[name] ?? 0);
    return seen_us > this.awake_us && at_us - seen_us <= FRESH_US;
  }

  /** @param {Watched} watched @param {any} body of kind `health` @param {number} at_us */
  health(watched, { list, state, cause = "" }, at_us) {
    const view = watched.lists[list] ?? UNSEEN;
    const good = state === "watching" || state === "empty";
    const last_good_us = good ? at_us : view.last_good_us;
    watched.lists[list] = { ...view, state, cause, last_look_us: at_us, last_good_us, tasks: good ? view.tasks : 0 };
  }

  /** @param {Watched} watched @param {string} account @param {import("./alone.js").News} item @param {number} at_us */
  markTold(watched, account, item, at_us) {
    const board = watched.boards[account];
    if (board) markTold(board, item, at_us);
  }

  /**
   * @param {string} platform @param {string} key @param {string} reason @param {number} at_us
   * @returns {Promise<boolean>} whether this profile has told the person of it by itself
   */
  async wasTold(platform, key, reason, at_us) {
    const { boards } = await this.of(platform);
    return Object.values(boards).some((board) => wasTold(board, key, reason, at_us));
  }
}

/** @param {any} look @returns {string} one page of many is a view of its own */
const viewOf = ({ complete, url }) => (complete === false ? String(url) : "");

/** @param {Record<string, number>} views */
const latest = (views) => Object.fromEntries(Object.entries(views).sort(([, a], [, b]) => b - a).slice(0, MOST_VIEWS));
