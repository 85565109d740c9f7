/** Unread messages, as a platform's own pages count or mark them. Told when the number changes; their words never. */
(() => {
  globalThis.piecework ??= /** @type {Piecework} */ ({});
  const { marker, place, read, url } = piecework;

  /**
   * @param {Mailbox} box
   * @param {Seen} seen
   * @returns {number | null} null where this page does not say; 1 where it says only that there are some
   */
  function unread(box, seen) {
    if (seen.status >= 400) return null;
    if (marker.any(box.none, seen)) return 0;
    const [counted] = /[0-9]{1,6}/.exec(place.text(box.count, seen)) ?? [];
    if (counted !== undefined) return Number(counted);
    return marker.any(box.some, seen) ? 1 : null;
  }

  class MessageView {
    /** @param {Env} env @param {Facts} facts @param {Definition} definition */
    constructor(env, facts, definition) {
      this.env = env;
      this.facts = facts;
      this.definition = definition;
      this.boxes = definition.messages ?? [];
      this.dirty = true;
      /** Counters begin at nothing and are filled in: the first number counts once the page has had its time. */
      this.settled = false;
      /** @type {string | undefined} whose number was told last, and which */
      this.told = undefined;
    }

    here() {
      const address = this.env.address();
      return this.boxes.filter((one) => one.reader === "dom" && url.first(one.urls, address));
    }

    active() {
      return this.here().length > 0;
    }

    /** A counter is small: whether it changed is asked of itself. */
    touched() {
      return this.settled && this.word(this.now()) !== this.told;
    }

    now() {
      const address = this.env.address();
      for (const box of this.here()) {
        const count = unread(box, read.fromPage(this.env.page, address, box.urls));
        if (count !== null) return count;
      }
      return null;
    }

    /** @param {number} at_us @returns {Pass<boolean>} */
    *look(at_us) {
      this.dirty = false;
      if (this.settled) this.tell(this.now(), at_us);
      yield;
      return false;
    }

    /** @param {Answer} answer */
    answered(answer) {
      for (const box of this.boxes) {
        const captured = box.reader === "page-json" && url.first(box.answers, answer.url);
        if (!captured) continue;
        const page = read.fromPage(this.env.page, this.env.address(), []);
        this.tell(unread(box, { ...page, captured, json: answer.json, status: answer.status }), answer.at_us);
      }
    }

    /** @param {number | null} count @param {number} at_us */
    tell(count, at_us) {
      const word = this.word(count);
      if (count === null || word === this.told) return;
      this.told = word;
      this.facts.put(this.definition, "message", { unread: count }, at_us);
    }

    /** @param {number | null} count */
    word(count) {
      return count === null ? this.told : `${this.facts.who(this.definition)}\n${count}`;
    }
  }

  piecework.messages = { unread, MessageView };
})();
