"""Time, handed in: whoever needs the clock is given one. Microseconds since 1970 UTC, and days of a zone."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MIN_US = 0
MAX_US = 253_402_300_799 * SECOND_US
"""9999-12-31T23:59:59Z: the last second a calendar date can be written for."""


class Clock(Protocol):
    """Where the agent's time comes from."""

    def now_us(self) -> int:
        """Wall clock, microseconds since 1970 UTC. May jump."""
        ...

    def mono_us(self) -> int:
        """Monotonic clock, microseconds since an unknown start. Never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now_us(self) -> int:
        """Wall clock of the machine."""
        return time.time_ns() // 1_000

    def mono_us(self) -> int:
        """Monotonic clock of the machine."""
        return time.monotonic_ns() // 1_000


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, us: int) -> None:
        self._wall = us
        self._mono = 0

    def now_us(self) -> int:
        """Where the wall clock stands."""
        return self._wall

    def mono_us(self) -> int:
        """How far the clock was moved forward in all."""
        return self._mono

    def forward(self, seconds: float = 0, *, us: int = 0) -> int:
        """Moves both clocks; returns the new wall time."""
        step = round(seconds * SECOND_US) + us
        self._wall += step
        self._mono += max(step, 0)
        return self._wall

    def set_wall(self, us: int) -> None:
        """Sets the wall clock alone, as a person who corrects it does."""
        self._wall = us


def utc(at_us: int) -> datetime:
    """The moment as an aware datetime; clamped to 1970-01-01 .. 9999-12-31."""
    return EPOCH + timedelta(microseconds=min(max(at_us, MIN_US), MAX_US))


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime."""
    return (moment - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; UTC for an empty or unknown one."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError
        return ZoneInfo("UTC")


@lru_cache(maxsize=4096)
def _day(minute: int, name: str) -> str:
    # Offsets of all zones change at whole minutes, so that one minute lies in one day.
    return utc(minute * MINUTE_US).astimezone(zone(name)).date().isoformat()


def day_of(at_us: int, name: str) -> str:
    """The calendar day "YYYY-MM-DD" of a moment in a zone; unknown zone: UTC."""
    try:
        return _day(min(max(at_us, MIN_US), MAX_US) // MINUTE_US, name)
    except OverflowError:
        return utc(at_us).date().isoformat()


def local_zone() -> str:
    """The machine's IANA zone name, as TZ, /etc/timezone or /etc/localtime says it; else "UTC"."""
    for name in (os.environ.get("TZ", "").lstrip(":"), _zone_file(), _zone_link()):
        if name and (name == "UTC" or zone(name).key == name):
            return name
    return "UTC"


def _zone_file() -> str:
    try:
        return Path("/etc/timezone").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        return ""


def _zone_link() -> str:
    try:
        return str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")[2]
    except OSError:
        return ""
