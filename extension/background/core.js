// What one life of the background is made of, and the one way everything in it changes.
import { api, browserName, isDevelopment, stayAlive, watchIdleness } from "../lib/browser.js";
import { newAccounts } from "./accounts.js";
import { Clock } from "./clock.js";
import { Days } from "./days.js";
import { frontOf } from "./front.js";
import { base64url } from "./handshake.js";
import { Healer } from "./heal.js";
import { Intake } from "./intake.js";
import { Kept } from "./kept.js";
import { Leases } from "./leases.js";
import { Link } from "./link.js";
import { NewsDesk } from "./news.js";
import { Notify } from "./notify.js";
import { Outbox } from "./outbox.js";
import { Pairing } from "./pairing.js";
import { Plan } from "./plan.js";
import { Settings } from "./settings.js";
import { Sites } from "./sites.js";
import { Taught } from "./taught.js";
import { StateBoard } from "./state.js";
import { openStore, queue } from "./store.js";
import { nowUs, shiftClocks, zone } from "./time.js";
import { Watch } from "./watch.js";
import { hear } from "./orders.js";

/** An agent that was lost, or is just being looked for, gets this long before the person is told without it. */
const GRACE_MS = 3_000;
const TICK_MS = 20_000;
const SLEEP_US = 300_000_000;
const TIDY_US = 3_600_000_000;

/** Made once per life by `boot`; every part reaches the others through it. */
export class Core {
  /** @param {import("../lib/db.js").Database} db */
  constructor(db) {
    this.db = db;
    this.queue = queue();
    this.settings = new Settings();
    this.outbox = new Outbox(db);
    this.watch = new Watch(db);
    this.accounts = newAccounts("");
    this.intake = new Intake(this);
    this.news = new NewsDesk(this);
    this.days = new Days(this);
    this.clock = new Clock(this, frontOf(this.settings));
    this.notify = new Notify(this);
    this.taught = new Taught(this);
    this.healer = new Healer(this);
    this.sites = new Sites(this);
    this.leases = new Leases(this);
    this.kept = new Kept(this);
    this.pairing = new Pairing(this);
    this.state = new StateBoard(this);
    this.self = { browser: "", version: api.runtime.getManifest().version };
    this.development = false;
    this.tidied_us = 0;
    /** Whether this is the first life since the browser started. */
    this.first_life = false;
    this.link = new Link({
      open: (url) => new WebSocket(url),
      now_us: nowUs,
      ports: () => this.settings.ports,
      key: () => this.pairing.key,
      self: this.self,
      outbox: this.outbox,
      queue: this.queue,
      hear: (message) => hear(this, message),
      acked: (seq) => this.news.acknowledged(seq),
      changed: () => this.linkChanged(),
      opened: (welcome, port) => this.pairing.opened(welcome, port),
    });
  }

  /** Reads everything from the disk. @param {{same_run: boolean, awake_us: number}} run */
  async load({ same_run, awake_us }) {
    await this.settings.load();
    shiftClocks(this.settings.test);
    this.watch.awake_us = awake_us;
    this.first_life = !same_run;
    this.development = await isDevelopment();
    this.self.browser = await browserName();
    await this.reload();
    await this.clock.load(same_run);
    await this.taught.load();
    await Promise.all([this.pairing.load(), this.kept.load(), this.sites.load()]);
    await watchIdleness(this.settings.idle_s);
  }

  /** Whether the person has to be told from here: no agent is reachable, and none is just being looked for. */
  get alone() {
    if (this.link.connected) return false;
    return this.link.state.state !== "connecting" || performance.now() - this.link.since_ms > GRACE_MS;
  }

  /**
   * The one way anything changes: a plan is filled and written as one transaction, then what follows from it runs.
   * Rejects, with nothing changed, where it can't be written.
   *
   * @param {(plan: Plan) => void | Promise<void>} fill
   * @returns {Promise<void>}
   */
  change(fill) {
    return this.queue(async () => {
      const plan = new Plan(this.alone);
      try {
        await fill(plan);
        if (plan.empty) return;
        await this.outbox.write({ ...plan, zone: zone() });
      } catch (cause) {
        await this.reload();
        await this.clock.load(true);
        throw cause;
      }
      if (plan.facts.length) this.link.flush();
      for (const act of plan.after) act();
      this.state.changed();
    });
  }

