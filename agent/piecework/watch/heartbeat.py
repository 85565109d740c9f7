"""One heartbeat per list: when it was last read well, when the next look is due, and an alert where that is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import MINUTE_US
from piecework.watch.health import GOOD
from piecework.watch.raising import Told, Word, tell

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.store import Context

OVERDUE_US = 5 * MINUTE_US
"""How late a heartbeat may be before it is an alert of its own."""
TIMES = 3
"""Or this many times as late as it was due, whichever is longer."""
HEALTH = "health"
"""What rules call it."""


class Late(NamedTuple):
    """A list nobody has heard of since `last_us`."""

    platform: str
    list: str
    account: str
    last_us: int


def note_next(conn: sqlite3.Connection, due_us: Mapping[tuple[str, str], int | None]) -> None:
    """Writes down when each list is to be looked at next; None where nobody knows."""
    conn.executemany(
        "UPDATE list_state SET next_look_us = ? WHERE platform = ? AND list = ? AND next_look_us IS NOT ?",
        [(at_us, *key, at_us) for key, at_us in due_us.items()],
    )


def note_state(conn: sqlite3.Connection, key: tuple[str, str], state: str, cause: str, at_us: int) -> None:
    """A list's state as the scheduler knows it: its host refused, or the look that was allowed found no tab."""
    conn.execute(
        "UPDATE list_state SET since_us = iif(state = ?1, since_us, ?3), state = ?1, cause = ?2 "
        "WHERE platform = ?4 AND list = ?5 AND (state <> ?1 OR cause <> ?2)",
        (state, cause, at_us, *key),
    )


def late_lists(conn: sqlite3.Connection, now_us: int) -> list[Late]:
    """Lists that were well when they were last seen and whose next look is long overdue.

    A list that says itself what is wrong with it (a challenge, a sign-in page) is not late: its state tells.
    """
    marks = ", ".join("?" * len(GOOD))
    found = conn.execute(
        "SELECT platform, list, account, last_look_us FROM list_state "  # noqa: S608 - our own marks
        f"WHERE state IN ({marks}) AND last_look_us IS NOT NULL AND next_look_us IS NOT NULL "
        "AND ? - next_look_us > max(?, ? * (next_look_us - last_look_us)) ORDER BY platform, list",
        (*sorted(GOOD), now_us, OVERDUE_US, TIMES),
    )
    return [Late(*row) for row in found]


def tell_overdue(conn: sqlite3.Connection, ctx: Context, late: list[Late]) -> list[str]:
    """Alerts of late lists, once for each last look. Returns the ids of those nobody was told of yet."""
    told = Told(name="dash.list_overdue")
    words = [
        Word(HEALTH, one.platform, one.account, one.list, ctx.now_us, one.last_us // MINUTE_US, one.list, told=told)
        for one in late
    ]
    return [own for word in words if (own := tell(conn, ctx, word)) is not None]


def tell_needs(conn: sqlite3.Connection, ctx: Context, key: tuple[str, str], state: str) -> list[str]:
    """A look of ours met a challenge or a sign-in page while nobody was there: the person is needed, told once."""
    platform, name = key
    row = conn.execute(
        "SELECT account, since_us FROM list_state WHERE platform = ? AND list = ?", (platform, name)
    ).fetchone()
    account, since_us = ("", ctx.now_us) if row is None else (str(row[0]), int(row[1]))
    told = Told(name=f"list.{state}")
    word = Word(HEALTH, platform, account, name, ctx.now_us, since_us // MINUTE_US, name, told=told)
    own = tell(conn, ctx, word)
    return [] if own is None else [own]
