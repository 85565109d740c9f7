"""Dates as files write them. Which of day and month comes first is decided from all rows, never from one. Purely."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.rows import When
from piecework.ledger.moments import read_moment
from piecework.now import DAY_US, EPOCH, to_us, utc, zone

if TYPE_CHECKING:
    from collections.abc import Iterable

EARLIEST: Final = date(2000, 1, 1)
"""No site Piecework is for is older."""
_EARLIEST_US: Final = to_us(datetime.combine(EARLIEST, time(), timezone(timedelta(hours=14))))
"""The first moment of that day in whatever zone."""
_AHEAD_US: Final = 2 * DAY_US
"""How far ahead of now a date may lie, in whatever zone it was written."""
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SHORT: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})")
_PACKED: Final = re.compile(r"\d{8}")
_CLOCK: Final = re.compile(r"(\d{1,2})[:h.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?\s?m?\.?", re.IGNORECASE)
_ZONED: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}[\d:.,]*\s?(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_OFFSET: Final = re.compile(r"(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_NOON: Final = 12
_MONTHS: Final = 12
_ZONES: Final = {
    name: hours
    for hours, names in {
        0: ("UTC", "GMT", "Z", "WET"),
        1: ("BST", "WEST", "CET"),
        2: ("CEST", "EET"),
        3: ("EEST", "MSK"),
        -4: ("EDT",),
        -5: ("EST", "CDT"),
        -6: ("CST", "MDT"),
        -7: ("MST", "PDT"),
        -8: ("PST", "AKDT"),
        -9: ("AKST",),
    }.items()
    for name in names
}
"""Hours from UTC of short names with one meaning in the exports that use them; IST has three and is not here."""
_MONTH_FIRST: Final = frozenset(("EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST"))
"""Zones of the country that writes the month first."""


def day_of_packed(text: str) -> date:
    """The day of "YYYYMMDD" or "YYYY-MM-DD". Raises BadRow."""
    found = _ISO.fullmatch(text)
    parts = found.groups() if found else (text[:4], text[4:6], text[6:]) if _PACKED.fullmatch(text) else None
    if parts is None:
        raise BadRow(f"“{text[:30]}” is no date")
    return _day(int(parts[0]), int(parts[1]), int(parts[2]), text)


def order_of(texts: Iterable[str], zones: Iterable[str] = (), told: str = "", today: date | None = None) -> str:
    """Which order a whole column has, "dmy" or "mdy".

    `told` is the person's word, `zones` a column of zones' short names, `today` the day of the import. A day above 12
    decides; else what would lie in the future; else points between the parts (no language of the Unicode locale data
    writes the month first with them); else the zones. Raises BadFile where nothing decides and the orders differ
    anywhere, and where both orders are contradicted.
    """
    if told in {"dmy", "mdy"}:
        return told
    matches = [found for text in texts if (found := _SHORT.match(text.strip()))]
    # What is no day in either order decides nothing: its own row says so later.
    matches = [m for m in matches if min(int(m[1]), int(m[3])) <= _MONTHS]
    pairs = {(int(m[1]), int(m[3]), _year(m[4])) for m in matches}
    day_first = next((m[0] for m in matches if int(m[1]) > _MONTHS), "")
    month_first = next((m[0] for m in matches if int(m[3]) > _MONTHS), "")
    if day_first and month_first:
        raise BadFile(
            f"Some dates have the day first (“{day_first}”) and some the month (“{month_first}”). "
            "Say which (--dates dmy or --dates mdy); the others are then named row by row."
        )
    if day_first or month_first or all(first == second for first, second, _ in pairs):
        return "mdy" if month_first else "dmy"
    if today is not None and (late := _future(pairs, today)):
        return late
    if all(m[2] == "." for m in matches):
        return "dmy"
    names = {name.strip().upper() for name in zones} - {""}
    if names:
        return "mdy" if names <= _MONTH_FIRST else "dmy"
    raise BadFile("The dates can be read in two ways (day or month first). Say which (--dates dmy or --dates mdy).")


def is_short(text: str) -> bool:
    """Whether it is a date in numbers alone that does not begin with the year."""
    return _SHORT.match(text.strip()) is not None


def read_day(text: str, order: str) -> date:
    """The day a cell names, in the order of its column. Raises BadRow."""
    text = text.strip()
    if found := _ISO.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if _PACKED.fullmatch(text):
        return day_of_packed(text)
    if found := _SHORT.match(text):
        day, month = (found[3], found[1]) if order == "mdy" else (found[1], found[3])
        return _day(_year(found[4]), int(month), int(day), text)
    moment = read_moment(text, "UTC")
    if moment is None:
        raise BadRow(f"“{text[:30]}” is no date" if text else "the date is missing")
    return utc(moment.us).date()


def read_clock(text: str) -> time | None:
    """The time of a cell, "16:10:53" or "4:10 PM"; None for an empty one. Raises BadRow."""
    if not text.strip():
        return None
    found = _CLOCK.search(text)
    if found is None:
        raise BadRow(f"“{text[:30]}” is no time")
    hour = int(found[1])
    if found[4]:
        hour = hour % _NOON + (_NOON if found[4].lower() == "p" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError as cause:
        raise BadRow(f"“{text[:30]}” is no time") from cause


def clock_of(text: str) -> time | None:
    """The time behind the date of one cell, "3/25/2026 4:10 PM"; None where it has none. Raises BadRow."""
    at = text.find(":")
    return read_clock(text[max(at - 2, 0) :]) if at >= 0 else None


def offset_of(text: str) -> tzinfo | None:
    """The zone that an ISO time says itself, "…T10:00:00Z" or "…+01:00"; None where it says none."""
    found = _ZONED.fullmatch(text.strip())
    return zone_of(found[1], "UTC") if found is not None else None


def zone_of(name: str, otherwise: str) -> tzinfo:
    """The zone of a cell: "PST", "GMT+01:00", "Europe/Paris"; the other one where it says nothing that is certain."""
    name = name.strip()
    if name.upper() in _ZONES:
        return timezone(timedelta(hours=_ZONES[name.upper()]))
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    known = zone(name) if "/" in name else None
    return known if known is not None and known.key == name else zone(otherwise)


def moment(day: date, clock: time | None, where: tzinfo, raw: str, now_us: int) -> When:
    """A day and its time (noon where none is known) as a moment. Raises BadRow before 2000 and in the future."""
    if day < EARLIEST:
        raise BadRow(f"“{raw[:30]}” lies before {EARLIEST.year}")
    us = to_us(datetime.combine(day, clock or time(_NOON), where))
    check_moment(us, raw, now_us)
    return When(us, raw[:60], (day - EPOCH.date()).days)


def check_moment(us: int, raw: str, now_us: int) -> None:
    """Raises BadRow for a moment before the year 2000, and for one that has not come yet."""
    if us < _EARLIEST_US:
        raise BadRow(f"“{raw[:30]}” lies before {EARLIEST.year}")
    if us > now_us + _AHEAD_US:
        raise BadRow(f"“{raw[:30]}” lies in the future")


def stamp(day: date, clock: time | None) -> str:
    """A day and its time as any export may write them: what a row is recognised by, in whatever zone it is read."""
    return f"{day.isoformat()} {clock.isoformat() if clock is not None else ''}".strip()


@lru_cache(maxsize=4096)
def noon(text: str, zone_name: str, now_us: int) -> When:
    """The noon of "YYYYMMDD" or "YYYY-MM-DD" in a zone. Raises BadRow."""
    return moment(day_of_packed(text), None, zone(zone_name), text, now_us)


def exact(text: str, zone_name: str, now_us: int) -> When | None:
    """A moment written out, naive ones in the zone; None for an empty cell. Raises BadRow."""
    if not text.strip():
        return None
    found = read_moment(text, zone_name)
    if found is None:
        raise BadRow(f"“{text[:30]}” is no date")
    check_moment(found.us, text, now_us)
    return When(found.us + found.day_us // 2, text[:60], found.us // DAY_US)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as cause:
        raise BadRow(f"“{text[:30]}” is no day of the calendar") from cause


def _future(pairs: set[tuple[int, int, int]], today: date) -> str:
    """The order that is left when the other one puts a row into the future; "" where that decides nothing."""
    limit = today + timedelta(days=2)
    day_first = any(date(max(year, 1), second, first) > limit for first, second, year in pairs)
    month_first = any(date(max(year, 1), first, second) > limit for first, second, year in pairs)
    return "" if day_first == month_first else "mdy" if day_first else "dmy"


def _year(text: str) -> int:
    """Of two digits, one of this century."""
    return int(text) + (2000 if len(text) == len("00") else 0)
