import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./page.js";
import { definition, piecework } from "./content.js";

const PRACTICE = definition("practice");
const HERE = "http://practice.localhost:8080/tasks";
const S = 1_000_000;
const row = (id) => `<li data-testid="task" data-task-id="${id}"><h2 data-testid="title"><a href="/tasks/${id}">Sort ${id}</a></h2><b data-testid="pay">$0.80</b></li>`;
const list = (...ids) => `<b data-testid="account">me</b><ul data-testid="task-list">${ids.map(row).join("")}</ul>${ids.length ? "" : `<p data-testid="empty">None</p>`}`;
const html = (body, more = {}) => new Response(body, { headers: { "Content-Type": "text/html; charset=utf-8" }, ...more });

/** A tab of the practice list that shows `shown`, and a site that answers as told. */
function tab(shown, answer, given = PRACTICE) {
  const told = [];
  const asked = [];
  const env = {
    page: page(shown), at: HERE, address: () => env.at, now: 100 * S, nowUs: () => env.now, uuid: () => `u${told.length}`,
    visible: () => false, driftMs: () => 0, parse: page, later: () => {},
    fetch: async (address, how) => {
      asked.push([address, how]);
      const made = typeof answer === "function" ? answer() : answer;
      if (made instanceof Error) throw made;
      return made;
    },
  };
  const facts = { who: (one) => piecework.account(one, env.page, env.at), put: (_, kind, body, at_us) => told.push({ kind, at_us, ...body }) };
  const looks = new piecework.Looks(env, facts, given, "tasks");
  const view = new piecework.ListView(env, given, "tasks", looks);
  view.settled = true;
  const read = () => piecework.read.now(view.look((env.now += 20 * S)));
  read();
  told.length = 0;
  return { env, told, asked, read, look: () => piecework.look(env, [{ definition: given, view }], given.id, "tasks", read) };
}

const keys = ({ rows, same }) => [...rows.map(({ id }) => id), ...same].sort();

test("the tab's own address is asked for once, with its session and nothing else", async () => {
  const { asked, look, told } = tab(list("a"), html(list("a", "b")));
  assert.deepEqual({ status: 200, cause: "" }, await look());
  const [[address, { method, credentials, redirect, headers, body }]] = asked;
  assert.equal(1, asked.length);
  assert.deepEqual([HERE, "GET", "same-origin", "manual", undefined, undefined], [address, method, credentials, redirect, headers, body]);
  const [news] = told.filter(({ kind }) => kind === "look");
  assert.deepEqual([["b"], [":a"], false], [news.rows.map(({ id }) => id), news.same, news.baseline]);
  assert.equal("http://practice.localhost:8080/tasks/b", news.rows[0].url);
});

test("an answer without news is told all the same, by its keys alone", async () => {
  const { look, told } = tab(list("a"), html(list("a")));
  await look();
  assert.deepEqual([["look", [], [":a"]]], told.map(({ kind, rows, same }) => [kind, rows, same]));
});

test("the answer is newer than the page, until the page shows something else", async () => {
  const { env, look, read, told } = tab(list("a"), html(list("a", "b")));
  await look();
  read();
  assert.deepEqual([":a", ":b"], keys(told.filter(({ kind }) => kind === "look").at(-1)));
  env.page = page(list("c"));
  read();
  assert.deepEqual(["c"], keys(told.filter(({ kind }) => kind === "look").at(-1)));
});

test("a 429 is told with the seconds it names, each time", async () => {
  const limited = () => html(`<main data-testid="rate-limited">Wait</main>`, { status: 429, headers: { "Content-Type": "text/html", "Retry-After": "120" } });
  const { look, told } = tab(list("a"), limited);
  assert.deepEqual({ status: 429, cause: "", retry_after_s: 120 }, await look());
  await look();
  const states = told.map(({ kind, state, retry_after_s }) => [kind, state, retry_after_s]);
  assert.deepEqual([["health", "rate_limited", 120], ["health", "rate_limited", 120]], states);
});

for (const [name, answer, state, cause] of [
  ["a redirect", () => new Response(null, { status: 302, headers: { Location: "/sign-in" } }), "signed_out", "redirected"],
  ["a 401", () => html("<p>No</p>", { status: 401 }), "signed_out", "status"],
  ["a 403", () => html("<p>No</p>", { status: 403 }), "challenge", "status"],
  ["a 503 without a word", () => html("<p>Busy</p>", { status: 503 }), "rate_limited", "status"],
  ["challenge markup, whatever the status", () => html(`<main data-testid="challenge">You?</main>`, { status: 503 }), "challenge", "marker"],
  ["an empty marker", () => html(list()), "empty", ""],
]) {
  test(`${name} says ${state}`, async () => {
    const { look, told } = tab(list("a"), answer);
    assert.equal("", (await look()).cause);
    const health = told.find((one) => one.kind === "health");
    assert.deepEqual([state, cause], [health.state, health.cause]);
  });
}

