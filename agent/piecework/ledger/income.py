"""Income by month and platform, from the sums alone: as quick after ten years as after ten days."""

from __future__ import annotations

from calendar import monthrange
from operator import add
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger.earnings import LAST_DAY

if TYPE_CHECKING:
    import sqlite3

FLOWS: Final = ("submitted", "approved", "rejected", "bonus", "paid", "fee")
_MONTH: Final = 7
_NAMES: Final = ("month", "platform", "currency", *FLOWS, "n")
_SUMS: Final = (
    """
SELECT {month} AS month, platform, currency, """
    + ", ".join(f"coalesce(sum(CASE state WHEN '{flow}' THEN micro END), 0)" for flow in FLOWS)
    + """, coalesce(sum(CASE state WHEN 'approved' THEN n END), 0) FROM {table}
WHERE {column} BETWEEN :first AND :last AND (:platform = '' OR platform = :platform)
GROUP BY 1, 2, 3
"""
)
_OF_MONTHS: Final = _SUMS.format(table="sum_month", column="month", month="month")
_OF_DAYS: Final = _SUMS.format(table="sum_day", column="day", month="substr(day, 1, 7)")


def by_month(
    conn: sqlite3.Connection, *, first: str = "", last: str = LAST_DAY, platform: str = ""
) -> list[dict[str, Any]]:
    """Flows of the person's days first to last, `{month, platform, currency, submitted, …, fee, n}`, in micro-units.

    `n` counts what was approved. Whole months are answered from the sums of months, the days around them from those
    of days.
    """
    found: dict[tuple[str, str, str], list[int]] = {}
    for query, begin, end in _parts(first, last):
        for month, at_platform, currency, *sums in conn.execute(
            query, {"first": begin, "last": end, "platform": platform}
        ):
            before = found.get((month, at_platform, currency))
            found[month, at_platform, currency] = sums if before is None else [*map(add, before, sums)]
    return [dict(zip(_NAMES, (*key, *found[key]), strict=True)) for key in sorted(found)]


def _parts(first: str, last: str) -> list[tuple[str, str, str]]:
    """Queries with their ends that cover the days first to last once: (query, from, to)."""
    begin = first[:_MONTH] if not first or first.endswith("-01") else _month(first, 1)
    year, month, day = (int(part) for part in last.split("-"))
    end = last[:_MONTH] if day == monthrange(year, month)[1] else _month(last, -1)
    if begin > end:
        return [(_OF_DAYS, first, last)]
    parts = [(_OF_MONTHS, begin, end)]
    if first and not first.endswith("-01"):
        parts.append((_OF_DAYS, first, f"{first[:_MONTH]}-31"))
    if end < last[:_MONTH]:
        parts.append((_OF_DAYS, f"{last[:_MONTH]}-01", last))
    return parts


def _month(day: str, step: int) -> str:
    """The month before or after the one a day lies in."""
    year, month = int(day[:4]), int(day[5:_MONTH]) + step
    return f"{year + (month - 1) // 12:04}-{(month - 1) % 12 + 1:02}"
