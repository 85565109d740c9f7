// What is new on a list, decided here while no agent is reachable. Pure: looks and times are handed in.

/**
 * @typedef {object} Task one task of one account's board
 * @property {number} n its episode, counted from 1; a reopening begins the next one
 * @property {number} first_us start of this episode
 * @property {number} last_us
 * @property {number} [gone_us] when a complete look first missed it
 * @property {number} [places] as last seen
 * @property {string} [pay] canonical, to be compared
 * @property {number} page it was last seen on, 0 where the list is one page
 * @property {Record<string, number>} in list to the number of the page it stands on, 0 where the list is one page
 * @property {{n: number, why: string[], at_us: number}} [told] what the person was told by this profile
 *
 * @typedef {{look: string, got: number[], seen: Record<string, 1>}} Parts
 * @typedef {{tasks: Record<string, Task>, parts: Record<string, Parts>}} Board
 * @typedef {"new" | "reopened" | "places" | "pay"} Reason
 * @typedef {{key: string, row: any, reason: Reason, list: string, how?: import("./rules.js").Chosen}} News `how` it is told
 * @typedef {{pay: (text: any) => string | null, count: (text: string) => number | null}} Readers
 */

/** Gone for longer than this and back: a new episode. */
export const REOPENED_US = 120_000_000;
const PLACES_AT_LEAST = 5;
const PLACES_SHARE = 0.5;
const FORGET_US = 7 * 86_400_000_000;
const MOST_TASKS = 20_000;

/** @returns {Board} */
export const emptyBoard = () => ({ tasks: {}, parts: {} });

/** @param {{system?: string, id: string}} row @returns {string} what an unchanged row is called by */
export const keyOf = (row) => `${row.system ?? ""}:${row.id}`;

/**
 * Takes one message of a look into a board, which is changed in place.
 *
 * @param {Board} board
 * @param {any} look a body of kind `look`
 * @param {{at_us: number, read: Readers}} about
 * @returns {{news: News[], gone: string[]}} nothing is news in a baseline
 */
export function applyLook(board, look, { at_us, read }) {
  const page = look.page ?? 0;
  /** @type {News[]} */
  const news = [];
  for (const row of look.rows ?? []) {
    const key = keyOf(row);
    const reason = seen(board, key, row, { at_us, page, read });
    board.tasks[key].in[look.list] = page;
    if (reason && !look.baseline) news.push({ key, row, reason, list: look.list });
  }
  for (const key of look.same ?? []) {
    if (!(key in board.tasks)) continue;
    const back = again(board.tasks[key], at_us, page);
    board.tasks[key].in[look.list] = page;
    if (back && board.tasks[key].places !== 0 && !look.baseline) news.push({ key, row: rowOf(key), reason: "reopened", list: look.list });
  }
  const gone = missing(board, look, page, at_us);
  prune(board, at_us);
  return { news, gone };
}

/** @param {Board} board @returns {number} how many tasks stand on a list now */
export const present = (board, /** @type {string} */ list) =>
  Object.values(board.tasks).filter((task) => list in task.in).length;

/**
 * Marks what the person is told now.
 *
 * @param {Board} board
 * @param {News} item
 * @param {number} at_us
 */
export function markTold(board, item, at_us) {
  const task = board.tasks[item.key];
  if (!task) return;
  const why = task.told?.n === task.n ? task.told.why : [];
  task.told = { n: task.n, why: [...new Set([...why, item.reason])], at_us };
}

/**
 * Whether this profile has told the person already. A price or a count may change again: only the same minute counts.
 *
 * @param {Board} board
 * @param {string} key
 * @param {string} reason
 * @param {number} at_us
 */
export function wasTold(board, key, reason, at_us) {
  const task = board.tasks[key];
  if (!task?.told || task.told.n !== task.n) return false;
  if (reason === "new" || reason === "reopened") return true;
  return task.told.why.includes(reason) && Math.abs(at_us - task.told.at_us) <= 60_000_000;
}

/**
 * A task without free places is never news.
 *
 * @param {Board} board @param {string} key @param {any} row
 * @param {{at_us: number, page: number, read: Readers}} about
 * @returns {Reason | null}
 */
function seen(board, key, row, { at_us, page, read }) {
  const task = board.tasks[key];
  const places = read.count(row.places_raw ?? "") ?? undefined;
  const pay = read.pay(row.pay) ?? undefined;
  if (!task) {
    board.tasks[key] = { n: 1, first_us: at_us, last_us: at_us, places, pay, page, in: {} };
    return places === 0 ? null : "new";
  }
  const back = again(task, at_us, page);
  const grown = places !== undefined && task.places !== undefined && grew(task.places, places);
  const changed = pay !== undefined && task.pay !== undefined && pay !== task.pay;
  task.places = places ?? task.places;
  task.pay = pay ?? task.pay;
  if (places === 0) return null;
  if (back) return "reopened";
  return grown ? "places" : changed ? "pay" : null;
}

/**
 * @param {Task} task @param {number} at_us @param {number} page
 * @returns {boolean} true where a new episode begins; a task that turns up on another page of its list has only moved
 */
function again(task, at_us, page) {
  const long = task.gone_us !== undefined && at_us - task.gone_us > REOPENED_US;
  const back = long && (!page || !task.page || page === task.page);
  if (back) {
    task.n += 1;
    task.first_us = at_us;
  }
  delete task.gone_us;
  task.last_us = at_us;
  task.page = page;
  return back;
}

/** @param {number} from @param {number} to */
const grew = (from, to) => (from === 0 ? to > 0 : to - from >= Math.max(PLACES_AT_LEAST, from * PLACES_SHARE));

/** @param {string} key */
function rowOf(key) {
  const cut = key.indexOf(":");
  return { system: key.slice(0, cut), id: key.slice(cut + 1) };
}

/**
 * Rows vanish only by a complete look, and where a list has pages only from their own.
 *
 * @param {Board} board @param {any} look @param {number} page @param {number} at_us
 * @returns {string[]} keys of tasks that no list shows any more
 */
function missing(board, look, page, at_us) {
  const of = look.of ?? 1;
  const held = board.parts[look.list];
  /** @type {Parts} */
  const parts = held?.look === look.look ? held : { look: look.look, got: [], seen: {} };
  for (const row of look.rows ?? []) parts.seen[keyOf(row)] = 1;
  for (const key of look.same ?? []) parts.seen[key] = 1;
  parts.got = [...new Set([...parts.got, look.part ?? 1])];
  if (parts.got.length < of) {
    board.parts[look.list] = parts;
    return [];
  }
  delete board.parts[look.list];
  if (look.complete === false && look.page == null) return [];
  const gone = [];
  for (const [key, task] of Object.entries(board.tasks)) {
    if (parts.seen[key] || !(look.list in task.in) || (look.page != null && task.in[look.list] !== page)) continue;
    delete task.in[look.list];
    if (Object.keys(task.in).length === 0) {
      task.gone_us = at_us;
      gone.push(key);
    }
  }
  return gone;
}

/** @param {Board} board @param {number} at_us */
function prune(board, at_us) {
  const tasks = Object.entries(board.tasks);
  for (const [key, task] of tasks) if (task.gone_us !== undefined && at_us - task.gone_us > FORGET_US) delete board.tasks[key];
  if (tasks.length <= MOST_TASKS) return;
  const oldest = tasks.sort(([, left], [, right]) => left.last_us - right.last_us).slice(0, tasks.length - MOST_TASKS);
  for (const [key] of oldest) delete board.tasks[key];
}
