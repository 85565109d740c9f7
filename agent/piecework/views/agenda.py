"""Intervals as a calendar: RFC 5545 (iCalendar), one event each, in UTC.

iCalendar counts in whole seconds: the exact active time stands beside it as X-PIECEWORK-ACTIVE-US, in microseconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TextIO

from piecework.ledger.amounts import decimal_text
from piecework.now import SECOND_US, utc

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_QUERY: Final = """
SELECT interval.id, interval.platform, interval.kind, start_us, end_us, active_us, interval.source,
  coalesce(nullif(assignment.title, ''), interval.task) AS title
FROM interval LEFT JOIN assignment ON assignment.id = interval.assignment AND interval.assignment <> ''
WHERE interval.day_local BETWEEN ? AND ? AND interval.kind <> 'idle' ORDER BY start_us
"""
_LONGEST_LINE: Final = 75
"""Octets of a line without its end, RFC 5545 3.1; a longer one is folded."""
_LONGEST_TEXT: Final = 500
_MARKS: Final = re.compile(r"([\\;,])")
_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def write_agenda(conn: sqlite3.Connection, out: TextIO, days: tuple[str, str]) -> int:
    """Writes the intervals of the days; returns how many there were."""
    count = 0
    for row in conn.execute(_QUERY, days):
        if not count:
            _put(out, "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Piecework//Piecework//EN", "CALSCALE:GREGORIAN")
        _put(out, *_event(row))
        count += 1
    if count:
        _put(out, "END:VCALENDAR")
    return count


def escaped(text: str) -> str:
    """A page's words as one iCalendar text (RFC 5545 3.3.11): no line break, marks behind a backslash."""
    return _MARKS.sub(r"\\\1", _BREAKS.sub(" ", text).strip()[:_LONGEST_TEXT])


def folded(line: str) -> str:
    """A line cut where it is too long, between characters; what follows begins with a space."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE:
            parts.append(part)
            part, size = " ", 1
        part += letter
        size += width
    return "\r\n".join([*parts, part])


def _event(row: sqlite3.Row) -> Iterator[str]:
    own, platform, kind, start_us, end_us, active_us, source, title = row
    start, end = start_us // SECOND_US, end_us // SECOND_US
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(own)}@piecework"
    yield f"DTSTAMP:{_stamp(end)}"
    yield f"DTSTART:{_stamp(start)}"
    if end > start:
        yield f"DTEND:{_stamp(end)}"
    yield f"SUMMARY:{escaped(f'{title} · {platform}' if title else platform)}"
    yield f"CATEGORIES:{escaped(kind)}"
    yield f"DESCRIPTION:{escaped(f'{decimal_text(active_us)} s active; {source}')}"
    yield f"X-PIECEWORK-ACTIVE-US:{active_us}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _stamp(at_s: int) -> str:
    return f"{utc(at_s * SECOND_US):%Y%m%dT%H%M%SZ}"


def _put(out: TextIO, *lines: str) -> None:
    out.writelines(f"{folded(line)}\r\n" for line in lines)
