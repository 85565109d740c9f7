import assert from "node:assert/strict";
import { test } from "node:test";
import { bounds, clock, dragged, place, pressed } from "../../agent/piecework/views/static/edges.js";

const MIN = 60_000_000;
const DAY = { start: 1_763_679_600_000_000, end: 1_763_679_600_000_000 + 1440 * MIN };
const at = (minutes) => DAY.start + minutes * MIN;
const axis = { ...DAY, now: at(900) };
const stretch = { start: at(600), end: at(630) };

test("an edge stays on the picture, a second from the other, and out of the time to come", () => {
  assert.deepEqual({ start: DAY.start, end: at(630) - 1_000_000 }, bounds("start", stretch, axis));
  assert.deepEqual({ start: at(600) + 1_000_000, end: at(900) }, bounds("end", stretch, axis));
});

test("arrows move by a minute to full minutes, pages by ten, Home and End to the ends of the way", () => {
  const within = bounds("end", stretch, axis);
  assert.equal(at(631), pressed("ArrowRight", at(630), within));
  assert.equal(at(631), pressed("ArrowUp", at(630) + 1, within));
  assert.equal(at(630), pressed("ArrowLeft", at(630) + 1, within));
  assert.equal(at(640), pressed("PageUp", at(630), within));
  assert.equal(within.start, pressed("Home", at(630), within));
  assert.equal(within.end, pressed("End", at(630), within));
  assert.equal(within.end, pressed("PageUp", at(899), within));
  assert.equal(null, pressed("a", at(630), within));
  assert.equal(null, pressed("constructor", at(630), within));
});

test("a pointer lands on the nearest full minute, and no further than the edge may go", () => {
  const within = bounds("start", stretch, axis);
  assert.equal(at(610), dragged(610.4, DAY, within));
  assert.equal(within.end, dragged(1440, DAY, within));
  assert.equal(DAY.start, dragged(-50, DAY, within));
});

test("place and pointer are each other's way back", () => {
  for (const minutes of [0, 1, 719, 1439, 1440]) assert.equal(at(minutes), dragged(place(at(minutes), DAY), DAY, DAY));
});

test("the time of day is that of the person's zone, and an unknown zone does not break it", () => {
  assert.equal("10:00", clock(at(600), "Europe/Paris", "en"));
  assert.match(clock(at(600), "Nowhere/There", "fr"), /^\d\d:\d\d$/);
});