  /** What is in memory is what is on the disk, again. */
  async reload() {
    await this.outbox.load();
    await Promise.all([this.days.load(), this.notify.load()]);
    this.watch.forget();
    const kept = (await this.db.get("meta", "accounts"))?.value;
    this.accounts = kept ?? newAccounts(base64url(crypto.getRandomValues(new Uint8Array(32))));
    if (!kept) await this.db.write({ put: { meta: [{ key: "accounts", value: this.accounts }] } });
  }

  /** @param {Plan} plan @param {import("./accounts.js").Accounts} accounts */
  setAccounts(plan, accounts) {
    this.accounts = accounts;
    plan.keep("meta", { key: "accounts", value: accounts });
  }

  /** @param {string} name @returns {Promise<boolean>} whether a named permission is given, or counts as given in a test */
  async permitted(name) {
    return this.settings.test.granted?.includes(name) || api.permissions.contains({ permissions: [name] });
  }

  linkChanged() {
    this.state.changed();
    if (this.alone) this.news.overdue();
    else if (!this.link.connected) this.later(GRACE_MS + 100, () => this.news.overdue());
  }

  /** This life begins: what an earlier one left undone goes on. */
  async start() {
    this.state.changed();
    if (this.first_life) this.kept.started();
    await Promise.all([this.sites.refresh(), this.pairing.resume().then(() => this.link.connect()), this.tick()]);
    await this.news.overdue();
    this.later(this.pause_ms, () => this.again());
  }

  /** A pulse is due before the last one stops vouching for the work. */
  get pause_ms() {
    return Math.min(TICK_MS, this.settings.pulse_s * 667);
  }

  async again() {
    await this.tick().catch((cause) => console.error("Piecework:", cause));
    this.later(this.pause_ms, () => this.again());
  }

  /** Every 20 s while this life lasts, every 30 s by the alarm in any case. */
  async tick() {
    const now_us = nowUs();
    await this.noticeSleep(now_us);
    const busy = this.link.connected || this.clock.busy || this.pairing.socket !== null;
    if (busy) await stayAlive();
    this.link.beat();
    if (!this.pairing.socket) this.link.connect();
    await this.clock.look();
    await this.kept.look();
    await this.notify.release("tick");
    await this.news.overdue();
    // What a list is called depends on its age: an open popup follows.
    if (this.state.ports.size) this.state.changed();
    if (now_us - this.tidied_us >= TIDY_US) await this.tidy(now_us);
  }

  /** A machine that slept shows as a long silence of the alarm: what lists show next is a baseline. @param {number} now_us */
  async noticeSleep(now_us) {
    const { run } = await api.storage.session.get("run");
    const last_us = run?.tick_us ?? now_us;
    // A moment still to come was written down before the clock was set back.
    if (now_us - last_us > SLEEP_US || this.watch.awake_us > now_us) this.watch.awake_us = now_us;
    await api.storage.session.set({ run: { awake_us: this.watch.awake_us, tick_us: now_us } });
  }

  /** @param {number} now_us */
  async tidy(now_us) {
    this.tidied_us = now_us;
    await this.clock.tidy();
    await this.change((plan) => {
      this.days.tidy(plan);
      this.notify.tidy(plan);
    });
    await this.queue(() => this.outbox.trim(now_us));
  }

  /** @param {string} reason */
  async installed(reason) {
    await this.sites.refresh();
    for (const id of this.sites.granted) await this.sites.enterOpenTabs(this.sites.all.get(id));
    if (reason === "install") await api.tabs.create({ url: api.runtime.getURL("extension/pages/welcome.html") });
  }

  /** Never longer than 25 s: a background that is ended forgets it, and the alarm is the floor. @param {number} ms @param {() => unknown} act */
  later(ms, act) {
    setTimeout(act, ms);
  }
}

/** @returns {Promise<Core>} ready to be asked anything */
export async function boot() {
  const core = new Core(await openStore());
  await core.load(await runOf());
  return core;
}

/** The memory of one run of the browser: tab numbers of an older run mean nothing. */
async function runOf() {
  const { run } = await api.storage.session.get("run");
  if (run) return { same_run: true, awake_us: run.awake_us };
  const awake_us = nowUs();
  await api.storage.session.set({ run: { awake_us } });
  return { same_run: false, awake_us };
}
