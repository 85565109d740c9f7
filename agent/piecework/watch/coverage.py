"""How long lists were watched, hour by hour, and what the forecast is made of, in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.now import DAY_US, HOUR_US
from piecework.watch.forecast import QUARTER_US, Arrival, Forecast, exposure, forecast, unit_of

if TYPE_CHECKING:
    import sqlite3

BACK_US: Final = 84 * DAY_US
"""The forecast speaks of the last twelve weeks."""
KINDS: Final = ("all", "new", "reopened")
_ADD = """
INSERT INTO watched (platform, list, hour_us, us) VALUES (?, ?, ?, ?)
ON CONFLICT (platform, hour_us, list) DO UPDATE SET us = min(us + excluded.us, ?)
"""
# Many come between two looks a few seconds apart: those of one hour on the person's clock are counted as one row.
_ARRIVALS = """
SELECT max(first_seen_us), 0 AS gap, count(*) FROM arrival
WHERE platform = :platform AND (:kind = 'all' OR kind = :kind) AND kind <> 'baseline'
  AND first_seen_us BETWEEN :from AND :to
  AND gap_before_us < :quarter GROUP BY first_seen_us / :unit
UNION ALL
SELECT first_seen_us, gap_before_us, 1 FROM arrival
WHERE platform = :platform AND (:kind = 'all' OR kind = :kind) AND kind <> 'baseline'
  AND first_seen_us BETWEEN :from AND :to
  AND coalesce(gap_before_us, :quarter) >= :quarter
"""


class Named(NamedTuple):
    """The forecast of one platform and kind of arrival."""

    platform: str
    kind: str
    forecast: Forecast


def note_watched(conn: sqlite3.Connection, platform: str, name: str, before_us: int | None, at_us: int) -> None:
    """A list was looked at again: the time since the look before was watched, as far as a look sees back."""
    if before_us is None:
        return
    for hour_us, us in exposure(before_us, at_us):
        conn.execute(_ADD, (platform, name, hour_us, us, HOUR_US))


def platforms(conn: sqlite3.Connection, now_us: int) -> list[str]:
    """Platforms with arrivals in the time that the forecast speaks of."""
    found = conn.execute(
        "SELECT DISTINCT platform FROM arrival WHERE first_seen_us BETWEEN ? AND ? ORDER BY platform",
        (now_us - BACK_US, now_us),
    )
    return [str(platform) for (platform,) in found]


def foresee(conn: sqlite3.Connection, platform: str, kind: str, *, zone: str, now_us: int) -> Named:
    """When tasks of a platform come. `kind` is one of KINDS; the hours are those of the person's zone."""
    span = {"from": now_us - BACK_US, "to": now_us}
    unit = unit_of(span["from"], span["to"], zone)
    rows = conn.execute(_ARRIVALS, {"platform": platform, "kind": kind, "quarter": QUARTER_US, "unit": unit, **span})
    arrivals = [Arrival(*row) for row in rows]
    # Several lists watched at once are one hour of watching.
    watched = {
        int(hour_us): int(us)
        for hour_us, us in conn.execute(
            "SELECT hour_us, max(us) FROM watched WHERE platform = ? AND hour_us BETWEEN ? AND ? GROUP BY hour_us",
            (platform, span["from"], span["to"]),
        )
    }
    return Named(platform, kind, forecast(arrivals, watched, zone=zone, now_us=now_us))
