// Loads the generic reader into this process, over the small page of page.js.
import "./page.js";
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { DETECT_FILES } from "../../extension/background/scripts.js";

for (const file of DETECT_FILES) {
  vm.runInThisContext(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), { filename: file });
}

export { page } from "./page.js";

/** @type {any} */
export const piecework = globalThis.piecework;
export const AT = "https://site.test/board";

/** @param {number} count @param {(at: number) => string} write @returns {string} */
export const rows = (count, write) => Array.from({ length: count }, (_, at) => write(at)).join("");

/** A card of a list of tasks. @param {number} at */
export const card = (at) =>
  `<li class="job-card"><h3><a class="job-title" href="/jobs/${at + 100}">Sort pictures of kitchens ${at}</a></h3>` +
  `<p class="job-client">Lumen Lab ${"ABC"[at % 3]}</p><div>Reward: <b class="job-pay">$0.${at + 10}</b></div><div>Time: <b class="job-time">${at + 3} minutes</b></div></li>`;

/** A page with a menu, that list and a footer. @param {number} count @param {(at: number) => string} [write] */
export const board = (count, write = card) =>
  `<nav><ul>${rows(5, (at) => `<li><a href="/m${at}">Menu point ${at}</a></li>`)}</ul></nav><main><h1>Available tasks</h1><ul class="board">${rows(count, write)}</ul></main><footer><p>Imprint and terms</p></footer>`;

/** What is found on a page. @param {any} shown */
export const found = (shown) => piecework.read.now(piecework.detect.find(shown, AT));

/** A definition made from the best guess. @param {any} shown */
export const induced = (shown) => piecework.detect.induce(found(shown).guesses[0], { page: shown, address: AT, id: "site-test", name: "Site" });
