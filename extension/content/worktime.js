/**
 * Tells the background which page of work this tab shows, and when a trusted press on it may open another tab.
 * Nothing is measured here: a hidden tab's timers are slow, so beats are made in the background.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const TRIES_MS = [250, 1_000, 4_000];

  class TaskPage {
    /** @param {Env} env */
    constructor(env) {
      this.env = env;
      /** @type {{platform: string, [name: string]: unknown} | null} */
      this.shown = null;
      this.key = "";
      this.press = (/** @type {Event} */ event) => {
        if (event.isTrusted) this.pressed();
      };
      for (const name of ["click", "auxclick"]) env.window.addEventListener(name, this.press, true);
    }

    /** A trusted click, or window.open: a tab that opens within 1.5 s belongs to this task. */
    pressed() {
      if (this.shown) void this.env.send({ do: "press" }).catch(() => null);
    }

    /**
     * The task of a platform worked on this page, or null where there is none.
     * @param {string} platform
     * @param {{platform: string, task: string, system: string, [name: string]: unknown} | null} page
     */
    show(platform, page) {
      const key = page ? `${platform}:${page.system}:${page.task}` : "";
      if (key === this.key || (!page && this.shown?.platform !== platform)) return;
      this.hide();
      this.key = key;
      this.shown = page;
      if (page) this.tell({ ...page, on: true });
    }

    hide() {
      if (this.shown) this.tell({ ...this.shown, on: false });
    }

    /** The page came back from the browser's cache. */
    back() {
      if (this.shown) this.tell({ ...this.shown, on: true });
    }

    /** A message sent while the background is being ended may fail: it is sent again. @param {object} page */
    tell(page) {
      const message = { do: "task-page", ...page, at_us: this.env.nowUs() };
      const send = (/** @type {number} */ tried) => {
        void this.env.send(message).catch(() => {
          if (tried < TRIES_MS.length) this.env.later(TRIES_MS[tried], () => send(tried + 1));
        });
      };
      send(0);
    }

    stop() {
      this.hide();
      this.shown = null;
      this.key = "";
      for (const name of ["click", "auxclick"]) this.env.window.removeEventListener(name, this.press, true);
    }
  }

  piecework.TaskPage = TaskPage;
})();
