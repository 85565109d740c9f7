/** The raw events this browser holds, as CSV that a spreadsheet opens without running anything in it. */

import { openDatabase } from "../lib/db.js";

const COLUMNS = ["seq", "id", "at", "kind", "platform", "account", "body"];

/**
 * @param {unknown} value
 * @returns {string} one cell: quoted, and led by an apostrophe where a spreadsheet would take it for a formula
 */
export function cell(value) {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * @param {Record<string, any>[]} rows entries of the outbox
 * @returns {string}
 */
export function csv(rows) {
  const lines = rows.map((row) => {
    const at = new Date(row.at_us / 1000).toISOString();
    return [row.seq, row.id, at, row.kind, row.platform, row.account, row.json].map(cell).join(",");
  });
  return `${COLUMNS.join(",")}\r\n${lines.map((line) => `${line}\r\n`).join("")}`;
}

/**
 * Reads the background's outbox. The background made the database before any page could ask for it.
 * @returns {Promise<{text: string, rows: number}>}
 */
export async function csvOf() {
  const database = await openDatabase("piecework", 1, () => undefined);
  const rows = await database.all("outbox");
  database.close();
  return { text: csv(rows), rows: rows.length };
}
