// What the popup says of lists: reads {lists: [{own, told}], now_us, words} on standard input, answers state and words.
import { stdin, stdout } from "node:process";
import { newest, present, worded } from "../../extension/lib/present.js";

let text = "";
stdin.setEncoding("utf8");
for await (const piece of stdin) text += piece;
const { lists, now_us, words } = JSON.parse(text);
const t = (key) => words[key] ?? key;
stdout.write(JSON.stringify(lists.map(({ own, told }) => {
  const seen = newest(own, told);
  const shown = present({ ...seen, cause: seen.cause ?? "", last_good_us: seen.last_good_us ?? 0 }, now_us);
  return { ...shown, ...worded(t, shown), tasks: seen.tasks ?? 0, last_good_us: seen.last_good_us ?? 0 };
})));
