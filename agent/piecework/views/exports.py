"""The books as files: every amount as exact decimal text, every cell of a table safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final, TextIO

from piecework.errors import BadUsage, NothingToShow
from piecework.ledger.amounts import decimal_text
from piecework.ledger.earnings import LAST_DAY
from piecework.now import SECOND_US, utc
from piecework.views.journals import DIALECTS, write_journal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

Row = dict[str, Any]
TABLES: Final = ("assignments", "events", "postings")
FORMATS: Final = ("csv", "json", *DIALECTS)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula; the last four are the wide forms of = + - and @."""
_QUOTE: Final = "'"

_ASSIGNMENTS: Final = """
SELECT id, platform, account, task, site_id, title, requester, state, accepted_us, submitted_us, decided_us, paid_us,
  pay_micro AS pay, pay_currency AS currency, bonus_micro AS bonus, code, day_platform, day_local,
  (SELECT sum(active_us) FROM interval WHERE interval.session = assignment.session AND assignment.session <> ''
    AND interval.platform = assignment.platform) AS active_us
FROM assignment WHERE day_local BETWEEN ? AND ? ORDER BY day_local, coalesce(submitted_us, decided_us, accepted_us), id
"""
_EVENTS: Final = """
SELECT seq, id, at_us, recv_us, source, platform, account, kind, task, assignment, body, derived, zone, day_platform,
  day_local FROM event WHERE day_local BETWEEN ? AND ? ORDER BY seq
"""
_POSTINGS: Final = """
SELECT txn, line, event_seq, at_us, platform, account, book, micro AS amount, currency, assignment, day_platform,
  day_local FROM posting WHERE day_local BETWEEN ? AND ? ORDER BY at_us, event_seq, txn, line
"""
_QUERIES: Final[Mapping[str, str]] = {"assignments": _ASSIGNMENTS, "events": _EVENTS, "postings": _POSTINGS}
_AMOUNTS: Final = frozenset({"pay", "bonus", "amount"})
_OBJECTS: Final = frozenset({"body", "derived"})
NUMBERS: Final = frozenset({*_AMOUNTS, "seq", "line", "event_seq", "active_s"})
"""Columns that we write as numbers ourselves: nothing a page said."""


def export(
    conn: sqlite3.Connection, form: str, *, what: str = "assignments", from_day: str = "", to_day: str = ""
) -> str:
    """The books of the person's days from_day to to_day as one text.

    `csv` holds one table (`what`: assignments, events or postings), `json` all three, `hledger`, `ledger` and
    `beancount` the postings as a journal. Raises BadUsage, and NothingToShow for a period without a row.
    """
    out = io.StringIO()
    write(conn, out, form, what=what, days=(from_day, to_day or LAST_DAY))
    return out.getvalue()


def write(conn: sqlite3.Connection, out: TextIO, form: str, *, what: str, days: tuple[str, str]) -> None:
    """The same into an open text file, row by row."""
    if form not in FORMATS or what not in TABLES:
        raise BadUsage(f"There is no export of {what} as {form}. Formats: {', '.join(FORMATS)}; {', '.join(TABLES)}.")
    if form in DIALECTS:
        found = write_journal(conn, out, form, days)
    elif form == "json":
        found = _write_json(conn, out, days)
    else:
        found = _write_csv(out, rows(conn, what, days))
    if not found:
        raise NothingToShow("Nothing is in the books for these days.")


def rows(conn: sqlite3.Connection, what: str, days: tuple[str, str]) -> Iterator[Row]:
    """The rows of one table: amounts as decimal text, moments as ISO 8601 in UTC, active time in seconds."""
    cursor = conn.execute(_QUERIES[what], days)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(_shown(name, value) for name, value in zip(names, values, strict=True))


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be is set behind an apostrophe.

    >>> safe_cell("=1+1"), safe_cell("plain")
    ("'=1+1", 'plain')
    """
    return _QUOTE + text if text.lstrip(" ").startswith((*_FORMULA, _QUOTE)) else text


def _shown(name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - a value of SQLite
    if name in _AMOUNTS:
        return name, None if value is None else decimal_text(value)
    if name == "active_us":
        return "active_s", None if value is None else decimal_text(value)
    if name.endswith("_us"):
        return name.removesuffix("_us"), None if value is None else _moment(value)
    return name, value


def _moment(at_us: int) -> str:
    return utc(at_us).isoformat(timespec="microseconds" if at_us % SECOND_US else "seconds")


def _write_csv(out: TextIO, found: Iterator[Row]) -> int:
    count = 0
    writer: csv.DictWriter[str] | None = None
    for row in found:
        if writer is None:
            writer = csv.DictWriter(out, list(row))
            writer.writeheader()
        writer.writerow(
            {name: value if name in NUMBERS or value is None else safe_cell(str(value)) for name, value in row.items()}
        )
        count += 1
    return count


def _write_json(conn: sqlite3.Connection, out: TextIO, days: tuple[str, str]) -> int:
    count = 0
    for place, what in enumerate(TABLES):
        out.write(f'{"{" if place == 0 else ","}\n"{what}": [')
        for index, row in enumerate(rows(conn, what, days)):
            out.write("\n" if index == 0 else ",\n")
            out.write(json.dumps({name: _object(name, value) for name, value in row.items()}, ensure_ascii=False))
            count += 1
        out.write("\n]")
    out.write("\n}\n")
    return count


def _object(name: str, value: Any) -> Any:  # noqa: ANN401 - a value of SQLite
    if name not in _OBJECTS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
