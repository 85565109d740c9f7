/** The panel of teaching: which list, what its columns are called, what became of it. Every press has one name. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});

  const FIELDS = /** @type {FieldName[]} */ (["title", "requester", "pay", "hourly", "minutes", "places", "id"]);
  const PREVIEW = 5;
  const CELL = 120;
  const NAME = 60;

  class Panel {
    /** @param {TeachFrame} frame @param {Translate} t @param {TeachPresses} presses */
    constructor(frame, t, presses) {
      this.frame = frame;
      this.t = t;
      this.presses = presses;
      this.page = frame.panel.ownerDocument;
      this.shown = "";
      this.name = /** @type {HTMLInputElement} */ (this.make("input", { type: "text", maxlength: String(NAME) }));
      frame.panel.addEventListener("click", this.pressed);
      frame.panel.addEventListener("change", this.changed);
    }

    /** @returns {string} what the person calls the platform */
    get platform() {
      return this.name.value.trim();
    }

    /** @param {Event} event */
    pressed = (event) => {
      const button = event.isTrusted && event.target instanceof Element ? event.target.closest("button[data-press]") : null;
      const name = /** @type {HTMLElement | null} */ (button)?.dataset.press ?? "";
      if (Object.hasOwn(this.presses, name)) /** @type {any} */ (this.presses)[name]();
    };

    /** @param {Event} event */
    changed = (event) => {
      const select = event.target;
      if (!event.isTrusted || !(select instanceof HTMLSelectElement) || !select.dataset.column) return;
      const name = /** @type {FieldName} */ (select.value);
      this.presses.named(select.dataset.column, FIELDS.includes(name) ? name : null);
    };

    /** The other side of the window: the panel must not lie on what is to be seen. */
    side() {
      this.frame.panel.classList.toggle("left");
    }

    busy() {
      this.show("busy", [this.make("p", { role: "status", text: this.t("teach.busy") }), this.row([["cancel"]])]);
    }

    /** @param {TeachLesson} lesson @param {boolean} picking @param {string} said */
    list(lesson, picking, said) {
      const { t } = this;
      const { guess } = lesson;
      const count = guess?.records.length ?? 0;
      const status = said || (guess ? t("teach.found", { n: count }) : t("teach.nothing"));
      const notes = lesson.found.notes.map(({ note }) => this.make("p", { class: "soft", text: t(`teach.note_${note}`) }));
      this.show("list", [
        this.make("p", { role: "status", text: status }),
        this.make("p", { class: "soft", text: t(picking ? "teach.picking" : guess ? "teach.right" : "teach.show") }),
        ...notes,
        this.row([
          ...(guess ? [["columns", "main"]] : []),
          ["pick", "", picking ? "true" : "false"],
          ...(lesson.guesses.length > 1 ? [["next"]] : []),
          ...(guess ? [["larger"], ["smaller"]] : []),
          ["side"],
          ["cancel"],
        ]),
      ]);
    }

    /** @param {TeachLesson} lesson @param {string} name @param {string} said */
    columns(lesson, name, said) {
      const { t } = this;
      if (!this.name.value) this.name.value = name.slice(0, NAME);
      const label = this.make("label", {}, [t("teach.name"), " ", this.name]);
      this.show("columns", [
        this.make("p", { class: "soft", text: t("teach.columns_help") }),
        ...(said ? [this.make("p", { class: "bad", role: "alert", text: said })] : []),
        label,
        this.table(/** @type {Guess} */ (lesson.guess)),
        this.row([["save", "main"], ["back"], ["side"], ["cancel"]]),
      ]);
    }

    /** @param {number} rows @param {boolean} again */
    done(rows, again) {
      const { t } = this;
      this.show("done", [
        this.make("p", { role: "status", text: t("teach.saved", { n: rows }) }),
        this.make("p", { class: "soft", text: t(again ? "teach.saved_again" : "teach.saved_help") }),
        this.row([["cancel", "main"]]),
      ]);
    }

    /** @param {Guess} guess */
    table(guess) {
      const { columns, rows } = piecework.detect.table(guess);
      const heads = columns.map((column) => this.make("th", { scope: "col" }, [this.select(column)]));
      const lines = rows.slice(0, PREVIEW).map((cells) =>
        this.make("tr", {}, columns.map((_, at) => this.make("td", { dir: "auto", text: (cells[at]?.text ?? "").slice(0, CELL) }))),
      );
      const table = this.make("table", {}, [this.make("thead", {}, [this.make("tr", {}, heads)]), this.make("tbody", {}, lines)]);
      return this.make("div", { class: "wide", role: "group", tabindex: "0", "aria-label": this.t("teach.preview") }, [table]);
    }

    /** @param {Column} column */
    select(column) {
      const { t } = this;
      const about = column.head || column.samples[0] || column.key;
      const select = this.make("select", { "data-column": column.key, "data-focus": column.key, "aria-label": t("teach.column", { text: about.slice(0, 40) }) });
      for (const name of ["", ...FIELDS]) {
        const option = this.make("option", { value: name, text: t(`teach.field_${name || "none"}`) });
        if (name === (column.name ?? "")) option.setAttribute("selected", "");
        select.append(option);
      }
      return select;
    }

    /** @param {string[][]} buttons name, class, pressed */
    row(buttons) {
      return this.make("div", { class: "press" }, buttons.map(([name, kind = "", pressed = ""]) =>
        this.make("button", {
          type: "button", "data-press": name, "data-focus": name, text: this.t(`teach.${name === "cancel" && this.shown === "done" ? "close" : name}`),
          ...(kind ? { class: kind } : {}), ...(pressed ? { "aria-pressed": pressed } : {}),
        }),
      ));
    }

    /** Puts a step into the panel; the focus stays on what it was on, where that is still there. @param {string} step @param {HTMLElement[]} inner */
    show(step, inner) {
      const root = /** @type {ShadowRoot} */ (this.frame.panel.getRootNode());
      const focused = /** @type {HTMLElement | null} */ (root.activeElement);
      const name = focused?.dataset.focus;
      const again = this.shown === step;
      this.shown = step;
      this.frame.panel.replaceChildren(this.make("h2", { id: "piecework-title", text: this.t(`teach.title_${step}`) }), ...inner);
      const kept = again && name ? /** @type {HTMLElement | null} */ (this.frame.panel.querySelector(`[data-focus="${CSS.escape(name)}"]`)) : null;
      (kept ?? (focused === this.name ? this.name : this.frame.panel)).focus();
    }

    /** @param {string} name @param {Record<string, string>} [has] @param {(Node | string)[]} [inner] */
    make(name, has, inner) {
      return piecework.teach.element(this.page, name, has, inner);
    }
  }

  piecework.teach = { ...piecework.teach, Panel };
})();
