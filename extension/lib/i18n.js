/**
 * Words in the person's language. The catalogues are shared/locales/*.json, the same the dashboard reads.
 */
import "./translator.js";

/** @typedef {Record<string, string>} Catalogue */

export const LANGUAGES = ["en", "fr"];

/**
 * The first language of `wanted` that there are words for; English otherwise.
 * @param {readonly string[]} wanted language tags, the best first
 * @returns {string}
 */
export function chooseLanguage(wanted) {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/**
 * Loads one catalogue of the extension.
 * @param {string} language
 * @returns {Promise<Translate>} the words, or the key itself where there are none; `n` chooses between one and other
 */
export async function loadWords(language) {
  const answer = await fetch(browser.runtime.getURL(`shared/locales/${language}.json`));
  return piecework.translator(await answer.json(), language);
}

/**
 * Puts words into a page: `data-t` is an element's text, `data-t-ATTRIBUTE` an attribute's.
 * @param {ParentNode & {ownerDocument?: Document | null}} root
 * @param {(key: string) => string} t
 */
export function fill(root, t) {
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.getAttribute("data-t") ?? "");
  for (const name of ["title", "aria-label", "placeholder"]) {
    for (const element of root.querySelectorAll(`[data-t-${name}]`)) {
      element.setAttribute(name, t(element.getAttribute(`data-t-${name}`) ?? ""));
    }
  }
}
