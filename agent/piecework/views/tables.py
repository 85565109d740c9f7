"""The books as tables, row by row: what CSV, JSON and spreadsheets are made of. Memory does not grow with the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from piecework.ledger.amounts import decimal_text
from piecework.now import SECOND_US, utc
from piecework.store.worked import ATTEMPT_US

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

Row = dict[str, Any]
Days = tuple[str, str]
"""First and last of the person's own days, "YYYY-MM-DD"; "" and LAST_DAY for all."""
TABLES: Final = ("assignments", "intervals", "events", "postings")

# Rows are wide and their order is another one than the table's: only what they are sorted by goes through the
# sorter, and each row is then looked up. A limit keeps SQLite from joining first and sorting the whole.
_ASSIGNMENTS: Final = f"""
WITH place AS MATERIALIZED (
  SELECT id FROM assignment WHERE day_local BETWEEN ? AND ?
  ORDER BY day_local, coalesce(submitted_us, decided_us, accepted_us), id
)
SELECT assignment.id, platform, account, task, site_id, title, requester, state, accepted_us, submitted_us, decided_us,
  paid_us, pay_micro AS pay, pay_currency AS currency, bonus_micro AS bonus, code, day_platform, day_local,
  {ATTEMPT_US} AS active_us
FROM place CROSS JOIN assignment ON assignment.id = place.id
"""  # noqa: S608 - fixed texts
_INTERVALS: Final = """
SELECT interval.id, interval.platform, interval.account, interval.task, coalesce(assignment.title, '') AS title,
  interval.kind, start_us, end_us, active_us, source, interval.day_local
FROM interval LEFT JOIN assignment ON assignment.id = interval.assignment AND interval.assignment <> ''
WHERE interval.day_local BETWEEN ? AND ? ORDER BY start_us
"""
_EVENTS: Final = """
SELECT seq, id, at_us, recv_us, source, platform, account, kind, task, assignment, body, derived, zone, day_platform,
  day_local FROM event WHERE day_local BETWEEN ? AND ? ORDER BY seq
"""
ORDER: Final = """
SELECT day_local, at_us, event_seq FROM posting WHERE day_local BETWEEN ? AND ? GROUP BY day_local, at_us, event_seq
"""
"""The events that moved money, in the order of the person's days: the order of every journal."""
_POSTINGS: Final = f"""
WITH place AS MATERIALIZED ({ORDER})
SELECT txn, line, posting.event_seq, posting.at_us, platform, account, book, micro AS amount, currency, assignment,
  day_platform, posting.day_local
FROM place CROSS JOIN posting ON posting.event_seq = place.event_seq
"""  # noqa: S608 - our own query within our own
_QUERIES: Final[Mapping[str, str]] = {
    "assignments": _ASSIGNMENTS,
    "intervals": _INTERVALS,
    "events": _EVENTS,
    "postings": _POSTINGS,
}
AMOUNTS: Final = frozenset({"pay", "bonus", "amount"})
SECONDS: Final = frozenset({"active_s"})
COUNTS: Final = frozenset({"seq", "line", "event_seq"})
NUMBERS: Final = AMOUNTS | SECONDS | COUNTS
"""Columns that we write as numbers ourselves: nothing a page said."""


def rows(conn: sqlite3.Connection, what: str, days: Days) -> Iterator[Row]:
    """The rows of one table: amounts as decimal text, moments as ISO 8601 in UTC, active time in seconds."""
    cursor = conn.execute(_QUERIES[what], days)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(_shown(name, value) for name, value in zip(names, values, strict=True))


def _shown(name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - a value of SQLite
    if name in AMOUNTS:
        return name, None if value is None else decimal_text(value)
    if name == "active_us":
        return "active_s", None if value is None else decimal_text(value)
    if name.endswith("_us"):
        return name.removesuffix("_us"), None if value is None else moment(value)
    return name, value


def moment(at_us: int) -> str:
    """A moment as ISO 8601 in UTC, with its microseconds where it has any."""
    return utc(at_us).isoformat(timespec="microseconds" if at_us % SECOND_US else "seconds")
