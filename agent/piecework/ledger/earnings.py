"""Questions about money, answered from the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from piecework.money.currency import NO_CURRENCY
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3

FIRST_DAY: Final = ""
LAST_DAY: Final = "9999-12-31"
_COUNTED: Final = (Kind.SUBMITTED, Kind.REVISE, Kind.LEFT_WINDOW, Kind.APPROVED, Kind.PAID)
"""States in which an attempt without a known pay is money that is missing from the sums."""


def earnings(
    conn: sqlite3.Connection,
    *,
    from_day: str = FIRST_DAY,
    to_day: str = LAST_DAY,
    platform: str = "",
    account: str = "",
) -> list[dict[str, Any]]:
    """Cumulative flows per platform, account and currency in micro-units, of the person's days from_day to to_day.

    submitted = all money ever submitted, approved = all approved, rejected = all of it that is not to come (rejected,
    returned after submission, expired, taken back), paid = what reached the person (net of `fee`), bonus = approved
    beside the pay. So pending = submitted - approved - rejected. `unknown` counts the attempts of that platform and
    account whose pay is unknown and that no figure holds; a platform of which nothing else is known has one row in
    the currency "XXX" (ISO 4217: none).
    """
    asked = {"from": from_day, "to": to_day or LAST_DAY, "platform": platform, "account": account}
    table, column = ("sum_day", "day") if from_day or to_day not in {"", LAST_DAY} else ("sum_month", "month")
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for at_platform, of_account, currency, flow, micro in conn.execute(
        f"SELECT platform, account, currency, state, sum(micro) FROM {table} "  # noqa: S608 - names of our own tables
        f"WHERE {column} BETWEEN :from AND :to AND (:platform = '' OR platform = :platform) "
        "AND (:account = '' OR account = :account) GROUP BY platform, account, currency, state",
        asked,
    ):
        row = rows.setdefault((at_platform, of_account, currency), _row(at_platform, of_account, currency))
        row[flow] = micro
    for (at_platform, of_account), count in _unknown(conn, asked).items():
        same = [row for row in rows.values() if (row["platform"], row["account"]) == (at_platform, of_account)]
        if not same:
            same = [_row(at_platform, of_account, NO_CURRENCY)]
            rows[at_platform, of_account, NO_CURRENCY] = same[0]
        for row in same:
            row["unknown"] = count
    return [rows[key] for key in sorted(rows)]


def submitted_on(conn: sqlite3.Connection, day: str) -> dict[str, int]:
    """Micro-units of what was submitted on one of the person's days, by currency: what the popup calls earned."""
    return {
        currency: micro
        for currency, micro in conn.execute(
            "SELECT currency, sum(micro) FROM sum_day WHERE day = ? AND state = 'submitted' GROUP BY currency", (day,)
        )
        if micro
    }


def _row(platform: str, account: str, currency: str) -> dict[str, Any]:
    return {
        "platform": platform,
        "account": account,
        "currency": currency,
        **dict.fromkeys(("submitted", "approved", "rejected", "paid", "fee", "bonus"), 0),
        "unknown": 0,
    }


def _unknown(conn: sqlite3.Connection, asked: dict[str, str]) -> dict[tuple[str, str], int]:
    states = ", ".join(f"'{state}'" for state in _COUNTED)
    return {
        (platform, account): count
        for platform, account, count in conn.execute(
            "SELECT platform, account, count(*) FROM assignment INDEXED BY assignment_unknown "  # noqa: S608 - names of our own states
            f"WHERE pay_micro IS NULL AND state IN ({states}) AND day_local BETWEEN :from AND :to "
            "AND (:platform = '' OR platform = :platform) AND (:account = '' OR account = :account) "
            "GROUP BY platform, account",
            asked,
        )
    }
