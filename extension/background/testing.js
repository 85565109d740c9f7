// The documented test message, handled only by a copy that was loaded for development:
// {do: "test", set: {port, ports, idle, now_offset_ms, mono_offset_ms, granted, pulse_s, focus, language}}
import { shiftClocks } from "./time.js";

/** @typedef {import("./core.js").Core} Core */

const STAND_INS = new Set(["ports", "idle", "now_offset_ms", "mono_offset_ms", "granted", "pulse_s", "focus"]);

/**
 * Sets stand-ins for what a test can't bring about: other ports, idleness, shifted clocks, permissions, the focus.
 *
 * @param {Core} core
 * @param {Record<string, any>} set `port` is short for one of `ports`; `idle` a state or since when (µs) there is no
 *   input; `granted` names that count as permitted ("webNavigation", "data_collection"); `focus` a tab id, -1 for none
 * @returns {Promise<{ok: boolean, cause?: string, state?: unknown}>} refused in a copy from a store
 */
export async function standIn(core, set) {
  if (!core.development) return { ok: false, cause: "not_development" };
  const given = { ...set, ...(set.port === undefined ? {} : { ports: [set.port] }) };
  await core.settings.standIn(Object.fromEntries(Object.entries(given).filter(([name]) => STAND_INS.has(name))));
  shiftClocks(core.settings.test);
  if (set.language !== undefined) await core.settings.choose({ language: set.language });
  if (given.ports && core.link.state.port && !given.ports.includes(core.link.state.port)) core.link.hold({ state: "connecting" });
  if (given.ports) await core.link.release();
  await core.tick();
  return { ok: true };
}
