// Which scripts watch a page, in the order they are loaded. All are classic scripts on the one global `piecework`.

/** Run in the isolated world of every page of a switched-on platform. */
export const CONTENT_FILES = [
  "extension/lib/ids.js",
  "extension/lib/words.js",
  "extension/lib/numbers.js",
  "extension/lib/currency.js",
  "extension/lib/amounts.js",
  "extension/lib/bounds.js",
  "extension/lib/per.js",
  "extension/lib/spans.js",
  "extension/lib/money.js",
  "extension/content/text.js",
  "extension/content/dom.js",
  "extension/content/url.js",
  "extension/content/place.js",
  "extension/content/pay.js",
  "extension/content/marker.js",
  "extension/content/row.js",
  "extension/content/read.js",
  "extension/content/merge.js",
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
  "extension/content/watch.js",
  "extension/content/world.js",
  "extension/content/start.js",
];

/** Runs in the page's own world, at document_start, where a definition's manners allow it. */
export const PAGE_WORLD_FILES = ["extension/content/page_world.js"];
