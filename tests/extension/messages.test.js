// Unread messages: read where a definition says they are counted or marked, told once for each number.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./page.js";
import { definition, piecework, source } from "./content.js";

const { messages } = piecework;
const prolific = definition("prolific");
const toloka = definition("toloka");

/** The mark beside the link to the inbox, as it was recorded. @param {number | ""} count @param {string} said */
const mark = (count, said) =>
  page(`<nav><a data-testid="messages-link" href="/messages/inbox">Messages <sup class="indicator is-dot message-count" aria-label="${said}">${count}</sup></a></nav>`);
const shown = (count, said) => source(undefined, { page: mark(count, said), url: "https://app.prolific.com/studies" });

/** A view of one page whose content and account change. @param {any} seen */
function view(seen, told = definition("prolific")) {
  const facts = [];
  const env = { get page() { return seen.page; }, address: () => seen.url };
  const made = new messages.MessageView(env, { who: () => seen.who, put: (_, kind, { unread }) => facts.push([kind, unread]) }, told);
  return { facts, made, look: () => piecework.read.now(made.look(1)) };
}

test("a mark counts, says none, or says that there are some", () => {
  const [box] = prolific.messages;
  assert.equal(0, messages.unread(box, shown(0, "You have no unread messages.")));
  assert.equal(3, messages.unread(box, shown(3, "You have 3 unread messages.")));
  assert.equal(1, messages.unread(box, shown("", "You have unread messages.")));
  assert.equal(null, messages.unread(box, source(undefined, { page: page("<nav></nav>"), url: "https://app.prolific.com/" })));
  assert.equal(null, messages.unread(box, { ...shown(3, ""), status: 503 }));
});

test("each number is told once, the first when the page has had its time", () => {
  const seen = { page: mark(0, "You have no unread messages."), url: "https://app.prolific.com/studies", who: "me" };
  const { facts, made, look } = view(seen);
  look();
  assert.deepEqual([], facts);
  made.settled = true;
  look();
  look();
  assert.equal(false, made.touched());
  seen.page = mark(2, "You have 2 unread messages.");
  assert.equal(true, made.touched());
  look();
  assert.deepEqual([["message", 0], ["message", 2]], facts);
  seen.page = page("<nav></nav>");
  look();
  seen.who = "another";
  seen.page = mark(2, "You have 2 unread messages.");
  look();
  assert.deepEqual([["message", 0], ["message", 2], ["message", 2]], facts);
});

test("an answer that says the number is read, and no other", () => {
  const { facts, made } = view({ page: page("<p></p>"), url: "https://toloka.yandex.com/tasks", who: "me" }, toloka);
  const answer = { url: "https://toloka.yandex.com/api/message/status", status: 200, json: { unread: 4 }, at_us: 1 };
  made.answered(answer);
  made.answered({ ...answer, url: "https://toloka.yandex.com/api/other", json: { unread: 9 } });
  made.answered({ ...answer, json: { unread: { forged: 1 } } });
  assert.deepEqual([["message", 4]], facts);
});
