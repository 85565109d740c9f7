"""Income by month and platform, from the sums alone: as quick after ten years as after ten days."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, Any, Final

from piecework.ledger.earnings import LAST_DAY

if TYPE_CHECKING:
    import sqlite3

FLOWS: Final = ("submitted", "approved", "rejected", "bonus", "paid", "fee")
_MONTH: Final = 7
_SUMS: Final = """
SELECT {month} AS month, platform, currency, state, sum(micro) AS micro, sum(n) AS n FROM {table}
WHERE {column} BETWEEN :first AND :last AND (:platform = '' OR platform = :platform)
GROUP BY {month}, platform, currency, state
"""


def by_month(
    conn: sqlite3.Connection, *, first: str = "", last: str = LAST_DAY, platform: str = ""
) -> list[dict[str, Any]]:
    """Flows of the person's days first to last, `{month, platform, currency, submitted, …, fee, n}`, in micro-units.

    `n` counts what was approved. Whole months are answered from the sums of months.
    """
    asked = {"first": first, "last": last, "platform": platform}
    if _whole_months(first, last):
        query = _SUMS.format(table="sum_month", column="month", month="month")
        asked |= {"first": first[:_MONTH], "last": last[:_MONTH]}
    else:
        query = _SUMS.format(table="sum_day", column="day", month="substr(day, 1, 7)")
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for month, at_platform, currency, flow, micro, n in conn.execute(query, asked):
        key = (month, at_platform, currency)
        row = found.setdefault(key, dict(zip(("month", "platform", "currency"), key, strict=True)) | _nothing())
        row[flow] = micro
        if flow == "approved":
            row["n"] = n
    return [found[key] for key in sorted(found)]


def _nothing() -> dict[str, int]:
    return dict.fromkeys((*FLOWS, "n"), 0)


def _whole_months(first: str, last: str) -> bool:
    if first and not first.endswith("-01"):
        return False
    year, month, day = (int(part) for part in last.split("-"))
    return day == monthrange(year, month)[1]
