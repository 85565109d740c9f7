/** The pay and time parser for ES modules: loads its classic scripts in order. See money.js, duration.js, places.js. */
import "./words.js";
import "./numbers.js";
import "./currency.js";
import "./amounts.js";
import "./bounds.js";
import "./per.js";
import "./spans.js";
import "./money.js";
import "./spells.js";
import "./duration.js";
import "./places.js";

export const { parsePay, parseTime, parsePlaces } = globalThis.piecework;
