/** Makes the sound of an alert where the background itself has no audio. Asked by lib/browser.js. */

import { playChime } from "../lib/chime.js";

browser.runtime.onMessage.addListener((/** @type {any} */ message, /** @type {any} */ _, /** @type {(answer: any) => void} */ answer) => {
  if (message?.do !== "sound") return false;
  playChime(String(message.sound), Number(message.volume)).then(
    () => answer({ ok: true }),
    (cause) => answer({ ok: false, cause: String(cause) }),
  );
  return true;
});