for (const [name, answer, outcome] of [
  ["the network is gone", new TypeError("failed"), { status: 0, cause: "no_answer" }],
  ["the site is broken", () => html("<p>Oops</p>", { status: 500 }), { status: 500, cause: "failed" }],
  ["the answer holds no list", () => html("<div id=app></div>"), { status: 200, cause: "unfit" }],
  ["the answer is no page", () => new Response("{}", { headers: { "Content-Type": "application/json" } }), { status: 200, cause: "unfit" }],
  ["the answer never ends", () => html("x".repeat((2 << 20) + 1)), { status: 200, cause: "unfit" }],
  ["somebody else is signed in", () => html(list("b").replace(">me<", ">you<")), { status: 200, cause: "other_account" }],
]) {
  test(`nothing is told of the list where ${name}`, async () => {
    const { look, told, read, env } = tab(list("a"), answer);
    assert.deepEqual(outcome, await look());
    assert.deepEqual([], told);
    env.page = page(list("a", "c"));
    read();
    assert.deepEqual(["c"], told.find(({ kind }) => kind === "look").rows.map(({ id }) => id));
  });
}

for (const [name, change] of [
  ["its definition says reload", (one) => { one.listings[0].looking.by = "reload"; }],
  ["its rule forbids looks", (one) => { one.manners.rule = "forbidden"; }],
]) {
  test(`no request goes out where ${name}`, async () => {
    const given = structuredClone(PRACTICE);
    change(given);
    const { asked, look } = tab(list("a"), html(list("b")), given);
    assert.equal("unsupported", (await look()).cause);
    assert.deepEqual([], asked);
  });
}

test("a tab that shows another page is asked for nothing", async () => {
  const { env, asked, look } = tab(list("a"), html(list("b")));
  env.at = "http://practice.localhost:8080/history";
  assert.equal("unsupported", (await look()).cause);
  assert.deepEqual([], asked);
});

for (const [status, shown, state, cause] of [
  [503, "<p>Busy</p>", "rate_limited", "status"],
  [403, "<p>No</p>", "challenge", "status"],
  [429, list("a"), "watching", ""],
]) {
  test(`a page that came with ${status} is ${state}, by what it shows before its status`, () => {
    const { env, read, told } = tab(list("b"), null);
    env.status = () => status;
    env.page = page(shown);
    read();
    assert.deepEqual([state, cause], (({ state: is, cause: why }) => [is ?? "watching", why ?? ""])(told[0]));
  });
}

test("one request is enough for all lists that a page shows", async () => {
  const other = { ...PRACTICE.listings[0], id: "more" };
  const given = { ...PRACTICE, listings: [...PRACTICE.listings, other] };
  const told = [];
  const { env, asked } = tab(list("a"), html(list("b")), given);
  const lists = given.listings.map(({ id }) => {
    const facts = { who: (one) => piecework.account(one, env.page, env.at), put: (_, kind, body) => kind === "look" && told.push([body.list, body.rows.map((one) => one.id)]) };
    const view = new piecework.ListView(env, given, id, new piecework.Looks(env, facts, given, id));
    view.settled = true;
    return { definition: given, view };
  });
  const poke = () => lists.forEach(({ view }) => piecework.read.now(view.look((env.now += 20 * S))));
  poke();
  told.length = 0;
  await piecework.look(env, lists, "practice", "tasks", poke);
  assert.deepEqual([["tasks", ["b"]], ["more", ["b"]]], told);
  assert.equal(1, asked.length);
});

test("JSON that a page fetches is asked for on the tab's own host only", () => {
  const listing = (answer) => ({ reader: "page-json", urls: ["https://site.test/list"], answers: [answer] });
  const at = "https://site.test/list";
  assert.equal("https://site.test/api/tasks?open=1", piecework.request.addressOf(listing("https://site.test/api/tasks?open=1"), at));
  assert.equal("", piecework.request.addressOf(listing("https://api.site.test/tasks"), at));
  assert.equal("", piecework.request.addressOf(listing("https://site.test/api/*"), at));
});

test("JSON is read as the page's own answer would be", async () => {
  const listing = { ...PRACTICE.listings[0], reader: "page-json", answers: ["http://practice.localhost/api"], root: undefined, rows: ["items"], fields: { id: { from: [{ path: "id" }] } }, empty: [] };
  const given = { ...PRACTICE, account: { shown: false }, manners: { ...PRACTICE.manners, page_world: "allowed" }, listings: [listing] };
  const answer = new Response(JSON.stringify({ items: [{ id: 7 }] }), { headers: { "Content-Type": "application/json" } });
  const { asked, look, told } = tab("<p>App</p>", answer, given);
  assert.deepEqual({ status: 200, cause: "" }, await look());
  assert.equal("http://practice.localhost:8080/api", asked[0][0]);
  assert.deepEqual(["7"], told.find(({ kind }) => kind === "look").rows.map(({ id }) => id));
});

test("Retry-After may be seconds or a date by the site's own clock", () => {
  const { wait } = piecework.request;
  const date = "Sun, 22 Nov 2026 08:00:00 GMT";
  assert.equal(120, wait("120", null, 0));
  assert.equal(90, wait("Sun, 22 Nov 2026 08:01:30 GMT", date, 0));
  assert.equal(0, wait("Sun, 22 Nov 2026 07:00:00 GMT", date, 0));
  assert.equal(2_592_000, wait("9999999", null, 0));
  for (const text of [null, "", "soon", "-5", "1.5"]) assert.equal(undefined, wait(text, null, 0), text);
});
