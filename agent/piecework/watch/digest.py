"""What came and went in a stretch of time, and what of it the person was not told in time. No sums of money."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

_CAME = """
SELECT platform, count(*) AS came FROM arrival
WHERE first_seen_us >= :since AND first_seen_us < :until AND kind <> 'baseline' GROUP BY platform
"""
_WENT = """
SELECT task.platform, count(*) AS went FROM task JOIN arrival ON arrival.id = task.arrival
WHERE task.gone_us >= :since AND task.gone_us < :until AND arrival.kind <> 'baseline'
  AND task.episode_us >= :since GROUP BY task.platform
"""
_TOLD = """
SELECT platform, sum(shown_us IS NOT NULL) AS told,
  sum(shown_us IS NULL AND gone_us IS NOT NULL) AS missed
FROM alert WHERE at_us >= :since AND at_us < :until AND reason IN ('new', 'reopened', 'places', 'pay')
  AND level <> 'digest' GROUP BY platform
"""
_WHY = """
SELECT platform, why, count(*) AS n FROM (
  SELECT alert.platform, coalesce(nullif(max(delivery.cause), ''), 'late') AS why
  FROM alert LEFT JOIN delivery ON delivery.alert = alert.id
  WHERE alert.at_us >= :since AND alert.at_us < :until AND alert.shown_us IS NULL AND alert.gone_us IS NOT NULL
    AND alert.level <> 'digest' AND alert.reason IN ('new', 'reopened', 'places', 'pay') GROUP BY alert.id
) GROUP BY platform, why ORDER BY n DESC
"""


class Came(NamedTuple):
    """One platform: tasks that `came` and those of them that `went`; alerts `told`, and `missed` ones: gone untold.

    `why`: causes of missed alerts ("work", "quiet", "late" or a channel's own words) with their count.
    """

    platform: str
    came: int
    went: int
    told: int
    missed: int
    why: tuple[tuple[str, int], ...]


def digest(conn: sqlite3.Connection, since_us: int, until_us: int) -> list[Came]:
    """One row for each platform of which anything is to be said, the busiest first."""
    span = {"since": since_us, "until": until_us}
    came = {row["platform"]: row["came"] for row in conn.execute(_CAME, span)}
    went = {row["platform"]: row["went"] for row in conn.execute(_WENT, span)}
    told = {row["platform"]: (row["told"] or 0, row["missed"] or 0) for row in conn.execute(_TOLD, span)}
    why: dict[str, list[tuple[str, int]]] = {}
    for row in conn.execute(_WHY, span):
        why.setdefault(row["platform"], []).append((row["why"], row["n"]))
    found = [
        Came(own, came.get(own, 0), went.get(own, 0), *told.get(own, (0, 0)), tuple(why.get(own, ())))
        for own in {*came, *went, *told}
    ]
    return sorted(found, key=lambda one: (-one.came, one.platform))
