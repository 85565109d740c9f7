"""Expected by: the clock of a task itself, where a page of the site says one, else the platform's own rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.ledger.replay import rebuild, verify
from piecework.money import parse_days
from piecework.platforms import load_platforms
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.watch.reading import read_row
from piecework.watch.tasks import Where, see
from tests.agent.books import DAY, NOON, S, attempts, event, memory, take, usd

if TYPE_CHECKING:
    import sqlite3

PLATFORMS = load_platforms()
PLATFORM = "microworkers"


def step(conn: sqlite3.Connection, kind: str, at_us: int, platform: str = PLATFORM, rated_raw: str = "") -> None:
    """One step of the task "t1"."""
    body = bodies.Work(task="t1", system="ttv", session="s", pay=usd("0.40"), rated_raw=rated_raw)
    ctx = Context(now_us=at_us, platforms=PLATFORMS)
    take(conn, event(kind, at_us, body, platform=platform), ctx)


def listed(conn: sqlite3.Connection, rated: str | None) -> None:
    """The task as a list of the site shows it."""
    sight = read_row(bodies.Row(id="t1", system="ttv", title="t", rated_raw=rated), "USD", None)
    assert sight is not None
    where = Where(PLATFORM, "me", "jobs", NOON - DAY, "dom", None, None, baseline=False)
    see(conn, where, None, sight)


def days(conn: sqlite3.Connection) -> int | None:
    """Days from the submission to the day it is expected by."""
    (row,) = attempts(conn)
    return None if row["due_us"] is None else (row["due_us"] - row["submitted_us"]) // DAY


def test_the_list_says_within_how_many_days() -> None:
    """The days to rate of the task's row count from its submission."""
    conn = memory()
    listed(conn, "3")
    step(conn, Kind.SUBMITTED, NOON)

    assert 3 == days(conn)
    assert [] == verify(conn)["differences"]


def test_an_earlier_step_says_more_than_the_list() -> None:
    """The page a task was accepted on is newer than its row; a page that says it at the submission is newer still."""
    for told, wanted in (("", 7), ("within 2 days", 2)):
        conn = memory()
        listed(conn, "3")
        step(conn, Kind.ACCEPTED, NOON, rated_raw="7 days")
        step(conn, Kind.SUBMITTED, NOON + S, rated_raw=told)

        assert wanted == days(conn)
        rebuild(conn)
        assert wanted == days(conn)


def test_a_platform_with_one_clock_for_all_keeps_it() -> None:
    """Where no page names a clock of the task's own, the platform's rule as it was that day."""
    known = next(one for one in PLATFORMS.values() if isinstance(one.money.approval_days, int))
    conn = memory()
    step(conn, Kind.SUBMITTED, NOON, platform=known.id)

    assert known.money.approval_days == days(conn)


@pytest.mark.parametrize("text", [None, "", "soon", "0", "-3", "9999", "1e3"])
def test_a_clock_that_is_none_promises_nothing(text: str | None) -> None:
    """No day is made up, however the cell is filled."""
    conn = memory()
    listed(conn, text)
    step(conn, Kind.SUBMITTED, NOON, rated_raw=text or "")

    assert None is days(conn)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("7", 7), (" 14 ", 14), ("1 day", 1), ("1 day rate", 1), ("72 hours", 3), ("60 h", 3), ("within 7 days", 7)],
)
def test_days_as_sites_write_them(text: str, wanted: int) -> None:
    """A bare number is days; what is begun is counted as a whole day."""
    assert wanted == parse_days(text)
    assert 7 == parse_days("7 jours", lang="fr")
