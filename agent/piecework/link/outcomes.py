"""What became of alerts, as rows: deliveries and sounds written down, a test raised and waited for."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.control.typed import context
from piecework.link.loudness import Item
from piecework.watch import alerts
from piecework.watch.raising import TEST, Word, tell_always
from piecework.watch.rules import Chosen

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from piecework.control import Services

LOOK_S = 0.1
NO_ANSWER = "no answer in time"


class Outcome(NamedTuple):
    """What became of alerts in a channel of the agent's own."""

    channel: str
    state: str
    cause: str
    at_us: int


def item(row: sqlite3.Row) -> Item:
    """An alert as far as its loudness goes: all alerts of one episode of a task are about the same."""
    subject = "\n".join((row["platform"], row["system"], row["task"], str(row["episode"])))
    return Item(row["platform"], subject, row["level"] == "sound")


def sounds(conn: sqlite3.Connection, since_us: int) -> list[tuple[int, str]]:
    """The sounds made since a moment: when, and for what."""
    rows = conn.execute("SELECT * FROM alert WHERE sounded_us > ?", (since_us,)).fetchall()
    return [(row["sounded_us"], item(row).subject) for row in rows]


def note_sounds(conn: sqlite3.Connection, ids: Sequence[str], now_us: int) -> None:
    """Writes down that these alerts made their sound."""
    conn.executemany("UPDATE alert SET sounded_us = ? WHERE id = ?", [(now_us, own) for own in ids])


def hold_all(conn: sqlite3.Connection, keys: Iterable[tuple[str, str]], now_us: int, cause: str) -> None:
    """Keeps deliveries (alert, channel) back."""
    for alert, channel in keys:
        alerts.hold(conn, alert, now_us, cause, channel)


def keep_all(conn: sqlite3.Connection, ids: Sequence[str], found: Outcome) -> None:
    """Writes down what became of alerts that were told together."""
    for alert in ids:
        keep(conn, (alert, found))


def no_browser(alert: str, at_us: int) -> tuple[str, Outcome]:
    """No browser is connected that could show it."""
    return alert, Outcome(alerts.EXTENSION, "failed", "no browser is connected", at_us)


def keep(conn: sqlite3.Connection, told: tuple[str, Outcome]) -> None:
    """Where another channel of the screen told the person, the extension need not; where none did, it may later."""
    alert, found = told
    conn.execute(
        "INSERT INTO delivery (alert, channel, state, cause, at_us, tries) VALUES (?, ?, ?, ?, ?, 1)"
        " ON CONFLICT (alert, channel) DO UPDATE SET state = excluded.state, cause = excluded.cause,"
        " at_us = excluded.at_us, tries = tries + 1",
        (alert, found.channel, found.state, found.cause, found.at_us),
    )
    alerts.note_channel(conn, found.channel, found.at_us, found.cause)
    if found.channel != alerts.DESKTOP:
        return
    conn.execute(
        "UPDATE delivery SET tries = tries + 1 WHERE alert = ? AND channel = 'extension' AND state = 'queued'",
        (alert,),
    )
    if found.state == "shown":
        conn.execute("UPDATE alert SET shown_us = coalesce(shown_us, ?) WHERE id = ?", (found.at_us, alert))
        conn.execute(
            "UPDATE delivery SET state = 'failed', at_us = ?, cause = 'no browser confirmed in time'"
            " WHERE alert = ? AND channel = 'extension' AND state = 'queued'"
            " AND (SELECT reason FROM alert WHERE id = ?) <> 'test'",
            (found.at_us, alert, alert),
        )


def raise_test(conn: sqlite3.Connection, services: Services, now_us: int) -> tuple[str, list[str]]:
    """The alert of a test, queued in every channel that is on: its id, and the channels' names."""
    names = [str(row[0]) for row in conn.execute("SELECT name FROM channel WHERE on_ = 1 ORDER BY name")]
    word = Word(TEST, "", "", "test", now_us, episode=now_us)
    own = tell_always(conn, context(services), word, Chosen(TEST, "sound", channels=tuple(names)))
    if own is None:
        raise AssertionError("a test of this very moment is there already")
    if {alerts.EXTENSION, alerts.DESKTOP} <= set(names):
        alerts.queue(conn, own, alerts.DESKTOP, "queued", now_us)
    return own, names


async def wait_for(services: Services, alert: str, count: int, most_s: float) -> list[dict[str, Any]]:
    """What became of an alert in every channel, once none is under way or `most_s` have passed."""
    until = time.monotonic() + most_s
    while True:
        with services.store.read() as conn:
            found = [
                dict(row)
                for row in conn.execute(
                    "SELECT channel, state, cause, at_us FROM delivery WHERE alert = ? ORDER BY channel", (alert,)
                )
            ]
        under_way = [row for row in found if row["state"] in {"queued", "held"}]
        if (len(found) >= count and not under_way) or time.monotonic() > until:
            break
        await asyncio.sleep(LOOK_S)
    late = [row["channel"] for row in under_way]
    await services.store.write(lambda conn: _give_up(conn, alert, late))
    services.bus.publish("board")
    return [row | ({"state": "failed", "cause": NO_ANSWER} if row["channel"] in late else {}) for row in found]


def _give_up(conn: sqlite3.Connection, alert: str, channels: Iterable[str]) -> None:
    """A test is not told late: who connects tomorrow need not hear of it."""
    conn.executemany(
        "UPDATE delivery SET state = 'failed', cause = ? WHERE alert = ? AND channel = ?"
        " AND state IN ('queued', 'held')",
        [(NO_ANSWER, alert, channel) for channel in channels],
    )
