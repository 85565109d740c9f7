// Sends the outbox in order, never more than the agent can take: 64 unacknowledged entries, 256 KiB in the socket.
import { eventText } from "./facts.js";

const MOST_UNACKNOWLEDGED = 64;
const MOST_BUFFERED = 256 * 1024;

/** One per link; it follows the link's sockets. */
export class Pump {
  /**
   * @param {{from(seq: number, count: number): Promise<import("./facts.js").Entry[]>, newest: number,
   *   sent: {acked: number}}} outbox
   * @param {() => number} now_us
   */
  constructor(outbox, now_us) {
    this.outbox = outbox;
    this.now_us = now_us;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.next = 1;
    /** Sequence numbers on their way, to when each was sent. @type {Map<number, number>} */
    this.flying = new Map();
    this.running = false;
    this.asked = false;
  }

  /** @param {WebSocket} socket */
  start(socket) {
    this.socket = socket;
    this.next = this.outbox.sent.acked + 1;
    this.flying.clear();
    return this.run();
  }

  stop() {
    this.socket = null;
    this.flying.clear();
  }

  /** @param {number} seq */
  acknowledged(seq) {
    for (const sent of this.flying.keys()) if (sent <= seq) this.flying.delete(sent);
    this.run();
  }

  /** Not taken, and not to be sent again. @param {number} seq */
  refused(seq) {
    this.flying.delete(seq);
    this.run();
  }

  /** @returns {number} µs the oldest entry has been on its way, 0 where none is */
  waiting_us() {
    const [first] = this.flying.values();
    return first === undefined ? 0 : this.now_us() - first;
  }

  /** Runs once at a time; whoever calls meanwhile makes it look once more. */
  async run() {
    this.asked = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.asked && this.socket) {
        this.asked = false;
        await this.slice(this.socket);
      }
    } finally {
      this.running = false;
    }
  }

  /** @param {WebSocket} socket */
  async slice(socket) {
    const room = MOST_UNACKNOWLEDGED - this.flying.size;
    if (room <= 0 || this.next > this.outbox.newest) return;
    const { newest } = this.outbox;
    const entries = await this.outbox.from(this.next, room);
    if (this.socket !== socket || socket.readyState !== WebSocket.OPEN) return;
    for (const entry of entries) {
      // What waits here goes on with the next acknowledgement.
      if (this.flying.size > 0 && socket.bufferedAmount > MOST_BUFFERED) return;
      socket.send(eventText(entry));
      this.flying.set(entry.seq, this.now_us());
      this.next = entry.seq + 1;
    }
    if (entries.length < room) this.next = Math.max(this.next, newest + 1);
    else this.asked = true;
  }
}
