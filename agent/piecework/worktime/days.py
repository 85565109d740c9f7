"""Cutting work at the person's own midnights."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from piecework.now import DAY_US, day_of, to_us, utc, zone


class Piece(NamedTuple):
    """A part of a stretch that lies in one calendar day ("YYYY-MM-DD")."""

    start_us: int
    end_us: int
    day: str


def split(start_us: int, end_us: int, zone_name: str) -> list[Piece]:
    """The parts of [start_us, end_us) by the local day of a zone; days have 23 to 25 hours. Unknown zone: UTC."""
    pieces: list[Piece] = []
    at = start_us
    while at < end_us:
        until = min(next_midnight(at, zone_name), end_us)
        pieces.append(Piece(at, until, day_of(at, zone_name)))
        at = until
    return pieces


def next_midnight(at_us: int, zone_name: str) -> int:
    """The first moment after `at_us` that belongs to the zone's next calendar day."""
    found = _midnight(at_us, zone_name, 1)
    return found if found is not None and found > at_us else at_us + DAY_US


def day_start(at_us: int, zone_name: str) -> int:
    """The first moment of the calendar day that `at_us` lies in."""
    found = _midnight(at_us, zone_name, 0)
    return found if found is not None and found <= at_us else at_us


def _midnight(at_us: int, zone_name: str, days_on: int) -> int | None:
    # Where a clock change skips midnight, the datetime that does not exist stands for the moment of the change.
    where = zone(zone_name)
    try:
        day = utc(at_us).astimezone(where).date() + timedelta(days=days_on)
        return to_us(datetime.combine(day, time(), where))
    except OverflowError:
        return None
