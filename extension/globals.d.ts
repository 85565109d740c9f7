/** Names every script of the extension finds in its world. Types of a folder's own things stand in that folder. */

/** The WebExtension API: promise-returning in Chromium since 144 and in Firefox. lib/browser.js knows the differences. */
declare var browser: any;

/** What the classic scripts (lib/ids, numbers, money, duration; content) share; each folder adds its own members. */
interface Piecework {
  /** A new UUIDv7 (lib/ids.js). */
  uuid7(now_ms?: number, random?: Uint8Array): string;
}

declare var piecework: Piecework;
