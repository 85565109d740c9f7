// Which scripts watch a page, in the order they are loaded. All are classic scripts on the one global `piecework`.

/** What reads a row, handed a page and a definition. */
const READER_FILES = [
  "extension/lib/words.js",
  "extension/lib/numbers.js",
  "extension/lib/currency.js",
  "extension/lib/amounts.js",
  "extension/lib/bounds.js",
  "extension/lib/per.js",
  "extension/lib/spans.js",
  "extension/lib/money.js",
  "extension/lib/url.js",
  "extension/content/text.js",
  "extension/content/dom.js",
  "extension/content/hints.js",
  "extension/content/names.js",
  "extension/content/nodes.js",
  "extension/content/leaves.js",
  "extension/content/near.js",
  "extension/content/place.js",
  "extension/content/pay.js",
  "extension/content/marker.js",
  "extension/content/row.js",
  "extension/content/health.js",
  "extension/content/read.js",
];

/** Run in the isolated world of every page of a switched-on platform. */
export const CONTENT_FILES = [
  "extension/lib/ids.js",
  ...READER_FILES,
  "extension/content/merge.js",
  "extension/content/request.js",
  "extension/content/asked.js",
  "extension/content/delta.js",
  "extension/content/account.js",
  "extension/content/send.js",
  "extension/content/facts.js",
  "extension/content/pulse.js",
  "extension/content/looks.js",
  "extension/content/lists.js",
  "extension/content/page_json.js",
  "extension/content/step.js",
  "extension/content/pending.js",
  "extension/content/worktime.js",
  "extension/content/work.js",
  "extension/content/earnings.js",
  "extension/content/messages.js",
  "extension/content/spot.js",
  "extension/content/watch.js",
  "extension/content/world.js",
  "extension/content/start.js",
];

/** Runs in the page's own world, at document_start, where a definition's manners allow it. */
export const PAGE_WORLD_FILES = ["extension/content/page_world.js"];

/** Finds, teaches and heals lists that no definition knows: run in a tab when that is asked for, never by itself. */
export const DETECT_FILES = [
  ...READER_FILES,
  "extension/content/pulse.js",
  "extension/content/detect/cues.js",
  "extension/content/detect/tree.js",
  "extension/content/detect/groups.js",
  "extension/content/detect/links.js",
  "extension/content/detect/adopt.js",
  "extension/content/detect/score.js",
  "extension/content/detect/nested.js",
  "extension/content/detect/rank.js",
  "extension/content/detect/columns.js",
  "extension/content/detect/naming.js",
  "extension/content/detect/table.js",
  "extension/content/detect/verdict.js",
  "extension/content/detect/state.js",
  "extension/content/detect/json.js",
  "extension/content/detect/notes.js",
  "extension/content/detect/find.js",
  "extension/content/detect/teach.js",
  "extension/content/detect/rows.js",
  "extension/content/detect/spots.js",
  "extension/content/detect/induce.js",
  "extension/content/detect/safe.js",
  "extension/content/detect/heal.js",
];

/** Searches a page whose shape has changed for its list. */
export const HEAL_FILES = [...DETECT_FILES, "extension/content/repair.js"];

/** "Teach this site": put into a page on demand, after a press in the popup. */
export const TEACH_FILES = [
  ...DETECT_FILES,
  "extension/content/world.js",
  "extension/lib/translator.js",
  "extension/content/teach/frame.js",
  "extension/content/teach/lesson.js",
  "extension/content/teach/pick.js",
  "extension/content/teach/panel.js",
  "extension/content/teach/start.js",
];
