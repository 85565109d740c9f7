// Ids of facts, made where a fact is seen. A classic script, so that content scripts and the background share it.
(() => {
  const piecework = (globalThis.piecework ??= /** @type {Piecework} */ ({}));
  const COUNTER_BITS = 12;

  let last_ms = 0;
  let counter = 0;

  /**
   * A UUID of version 7 (RFC 9562, method 1): sorted by time, and by order of making within one millisecond.
   *
   * @param {number} [now_ms] milliseconds since 1970 UTC; a clock set back goes on from the newest id instead
   * @param {Uint8Array} [random] 10 random bytes; drawn when left out
   * @returns {string} 36 characters, lower case
   */
  piecework.uuid7 = (now_ms = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))) => {
    const ms = Math.round(now_ms);
    if (ms > last_ms) {
      last_ms = ms;
      counter = ((random[0] << 8) | random[1]) & 0x7ff;
    } else if (++counter >= 1 << COUNTER_BITS) {
      last_ms += 1;
      counter = 0;
    }
    const hex = last_ms.toString(16).padStart(12, "0") + "7" + counter.toString(16).padStart(3, "0") + tail(random);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  /** @param {Uint8Array} random */
  function tail(random) {
    const bytes = Array.from(random.subarray(2, 10));
    bytes[0] = (bytes[0] & 0x3f) | 0x80;
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
})();
