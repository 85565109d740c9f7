/**
 * Hands facts to the background and repeats them, with the same ids, until it says "stored". One batch at a time,
 * in the order they were made.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const BATCH = 50;
  const BATCH_CHARS = 500_000;
  const LIMIT_MS = 2_000;
  const [FIRST_WAIT_MS, LAST_WAIT_MS] = [250, 15_000];
  const MOST_KEPT = 2_000;
  const SIGHTINGS = new Set(["look", "health", "load"]);
  const GONE = /context invalidated|extension context|receiving end does not exist.*uninstalled/i;

  class Sender {
    /**
     * @param {Env} env
     * @param {() => void} [ended] called once when the extension that loaded this script is gone
     */
    constructor(env, ended = () => {}) {
      this.env = env;
      this.ended = ended;
      /** @type {Fact[]} */
      this.kept = [];
      this.wait_ms = 0;
      this.busy = false;
      this.dead = false;
    }

    /** @param {Fact[]} facts */
    put(...facts) {
      if (this.dead) return;
      this.kept.push(...facts);
      if (this.kept.length > MOST_KEPT) this.shed();
      if (!this.busy) void this.run();
    }

    /** Too much is kept: sightings go first, work and money stay. */
    shed() {
      const over = this.kept.length - MOST_KEPT;
      const old = new Set(this.kept.filter((fact) => SIGHTINGS.has(fact.kind)).slice(0, over));
      this.kept = this.kept.filter((fact) => !old.has(fact));
    }

    /** The page is going away: everything still kept goes in one last message, whatever is under way. */
    last() {
      if (this.kept.length > 0 && !this.dead) void this.hand(this.kept).catch(() => false);
    }

    async run() {
      this.busy = true;
      while (this.kept.length > 0 && !this.dead) {
        const facts = this.batch();
        const stored = await this.hand(facts).catch((cause) => this.failed(cause));
        if (stored) {
          const ids = new Set(facts.map((fact) => fact.id));
          this.kept = this.kept.filter((fact) => !ids.has(fact.id));
          this.wait_ms = 0;
        } else if (!this.dead) await this.pause();
      }
      this.busy = false;
    }

    batch() {
      const facts = [];
      let room = BATCH_CHARS;
      for (const fact of this.kept.slice(0, BATCH)) {
        room -= JSON.stringify(fact).length;
        if (room < 0 && facts.length > 0) break;
        facts.push(fact);
      }
      return facts;
    }

    /** @param {Fact[]} facts @returns {Promise<boolean>} */
    async hand(facts) {
      /** @type {number} */
      let timer = 0;
      const late = new Promise((resolve) => {
        timer = setTimeout(() => resolve(undefined), LIMIT_MS);
      });
      const answer = await Promise.race([this.env.send({ do: "store", facts }), late]);
      clearTimeout(timer);
      return answer?.stored === true;
    }

    /** @param {unknown} cause @returns {false} */
    failed(cause) {
      if (GONE.test(String(cause))) {
        this.dead = true;
        this.kept = [];
        this.ended();
      }
      return false;
    }

    pause() {
      this.wait_ms = Math.min(LAST_WAIT_MS, this.wait_ms * 2 || FIRST_WAIT_MS);
      return new Promise((resolve) => setTimeout(resolve, this.wait_ms));
    }
  }

  piecework.Sender = Sender;
})();
