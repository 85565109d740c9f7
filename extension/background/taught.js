// The person's own definitions: taught on a page, loaded from a file, or repaired. Data only, held to the same schema
// as the carried ones; kept here with their versions, and told to the agent.
import { api } from "../lib/browser.js";
import { faults } from "../lib/schema.js";
import { back, current, join, looked, over, put, versionOf } from "./book.js";
import { queue } from "./store.js";
import { nowUs } from "./time.js";

/** @typedef {import("./core.js").Core} Core */
/** @typedef {import("./book.js").Entry} Entry */
/** @typedef {{list: string, listing: any, why: string[], at_us: number}} Repair found, and not taken by itself */
/** @typedef {{ok: boolean, cause?: string, id?: string, again?: boolean}} Done */

const MOST_CHARS = 100_000;
const MOST_ENTRIES = 200;
const SCHEMA = "shared/platforms/_schema.json";

export class Taught {
  /** @param {Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Record<string, Entry>} */
    this.entries = {};
    /** By platform. @type {Record<string, Repair>} */
    this.repairs = {};
    this.turns = queue();
  }

  async load() {
    const { book } = await api.storage.local.get("book");
    this.entries = book?.entries ?? {};
    this.repairs = book?.repairs ?? {};
  }

  keep() {
    return api.storage.local.set({ book: { entries: this.entries, repairs: this.repairs } });
  }

  /**
   * Puts the person's own beside, or over, what is carried. One that stands over an older carried definition than
   * there is now gives way: whoever keeps that platform has looked since.
   *
   * @param {Map<string, any>} all changed in place
   */
  lay(all) {
    for (const [id, entry] of Object.entries(this.entries)) {
      const carried = all.get(id);
      if (carried?.listings.length > 0 && carried.quality.date > entry.over) delete this.entries[id];
      else all.set(id, current(entry));
    }
  }

  /** @param {unknown} definition @returns {Promise<string[]>} what is wrong with it */
  async faultsOf(definition) {
    const text = JSON.stringify(definition ?? null);
    if (text.length > MOST_CHARS) return ["too_large"];
    const schema = await (await fetch(api.runtime.getURL(SCHEMA))).json();
    const wrong = faults(schema, definition);
    if (wrong.length > 0) return wrong;
    // An earnings page moves money: it is never read by what a page or a file taught.
    const { listings, earnings, work, manners } = /** @type {any} */ (definition);
    if (!listings.length || earnings.length || work.signals.length || work.pages.length) return ["lists_only"];
    return manners.page_world === "never" ? [] : ["page_world"];
  }

  /**
   * Taught on a page, by presses of the person's.
   *
   * @param {any} taught
   * @param {{id: string, list: string, origin: string, redacted: unknown}} about `list`: the carried list it stands for, "" for none
   * @returns {Promise<Done>}
   */
  teach(taught, { id, list, origin, redacted }) {
    return this.turns(async () => {
      const wrong = await this.faultsOf(taught);
      const [own] = taught?.origins ?? [];
      if (wrong.length > 0 || taught.origins.length !== 1 || own !== `${origin}/*`) return { ok: false, cause: wrong[0] ?? "origin" };
      const before = this.core.sites.all.get(id);
      const definition = !before ? { ...taught, id } : list ? over(before, list, taught.listings[0]) : join(before, taught);
      return this.use(id, definition, "taught", { redacted: wordsOf(redacted) });
    });
  }

  /** From a file somebody shared. @param {unknown} document @returns {Promise<Done>} */
  open(document) {
    return this.turns(async () => {
      const { definition = document, record } = /** @type {any} */ (document ?? {});
      const [wrong] = await this.faultsOf(definition);
      if (wrong) return { ok: false, cause: wrong };
      const { id } = definition;
      if (this.core.sites.all.has(id) && !this.entries[id]) return { ok: false, cause: "carried" };
      return this.use(id, definition, "loaded", { redacted: wordsOf(record) });
    });
  }

  /**
   * What the person taught in another browser: here it is switched off until they switch it on.
   *
   * @param {unknown[]} definitions of the agent's store
   * @returns {Promise<void>}
   */
  offered(definitions) {
    return this.turns(async () => {
      const { all } = this.core.sites;
      const fresh = definitions.slice(0, MOST_ENTRIES).filter((one) => !all.has(/** @type {any} */ (one)?.id));
      for (const definition of /** @type {any[]} */ (fresh)) {
        if ((await this.faultsOf(definition)).length > 0) continue;
        const version = { version: await versionOf(definition), at_us: nowUs(), why: /** @type {const} */ ("loaded"), definition };
        this.entries[definition.id] = put(undefined, version);
        all.set(definition.id, definition);
      }
      if (fresh.length > 0) await this.keep();
      this.core.state.changed();
    });
  }

  /**
   * @param {string} id
   * @param {any} definition
   * @param {import("./book.js").Version["why"]} why
   * @param {{redacted?: Record<string, string>, waits?: string}} [more]
   * @returns {Promise<Done>}
   */
  async use(id, definition, why, more = {}) {
    if (!this.entries[id] && Object.keys(this.entries).length >= MOST_ENTRIES) return { ok: false, cause: "too_many" };
    const carried = this.entries[id] ? "" : (this.core.sites.all.get(id)?.quality.date ?? "");
    const again = this.core.sites.all.has(id);
    const version = await versionOf(definition);
    this.entries[id] = put(this.entries[id], { version, at_us: nowUs(), why, definition }, { over: carried, ...more });
    delete this.repairs[id];
    await this.changed(id, why, version);
    return { ok: true, id, again };
  }

  /** The entry is written, told to the agent, and read by from now on. @param {string} id @param {string} cause @param {string} version */
  async changed(id, cause, version) {
    const { core } = this;
    await this.keep();
    const definition = this.entries[id] ? current(this.entries[id]) : (core.sites.carried.get(id) ?? {});
    if (this.entries[id] || core.sites.carried.has(id)) core.sites.all.set(id, definition);
    const list = definition.listings?.[0]?.id ?? "";
    const kind = cause === "healed" ? "healed" : "taught";
    await core.change((plan) => plan.make(kind, nowUs(), { platform: id, body: { list, version, definition, cause } }));
    await core.sites.refresh();
    await core.sites.renew(id);
  }

  /** @param {string} id @returns {Promise<Done>} */
  remove(id) {
    return this.turns(async () => {
      if (!this.entries[id]) return { ok: false, cause: "unknown_platform" };
      const carried = this.core.sites.carried.has(id);
      if (!carried) await this.core.sites.turn(id, false);
      delete this.entries[id];
      delete this.repairs[id];
      if (!carried) this.core.sites.all.delete(id);
      await this.changed(id, "removed", "");
      return { ok: true };
    });
  }

  /** @param {string} id @returns {Promise<Done>} */
  rollBack(id) {
    return this.turns(async () => {
      const entry = this.entries[id];
      const older = entry ? back(entry, nowUs()) : null;
      if (!entry || (!older && !this.core.sites.carried.has(id))) return { ok: false, cause: "no_version_before" };
      if (older) this.entries[id] = older;
      else delete this.entries[id];
      await this.changed(id, "rolled_back", older?.versions.at(-1)?.version ?? "");
      return { ok: true };
    });
  }

  /**
   * A list was found again in a page that had changed.
   *
   * @param {string} id @param {string} list @param {{listing: any, silent: boolean, why: string[]}} found
   * @returns {Promise<void>}
   */
  repair(id, list, { listing, silent, why }) {
    return this.turns(async () => {
      const definition = over(this.core.sites.all.get(id), list, listing);
      if ((await this.faultsOf({ ...definition, earnings: [], work: { pages: [], signals: [] }, manners: { ...definition.manners, page_world: "never" } })).length > 0) return;
      if (silent) await this.use(id, definition, "healed", { waits: list });
      else {
        this.repairs[id] = { list, listing, why: why.map(String).slice(0, 5), at_us: nowUs() };
        await this.keep();
      }
      this.core.state.changed();
    });
  }

  /** The person's answer to a repair that was not taken by itself. @param {string} id @param {boolean} take @returns {Promise<Done>} */
  answer(id, take) {
    return this.turns(async () => {
      const { list, listing } = this.repairs[id] ?? {};
      if (!list) return { ok: false, cause: "no_repair" };
      if (take) return this.use(id, over(this.core.sites.all.get(id), list, listing), "accepted", { waits: list });
      delete this.repairs[id];
      await this.keep();
      this.core.state.changed();
      return { ok: true };
    });
  }

  /** A page of it was loaded anew: what its list shows next confirms what was taught, or does not. @param {string} id */
  visited(id) {
    const entry = this.entries[id];
    if (entry && !entry.loads_us) this.set(id, { ...entry, loads_us: nowUs() });
  }

  /** @param {string} id @param {string} list @param {number} at_us @returns {boolean} whether alerts of this look have to wait */
  looked(id, list, at_us) {
    const entry = this.entries[id];
    if (!entry) return false;
    const now = looked(entry, list, at_us);
    if (JSON.stringify(now.entry) !== JSON.stringify(entry)) this.set(id, now.entry);
    return now.waits;
  }

  /** @param {string} id @param {Entry} entry */
  set(id, entry) {
    this.entries[id] = entry;
    void this.keep().then(() => this.core.state.changed());
  }

  /** What the options page shows. */
  list() {
    const named = (/** @type {string} */ id) => this.core.sites.name(id);
    return {
      taught: Object.entries(this.entries).map(([id, { versions, loads_us, confirmed_us, waits }]) => ({
        id, name: named(id), confirmed_us, loads_us, waits: Object.keys(waits).length,
        carried: this.core.sites.carried.has(id),
        versions: versions.map(({ version, at_us, why }) => ({ version, at_us, why })),
      })),
      repairs: Object.entries(this.repairs).map(([id, { list, why, at_us }]) => ({ id, name: named(id), list, why, at_us })),
    };
  }

  /** One to share: the definition, and one record without its words, where the platform allows even that. @param {string} id */
  exportOf(id) {
    const entry = this.entries[id];
    if (!entry) return { ok: false, cause: "unknown_platform" };
    const definition = current(entry);
    return { ok: true, file: { definition, ...(definition.manners.nda ? {} : { record: entry.redacted }) } };
  }
}

/** @param {unknown} record @returns {Record<string, string>} short texts only */
function wordsOf(record) {
  const pairs = Object.entries(/** @type {object} */ (record ?? {})).filter(([, text]) => typeof text === "string");
  return Object.fromEntries(pairs.slice(0, 20).map(([name, text]) => [name.slice(0, 40), /** @type {string} */ (text).slice(0, 200)]));
}
