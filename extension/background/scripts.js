// The files of the content side, from the extension's root, in the order they run.

/** Classic scripts of the isolated world. @type {readonly string[]} */
export const CONTENT_FILES = [
  ...["ids", "words", "numbers", "currency", "amounts", "bounds", "per", "spans", "money", "spells", "duration", "places"].map((name) => `extension/lib/${name}.js`),
  ...["text", "url", "dom", "place", "pay", "marker", "row", "account", "step", "read", "merge", "delta", "looks", "lists", "send", "facts", "pending", "earnings", "work", "worktime", "page_json", "pulse", "watch", "world", "start"].map((name) => `extension/content/${name}.js`),
];

/** What runs in the page's own world, where a platform allows it. @type {readonly string[]} */
export const PAGE_WORLD_FILES = ["extension/content/page_world.js"];
