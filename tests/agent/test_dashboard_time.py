"""The page Time of one day: its timeline, and corrections by its forms, as a person without scripts makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from piecework.ledger.replay import verify
from piecework.now import HOUR_US, MINUTE_US, FixedClock, day_of
from piecework.protocol.bodies import Record
from piecework.protocol.kinds import Kind
from piecework.settings import Settings
from piecework.store import Context
from piecework.views.timeline import WIDTH, axis_of, draw
from piecework.worktime.timeline import Interval, stretches
from tests.agent.books import event, take, work
from tests.agent.panel import ZONE, Panel, panel
from tests.agent.test_time_edits import put, worked
from tests.agent.visitor import read, send, signed_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator

    import aiohttp

    from piecework.settings import Paths
    from piecework.store import Store

SPRING = 1_774_738_800_000_000
"""Midnight in Paris of 2026-03-29, a day of 23 hours."""
AUTUMN = 1_792_879_200_000_000
"""Midnight in Paris of 2026-10-25, a day of 25 hours."""


@pytest_asyncio.fixture
async def house(paths: Paths, store: Store, clock: FixedClock) -> AsyncIterator[Panel]:
    """A served dashboard; two tasks were open at once, two hours before now."""
    start = clock.now_us() - 2 * HOUR_US
    store.write_now(lambda conn: worked(conn, start, start + 20 * MINUTE_US))
    store.write_now(lambda conn: worked(conn, start + 10 * MINUTE_US, start + 40 * MINUTE_US, "s2", "t2"))
    async with panel(paths, store, clock) as served:
        yield served


@pytest_asyncio.fixture
async def person(house: Panel) -> AsyncIterator[aiohttp.ClientSession]:
    """A signed-in browser."""
    async with signed_in(house) as browser:
        yield browser


def rows(store: Store) -> list[tuple[str, str, int, int]]:
    """Id, kind, minutes from the first start, of table interval."""
    with store.read() as conn:
        found = conn.execute("SELECT id, kind, start_us, end_us FROM interval ORDER BY start_us, end_us").fetchall()
    first = found[0]["start_us"] if found else 0
    return [
        (row["id"], row["kind"], (row["start_us"] - first) // MINUTE_US, (row["end_us"] - first) // MINUTE_US)
        for row in found
    ]


def today(clock: FixedClock) -> str:
    """The person's day."""
    return day_of(clock.now_us(), ZONE)


async def test_the_day_shows_wall_time_shares_and_sums(person: aiohttp.ClientSession) -> None:
    """Twenty and thirty minutes, ten of them at once: forty of wall time, fifty added up, shares of 15 and 25."""
    page = await read(person, "/time")

    assert "Time of the day, overlaps once 40 min Added up task by task 50 min" in page.text
    assert "t2 site 30 min 25 min" in page.text
    assert "t1 site 20 min 15 min" in page.text
    assert {"timeline", "day-table"} <= set(page.ids)


