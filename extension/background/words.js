// The background's words, in the person's language.
import { chooseLanguage, loadWords } from "../lib/i18n.js";

/** @type {Map<string, ReturnType<typeof loadWords>>} */
const loaded = new Map();

/**
 * @param {string} chosen the person's language, "" for the browser's
 * @returns {ReturnType<typeof loadWords>}
 */
export function wordsIn(chosen) {
  const language = chooseLanguage(chosen ? [chosen] : navigator.languages);
  const words = loaded.get(language) ?? loadWords(language);
  loaded.set(language, words);
  return words;
}
