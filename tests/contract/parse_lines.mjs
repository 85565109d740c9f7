// Reads lines of the grammar as JSON on standard input, answers with what the extension's parser makes of each.
import { stdin, stdout } from "node:process";
import { parsePay, parsePlaces, parseTime } from "../../extension/lib/parse.js";

let text = "";
stdin.setEncoding("utf8");
for await (const piece of stdin) text += piece;
const answers = JSON.parse(text).map(({ what, text: said, lang, hint, unit }) => {
  if (what === "pay") return parsePay(said, { lang, currency: hint });
  return what === "time" ? parseTime(said, { lang, unit }) : parsePlaces(said);
});
stdout.write(JSON.stringify({ answers, table: globalThis.piecework.parser.table }));
