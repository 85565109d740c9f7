// The link to the agent: finding it, keeping it, and saying truly in what state it is.
import { failureOf, isFailure, parsed, quietly, send, shakeHands } from "./socket.js";
import { Pump } from "./pump.js";

/**
 * @typedef {"connected" | "connecting" | "not_running" | "not_paired" | "pairing" | "revoked" | "too_old" | "blocked"
 *   | "alone"} Name
 * @typedef {{state: Name, cause: string, code: string, port: number, last_connected_us: number}} State
 *
 * @typedef {object} World what a link stands on
 * @property {(url: string) => WebSocket} open
 * @property {() => number} now_us
 * @property {() => number[]} ports
 * @property {() => import("./socket.js").Key | null} key
 * @property {import("./socket.js").Self} self
 * @property {import("./outbox.js").Outbox} outbox
 * @property {(job: () => any) => Promise<any>} queue
 * @property {(message: any) => void} hear what the agent says, acknowledgements apart
 * @property {(seq: number) => void} acked
 * @property {() => void} changed the state did
 * @property {(welcome: any, port: number) => void} opened
 */

const FIRST_MS = 250;
const MOST_MS = 15_000;
const OVERDUE_US = 30_000_000;
/** Trying again soon helps against these; the others need the person, and the alarm asks often enough. */
const PASSING = new Set(["not_running", "blocked"]);
/** Worst news first: what is said where several ports answer differently. */
const NEWS = /** @type {const} */ (["revoked", "too_old", "not_paired", "stranger", "blocked", "busy", "silent", "refused"]);

/** @type {Record<string, [Name, string]>} */
const MEANING = {
  revoked: ["revoked", "revoked"],
  too_old: ["too_old", "too_old"],
  not_paired: ["not_paired", "unknown_here"],
  stranger: ["not_running", "port_taken"],
  blocked: ["blocked", "policy"],
  busy: ["not_running", "agent_busy"],
  silent: ["not_running", "no_answer"],
  refused: ["not_running", "refused"],
};

/** One link of one browser profile. */
export class Link {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    /** @type {State} */
    this.state = { state: "alone", cause: "", code: "", port: 0, last_connected_us: 0 };
    this.pump = new Pump(world.outbox, () => world.now_us());
    /** @type {WebSocket | null} */
    this.socket = null;
    this.tries = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.trying = false;
    this.held = false;
    this.since_ms = performance.now();
  }

  get connected() {
    return this.state.state === "connected";
  }

  /** @param {Partial<State>} news */
  say(news) {
    const before = this.state;
    this.state = { ...before, ...news };
    if (this.state.state !== before.state) this.since_ms = performance.now();
    if (JSON.stringify(this.state) !== JSON.stringify(before)) this.world.changed();
  }

  /** Looks for the agent now, unless it is linked or being looked for. */
  async connect() {
    const key = this.world.key();
    if (this.connected || this.trying || this.held) return;
    if (!key) return;
    clearTimeout(this.timer);
    this.trying = true;
    // A state that names a cause stays until there is news: it must not flicker with every try.
    if (this.state.state === "alone" || this.state.state === "pairing") this.say({ state: "connecting", cause: "" });
    /** @type {import("./socket.js").Why[]} */
    const failures = [];
    for (const port of [...new Set([key.port ?? 0, ...this.world.ports()])].filter(Boolean)) {
      const open = () => this.world.open(`ws://127.0.0.1:${port}/link`);
      const about = { port, key, self: this.world.self, upto: () => this.world.outbox.newest };
      const outcome = await shakeHands(open, about);
      if (!isFailure(outcome)) {
        this.trying = false;
        return this.take(outcome, port);
      }
      failures.push(outcome.why);
    }
    this.trying = false;
    this.fail(NEWS.find((why) => failures.includes(why)) ?? "refused");
  }

  /** @param {string} why */
  fail(why) {
    const [state, cause] = MEANING[why];
    this.say({ state, cause, port: 0 });
    if (PASSING.has(state)) this.again();
  }

  /** Tries again after a while that doubles, with jitter; timers die with the background, the alarm is the floor. */
  again() {
    const wait = Math.min(MOST_MS, FIRST_MS * 2 ** this.tries++) * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), Math.min(wait, MOST_MS));
  }

  /** @param {import("./socket.js").Open} open @param {number} port */
  take({ socket, welcome }, port) {
    if (this.held) return quietly(() => socket.close());
    this.socket = socket;
    this.tries = 0;
    // Nothing is handled before the outbox knows where to go on.
    let last = this.world.queue(() => this.world.outbox.resume(Number(welcome.last) || 0)).then(() => {
      this.pump.start(socket);
      this.say({ state: "connected", cause: "", code: "", port, last_connected_us: this.world.now_us() });
      this.world.opened(welcome, port);
    });
    socket.onmessage = ({ data }) => {
      last = last.then(() => this.hear(parsed(data))).catch((cause) => console.error("Piecework: message of the agent", cause));
    };
    const down = (/** @type {Event | CloseEvent} */ event) =>
      this.socket === socket && this.down("code" in event ? failureOf(event.code, true).why : "silent");
    Object.assign(socket, { onclose: down, onerror: down });
    if (socket.readyState > WebSocket.OPEN) this.down("silent");
  }

  /** @param {any} message */
  async hear(message) {
    if (message?.t === "ack") {
      this.pump.acknowledged(message.seq);
      await this.world.outbox.acknowledge(message.seq, this.world.now_us());
      this.world.acked(message.seq);
    } else if (message?.t === "refused") {
      console.error(`Piecework: the agent can't take entry ${message.seq} and keeps its bytes: ${message.reason}`);
      this.pump.refused(message.seq);
    } else if (message) {
      this.world.hear(message);
    }
  }

  /** The socket is gone, by `close` or by `error` alone. @param {import("./socket.js").Why} why */
  down(why) {
    const socket = this.socket;
    this.socket = null;
    this.pump.stop();
    if (socket) quietly(() => socket.close());
    if (why !== "silent") return this.fail(why);
    this.say({ state: "connecting", cause: "lost" });
    this.again();
  }

  /** New entries are stored: sends what may be sent. */
  flush() {
    return this.pump.run();
  }

  /** Every 20 s: a sign of life, and a look at whether the agent still answers. */
  beat() {
    if (!this.socket || !this.connected) return;
    if (this.pump.waiting_us() > OVERDUE_US) return this.down("silent");
    quietly(() => send(/** @type {WebSocket} */ (this.socket), { t: "ka", at_us: this.world.now_us() }));
  }

  /** @param {object} message @returns {boolean} whether there was an agent to hear it */
  tell(message) {
    if (!this.socket || !this.connected) return false;
    quietly(() => send(/** @type {WebSocket} */ (this.socket), message));
    return true;
  }

  /** Ends the link until `release`, as pairing anew does. @param {Partial<State>} news */
  hold(news) {
    this.held = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    this.pump.stop();
    if (socket) quietly(() => socket.close());
    this.say(news);
  }

  release() {
    this.held = false;
    this.tries = 0;
    return this.connect();
  }
}
