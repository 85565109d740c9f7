/**
 * The layer that teaching draws over a page: boxes around the tasks, and a panel. Its styles and the page's do not
 * reach each other. It shows the page's own words as text only, and listens to presses of the person's only.
 */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const STYLE = `
:host { all: initial; position: fixed; inset: 0; margin: 0; border: 0; padding: 0; width: 100%; height: 100%; max-width: none; max-height: none;
  overflow: hidden; background: transparent; pointer-events: none; color-scheme: light dark;
  --ink: light-dark(#1d2433, #e8ebf2); --soft: light-dark(#4d5768, #a9b3c5); --paper: light-dark(#ffffff, #171b24); --line: light-dark(#c9d1de, #3a4356);
  --brand: light-dark(#12558f, #7cc0ff); --on-brand: light-dark(#ffffff, #0b1420); --bad: light-dark(#a4212f, #ff9aa2);
  font: 15px/1.45 system-ui, sans-serif; color: var(--ink); }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.box { position: fixed; border: 3px solid var(--brand); border-radius: 6px; background: color-mix(in srgb, var(--brand) 12%, transparent); }
.box.cursor { border-style: dashed; background: transparent; }
.panel { position: fixed; right: .5rem; bottom: .5rem; width: min(34rem, calc(100vw - 1rem)); max-height: min(70vh, 40rem); overflow: auto; pointer-events: auto;
  background: var(--paper); border: 2px solid var(--brand); border-radius: .7rem; padding: .8rem 1rem; box-shadow: 0 6px 30px #0006; }
.panel.left { right: auto; left: .5rem; }
h2 { font-size: 1.1rem; margin: 0 0 .4rem; }
p { margin: .35rem 0; }
.soft { color: var(--soft); }
.bad { color: var(--bad); font-weight: 600; }
.press { display: flex; flex-wrap: wrap; gap: .5rem; margin: .6rem 0 .2rem; }
button, select, input { font: inherit; color: inherit; min-height: 2.2rem; border-radius: .5rem; }
button { padding: .35rem .7rem; border: 1px solid var(--brand); background: transparent; color: var(--brand); cursor: pointer; }
button.main { background: var(--brand); color: var(--on-brand); }
button[aria-pressed=true] { background: var(--brand); color: var(--on-brand); }
button:disabled { opacity: .6; cursor: default; }
select, input { padding: .25rem .4rem; border: 1px solid var(--line); background: var(--paper); max-width: 100%; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
label { display: block; margin: .5rem 0; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: start; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--line); min-width: 7rem; max-width: 16rem; overflow-wrap: anywhere; }
`;
  const MOST_BOXES = 200;
  /** What is pressed and typed in the panel is no business of the page's shortcuts. */
  const OWN = ["click", "mousedown", "mouseup", "pointerdown", "pointerup", "keydown", "keyup", "keypress", "input", "change"];

  /**
   * @param {Document} page
   * @param {string} name
   * @param {Record<string, string>} [has] attributes; `text` is the element's text
   * @param {(Node | string)[]} [inner]
   * @returns {HTMLElement}
   */
  function element(page, name, has = {}, inner = []) {
    const made = page.createElement(name);
    for (const [key, value] of Object.entries(has)) {
      if (key === "text") made.textContent = value;
      else made.setAttribute(key, value);
    }
    made.append(...inner);
    return made;
  }

  /** The smallest rectangle around all elements of one task. @param {Element[]} elements */
  function around(elements) {
    const rects = elements.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width > 0 && height > 0);
    if (rects.length === 0) return null;
    const [left, top] = [Math.min(...rects.map((one) => one.left)), Math.min(...rects.map((one) => one.top))];
    const [right, bottom] = [Math.max(...rects.map((one) => one.right)), Math.max(...rects.map((one) => one.bottom))];
    return { left, top, width: right - left, height: bottom - top };
  }

  class Frame {
    /** @param {Document} page @param {string} language */
    constructor(page, language) {
      this.page = page;
      this.host = page.createElement("piecework-teach");
      this.host.setAttribute("lang", language);
      this.root = this.host.attachShadow({ mode: "open" });
      this.boxes = element(page, "div", { "aria-hidden": "true" });
      this.cursor = element(page, "div", { class: "box cursor", "aria-hidden": "true", hidden: "" });
      this.panel = element(page, "section", { class: "panel", role: "dialog", "aria-labelledby": "piecework-title", tabindex: "-1" });
      for (const name of OWN) this.host.addEventListener(name, (event) => event.stopPropagation());
      this.root.append(element(page, "style", { text: STYLE }), this.boxes, this.cursor, this.panel);
      /** @type {Element[][]} */
      this.around = [];
      this.moved = () => this.draw();
    }

    open() {
      this.page.documentElement.append(this.host);
      // Above the page's own dialogs, which stand above every z-index.
      this.host.setAttribute("popover", "manual");
      this.host.showPopover();
      for (const name of ["scroll", "resize"]) this.page.defaultView?.addEventListener(name, this.moved, { capture: true, passive: true });
      this.panel.focus();
    }

    close() {
      for (const name of ["scroll", "resize"]) this.page.defaultView?.removeEventListener(name, this.moved, { capture: true });
      this.host.remove();
    }

    /** Boxes around these tasks from now on. @param {Element[][]} records */
    mark(records) {
      this.around = records.slice(0, MOST_BOXES);
      this.draw();
    }

    /** The one element that a key press would take. @param {Element | null} target */
    point(target) {
      const rect = target ? around([target]) : null;
      this.cursor.hidden = rect === null;
      if (rect) place(this.cursor, rect);
    }

    draw() {
      const boxes = this.around.flatMap((record) => {
        const rect = around(record);
        if (!rect) return [];
        const box = element(this.page, "div", { class: "box" });
        place(box, rect);
        return [box];
      });
      this.boxes.replaceChildren(...boxes);
    }

    /** @param {EventTarget | null} target @returns {boolean} whether an event of the page's came from this layer */
    owns(target) {
      return target === this.host;
    }
  }

  /** @param {HTMLElement} box @param {{left: number, top: number, width: number, height: number}} rect */
  function place(box, { left, top, width, height }) {
    Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  }

  piecework.teach = { ...piecework.teach, element, Frame };
})();
