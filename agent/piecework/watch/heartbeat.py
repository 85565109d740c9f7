"""One heartbeat per list: when it was last read well, when the next look is due, and an alert where that is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import MINUTE_US
from piecework.watch.expected import CONFIRM_US, GOOD, LIVE, OVERDUE_US, overdue_us, refreshes_of
from piecework.watch.health import LOOKS
from piecework.watch.raising import Told, Word, tell

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from piecework.platforms import Platform
    from piecework.store import Context

HEALTH = "health"
"""What rules call it."""


class Late(NamedTuple):
    """A list nobody has heard of since `last_us`."""

    platform: str
    list: str
    account: str
    last_us: int


class Presence(NamedTuple):
    """Who is there: since when each browser is connected, and when the machine last woke up."""

    now_us: int
    since_us: Mapping[str, int]
    platforms: Mapping[str, Platform]
    woke_us: int = 0

    def there(self, cid: str) -> bool:
        """Whether a browser has been there long enough to be missed; any of them where it is not known which."""
        since = [self.since_us[cid]] if cid in self.since_us else [] if cid else list(self.since_us.values())
        return any(self.now_us - max(one, self.woke_us) > OVERDUE_US for one in since)


def note_next(conn: sqlite3.Connection, due_us: Mapping[tuple[str, str], int | None]) -> None:
    """Writes down when each list is to be looked at next; None where nobody knows."""
    conn.executemany(
        "UPDATE list_state SET next_look_us = ? WHERE platform = ? AND list = ? AND next_look_us IS NOT ?",
        [(at_us, *key, at_us) for key, at_us in due_us.items()],
    )


def keep_next(conn: sqlite3.Connection, names: Sequence[str]) -> None:
    """Forgets when lists other than these ("platform:list") were to be looked at next: we look at them no more."""
    marks = ", ".join("?" * len(names))
    conn.execute(
        f"UPDATE list_state SET next_look_us = NULL WHERE next_look_us IS NOT NULL "  # noqa: S608 - our own marks
        f"AND platform || ':' || list NOT IN ({marks})",
        names,
    )


def note_state(conn: sqlite3.Connection, key: tuple[str, str], state: str, cause: str, at_us: int) -> None:
    """A list's state as the scheduler knows it: its host refused, or the look that was allowed found no tab."""
    conn.execute(
        "UPDATE list_state SET since_us = iif(state = ?1, since_us, ?3), state = ?1, cause = ?2 "
        # Why nobody has it open is better known where it was closed.
        "WHERE platform = ?4 AND list = ?5 AND (state <> ?1 OR cause <> ?2) AND NOT (state = ?1 AND ?2 = 'no_tab')",
        (state, cause, at_us, *key),
    )


def late_lists(conn: sqlite3.Connection, at: Presence) -> list[Late]:
    """Lists that were well when they were last seen and whose next look is long overdue.

    A list that says itself what is wrong with it (a challenge, a sign-in page, a closed tab) is not late: its state
    tells. Nor is one whose browser is away, or came back, as the machine did from its sleep, less than OVERDUE_US ago.
    """
    rows = [row for row in conn.execute(LOOKS) if at.there(row["cid"])]
    late = ((row, overdue_us(row, refreshes_of(at.platforms, row["platform"]))) for row in rows)
    return [
        Late(row["platform"], row["list"], row["account"], row["last_look_us"])
        for row, from_us in late
        if from_us is not None and at.now_us > from_us
    ]


def to_confirm(conn: sqlite3.Connection, at: Presence) -> list[tuple[str, str, str]]:
    """(browser, platform, list) of the open tabs to be read once more: their sites keep them up to date, unchanged."""
    return [
        (row["cid"], row["platform"], row["list"])
        for row in conn.execute(LOOKS)
        if row["state"] in GOOD
        and row["cid"] in at.since_us
        and refreshes_of(at.platforms, row["platform"]) == LIVE
        and at.now_us - (row["last_look_us"] or 0) >= CONFIRM_US
    ]


def tell_overdue(conn: sqlite3.Connection, ctx: Context, late: list[Late]) -> list[str]:
    """Alerts of late lists, once for each last look. Returns the ids of those nobody was told of yet."""
    told = Told(name="alert.list_overdue")
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
