import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { applyLook, emptyBoard, markTold, present, wasTold } from "../../extension/background/alone.js";
import { readers } from "../../extension/background/reading.js";

const MINUTE_US = 60_000_000;

let board;
let looks;

/** One complete look at minute `at`; rows as [id, fields]. */
function look(at, rows, more = {}) {
  const body = { list: "all", look: `look ${++looks}`, rows: rows.map(([id, fields = {}]) => ({ id, system: "", ...fields })), ...more };
  return applyLook(board, body, { at_us: at * MINUTE_US, read: readers });
}
const reasons = ({ news }) => news.map(({ key, reason }) => [key, reason]);

beforeEach(() => {
  board = emptyBoard();
  looks = 0;
});

test("nothing in a baseline is news, everything after it that was not in it is", () => {
  assert.deepEqual([], reasons(look(0, [["a"], ["b"]], { baseline: true })));
  assert.deepEqual([[":c", "new"]], reasons(look(1, [["a"], ["b"], ["c"]])));
});

test("a task that comes back after two minutes or less was never away, later it is reopened", () => {
  look(0, [["a"]], { baseline: true });
  look(1, []);
  assert.deepEqual([], reasons(look(3, [["a"]])));
  look(4, []);
  assert.deepEqual([[":a", "reopened"]], reasons(look(6.1, [["a"]])));
});

test("places that grow by five and by half are news, less is not", () => {
  look(0, [["a", { places_raw: "10 places" }]], { baseline: true });
  assert.deepEqual([], reasons(look(1, [["a", { places_raw: "14 places" }]])));
  assert.deepEqual([], reasons(look(2, [["a", { places_raw: "19 places" }]])));
  assert.deepEqual([[":a", "places"]], reasons(look(3, [["a", { places_raw: "29 places" }]])));
});

test("a task without free places is no news until it has some", () => {
  assert.deepEqual([], reasons(look(0, [["a", { places_raw: "0 places" }]])));
  assert.deepEqual([[":a", "places"]], reasons(look(1, [["a", { places_raw: "1 place" }]])));
});

test("another pay is news, the same pay in other words is not", () => {
  look(0, [["a", { pay: { raw: "£3.00" } }]], { baseline: true });
  assert.deepEqual([], reasons(look(1, [["a", { pay: { raw: "£3", micro: 3_000_000, currency: "GBP" } }]])));
  assert.deepEqual([[":a", "pay"]], reasons(look(2, [["a", { pay: { raw: "£3.50" } }]])));
  assert.deepEqual([], reasons(look(3, [["a", { pay: { raw: "ask us" } }]])));
});

test("rows vanish only once every part of a complete look is there", () => {
  look(0, [["a"], ["b"]], { baseline: true });
  assert.deepEqual([], look(1, [["a"]], { look: "two parts", part: 1, of: 2 }).gone);
  assert.deepEqual([":b"], look(1, [["c"]], { look: "two parts", part: 2, of: 2 }).gone);
  assert.deepEqual([], look(2, [], { complete: false }).gone);
  assert.equal(2, present(board, "all"));
});

test("on a list of many pages rows vanish only from their own page, and moving to another is no reopening", () => {
  look(0, [["a"]], { baseline: true, page: 1, complete: false });
  look(0, [["b"]], { baseline: true, page: 2, complete: false });
  assert.deepEqual([":a"], look(1, [["c"]], { baseline: true, page: 1, complete: false }).gone);
  assert.deepEqual([], reasons(look(5, [["a"]], { page: 2, complete: false })));
});

test("an unchanged row is there by its key alone", () => {
  look(0, [["a"], ["b"]], { baseline: true });
  assert.deepEqual([":b"], look(1, [], { same: [":a"] }).gone);
  assert.deepEqual([[":b", "reopened"]], reasons(look(9, [], { same: [":a", ":b"] })));
});

test("a task that another list still shows has not gone", () => {
  look(0, [["a"]], { baseline: true });
  look(0, [["a"]], { baseline: true, list: "mine" });
  assert.deepEqual([], look(1, []).gone);
  assert.deepEqual([], reasons(look(9, [["a"]])));
});

test("nobody is told of one episode twice, nor of the same price within a minute", () => {
  const [item] = look(0, [["a"]]).news;
  markTold(board, item, 0);
  assert.equal(true, wasTold(board, ":a", "new", 60 * MINUTE_US));
  assert.equal(false, wasTold(board, ":a", "pay", 0));
  markTold(board, { ...item, reason: "pay" }, 5 * MINUTE_US);
  assert.deepEqual([true, false], [5.5, 7].map((at) => wasTold(board, ":a", "pay", at * MINUTE_US)));
  look(10, []);
  look(20, [["a"]]);
  assert.equal(false, wasTold(board, ":a", "reopened", 20 * MINUTE_US));
});

test("two systems of one site may use the same number", () => {
  const { news } = look(0, [["1", { system: "ttv" }], ["1", { system: "basic" }]]);
  assert.deepEqual(["ttv:1", "basic:1"], news.map(({ key }) => key));
});
