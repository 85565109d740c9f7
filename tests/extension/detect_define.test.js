import assert from "node:assert/strict";
import { test } from "node:test";
import { AT, board, card, found, induced, page, piecework, rows } from "./reader.js";

const { detect, heal, health, read } = piecework;
const listingOf = ({ definition }) => definition.listings[definition.listings.length - 1];
const reading = (listing, shown) => read.now(read.list(listing, read.fromPage(shown, AT, listing.urls)));
const proposal = (made, shown) => read.now(heal.propose(made.definition, listingOf(made), shown, AT));
const renamed = (at) => card(at).replaceAll("job-", "gig-");

test("a definition made from a page reads the same tasks from it, with their ids", () => {
  const made = induced(page(board(12)));
  const { state, rows: read_rows, via, health: score } = reading(listingOf(made), page(board(12)));
  assert.deepEqual(["watching", 12, 0, 1], [state, read_rows.length, via, score]);
  const [first] = read_rows;
  assert.deepEqual(["100", "Sort pictures of kitchens 0", "$0.10", "3 minutes"], [first.id, first.title, first.pay.raw, first.minutes_raw]);
  assert.deepEqual([true, 12, []], [made.check.same, made.check.rows, made.check.missing]);
});

test("where classes are renamed the next way finds the rows, and that is said", () => {
  const listing = listingOf(induced(page(board(12))));
  const told = reading(listing, page(board(12, renamed)));
  assert.deepEqual(["watching", "drifted", 12], [told.state, told.cause, told.rows.length]);
  assert.deepEqual(["Sort pictures of kitchens 3", "$0.13"], [told.rows[3].title, told.rows[3].pay.raw]);
});

test("an unchanged list is healthy whatever its length", () => {
  const listing = listingOf(induced(page(board(12))));
  for (const count of [1, 2, 5, 40]) assert.deepEqual([count, 1], [reading(listing, page(board(count))).rows.length, reading(listing, page(board(count))).health]);
});

test("rows that hold several tasks, and parts of rows, are not healthy", () => {
  const shown = page(board(12));
  const listing = listingOf(induced(shown));
  const seen = read.fromPage(shown, AT, listing.urls);
  const wide = health.of(listing, shown.querySelectorAll("ul.board"), seen);
  const narrow = health.of(listing, shown.querySelectorAll("ul.board li div"), seen);
  assert.ok(wide.why.includes("several tasks in a row") || wide.why.includes("link"));
  assert.ok(wide.score < 0.9 && narrow.score < 0.9);
});

test("separators and advertisements among the rows are no rows", () => {
  const listing = listingOf(induced(page(board(12))));
  const mixed = board(12, (at) => card(at) + (at % 5 === 4 ? '<li class="job-card"><a href="https://ads.test/x">Upgrade your plan today and see more of this</a></li>' : ""));
  assert.equal(12, reading(listing, page(mixed)).rows.length);
});

test("an empty list and a sign-in page are said and not healed", () => {
  const made = induced(page(board(12)));
  assert.equal("empty", reading(listingOf(made), page("<main><p>There are no tasks available.</p></main>")).state);
  assert.equal("signed_out", proposal(made, page('<p>Sign in</p><input type="password">')).state);
  assert.equal("healthy", proposal(made, page(board(3))).state);
});

test("a redesigned list with the same links is read by them, one with others is asked about", () => {
  const made = induced(page(board(12)));
  const other = (link) => (at) => `<section class="tile"><b>$0.${at + 10}</b><div><h2><a href="/${link}/${at + 100}">Sort pictures of kitchens ${at}</a></h2></div><i>Lumen Lab ${"ABC"[at % 3]}</i><u>Reward</u><u>Time: ${at + 3} minutes</u></section>`;
  const listing = { ...listingOf(made), link: undefined };
  const without = { ...made, definition: { ...made.definition, listings: [{ ...listing, rows: ["li.job-card"], link: listingOf(made).link }] } };
  const same = reading(listingOf(without), page(`<main>${rows(12, other("jobs"))}</main>`));
  assert.deepEqual(["watching", "drifted", 12], [same.state, same.cause, same.rows.length]);
  const moved = proposal(without, page(`<main>${rows(12, other("tasks"))}</main>`));
  assert.deepEqual(["changed", false], [moved.state, moved.silent]);
  assert.ok(moved.why.includes("link"));
  assert.equal(12, reading(moved.listing, page(`<main>${rows(12, other("tasks"))}</main>`)).rows.length);
});

test("no list at all is no repair", () => {
  assert.equal(null, proposal(induced(page(board(12))), page("<main><p>Our new site is coming soon.</p></main>")));
});

test("a shared record says nothing of the person's tasks", () => {
  const shown = page(board(4));
  const told = detect.redacted(listingOf(induced(shown)), found(shown).guesses[0]);
  assert.equal("Xxxx xxxxxxxx xx xxxxxxxx 0", told.title);
  assert.equal("$0.00", told.pay);
});

test("costly selectors and patterns are refused, and so is what is no definition", () => {
  const { definition } = induced(page(board(4)));
  assert.deepEqual([], detect.safe(definition));
  const spoilt = (change) => detect.safe({ ...definition, listings: [{ ...definition.listings[0], ...change }] }).length;
  assert.equal(1, spoilt({ rows: ["div:has(div:has(div))"] }));
  assert.equal(1, spoilt({ rows: ["x".repeat(201)] }));
  assert.equal(1, spoilt({ urls: ["https://a.test/*a*a*a*a*a"] }));
  assert.equal(1, spoilt({ link: ["javascript:alert(1)"] }));
  assert.deepEqual(["not a definition"], detect.safe("x"));
  assert.equal(null, detect.selectorCost(page(board(2)), "li:unknown"));
});

test("a label, a likeness and a sibling say where a value is", () => {
  const [row] = page('<dl><dt>One task</dt><dd>Pay: <b>$2.00</b> Left: <i>7</i></dd></dl>').querySelectorAll("dt");
  const at = (place) => piecework.place.value(place, { row, page: null, json: undefined, url: AT, captured: {}, shadow: false, lang: "en" });
  assert.equal("$2.00", at({ next: 1, label: "Pay" }));
  assert.equal("$2.00", at({ next: 1, like: "pay" }));
  assert.equal("7", at({ next: 1, sel: "i" }));
  assert.equal("", at({ next: 2, like: "pay" }));
});

test("the pattern of tasks' addresses has what differs most as the id", () => {
  const { pattern } = detect.links;
  assert.equal("https://a.test/jobs/{id}", pattern(["https://a.test/jobs/1", "https://a.test/jobs/2", "https://a.test/jobs/3"]));
  assert.equal("https://a.test/view?group={id}", pattern(["https://a.test/view?group=x1&p=1", "https://a.test/view?group=y2&p=1", "https://a.test/view?group=z3&p=1"]));
  assert.equal(null, pattern(["https://a.test/same", "https://a.test/same", "https://a.test/same"]));
});
