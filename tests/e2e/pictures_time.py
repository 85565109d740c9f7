"""Takes the pictures of the pages Time and Forecast anew: `python -m tests.e2e.pictures_time` (a made-up day)."""

from __future__ import annotations

import asyncio
import random
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from piecework.drive import launch
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, FixedClock, to_us, zone
from piecework.platforms import load_platforms
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Context, Store
from piecework.watch.coverage import note_arrival
from piecework.watch.forecast import Arrival
from piecework.worktime import edits
from piecework.worktime.correcting import correct, named
from piecework.worktime.tracker import apply_beat
from tests.agent.books import event, take, work
from tests.agent.panel import ZONE, panel

if TYPE_CHECKING:
    import sqlite3

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MIDNIGHT = to_us(datetime(2026, 11, 21, tzinfo=zone(ZONE)))
NOW = MIDNIGHT + 18 * HOUR_US + 40 * MINUTE_US
DAY: list[tuple[str, str, str, int, int]] = [
    ("prolific", "search", "", 492, 534),
    ("prolific", "work", "How people choose a bus seat", 534, 576),
    ("sproutgigs", "work", "Short comment on a blog", 558, 624),
    ("sproutgigs", "search", "", 630, 645),
    ("prolific", "qualification", "Two maps, one question", 810, 876),
    ("prolific", "admin", "", 882, 888),
]
"""Platform, kind, title, first and last minute of a made-up day."""
IDLE = (576, 594)
"""Minutes without input, in the middle of a task."""


def spend(conn: sqlite3.Connection, number: int, line: tuple[str, str, str, int, int]) -> None:
    """One stretch of the day, beat by beat; a task is taken and handed in with the site's own time."""
    platform, kind, title, first, last = line
    start, end = (MIDNIGHT + minute * MINUTE_US for minute in (first, last))
    ctx = Context(now_us=end, zone=ZONE, platforms=load_platforms())
    task, session, about = (f"t{number}" if title else ""), f"s{number}", {"platform": platform, "zone": ZONE}
    if task:
        said = work(task=task, session=session, title=title, pay="1.50")
        take(conn, event(Kind.ACCEPTED, start, said, id=f"a{number}", **about), ctx)
    still, back = (MIDNIGHT + minute * MINUTE_US for minute in IDLE)
    for at_us in [*range(start, end, 25 * SECOND_US), end]:
        idle = title.startswith("Short") and still < at_us < back
        state = "end" if at_us == end else "idle" if idle else "active"
        since_us, mono_ms = still if idle else None, (at_us - MIDNIGHT) // 1_000
        pulse = {"session": session, "task": task, "work": kind, "state": state, "since_us": since_us}
        body = bodies.Beat(mono_ms=mono_ms, **pulse)  # type: ignore[arg-type]
        apply_beat(conn, ctx, event(Kind.BEAT, at_us, body, id=f"b{number}-{at_us}", **about), body)
    if task:
        said = work(task=task, session=session, title=title, pay="1.50", site_seconds_raw=f"{last - first + 9} min")
        take(conn, event(Kind.SUBMITTED, end, said, id=f"z{number}", **about), ctx)


def arrive(conn: sqlite3.Connection) -> None:
    """Two months of arrivals, most of them in the afternoon, and of hours watched."""
    chance = random.Random(3)  # noqa: S311 - a made-up world, the same every time
    for back in range(1, 60):
        midnight = (MIDNIGHT - back * DAY_US) // HOUR_US * HOUR_US
        for platform, most in (("prolific", 9), ("sproutgigs", 5)):
            for hour in range(7, 24):
                if chance.random() < 0.8:
                    conn.execute(
                        "INSERT INTO watched VALUES (?, 'main', ?, ?)", (platform, midnight + hour * HOUR_US, HOUR_US)
                    )
            for _ in range(chance.randrange(most)):
                at_us = midnight + int(min(max(chance.gauss(15, 3), 7), 23) * HOUR_US)
                row = (platform, chance.choice(["new", "new", "reopened"]), at_us, at_us, 15 * SECOND_US)
                conn.execute(
                    "INSERT INTO arrival (platform, list, kind, first_seen_us, last_seen_us, gap_before_us) "
                    "VALUES (?, 'main', ?, ?, ?, ?)",
                    row,
                )
                note_arrival(conn, platform, row[1], Arrival(at_us, row[4]))


def fill(conn: sqlite3.Connection) -> None:
    """The day, one correction in it, and the months before."""
    for number, line in enumerate(DAY):
        spend(conn, number, line)
    rows = named(conn, [row[0] for row in conn.execute("SELECT id FROM interval WHERE kind = 'qualification'")])
    correct(conn, Context(now_us=NOW, zone=ZONE), "split", rows, edits.split(rows, MIDNIGHT + 14 * HOUR_US))
    arrive(conn)


async def take_pictures() -> None:
    """Serves the day and takes its pictures."""
    with tempfile.TemporaryDirectory() as folder:
        clock, paths = FixedClock(NOW), Paths(Path(folder) / "data")
        store = Store.open(paths, clock)
        store.write_now(fill)
        async with panel(paths, store, clock, language="en") as house, launch("chromium") as browser:
            tab = await browser.new_tab(house.address("/time"))
            await tab.wait_for("document.querySelector('#timeline .edge')?.getAttribute('role') === 'slider'")
            await tab.screenshot(IMAGES / "time.png", width=1100)
            await tab.goto(f"{house.origin}/forecast")
            await tab.screenshot(IMAGES / "forecast.png", width=1200)
        store.close()


if __name__ == "__main__":
    asyncio.run(take_pictures())
