// The two clocks of the background, and the person's zone. Development builds may shift them (testing.js).

const shift = { now_ms: 0, mono_ms: 0 };

/** @returns {number} µs since 1970 UTC, whole milliseconds */
export const nowUs = () => (Date.now() + shift.now_ms) * 1000;

/**
 * A clock nobody sets and that stands still while the machine sleeps, as far as the system has one. It is counted from
 * the same origin in every life of the background, so that pulses of two lives can be compared.
 *
 * @returns {number} ms, whole
 */
export const monoMs = () => Math.round(performance.timeOrigin + performance.now() + shift.mono_ms);

/** @returns {string} IANA name of the person's zone now; they may travel */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

/** @param {{now_offset_ms?: number, mono_offset_ms?: number}} by */
export function shiftClocks({ now_offset_ms = shift.now_ms, mono_offset_ms = shift.mono_ms }) {
  shift.now_ms = now_offset_ms;
  shift.mono_ms = mono_offset_ms;
}
