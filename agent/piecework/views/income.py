"""A statement of the person's income over a period: a paper for a landlord, a bank or a tax office.

Only what the books hold is in it, in its own currency. What was received is also added up in the home currency, by
the firm rate of each day; what has no firm rate stays beside the sum and is named.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from piecework import rates
from piecework.ledger.earnings import LAST_DAY
from piecework.ledger.income import FLOWS, by_month

if TYPE_CHECKING:
    import sqlite3

_RECEIVED: Final = """
SELECT day, currency, sum(micro) AS micro FROM sum_day WHERE state = 'paid' AND day BETWEEN :first AND :last
AND (:platform = '' OR platform = :platform) GROUP BY day, currency HAVING sum(micro) <> 0
"""
_WORKED: Final = """
SELECT coalesce(sum(active_us), 0) FROM sum_time_wall WHERE day BETWEEN :first AND :last AND platform = :platform
"""

_TOLD: Final = """
SELECT source, sum(n) FROM (
  SELECT source, count(*) AS n FROM event
  WHERE source IN ('typed', 'import') AND day_local BETWEEN :first AND :last
    AND (:platform = '' OR platform = :platform) AND kind IN ('approved', 'bonus', 'paid', 'payout', 'fee', 'adjust')
  GROUP BY source
  UNION ALL SELECT source, count(*) FROM event
  WHERE source = 'typed' AND day_local BETWEEN :first AND :last AND (:platform = '' OR platform = :platform)
    AND kind = 'edit' AND json_extract(body, '$.target') IS NOT 'interval'
) WHERE n > 0 GROUP BY source
"""
"""Money that no page stated, and corrections of it; those of time are none."""


def statement(
    conn: sqlite3.Connection, *, first: str = "", last: str = LAST_DAY, platform: str = "", home: str = ""
) -> dict[str, Any]:
    """`{from, to, platform, months, platforms, totals, active_us, told, home}`: micro-units, the person's own days.

    `months` and `platforms` are rows of `ledger.income`, `totals` one for each currency; earned = approved + bonus.
    `told` counts what was not read from the sites' own pages: records of money and corrections, `{typed, import}`.
    `home` is None where no home currency is chosen, else `{currency, received, unconverted: [{currency, micro}]}`.
    """
    asked = {"first": first, "last": last or LAST_DAY, "platform": platform}
    rows = by_month(conn, **asked)
    return {
        "from": first,
        "to": last,
        "platform": platform,
        "months": _gathered(rows, "month"),
        "platforms": _gathered(rows, "platform"),
        "totals": _gathered(rows),
        "active_us": int(conn.execute(_WORKED, asked).fetchone()[0]),
        "told": {"typed": 0, "import": 0} | dict(conn.execute(_TOLD, asked).fetchall()),
        "home": _home(conn, asked, home) if home else None,
    }


def paid_work(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that a reader of the statement looks for: something was earned, received or paid for it."""
    return [row for row in rows if row["earned"] or row["paid"] or row["fee"] or row["n"]]


def _gathered(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """The rows added up by some of their names, and by currency."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    for row in rows:
        key = (*(row[name] for name in names), row["currency"])
        found.setdefault(key, Counter()).update({name: row[name] for name in (*FLOWS, "n")})
    return [
        dict(zip((*names, "currency"), key, strict=True))
        | {name: sums[name] for name in (*FLOWS, "n")}
        | {"earned": sums["approved"] + sums["bonus"]}
        for key, sums in sorted(found.items())
    ]


def _home(conn: sqlite3.Connection, asked: dict[str, str], home: str) -> dict[str, Any]:
    received = 0
    left: Counter[str] = Counter()
    for day, currency, micro in conn.execute(_RECEIVED, asked).fetchall():
        rate = None if currency == home else rates.find(conn, currency, home, day)
        if currency == home:
            received += micro
        elif rate is not None and rate.firm:
            received += rates.convert(micro, rate)
        else:
            left[currency] += micro
    unconverted = [{"currency": code, "micro": micro} for code, micro in sorted(left.items()) if micro]
    return {"currency": home, "received": received, "unconverted": unconverted}
