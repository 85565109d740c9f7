import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, fold, noticeOf, noticeOfAlert, plain } from "../../extension/background/notices.js";
import { addressOf, covers, registrations } from "../../extension/background/origins.js";

const words = (key, params = {}) => `${key} ${Object.values(params).join(" ")}`.trim();
const about = { platform: "site", name: "Site", at_us: 1, words };
const news = (id, row = {}) => ({ key: `:${id}`, row: { id, system: "", ...row }, reason: "new", list: "all" });

test("a notification says what, how much and from whom, as plain text", () => {
  const row = { title: "A\u202e <b>study</b>\0", pay: { raw: "£3" }, requester: "Ada", url: "https://site.test/1" };
  const { title, text, url } = noticeOf(news("1", row), about);
  assert.deepEqual(["notice.new Site", "A <b>study</b>\n£3 · Ada", "https://site.test/1"], [title, text, url]);
});

test("hostile texts are cut and stay one line", () => {
  assert.equal(300, plain("x".repeat(1_000_000)).length);
  assert.equal("a b", plain("a\r\n\u2028b"));
  assert.equal("", plain(undefined));
});

test("many at once become one that names the count and the first few", () => {
  const notices = Array.from({ length: 7 }, (_, id) => noticeOf(news(String(id), { title: `T${id}` }), about));
  const one = fold(notices, { id: "fold:1", names: () => "Site", words });
  assert.equal("notice.many 7 Site", one.title);
  assert.equal("T0\nT1\nT2\nT3\nT4\nnotice.more 2", one.text);
  assert.deepEqual(notices.map(({ id }) => id), one.folds);
});

test("an alert the agent wants held is held", () => {
  const alert = { alert: "x", platform: "site", task: "1", title: "t", text: "", reason: "new" };
  assert.deepEqual(["", "agent"], [noticeOfAlert(alert).held, noticeOfAlert({ ...alert, hold: true }).held]);
  assert.deepEqual(["alert:x", ":1"], [noticeOfAlert(alert).id, noticeOfAlert(alert).key]);
});

const told = (id, more = {}) => noticeOfAlert({ alert: id, platform: "site", task: id, title: `T${id}`, text: "", ...more });
const place = { fresh_id: "fold:new", now_us: 10, names: () => "Site", words };

test("an alert's tone is taken as far as it makes sense", () => {
  const { sound, volume, sticky, fold: folded, open } = told("1", { sound: "bell", volume: 300, sticky: 1, fold: true, open: "yes" });
  assert.deepEqual(["bell", null, false, true, false], [sound, volume, sticky, folded, open]);
  assert.deepEqual(["", 40], [told("1").sound, told("1", { volume: 40 }).volume]);
});

test("an alert's lines stay lines, five at most", () => {
  assert.equal("a\nb c", noticeOfAlert({ alert: "1", task: "1", text: "a\n\nb\tc" }).text);
  assert.equal(5, noticeOfAlert({ alert: "1", task: "1", text: "x\n".repeat(99) }).text.split("\n").length);
});

test("folded alerts of a platform are one notification that grows, and replaces what it stands for", () => {
  const first = arrange([told("1", { fold: true, at_us: 5 })], [], place);
  assert.deepEqual([["alert:1"], []], [first.shown.map(({ id }) => id), first.replaced]);
  const insight = [{ ...told("1", { fold: true, at_us: 5 }), state: "shown" }, { ...told("9", { at_us: 5 }), state: "shown" }];
  const { shown, replaced } = arrange([told("2", { fold: true }), told("3", { fold: true })], insight, place);
  assert.deepEqual([["fold:site"], ["alert:1"]], [shown.map(({ id }) => id), replaced]);
  assert.deepEqual(["notice.many 3 Site", "T1\nT2\nT3", false], [shown[0].title, shown[0].text, shown[0].sticky]);
});

test("five hundred folded alerts are one notification", () => {
  const many = Array.from({ length: 500 }, (_, id) => told(String(id), { fold: true }));
  const { shown } = arrange(many, [], place);
  assert.deepEqual([1, 500], [shown.length, shown[0].folds.length]);
});

test("more than three at once that nobody folded are one all the same", () => {
  const { shown } = arrange(["1", "2", "3", "4"].map((id) => told(id)), [], place);
  assert.deepEqual(["fold:new"], shown.map(({ id }) => id));
  assert.equal(3, arrange(["1", "2", "3"].map((id) => told(id)), [], place).shown.length);
});

const definition = {
  id: "site",
  origins: ["https://site.test/*"],
  listings: [{ urls: ["https://site.test/task/{id}", "https://site.test/tasks"] }],
  manners: { page_world: "allowed" },
};

test("an origin covers its own scheme and host, at any port", () => {
  const covered = ["https://site.test/x", "https://site.test:8443/", "http://site.test/", "https://evil.test/?https://site.test/", "https://site.test.evil/", "nothing", undefined];
  assert.deepEqual([true, true, false, false, false, false, false], covered.map((address) => covers("https://site.test/*", address)));
});

test("a press opens a task on its own platform only", () => {
  assert.equal("https://site.test/task/1", addressOf(definition, "https://site.test/task/1"));
  for (const evil of ["javascript:alert(1)", "https://evil.test/", "data:text/html,x", ""]) assert.equal("https://site.test/tasks", addressOf(definition, evil));
});

test("the page's own world is entered only where answers are read and the site allows it", () => {
  const scripts = { content: ["a.js"], page_world: ["w.js"] };
  const answers = [{ urls: [], answers: ["https://site.test/api"] }];
  const worlds = (one) => registrations(one, scripts).map(({ world = "ISOLATED" }) => world);
  assert.deepEqual(["ISOLATED"], worlds(definition));
  assert.deepEqual(["ISOLATED", "MAIN"], worlds({ ...definition, listings: answers }));
  assert.deepEqual(["ISOLATED"], worlds({ ...definition, listings: answers, manners: { page_world: "never" } }));
});
