"""A history of years, made up: the events of so many assignments on 20 platforms in 3 currencies, the same every time.

Half of the platforms mark each attempt as paid, the other half pay a week's work in one payout. Events are written
the way ingest writes them; everything derived from them is left to `piecework rebuild`.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from piecework.ledger import derived
from piecework.ledger.amounts import Reading
from piecework.now import DAY_US, HOUR_US, MINUTE_US, day_of
from piecework.protocol.bodies import Payout, PayText, Statement, Total, Work
from piecework.store.timebody import IntervalBody

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Iterator

END_US = 1_795_176_000_000_000
"""2026-11-20 12:00 UTC: the last day of the history."""
YEARS_US = 3 * 365 * DAY_US
PLATFORMS = tuple(f"site{number:02}" for number in range(20))
CURRENCIES = ("USD", "EUR", "GBP")
CLOCK_DAYS = 7
WEEK_US = 7 * DAY_US
A_BATCH = 20_000
_INSERT = (
    "INSERT INTO event (id, at_us, recv_us, source, cid, platform, account, kind, task, assignment, body, derived, "
    "zone, day_platform, day_local) VALUES (?, ?, ?, ?, '', ?, 'account', ?, ?, ?, ?, ?, 'Europe/Paris', ?, ?)"
)
Row = tuple[Any, ...]


class Made(NamedTuple):
    """One assignment as it is going to be told."""

    number: int
    platform: str
    currency: str
    micro: int
    at_us: int


def fill(conn: sqlite3.Connection, count: int, seed: int = 1) -> int:
    """Writes the events of `count` assignments in transactions of their own; returns how many events there are."""
    told = 0
    batch: list[Row] = []
    for row in _rows(count, random.Random(seed)):  # noqa: S311 - the same history every time
        batch.append(row)
        if len(batch) >= A_BATCH:
            told += _write(conn, batch)
    return told + _write(conn, batch)


def _write(conn: sqlite3.Connection, batch: list[Row]) -> int:
    written = len(batch)
    conn.execute("BEGIN")
    conn.executemany(_INSERT, batch)
    conn.execute("COMMIT")
    batch.clear()
    return written


def _rows(count: int, chance: random.Random) -> Iterator[Row]:
    owed: dict[str, int] = {}
    week = 0
    for number in range(count):
        at_us = END_US - YEARS_US + YEARS_US * number // count
        place = chance.randrange(len(PLATFORMS))
        made = Made(number, PLATFORMS[place], CURRENCIES[place % 3], 5_000 * chance.randrange(1, 400), at_us)
        approved = yield from _assignment(made, chance, marks_paid=place % 2 == 0)
        if approved and place % 2:
            owed[made.platform] = owed.get(made.platform, 0) + made.micro
        if (at_us - END_US + YEARS_US) // WEEK_US > week:
            week += 1
            yield from _payday(owed, number, at_us)


def _assignment(made: Made, chance: random.Random, *, marks_paid: bool) -> Generator[Row, None, bool]:
    fate = chance.random()
    done_us = made.at_us + chance.randrange(2, 30) * MINUTE_US
    yield _step(made, "accepted", made.at_us)
    yield _interval(made, done_us)
    if fate < 0.03:
        yield _step(made, "returned", done_us)
        return False
    yield _step(made, "submitted", done_us)
    if fate < 0.04:
        return False
    decided_us = done_us + chance.randrange(1, 10) * DAY_US
    if decided_us > END_US:
        return False
    approved = fate > 0.06
    yield _step(made, "approved" if approved else "rejected", decided_us)
    if approved and marks_paid and decided_us + WEEK_US < END_US:
        yield _step(made, "paid", decided_us + WEEK_US)
    return approved


def _payday(owed: dict[str, int], number: int, at_us: int) -> Iterator[Row]:
    for platform, micro in sorted(owed.items()):
        currency = CURRENCIES[PLATFORMS.index(platform) % 3]
        pay = PayText(micro=micro, currency=currency)
        body = Payout(id=f"{platform}-{number}", amount=pay, to="PayPal")
        known = derived.Derived(pay=_reading(micro, currency), bank="paypal", key=body.id)
        yield _row(f"payout-{platform}-{number}", platform, "payout", at_us, body, known)
        total = Statement("earnings", "", [Total("pending", pay)])
        seen = derived.Derived(totals={"pending": _reading(micro, currency)})
        yield _row(f"statement-{platform}-{number}", platform, "statement", at_us, total, seen)
    owed.clear()


def _step(made: Made, kind: str, at_us: int) -> Row:
    pay = PayText(raw=f"{made.micro / 1_000_000:.3f}", currency=made.currency)
    body = Work(
        task=f"t{made.number % 5000:08x}",
        session=f"s-{made.number:08x}",
        assignment=f"a{made.number:023x}",
        title=f"Sort the pictures of part {made.number % 5000}",
        requester=f"Requester {made.number % 300}",
        pay=pay,
    )
    days = CLOCK_DAYS if kind == "submitted" else None
    known = derived.Derived(pay=_reading(made.micro, made.currency), clock_days=days)
    return _row(_event_id(kind, made.number, at_us), made.platform, kind, at_us, body, known, made)


def _interval(made: Made, end_us: int) -> Row:
    body = IntervalBody(f"s-{made.number:08x}", made.at_us, end_us, (end_us - made.at_us) * 3 // 4)
    own = _event_id("interval", made.number, end_us)
    return _row(own, made.platform, "interval", made.at_us, body, None, made)


def _row(  # noqa: PLR0913, PLR0917 - the columns of an event
    event_id: str,
    platform: str,
    kind: str,
    at_us: int,
    body: msgspec.Struct,
    known: derived.Derived | None,
    made: Made | None = None,
) -> Row:
    # Whole-hour zones: UTC for the platform, Paris in winter for the person.
    days = day_of(at_us, "UTC"), day_of(at_us + HOUR_US, "UTC")
    task, attempt = (f":t{made.number % 5000:08x}", _attempt_id(made.number)) if made else ("", "")
    text = "{}" if known is None else derived.encode(known)
    source = "agent" if kind == "interval" else "page"
    said = msgspec.json.encode(body).decode()
    return (event_id, at_us, at_us, source, platform, kind, task, attempt, said, text, *days)


def _reading(micro: int, currency: str) -> Reading:
    return Reading("stated", micro, micro, currency)


def _event_id(kind: str, number: int, at_us: int) -> str:
    """Like those the extension makes: the time first, then what is random (here: what looks so)."""
    time, rest = f"{at_us // 1000:012x}", _random(kind, number)
    return f"{time[:8]}-{time[8:]}-7{rest[:3]}-8{rest[3:6]}-{rest[6:18]}"


def _attempt_id(number: int) -> str:
    """Like those the agent makes, which tell nothing of the order."""
    rest = _random("attempt", number)
    return f"{rest[:8]}-{rest[8:12]}-5{rest[12:15]}-8{rest[15:18]}-{rest[18:30]}"


def _random(what: str, number: int) -> str:
    return hashlib.blake2b(f"{what} {number}".encode(), digest_size=15).hexdigest()