async def test_the_sites_own_time_stands_beside_what_was_seen(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """In its own words where it has some; else what lies between the two moments that it states."""
    at_us = clock.now_us() - HOUR_US
    ctx = Context(now_us=clock.now_us())

    def job(conn: sqlite3.Connection) -> None:
        take(conn, event(Kind.SUBMITTED, at_us, work(task="t9", session="s9", site_seconds_raw="31 min")), ctx)
        worked(conn, at_us, at_us + 12 * MINUTE_US, "s9", "t9")
        told = Record(
            list="history",
            status="approved",
            task="t8",
            assignment="a8",
            accepted_raw="2025-11-21T09:00:00Z",
            submitted_raw="2025-11-21T09:07:30Z",
        )
        [*_, row] = take(conn, event(Kind.RECORD, at_us, told), ctx)
        worked(conn, at_us, at_us + 2 * MINUTE_US, "s8", "t8")
        conn.execute("UPDATE interval SET assignment = ? WHERE session = 's8'", (row.assignment,))

    store.write_now(job)
    text = (await read(person, "/time")).text
    assert "t9 site 12 min 11 min 31 min" in text
    assert "t8 site 2 min 1 min 7 min" in text
    ledger = (await read(person, "/ledger")).text
    assert "12 min the site says 31 min" in ledger
    assert "2 min the site says 7 min" in ledger


async def test_time_is_split_moved_renamed_and_taken_back_by_forms(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """Each press is a correction that the page names; undoing them one by one ends where it began."""
    before = rows(store)
    first = before[0][0]
    at_us = clock.now_us() - 2 * HOUR_US
    said = await send(person, "/time/edit", action="split", ids=first, day=today(clock), at=str(at_us + 5 * MINUTE_US))
    assert "Corrected." in said.text
    left, right = (row[0] for row in rows(store)[:2])
    await send(person, "/time/edit", action="kind", ids=left, day=today(clock), kind="search")
    await send(person, "/time/edit", action="move", ids=right, day=today(clock), end=str(at_us + 12 * MINUTE_US))
    assert [("search", 0, 5), ("work", 5, 12), ("work", 10, 40)] == [row[1:] for row in rows(store)]

    page = await read(person, "/time")
    assert "Undo the last correction Move edges" in page.text
    for _ in range(3):
        said = await send(person, "/time/undo", edit=await last(person))
        assert "The correction is undone." in said.text
    assert before == rows(store)
    assert "undo-last" not in (await read(person, "/time")).ids
    with store.read() as conn:
        assert [] == verify(conn)["differences"]


async def test_two_stretches_are_joined_and_parted_again_by_undo(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """The first one's task, from its start to the other's end; undo brings both back."""
    before = rows(store)
    page = await read(person, f"/time?fix={before[0][0]}")
    assert "Join with the next" in page.text
    joined = await send(person, "/time/edit", action="join", ids=before[0][0], more=before[1][0], day=today(clock))
    assert "Corrected." in joined.text
    assert [("work", 0, 40)] == [row[1:] for row in rows(store)]
    with store.read() as conn:
        assert (":t1", 40 * MINUTE_US) == tuple(conn.execute("SELECT task, active_us FROM interval").fetchone())
    assert "Split Delete" in (await read(person, f"/time?fix={rows(store)[0][0]}")).text
    await send(person, "/time/undo", edit=await last(person))
    assert before == rows(store)


async def test_time_of_another_zone_stays_where_it_is(
    house: Panel, person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """Logged on the 21st in Paris, it is the 20th in Honolulu: shown on its day, and corrected by the clock of now."""
    house.services.settings = Settings(zone="Pacific/Honolulu", language="en")
    before, day = rows(store), today(clock)
    async with person.get(f"/time?day={day}&fix={before[0][0]}") as answer:
        shown = re.findall(r'name="(?:start|end)" step="1" value="([^"]+)"', await answer.text())
    assert 2 == len(shown)
    said = await send(person, "/time/edit", action="move", ids=before[0][0], day=day, start=shown[0], end=shown[1])
    assert "Nothing would change." in said.text
    assert before == rows(store)


async def test_what_only_the_site_counted_is_shown_too(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """Work done in another browser: nothing was seen, and the site says how long it took."""
    fact = event(Kind.SUBMITTED, clock.now_us() - HOUR_US, work(task="t7", title="Far", site_seconds_raw="31 min"))
    store.write_now(lambda conn: take(conn, fact, Context(now_us=clock.now_us(), zone=ZONE)))

    assert "Far site - - 31 min" in (await read(person, "/time")).text


async def last(person: aiohttp.ClientSession) -> str:
    """The correction that the page offers to undo."""
    async with person.get("/time") as answer:
        found = re.search(r'name="edit" value="([^"]+)"', await answer.text())
    assert found
    return found[1]


async def test_the_forms_of_one_row_are_shown_when_asked_for(person: aiohttp.ClientSession, store: Store) -> None:
    """A link leads to them and one leads away; a row that is there no longer shows none."""
    name = rows(store)[0][0]
    plain = await read(person, "/time")
    assert f"/time?fix={name}#interval-{name}" in [link["href"] for link in plain.links]
    assert "Move edges" not in plain.text
    opened = await read(person, f"/time?fix={name}")
    assert "Move edges" in opened.text
    assert "Leave it as it is" in opened.text
    assert "Move edges" not in (await read(person, "/time?fix=gone")).text


async def test_time_is_added_and_deleted_by_forms(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """Times of day are the person's own; a platform is found by its name."""
    await send(
        person,
        "/time/edit",
        action="add",
        day=today(clock),
        start="01:10",
        end="01:25:30",
        kind="admin",
        platform="Prolific",
    )
    with store.read() as conn:
        row = conn.execute("SELECT * FROM interval WHERE platform = 'prolific'").fetchone()
    assert ("admin", "typed", today(clock)) == (row["kind"], row["source"], row["day_local"])
    assert 15 * MINUTE_US + 30_000_000 == row["active_us"]

    await send(person, "/time/edit", action="delete", ids=row["id"], day=today(clock))
    assert 2 == len(rows(store))


async def test_an_end_after_midnight_is_of_the_next_day(person: aiohttp.ClientSession, store: Store) -> None:
    """Half past eleven to half past midnight is an hour of the night, on two days."""
    hours = {"start": "23:30", "end": "00:30", "kind": "work", "platform": "prolific"}
    await send(person, "/time/edit", action="add", day="2025-11-19", **hours)
    with store.read() as conn:
        found = conn.execute(
            "SELECT day_local, active_us FROM interval WHERE platform = 'prolific' ORDER BY start_us"
        ).fetchall()
    assert [("2025-11-19", HOUR_US // 2), ("2025-11-20", HOUR_US // 2)] == [tuple(row) for row in found]
    said = await send(
        person, "/time/edit", action="add", day="2025-11-19", **{**hours, "start": "14:00", "end": "13:00"}
    )
    assert "Time ends after it begins" in said.text


@pytest.mark.parametrize(
    ("form", "cause"),
    [
        ({"action": "split", "at": "00:01"}, "can't be split there"),
        ({"action": "move", "end": "25:00"}, "is no time of day"),
        ({"action": "move", "start": "23:59", "end": "23:59:30"}, "Time to come"),
        ({"action": "kind", "kind": "play"}, "Time is one of"),
        ({"action": "join"}, "no later time"),
        ({"action": "join", "more": "gone"}, "changed meanwhile"),
        ({"action": "assign", "task": "nobody's"}, "same platform"),
        ({"action": "explode"}, "action"),
        ({"action": "delete", "ids": "x,y"}, "changed meanwhile"),
        ({"action": "delete", "ids": ""}, "Name the time"),
        ({"action": "add", "platform": "", "start": "1:00", "end": "2:00"}, "platform"),
    ],
)
async def test_what_can_not_be_is_said_and_changes_nothing(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock, form: dict[str, str], cause: str
) -> None:
    """Hostile and mistaken forms alike."""
    before = rows(store)
    said = await send(person, "/time/edit", **{"ids": before[0][0], "day": today(clock), **form})

    assert cause in said.text
    assert before == rows(store)


async def test_a_platforms_own_day_is_shown_beside_the_persons(paths: Paths, store: Store, clock: FixedClock) -> None:
    """Where its day begins at another moment, with the time that lies in it."""
    start = clock.now_us() - HOUR_US

    def job(conn: sqlite3.Connection) -> None:
        worked(conn, start, start + 20 * MINUTE_US)
        conn.execute("UPDATE interval SET platform = 'mturk'")

    store.write_now(job)
    async with panel(paths, store, clock) as served, signed_in(served) as browser:
        page = await read(browser, "/time")
    assert "own day (America/Los_Angeles) 20 min" in page.text


def test_days_of_23_and_25_hours_are_drawn_whole() -> None:
    """The axis follows the zone: no hour is missing, none is drawn twice."""
    for midnight, hours in ((SPRING, 23), (AUTUMN, 25)):
        axis = axis_of(midnight + 12 * HOUR_US, ZONE, [], whole=True)
        assert (midnight, hours) == (axis.start_us, axis.hours)
        assert (0, WIDTH) == (axis.x(axis.day_start_us), axis.x(axis.day_end_us))


def test_the_axis_holds_the_hours_with_time_in_them() -> None:
    """One hour on each side and four at least, never beyond the day; every bar lies on it."""
    found = stretches([Interval(put(SPRING + 9 * HOUR_US + 7 * MINUTE_US, SPRING + 9 * HOUR_US + 9 * MINUTE_US))])
    axis = axis_of(SPRING + 12 * HOUR_US, ZONE, found, whole=False)

    assert 4 * HOUR_US == axis.end_us - axis.start_us
    picture = draw(axis, found, range(1))
    assert all(0 <= bar.x and bar.x + bar.width <= WIDTH for bar in picture.bars)
    assert all(0 <= x <= WIDTH for x, _ in picture.ticks)


def test_what_has_no_row_on_this_page_is_an_outline() -> None:
    """The picture shows the whole day; what can be pressed is what the table beside it shows."""
    starts = [SPRING + hour * HOUR_US for hour in (8, 9, 10)]
    found = stretches([Interval(put(start, start + 9 * MINUTE_US)) for start in starts])
    axis = axis_of(SPRING + 12 * HOUR_US, ZONE, found, whole=True)
    picture = draw(axis, found, range(1, 2))

    assert [found[1]] == [bar.stretch for bar in picture.bars]
    assert {"work": 2} == {kind: outline.count("M") for kind, outline in picture.rest.items()}
    assert f"M{axis.x(starts[2])} 0h" in picture.rest["work"]


async def test_an_hour_of_the_day_is_told_by_the_pauses_counted_in(
    person: aiohttp.ClientSession, store: Store, clock: FixedClock
) -> None:
    """Five tasks of ten minutes at 1.00 each, four minutes between them: six an hour, less with the pauses."""
    start = clock.now_us() - 5 * HOUR_US

    def job(conn: sqlite3.Connection) -> None:
        for one in range(5):
            name, at_us = f"p{one}", start + one * 14 * MINUTE_US
            worked(conn, at_us, at_us + 10 * MINUTE_US, name, name)
            done = work(task=name, session=name, pay="1.00")
            take(conn, event(Kind.SUBMITTED, at_us + 10 * MINUTE_US, done), Context(now_us=clock.now_us()))

    store.write_now(job)
    text = (await read(person, "/time")).text
    assert "An hour on the tasks of this day $6.00" in text
    assert "An hour, pauses up to 5 min counted in $4.54" in text
