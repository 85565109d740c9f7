"""Quiet hours: delivery waits, watching goes on. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from piecework.now import to_us, utc, zone

if TYPE_CHECKING:
    from piecework.settings import Settings


def quiet_until_us(settings: Settings, now_us: int, zone_name: str) -> int:
    """When the quiet hours that hold now will end, µs UTC; 0 where none hold.

    `quiet_from` and `quiet_to` are "HH:MM" of the local day and may span midnight; equal or unreadable: none.
    """
    begin, end = _clock(settings.quiet_from), _clock(settings.quiet_to)
    if begin is None or end is None or begin == end:
        return 0
    here = utc(now_us).astimezone(zone(zone_name))
    since = datetime.combine(here.date(), begin, here.tzinfo)
    if since > here:
        since -= timedelta(days=1)
    until = datetime.combine(since.date(), end, here.tzinfo)
    if end < begin:
        until += timedelta(days=1)
    return to_us(until) if since <= here < until else 0


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
