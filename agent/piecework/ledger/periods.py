"""The periods platforms reckon in, purely: a day, UHRS's week, a month, a bill run, or the balance of a moment."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from piecework.ledger.moments import read_moment
from piecework.now import day_of

Kind = Literal["balance", "day", "week", "month", "span", "unknown"]

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK: Final = re.compile(r"(\d{4})-?W(\d{2})")
_BETWEEN: Final = re.compile(r"\s*/\s*|\s+(?:-|\u2013|\u2014|to|until|au|à)\s+")
_WEEK_DAYS: Final = 7


class Period(NamedTuple):
    """`first` and `last` are days of the platform, "YYYY-MM-DD"; `first` "" is from the beginning.

    A balance has neither: it stands for all that was until it was read. So has a text that names no period for sure.
    """

    kind: Kind
    first: str = ""
    last: str = ""


BALANCE: Final = Period("balance")
UNKNOWN: Final = Period("unknown")


def read_period(text: str, reckoning: str, zone: str, before: str = "") -> Period:
    """The period a statement names; `reckoning` is the platform's own (`money.period`), `zone` that of its day.

    "" is a balance; "2026-11" a month; "2026-W47" a week from Monday; two dates with a slash or dash between them are
    what they are. One date alone is read as the platform reckons: the day, the week from Sunday to Saturday that
    holds it (as UHRS has it), the month, or the bill run that ends on it and begins after `before`, the end of the
    run before.
    """
    text = text.strip()
    if not text:
        return BALANCE
    if match := _MONTH.fullmatch(text):
        return _month(date(int(match[1]), int(match[2]), 1))
    if match := _WEEK.fullmatch(text):
        return _iso_week(int(match[1]), int(match[2]))
    ends = [_day(part, zone) for part in _BETWEEN.split(text)]
    if len(ends) == 2 and ends[0] and ends[1] and ends[0] <= ends[1]:  # noqa: PLR2004 - from and to
        return Period("span", ends[0], ends[1])
    day = _day(text, zone)
    return UNKNOWN if not day else _around(date.fromisoformat(day), reckoning, before)


def _around(day: date, reckoning: str, before: str) -> Period:
    if reckoning == "week":
        sunday = day - timedelta(days=(day.weekday() + 1) % _WEEK_DAYS)
        return Period("week", sunday.isoformat(), (sunday + timedelta(days=_WEEK_DAYS - 1)).isoformat())
    if reckoning == "month":
        return _month(day)
    if reckoning == "bill run":
        known = before < day.isoformat() and bool(before)
        first = (date.fromisoformat(before) + timedelta(days=1)).isoformat() if known else ""
        return Period("span", first, day.isoformat())
    return Period("day", day.isoformat(), day.isoformat())


def _month(day: date) -> Period:
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Period("month", day.replace(day=1).isoformat(), (following - timedelta(days=1)).isoformat())


def _iso_week(year: int, week: int) -> Period:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return UNKNOWN
    return Period("week", monday.isoformat(), (monday + timedelta(days=_WEEK_DAYS - 1)).isoformat())


def _day(text: str, zone: str) -> str:
    moment = read_moment(text, zone)
    return day_of(moment.us, zone) if moment is not None else ""
