/** Amounts, durations and ages as the person's language writes them. Exact: micro-units never become floats. */

const MICRO = 1_000_000n;

/**
 * @param {number | bigint} micro micro-units
 * @returns {string} the exact decimal, "0.8" for 800000
 */
export function decimal(micro) {
  const value = BigInt(micro);
  const size = value < 0n ? -value : value;
  const rest = (size % MICRO).toString().padStart(6, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${size / MICRO}${rest ? `.${rest}` : ""}`;
}

/**
 * @param {{micro: number, currency: string}} amount
 * @param {string} language
 * @returns {string} "$0.80", "0,80 $US", "120 PTS"; as many digits as the amount has, up to six
 */
export function money({ micro, currency }, language) {
  const digits = decimal(micro);
  const fraction = Math.max(2, digits.split(".")[1]?.length ?? 0);
  const exact = /** @type {Intl.StringNumericLiteral} */ (digits);
  if (!/^[A-Z]{3}$/.test(currency) || currency === "PTS") return `${new Intl.NumberFormat(language).format(exact)} ${currency}`.trim();
  return new Intl.NumberFormat(language, { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: fraction }).format(exact);
}

/**
 * Whole minutes only: seconds that run would be a stopwatch, and nothing here presses anybody.
 *
 * @param {number} seconds
 * @returns {string} "1 h 02 min", "2 min" or "< 1 min"
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds / 60));
  const hours = Math.floor(whole / 60);
  if (hours) return `${hours}\u00a0h\u00a0${String(whole % 60).padStart(2, "0")}\u00a0min`;
  return seconds > 0 && !whole ? "<\u00a01\u00a0min" : `${whole}\u00a0min`;
}

const STEPS = /** @type {const} */ ([["second", 60], ["minute", 60], ["hour", 24], ["day", Infinity]]);

/**
 * @param {number} seconds how long ago
 * @param {string} language
 * @returns {string} "5 min. ago"
 */
export function age(seconds, language) {
  let value = Math.max(0, Math.round(seconds));
  for (const [unit, size] of STEPS) {
    if (value < size) return new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }).format(-value, unit);
    value = Math.round(value / size);
  }
  return "";
}
