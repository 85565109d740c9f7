"""Dates as pages and exports write them, purely. A date that could mean two days is none.

Understood: ISO 8601 with or without time and zone, seconds or milliseconds since 1970, and day, month name and
year in English or French with an optional time ("21 Nov 2026, 14:05", "Nov 21, 2026 2:05 PM", "1er mars 2026").
Never understood, because it says another moment at every look: "2 hours ago", "yesterday".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, NamedTuple

from piecework.now import MAX_US, SECOND_US, to_us, zone

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier janv",
            "feb february fevrier fevr février févr",
            "mar march mars",
            "apr april avril avr",
            "may mai",
            "jun june juin",
            "jul july juillet juil",
            "aug august aout août",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre décembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
_DATE_ONLY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH: Final = re.compile(r"\d{10}|\d{13}")
_TIME: Final = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\.?\b", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|e)?\s+([^\W\d_]+)\.?,?\s+(\d{4})\b", re.IGNORECASE)
_MONTH_FIRST: Final = re.compile(r"\b([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b", re.IGNORECASE)
_LONGEST: Final = 60
_NOON: Final = 12


class Moment(NamedTuple):
    """A moment in µs UTC; of a bare date its first one. `day_us` is how long the bare date lasts, 0 for a time."""

    us: int
    day_us: int = 0

    @property
    def last_us(self) -> int:
        """The latest this can have been."""
        return self.us + max(self.day_us - 1, 0)


def read_moment(text: str, zone_name: str) -> Moment | None:
    """The moment a text names, naive ones in the given zone; None where it names none for sure."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    where = zone(zone_name)
    try:
        found = _epoch(text) or _iso(text, where) or _worded(text, where)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and 0 <= found.us <= MAX_US else None


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.fullmatch(text):
        return None
    return Moment(int(text) * (SECOND_US if len(text) == 10 else 1_000))  # noqa: PLR2004 - ten digits are seconds


def _iso(text: str, where: tzinfo) -> Moment | None:
    if _DATE_ONLY.fullmatch(text):
        return _whole_day(datetime.fromisoformat(text), where)
    if not _DATE_ONLY.match(text):
        return None
    moment = datetime.fromisoformat(text.removesuffix(" UTC") + ("+00:00" if text.endswith(" UTC") else ""))
    return Moment(to_us(moment if moment.tzinfo else moment.replace(tzinfo=where)))


def _worded(text: str, where: tzinfo) -> Moment | None:
    if match := _DAY_FIRST.search(text):
        day, month, year = match[1], match[2], match[3]
    elif match := _MONTH_FIRST.search(text):
        month, day, year = match[1], match[2], match[3]
    else:
        return None
    number = _MONTHS.get(month.casefold())
    if number is None:
        return None
    date = datetime(int(year), number, int(day), tzinfo=UTC)
    rest = text[: match.start()] + " " + text[match.end() :]
    clock = _TIME.search(rest)
    if clock is None:
        return _whole_day(date, where)
    hour = int(clock[1])
    if clock[4]:
        hour = hour % _NOON + (_NOON if clock[4].casefold() == "p" else 0)
    in_utc = re.search(r"\b(?:UTC|GMT)\b", rest) is not None
    exact = time(hour, int(clock[2]), int(clock[3] or 0))
    return Moment(to_us(datetime.combine(date.date(), exact, UTC if in_utc else where)))


def _whole_day(date: datetime, where: tzinfo) -> Moment:
    start = to_us(datetime.combine(date.date(), time(), where))
    end = to_us(datetime.combine(date.date() + timedelta(days=1), time(), where))
    return Moment(start, end - start)
