// What is in front of the person: the focused tab, and since when there has been no input.
import { focusedTab, idleState } from "../lib/browser.js";
import { monoMs, nowUs } from "./time.js";

/** @typedef {import("./settings.js").Settings} Settings */

/**
 * @param {Settings} settings
 * @returns {() => Promise<import("./sessions.js").Seen>}
 */
export function frontOf(settings) {
  return async () => {
    const { test, pulse_s } = settings;
    const { tab, audible } = await focusedTab();
    const now_us = nowUs();
    const idle_us = await idleSince(settings, now_us, audible);
    const inFront = test.focus === undefined ? tab : test.focus;
    return { now_us, mono_ms: monoMs(), tab: inFront === -1 ? null : inFront, idle_us, pulse_s };
  };
}

/**
 * @param {Settings} settings
 * @param {number} now_us
 * @param {boolean} audible a tab that sounds is listened to: it counts as active
 * @returns {Promise<number | null>} when the last input was, as far as the browser says; null while there is some
 */
async function idleSince({ test, idle_s }, now_us, audible) {
  if (typeof test.idle === "number") return test.idle;
  const state = test.idle ?? (await idleState(idle_s));
  if (state === "locked") return now_us;
  return state === "active" || audible ? null : now_us - idle_s * 1_000_000;
}
