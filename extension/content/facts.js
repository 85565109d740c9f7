/**
 * Makes facts and holds them until the page has said whose they are. A platform that shows its account gets until
 * the page has settled (three seconds) to do so; what is still unknown then goes as the claimed account's.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  class Facts {
    /**
     * @param {Env} env
     * @param {{put: (...facts: Fact[]) => void}} sender
     */
    constructor(env, sender) {
      this.env = env;
      this.sender = sender;
      this.settled = false;
      /** @type {{fact: Fact, definition: Definition}[]} */
      this.held = [];
    }

    /** @param {Definition} definition @returns {string} */
    who(definition) {
      return piecework.account(definition, this.env.page, this.env.address());
    }

    /**
     * @param {Definition} definition
     * @param {string} kind
     * @param {object} body
     * @param {number} at_us when it was seen
     */
    put(definition, kind, body, at_us) {
      const who = this.who(definition);
      const fact = { id: this.env.uuid(), kind, at_us, platform: definition.id, who, body };
      if (who === "" && !this.settled) this.held.push({ fact, definition });
      else this.release(fact);
    }

    /** Facts of one platform leave in the order they were made. @param {Fact} [next] */
    release(next) {
      const free = this.held.filter(({ definition }) => this.settled || this.who(definition) !== "");
      this.held = this.held.filter((one) => !free.includes(one));
      const facts = free.map(({ fact, definition }) => ({ ...fact, who: this.who(definition) }));
      const all = next ? [...facts, next] : facts;
      if (all.length > 0) this.sender.put(...all);
    }

    /** Nothing is held any longer: the page has had its time, or is going away. */
    settle() {
      this.settled = true;
      this.release();
    }
  }

  piecework.Facts = Facts;
})();
