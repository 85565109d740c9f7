"""What the clock brings: deadlines, sessions that end, overdue decisions, a payout that may be asked for, the digest.

Each is told once, quietly. Everything is looked up first: the store is written to only where there is news.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from piecework.control.typed import context
from piecework.ledger.earnings import earnings
from piecework.now import DAY_US, HOUR_US, MINUTE_US, to_us, utc, zone
from piecework.settings import get_value, put_value
from piecework.watch.digest import digest
from piecework.watch.past import LEAD_US, PAUSE_US
from piecework.watch.raising import Told, Word, tell, tell_always
from piecework.watch.rules import Chosen
from piecework.words import told_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.control.services import Services

LATE_US = DAY_US // 2
"""A digest that could not be told for so long waits for the next one."""
TOLD_AT = "digest.told_us"

_DEADLINES = """
SELECT assignment.id, assignment.platform, assignment.account, assignment.title, assignment.requester, task.url,
  coalesce(accepted_us, (SELECT min(at_us) FROM event WHERE event.assignment = assignment.id)) AS since_us,
  task.allotted_s * 1000000 AS allotted_us
FROM assignment JOIN task ON task.platform = assignment.platform AND task.system || ':' || task.id = assignment.task
WHERE assignment.state IN ('accepted', 'reserved') AND task.allotted_s IS NOT NULL
"""
_OVERDUE = """
SELECT platform, count(*) AS n, max(due_us) AS due_us FROM assignment
WHERE state IN ('submitted', 'left_window') AND due_us IS NOT NULL AND due_us < ? GROUP BY platform
"""
_WORKED = """
SELECT start_us, end_us FROM interval WHERE platform = :platform AND end_us >= :since
UNION ALL SELECT at_us, at_us FROM beat WHERE platform = :platform AND at_us >= :since ORDER BY 1 DESC
"""
_KNOWN = "SELECT 1 FROM alert WHERE platform = ? AND system = '' AND task = ? AND episode = ? AND reason = ? LIMIT 1"


async def remind(services: Services) -> None:
    """Tells what is due now. Raises StoreError."""
    now_us = services.clock.now_us()
    with services.store.read() as conn:
        words = [word for word in _words(conn, services, now_us) if not _is_known(conn, word)]
        due_us = _digest_due(conn, services, now_us)
    if not words and due_us is None:
        return

    def job(conn: sqlite3.Connection) -> list[str]:
        ctx = context(services)
        found = [tell(conn, ctx, word) for word in words]
        if due_us is not None:
            found.append(_tell_digest(conn, services, due_us, now_us))
        return [own for own in found if own is not None]

    told = await services.store.write(job)
    services.bus.publish("board")
    services.courier.offer(told)


def _words(conn: sqlite3.Connection, services: Services, now_us: int) -> Iterator[Word]:
    yield from _deadlines(conn, now_us)
    yield from _sessions(conn, services, now_us)
    for row in conn.execute(_OVERDUE, (now_us,)):
        told = Told(n=row["n"])
        yield Word("overdue", row["platform"], "", "overdue", now_us, row["due_us"] // DAY_US, told=told)
    yield from _payable(conn, services, now_us)


def _deadlines(conn: sqlite3.Connection, now_us: int) -> Iterator[Word]:
    for row in conn.execute(_DEADLINES):
        until_us = row["since_us"] + row["allotted_us"]
        if until_us - min(LEAD_US, row["allotted_us"] // 4) <= now_us < until_us:
            yield Word(
                "deadline",
                row["platform"],
                row["account"],
                f"deadline:{row['id']}",
                now_us,
                title=row["title"],
                requester=row["requester"],
                url=row["url"],
                told=Told(until_us=until_us),
            )


def _sessions(conn: sqlite3.Connection, services: Services, now_us: int) -> Iterator[Word]:
    """A session is counted from the first work after an hour without any: the sites say no more than its length."""
    for platform in services.platforms.values():
        hours = platform.manners.session_hours
        if not isinstance(hours, int | float) or hours <= 0:
            continue
        length_us = int(hours * HOUR_US)
        begun_us = _begun(conn, platform.id, now_us, length_us)
        if begun_us is not None and begun_us + length_us - LEAD_US <= now_us < begun_us + length_us:
            told = Told(until_us=begun_us + length_us)
            yield Word("session", platform.id, "", "session", now_us, begun_us // MINUTE_US, told=told)


def _begun(conn: sqlite3.Connection, platform: str, now_us: int, length_us: int) -> int | None:
    begun: int | None = None
    for start_us, end_us in conn.execute(_WORKED, {"platform": platform, "since": now_us - length_us - PAUSE_US}):
        if (now_us if begun is None else begun) - end_us > PAUSE_US:
            break
        begun = start_us if begun is None else min(begun, start_us)
    return begun


def _payable(conn: sqlite3.Connection, services: Services, now_us: int) -> Iterator[Word]:
    for row in earnings(conn):
        known = services.platforms.get(row["platform"])
        least = known.money.payout_minimum if known else None
        owed = row["approved"] + row["bonus"] - row["paid"] - row["fee"]
        if not least or least.currency != row["currency"] or owed < least.micro:
            continue
        paid_out = conn.execute(
            "SELECT count(*) FROM event WHERE kind = 'payout' AND platform = ? AND account = ?",
            (row["platform"], row["account"]),
        ).fetchone()[0]
        told = Told(micro=owed, currency=row["currency"])
        key = f"payable:{row['account']}:{row['currency']}"
        yield Word("payable", row["platform"], row["account"], key, now_us, paid_out + 1, told=told)


def _is_known(conn: sqlite3.Connection, word: Word) -> bool:
    key = (word.platform, word.key, word.episode, word.reason)
    return conn.execute(_KNOWN, key).fetchone() is not None


def _digest_due(conn: sqlite3.Connection, services: Services, now_us: int) -> int | None:
    """Since when the digest speaks, where one is due; None where none is."""
    at = services.settings.digest_at or services.settings.quiet_to
    if not at or (not services.settings.digest_at and not services.settings.quiet_from):
        return None
    due_us = _last(at, now_us, services.zone)
    told = get_value(conn, TOLD_AT)
    told_us = int(told) if told is not None and told.isdigit() else 0
    if due_us is None or told_us >= due_us or now_us - due_us > LATE_US:
        return None
    return max(told_us, due_us - DAY_US)


def _last(clock: str, now_us: int, zone_name: str) -> int | None:
    """The newest moment, not after now, at which it was "HH:MM" of the local day."""
    try:
        wanted = time.fromisoformat(clock)
    except ValueError:
        return None
    here = utc(now_us).astimezone(zone(zone_name))
    moment = datetime.combine(here.date(), wanted.replace(tzinfo=None), here.tzinfo)
    return to_us(moment if moment <= here else moment - timedelta(days=1))


def _tell_digest(conn: sqlite3.Connection, services: Services, since_us: int, now_us: int) -> str | None:
    put_value(conn, TOLD_AT, str(now_us))
    rows = digest(conn, since_us, now_us)
    if not rows:
        return None
    words = told_in(services.settings.language)
    text = words.t(
        "alert.digest_text",
        came=sum(row.came for row in rows),
        went=sum(row.went for row in rows),
        missed=sum(row.missed for row in rows),
    )
    names = tuple(str(row[0]) for row in conn.execute("SELECT name FROM channel WHERE on_ = 1 ORDER BY name"))
    word = Word("digest", "", "", "digest", now_us, now_us // MINUTE_US, title=text)
    return tell_always(conn, context(services), word, Chosen("digest", "quiet", channels=names))
