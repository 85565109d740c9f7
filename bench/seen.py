"""What was seen beside a history of years, made up: lists, arrivals of twelve weeks, hours watched, tasks, alerts."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from bench.books import CURRENCIES, END_US, PLATFORMS
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from piecework.watch.coverage import note_arrival
from piecework.watch.forecast import Arrival

if TYPE_CHECKING:
    import sqlite3

ARRIVALS = 160_000
DAYS = 84
OPEN = 1_500
RECENT = 15_000
"""Tasks of the last week that are gone again: a rule's preview asks about each."""
ALERTS = 20_000
FIRST_HOUR, HOURS_A_DAY = 7, 14
"""When lists are watched; nothing is seen to come at other hours."""
_TASK = (
    "INSERT INTO task (platform, system, id, account, list, title, requester, pay_state, pay_micro, pay_max_micro, "
    "pay_currency, pay_per, pay_raw, minutes, places, url, first_seen_us, last_seen_us, gone_us, episode_us, arrival, "
    "state) VALUES (?, '', ?, 'account', 'main', ?, ?, 'stated', ?, ?, ?, 'task', '0.50', 8, 12, ?, ?, ?, ?, ?, ?, ?)"
)
_ALERT = (
    "INSERT INTO alert (id, platform, system, task, account, reason, rule, episode, title, text, requester, url, cid, "
    "at_us, stored_us, shown_us) VALUES (?, ?, '', ?, 'account', 'new', 'default', 1, ?, '', ?, '', 'c1', ?, ?, ?)"
)


def see(conn: sqlite3.Connection, seed: int = 2) -> None:
    """Writes it in one transaction, as the watching stage would have left it."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    conn.execute("BEGIN")
    _lists(conn)
    _arrivals(conn, chance)
    _tasks(conn, chance)
    _alerts(conn, chance)
    conn.execute("COMMIT")


def _named() -> list[tuple[str, str]]:
    """Lists that are watched: one of each platform, a second of every fourth."""
    return [*((platform, "main") for platform in PLATFORMS), *((platform, "more") for platform in PLATFORMS[::4])]


def _lists(conn: sqlite3.Connection) -> None:
    conn.executemany(
        "INSERT INTO list_state (platform, list, account, state, since_us, last_look_us, last_good_us, tasks, cid) "
        "VALUES (?, ?, 'account', 'watching', ?, ?, ?, 30, 'c1')",
        [(platform, name, END_US - DAY_US, END_US - MINUTE_US, END_US - MINUTE_US) for platform, name in _named()],
    )
    first = END_US // HOUR_US - DAYS * 24
    conn.executemany(
        "INSERT INTO watched (platform, list, hour_us, us) VALUES (?, ?, ?, ?)",
        [
            (platform, name, hour * HOUR_US, HOUR_US)
            for platform, name in _named()
            for hour in range(first, END_US // HOUR_US)
            if FIRST_HOUR <= hour % 24 < FIRST_HOUR + HOURS_A_DAY
        ],
    )


def _arrivals(conn: sqlite3.Connection, chance: random.Random) -> None:
    for _ in range(ARRIVALS):
        day_us = (END_US // DAY_US - chance.randrange(1, DAYS)) * DAY_US
        at_us = day_us + FIRST_HOUR * HOUR_US + chance.randrange(HOURS_A_DAY * HOUR_US)
        gap_us = chance.choice((15 * SECOND_US, 15 * SECOND_US, 15 * SECOND_US, 2 * HOUR_US, None))
        platform = chance.choice(PLATFORMS)
        conn.execute(
            "INSERT INTO arrival (platform, list, kind, first_seen_us, last_seen_us, gap_before_us) "
            "VALUES (?, 'main', 'new', ?, ?, ?)",
            (platform, at_us, at_us + 8 * MINUTE_US, gap_us),
        )
        note_arrival(conn, platform, "new", Arrival(at_us, gap_us))


def _tasks(conn: sqlite3.Connection, chance: random.Random) -> None:
    found = conn.execute(
        "SELECT id, platform, first_seen_us FROM arrival ORDER BY first_seen_us DESC LIMIT ?", [RECENT]
    )
    for place, (arrival, platform, at_us) in enumerate(found.fetchall()):
        gone_us = None if place < OPEN else at_us + 8 * MINUTE_US
        number = chance.randrange(5000)
        pay = 5_000 * chance.randrange(1, 400)
        title, requester = f"Sort the pictures of part {number}", f"Requester {number % 300}"
        currency = CURRENCIES[PLATFORMS.index(platform) % 3]
        seen = (at_us, at_us, gone_us, at_us, arrival, "open" if gone_us is None else "gone")
        url = f"https://{platform}.example/{arrival}"
        conn.execute(_TASK, (platform, f"r{arrival}", title, requester, pay, pay, currency, url, *seen))


def _alerts(conn: sqlite3.Connection, chance: random.Random) -> None:
    for number in range(ALERTS):
        at_us = END_US - 28 * DAY_US * number // ALERTS
        own, platform = f"alert-{number:06}", chance.choice(PLATFORMS)
        task = chance.randrange(5000)
        words = (f"Sort the pictures of part {task}", f"Requester {task % 300}")
        conn.execute(_ALERT, (own, platform, f"n{number}", *words, at_us, at_us, at_us))
        conn.execute(
            "INSERT INTO delivery (alert, channel, state, at_us) VALUES (?, 'extension', 'shown', ?)", (own, at_us)
        )
