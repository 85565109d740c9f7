import assert from "node:assert/strict";
import { test } from "node:test";
import { AT, board, card, found, page, piecework, rows } from "./reader.js";

const { detect, read } = piecework;
const names = (guess) => Object.fromEntries(detect.columnsOf(guess).filter(({ name }) => name).map(({ name, samples }) => [name, samples[0]]));

test("the list of tasks is found among menu, heading and footer, and its columns are named", () => {
  const { guesses, state, verdict } = found(page(board(12)));
  assert.equal(12, guesses[0].records.length);
  assert.deepEqual({ title: "Sort pictures of kitchens 0", pay: "$0.10", minutes: "3 minutes", requester: "Lumen Lab A" }, names(guesses[0]));
  assert.deepEqual(["list", "sure"], [state, verdict]);
});

test("a list inside an open shadow root is found", () => {
  const { guesses } = found(page(`<task-board shadow><ul>${rows(8, card)}</ul></task-board>`));
  assert.equal(8, guesses[0].records.length);
});

test("records of two siblings each are one record each", () => {
  const pair = (at) => `<dt><a href="/t/${at}5">Judge two search results ${at}</a></dt><dd>Reward: <b>$0.${at + 20}</b> Time: <b>${at + 2} min</b></dd>`;
  const { guesses } = found(page(`<main><dl>${rows(9, pair)}</dl></main>`));
  assert.deepEqual([9, 2], [guesses[0].records.length, guesses[0].records[0].length]);
});

test("a shop, a statement and a text are not taken for lists of tasks", () => {
  const shop = rows(12, (at) => `<li class="product"><a href="/p/${at}77">Oak chair ${at}</a><span class="price">$${at + 20}.00</span><button>Add to cart</button></li>`);
  const bank = rows(12, (at) => `<tr><td>2026-03-${at + 10}</td><td>Card payment ${at}</td><td>-$${at}.50</td><td>Balance $900.00</td></tr>`);
  const text = rows(9, (at) => `<p>On day ${at} it cost $${at}.00 and took ${at + 5} minutes to write this part of the story down.</p>`);
  for (const one of [`<ul>${shop}</ul>`, `<table>${bank}</table>`, `<article>${text}</article>`]) assert.notEqual("sure", found(page(`<main>${one}</main>`)).verdict);
});

test("an empty list, a sign-in form and a challenge are told apart", () => {
  assert.equal("empty", found(page("<main><p>There are no tasks available right now.</p></main>")).state);
  assert.equal("signed_out", found(page('<form><p>Sign in to go on</p><input type="password"></form>')).state);
  assert.equal("challenge", found(page('<p>Just a moment</p><iframe src="https://x.test/captcha"></iframe>')).state);
});

test("frames of other sites are named", () => {
  const { notes } = found(page(`${board(5)}<iframe src="https://frames.test/list"></iframe>`));
  assert.deepEqual([{ note: "foreign_frame", what: "https://frames.test" }], notes.filter(({ note }) => note === "foreign_frame"));
});

test("a page is walked in steps, so that it gets its turn", () => {
  assert.ok([...detect.find(page(board(200)), AT)].length > 5);
});

test("names a page gives its fields don't bend the walk", () => {
  const bent = (at) => `<li class="job-card"><form><input name="firstChild"><a href="/jobs/${at}9">Say ten sentences ${at}</a> <b>$0.${at + 10}</b></form></li>`;
  assert.equal(6, found(page(`<ul>${rows(6, bent)}</ul>`)).guesses[0].records.length);
});

test("the list in the page's own JSON is found with its fields", () => {
  const json = { props: { pageProps: { tasks: [{ id: "a", title: "One", reward: { amount: 0.5 }, requester: "Lab" }, { id: "b", title: "Two", reward: { amount: 1 }, requester: "Lab" }] } } };
  assert.deepEqual({ id: "id", title: "title", pay: "reward.amount", requester: "requester" }, detect.json.listIn(json).fields);
  assert.equal("props.pageProps.tasks", detect.json.listIn(json).path);
  assert.equal(null, detect.json.listIn({ posts: [{ title: "No money here" }] }));
});

test("one click on a title finds its list, two clicks what holds one of them each", () => {
  const shown = page(board(10));
  const titles = shown.querySelectorAll("a.job-title");
  assert.equal(10, read.now(detect.containing(shown, titles[4]))[0].records.length);
  assert.equal(10, read.now(detect.both(shown, titles[2], titles[7]))[0].records.length);
});

test("a box goes one step out and one step in", () => {
  const shown = page(`<main>${rows(6, (at) => `<section><div class="job-card"><p><a href="/jobs/${at}1">Outline the bicycles ${at}</a></p><p>$0.${at + 10}</p></div></section>`)}</main>`);
  const [guess] = found(shown).guesses;
  const inner = detect.smaller(guess, shown);
  assert.equal(6, inner.records.length);
  assert.notEqual(guess.records[0][0], inner.records[0][0]);
  assert.deepEqual(guess.records, detect.larger(inner, shown).records);
});

test("a column the person names keeps that name alone", () => {
  const [guess] = found(page(board(6))).guesses;
  const pay = detect.columnsOf(guess).find(({ name }) => name === "pay").key;
  const renamed = detect.named(guess, pay, "title");
  assert.deepEqual([pay], renamed.columns.filter(({ name }) => name === "title").map(({ key }) => key));
});
