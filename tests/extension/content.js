// Loads the classic scripts of content pages into this process: `piecework` with everything but a page.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { CONTENT_FILES } from "../../extension/background/scripts.js";

for (const file of CONTENT_FILES) {
  vm.runInThisContext(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"), { filename: file });
}

/** @type {any} */
export const piecework = globalThis.piecework;

/** @param {string} id @returns {any} a carried definition */
export function definition(id) {
  return JSON.parse(readFileSync(new URL(`../../shared/platforms/${id}.json`, import.meta.url), "utf8"));
}

/** What fields of a JSON record are read from. @param {unknown} json @param {object} [more] */
export function source(json, more = {}) {
  return { row: null, page: null, json, url: "https://x.test/", captured: {}, shadow: false, lang: "en", status: 200, ...more };
}
