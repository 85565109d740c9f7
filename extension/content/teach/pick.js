/** Choosing an element of the page, by mouse or by keyboard: nothing of the press reaches the page. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  /** How an arrow key moves from one element to the next. @type {Record<string, (from: Element) => Element | null>} */
  const STEPS = {
    ArrowUp: (from) => from.parentElement,
    ArrowDown: (from) => from.firstElementChild,
    ArrowLeft: (from) => from.previousElementSibling,
    ArrowRight: (from) => from.nextElementSibling,
  };
  const SWALLOWED = ["click", "mousedown", "mouseup", "pointerdown", "pointerup", "auxclick", "dblclick"];

  class Picker {
    /**
     * @param {Document} page
     * @param {TeachFrame} frame
     * @param {{taken(element: Element): void, ended(): void}} hears
     */
    constructor(page, frame, hears) {
      this.page = page;
      this.frame = frame;
      this.hears = hears;
      this.on = false;
      /** @type {Element | null} */
      this.cursor = null;
    }

    /** @param {Element | null} from where the keyboard starts */
    start(from) {
      if (this.on) return;
      this.on = true;
      this.cursor = from ?? this.page.body;
      for (const name of SWALLOWED) this.page.addEventListener(name, this.pressed, { capture: true });
      this.page.addEventListener("pointermove", this.hovered, { capture: true, passive: true });
      this.frame.panel.addEventListener("keydown", this.key);
      this.frame.point(this.cursor);
    }

    stop() {
      if (!this.on) return;
      this.on = false;
      for (const name of SWALLOWED) this.page.removeEventListener(name, this.pressed, { capture: true });
      this.page.removeEventListener("pointermove", this.hovered, { capture: true });
      this.frame.panel.removeEventListener("keydown", this.key);
      this.frame.point(null);
      this.hears.ended();
    }

    /** @param {Event} event */
    pressed = (event) => {
      const target = event.composedPath()[0];
      if (!event.isTrusted || this.frame.owns(event.target) || !(target instanceof Element)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.type === "click") this.take(target);
    };

    /** @param {Event} event */
    hovered = (event) => {
      const target = event.composedPath()[0];
      if (!event.isTrusted || this.frame.owns(event.target) || !(target instanceof Element)) return;
      this.cursor = target;
      this.frame.point(target);
    };

    /** @param {KeyboardEvent} event */
    key = (event) => {
      if (!event.isTrusted || !this.cursor) return;
      const step = STEPS[event.key];
      const onButton = event.target instanceof Element && event.target.matches("button:not([aria-pressed=true]), select, input");
      if (step) this.move(step(this.cursor));
      else if (event.key === "Escape") this.stop();
      else if (event.key === "Enter" && !onButton) this.take(this.cursor);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    /** @param {Element | null} to */
    move(to) {
      if (!to || to === this.page.documentElement || this.frame.owns(to)) return;
      this.cursor = to;
      to.scrollIntoView({ block: "nearest" });
      this.frame.point(to);
    }

    /** @param {Element} element */
    take(element) {
      this.stop();
      this.hears.taken(element);
    }
  }

  piecework.teach = { ...piecework.teach, Picker };
})();
