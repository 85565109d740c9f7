/**
 * What a tab remembers from page to page, kept by the background because sending a form leaves the page: presses
 * that prove nothing by themselves, held until a page or an answer confirms them, at most half an hour; and the last
 * step told of each attempt, so that a page loaded again does not tell it again.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { step } = piecework;

  const KEPT_US = 1_800_000_000;
  const MOST_PRESSES = 8;
  const MOST_TOLD = 50;

  class Pending {
    /**
     * @param {Env} env
     * @param {TabMemory | undefined} memory what the background kept of earlier pages of this tab
     */
    constructor(env, memory) {
      this.env = env;
      this.kept = memory?.presses ?? [];
      this.told = new Map(memory?.told ?? []);
    }

    /** @param {Press} press */
    hold(press) {
      this.kept = [...this.kept.filter((one) => !this.same(one, press)), press].slice(-MOST_PRESSES);
      this.keep();
    }

    /** @param {Press} one @param {Press} other */
    same(one, other) {
      return one.platform === other.platform && one.kind === other.kind && one.body.task === other.body.task;
    }

    /**
     * The newest press that a step of this kind confirms, taken off the list; null where none was held.
     * @param {string} platform
     * @param {Step} told
     * @returns {Press | null}
     */
    confirm(platform, told) {
      const now = this.env.nowUs();
      const fresh = this.kept.filter((one) => one.platform === platform && now - one.at_us < KEPT_US);
      const found = fresh.findLast((one) => one.kind === told.kind && step.fits(one.body, told.body));
      if (!found) return null;
      this.kept = this.kept.filter((one) => one !== found);
      this.keep();
      return found;
    }

    /** @param {string} platform @param {Step} told */
    attempt(platform, { body }) {
      return [platform, body.system ?? "", body.task, body.assignment ?? ""].join(" ");
    }

    /** Whether this was the last step told of its attempt. @param {string} platform @param {Step} told */
    known(platform, told) {
      return this.told.get(this.attempt(platform, told)) === told.kind;
    }

    /** @param {string} platform @param {Step} told */
    remember(platform, told) {
      const attempt = this.attempt(platform, told);
      this.told.delete(attempt);
      this.told.set(attempt, told.kind);
      if (this.told.size > MOST_TOLD) this.told.delete(this.told.keys().next().value ?? "");
      this.keep();
    }

    keep() {
      const memory = { presses: this.kept, told: [...this.told] };
      void this.env.send({ do: "pending", memory }).catch(() => null);
    }
  }

  piecework.Pending = Pending;
})();
