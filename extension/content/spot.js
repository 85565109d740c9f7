/**
 * Tells the background what a platform's page is for while no task is worked on it: its lists are for searching, its
 * earnings for looking after the account, and `work.places` names what else counts. Time is measured in the background.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { url } = piecework;

  class Spot {
    /**
     * @param {Env} env
     * @param {Definition[]} definitions
     * @param {{facts: Facts, tasks: TaskPage}} parts
     */
    constructor(env, definitions, { facts, tasks }) {
      this.env = env;
      this.definitions = definitions;
      this.facts = facts;
      this.tasks = tasks;
      /** @type {{platform: string, work: string, who: string} | null} */
      this.told = null;
    }

    /** @param {Definition} definition @returns {"search" | "qualification" | "admin" | null} */
    work(definition) {
      const address = this.env.address();
      const named = definition.work.places?.find((one) => url.first(one.urls, address));
      if (named) return named.kind;
      if (definition.listings.some((one) => url.first(one.urls, address))) return "search";
      return definition.earnings.some((one) => url.first(one.urls, address)) ? "admin" : null;
    }

    /** What this page is for now; null where a task is worked on it, or nobody has said yet whose it is. */
    now() {
      if (this.tasks.shown) return null;
      for (const one of this.definitions) {
        const work = this.work(one);
        const who = work ? this.facts.who(one) : "";
        if (work && (who !== "" || this.facts.settled)) return { platform: one.id, work, who };
      }
      return null;
    }

    /** Says it where it has changed. */
    show() {
      const now = this.now();
      if (JSON.stringify(now) === JSON.stringify(this.told)) return;
      this.told = now;
      void this.env.send({ do: "spot", spot: now }).catch(() => {
        // A background that is being ended hears it with the next change of the page.
        if (this.told === now) this.told = null;
      });
    }

    /** The page is left; one that comes back from the browser's cache says it anew. */
    hide() {
      if (!this.told) return;
      this.told = null;
      void this.env.send({ do: "spot", spot: null }).catch(() => null);
    }
  }

  piecework.Spot = Spot;
})();
