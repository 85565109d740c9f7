/**
 * When to read: the first change at once, then as often as the page lets us, without timers. In a hidden tab timers
 * wait a second and idle callbacks as long; undelayed tasks and message channels do not.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /** A fifth of the longest slice allowed: a slow machine keeps within it too. */
  const SLICE_MS = 10;
  const PATIENT_AFTER = 8;
  const LONGEST_REST_MS = 200;

  /**
   * Runs a function as its own task, soon, in hidden tabs too.
   * @returns {(run: () => void) => void}
   */
  function poster() {
    const tasks = /** @type {any} */ (globalThis).scheduler;
    if (typeof tasks?.postTask === "function") return (run) => void tasks.postTask(run).catch(failed);
    const { port1, port2 } = new MessageChannel();
    /** @type {(() => void)[]} */
    const waiting = [];
    port1.onmessage = () => waiting.shift()?.();
    return (run) => {
      waiting.push(run);
      port2.postMessage(0);
    };
  }

  /** @param {unknown} cause */
  function failed(cause) {
    console.warn("Piecework could not read this page:", cause);
  }

  class Pulse {
    /**
     * @param {object} parts
     * @param {(at_us: number) => Pass<boolean>} parts.read one pass; true when it found news
     * @param {(run: () => void) => void} parts.post
     * @param {() => number} parts.nowUs
     * @param {() => boolean} parts.visible
     */
    constructor({ read, post, nowUs, visible }) {
      Object.assign(this, { read, post, nowUs, visible });
      this.read = read;
      this.post = post;
      this.nowUs = nowUs;
      this.visible = visible;
      this.busy = false;
      this.since_us = 0;
      this.useless = 0;
      this.ended = false;
    }

    /** Something changed. A change while a pass is under way leads to one more pass after it. */
    poke() {
      if (this.ended) return;
      this.since_us ||= this.nowUs();
      if (!this.busy) this.begin();
    }

    begin() {
      this.busy = true;
      const at_us = this.since_us;
      this.since_us = 0;
      this.slice(this.read(at_us), performance.now(), 0);
    }

    /**
     * Goes on until the slice is used up, or the pass itself asks for another task.
     * @param {Pass<boolean>} pass
     * @param {number} from_ms when this slice began
     * @param {number} spent_ms in the slices before
     */
    slice(pass, from_ms, spent_ms) {
      let step;
      try {
        do step = pass.next();
        while (!step.done && step.value !== "later" && performance.now() - from_ms < SLICE_MS);
      } catch (cause) {
        failed(cause);
        step = { done: true, value: false };
      }
      const spent = spent_ms + performance.now() - from_ms;
      if (step.done) this.rest(step.value === true, spent);
      else this.post(() => this.slice(pass, performance.now(), spent));
    }

    /**
     * A page that keeps changing without news (a ticking clock inside the list) is read less eagerly while it is in
     * front; a hidden one changes once a second at most.
     * @param {boolean} news
     * @param {number} spent_ms
     */
    rest(news, spent_ms) {
      this.useless = news ? 0 : this.useless + 1;
      const next = () => {
        this.busy = false;
        if (this.since_us && !this.ended) this.begin();
      };
      const patient = this.useless > PATIENT_AFTER && this.visible();
      if (patient) setTimeout(next, Math.min(LONGEST_REST_MS, 20 + 4 * spent_ms));
      else this.post(next);
    }

    stop() {
      this.ended = true;
    }
  }

  piecework.pulse = { Pulse, poster };
})();
