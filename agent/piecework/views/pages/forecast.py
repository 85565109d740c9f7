"""Forecast: when tasks come, hour by hour of the week, with what stands behind each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from piecework.views.ask import Page
from piecework.watch.coverage import KINDS, NOTHING, WEEKS, count, platforms
from piecework.watch.forecast import HOURS, foretell

if TYPE_CHECKING:
    import sqlite3

    from piecework.views.ask import Ask
    from piecework.watch.forecast import Forecast, Hour

LEVELS = 5
MOST = 40


def load(conn: sqlite3.Connection, ask: Ask) -> dict[str, Any]:
    """Each platform's best hours in a line, and the week of the chosen one."""
    named = platforms(conn, ask.now_us)[:MOST]
    kind = ask.query.get("kind", "all")
    kind = kind if kind in KINDS else "all"
    chosen = ask.query.get("platform", "")
    chosen = chosen if chosen in named else (named[0] if named else "")
    counted = count(conn, kind, zone=ask.zone, now_us=ask.now_us)
    found = {
        one: foretell(counted.get(one, NOTHING), zone=ask.zone, now_us=ask.now_us, week=one == chosen) for one in named
    }
    return {
        "kinds": KINDS,
        "kind": kind,
        "chosen": chosen,
        "weeks": WEEKS,
        "each": [_line(ask, platform, one) for platform, one in found.items()],
        "week": week(found[chosen]) if chosen else None,
    }


def _line(ask: Ask, platform: str, one: Forecast) -> dict[str, Any]:
    return one._asdict() | {"platform": platform, "platform_name": ask.platform_name(platform)}


def week(one: Forecast) -> dict[str, Any]:
    """Seven days of 24 cells each; `level` 0 to 5 is the colour of a rate against the highest."""
    highest = max((hour.rate or 0.0 for hour in one.hours), default=0.0)
    cells = [_cell(hour, highest) for hour in one.hours]
    return {"state": one.state, "days": [cells[day * 24 : day * 24 + 24] for day in range(HOURS // 24)]}


def _cell(hour: Hour, highest: float) -> dict[str, Any]:
    level = 0 if hour.rate is None or not highest else max(1, round(hour.rate / highest * LEVELS))
    return hour._asdict() | {"level": level}


PAGE = Page("forecast", "/forecast", (), load)
