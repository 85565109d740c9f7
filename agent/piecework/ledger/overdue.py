"""What the platforms' own clocks promised and did not keep: submissions nobody decided in time, and who owes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework.money.currency import NO_CURRENCY
from piecework.now import DAY_US

if TYPE_CHECKING:
    import sqlite3

WAITING: Final = "INDEXED BY assignment_waiting WHERE state IN ('submitted', 'left_window')"
"""The index and its condition, word for word: the few that wait are found without a look at the many that do not."""
_ORDER: Final = ("overdue", "left", "long")
_ROWS: Final = f"""
SELECT id, platform, account, title, requester, state, submitted_us, due_us, pay_micro, pay_currency
FROM assignment {WAITING} AND due_us < :now ORDER BY due_us, id LIMIT :most OFFSET :offset
"""  # noqa: S608 - a fixed text
_OWED: Final = f"""
SELECT platform, requester, pay_currency AS currency,
  count(*) AS waiting, total(pay_micro IS NULL) AS unknown, coalesce(sum(pay_micro), 0) AS micro,
  sum(due_us IS NOT NULL AND due_us < :now) AS overdue,
  coalesce(sum(CASE WHEN due_us < :now THEN pay_micro END), 0) AS overdue_micro,
  min(submitted_us) AS oldest_us
FROM assignment {WAITING} GROUP BY platform, requester, pay_currency
ORDER BY overdue_micro DESC, overdue DESC, micro DESC, platform, requester LIMIT :most
"""  # noqa: S608 - a fixed text

LONG_DAYS: Final = 30
"""After so many days without a decision, and without a rule to hold it against, a submission is more than pending."""
_LONG: Final = f"""
SELECT id, platform, account, title, requester, state, submitted_us, pay_micro, pay_currency
FROM assignment {WAITING} AND due_us IS NULL AND (state = 'left_window' OR submitted_us < :long)
ORDER BY submitted_us, id LIMIT :most
"""  # noqa: S608 - a fixed text
_STUCK: Final = """
SELECT platform, account, coalesce(pay_currency, :none),
  CASE WHEN state = 'left_window' THEN 'left' WHEN due_us < :now THEN 'overdue' ELSE 'long' END AS how,
  count(*), coalesce(sum(pay_micro), 0)
FROM assignment INDEXED BY assignment_stuck WHERE state IN ('submitted', 'left_window')
  AND (state = 'left_window' OR due_us < :now OR (due_us IS NULL AND submitted_us < :long))
GROUP BY 1, 2, 3, 4
"""


class Stuck(NamedTuple):
    """What of a pending sum is more than pending: `n` submissions of `micro` micro-units; none is in two.

    `how` is overdue (past its rule), left (gone from the site's pages), or long (no rule is known, and LONG_DAYS are
    over).
    """

    how: str
    n: int
    micro: int


def stuck(conn: sqlite3.Connection, now_us: int) -> dict[tuple[str, str, str], list[Stuck]]:
    """By platform, account and currency (NO_CURRENCY for submissions whose pay is unknown), overdue ones first."""
    found: dict[tuple[str, str, str], list[Stuck]] = {}
    asked = {"now": now_us, "long": now_us - LONG_DAYS * DAY_US, "none": NO_CURRENCY}
    for platform, account, currency, how, n, micro in conn.execute(_STUCK, asked):
        found.setdefault((platform, account, currency), []).append(Stuck(how, n, micro))
    return {whose: sorted(some, key=lambda one: _ORDER.index(one.how)) for whose, some in found.items()}


def long_waiting(conn: sqlite3.Connection, now_us: int, *, limit: int = 1_000) -> list[dict[str, Any]]:
    """Submissions that no rule says the time of: gone from the site's pages, or LONG_DAYS old; the oldest first."""
    asked = {"long": now_us - LONG_DAYS * DAY_US, "most": limit}
    return [
        {**dict(row), "due_us": None, "days": (now_us - row["submitted_us"]) // DAY_US, "rule_days": None}
        for row in conn.execute(_LONG, asked)
    ]


def overdue(conn: sqlite3.Connection, now_us: int, *, limit: int = 1_000, offset: int = 0) -> list[dict[str, Any]]:
    """Submissions past the day their platform's rule, as it was then, would have decided them; the oldest due first.

    `days` ago it was submitted, `rule_days` is what the rule allowed, both rounded down; pay is None where unknown.
    """
    found = conn.execute(_ROWS, {"now": now_us, "most": limit, "offset": offset})
    return [
        {
            **dict(row),
            "days": (now_us - row["submitted_us"]) // DAY_US,
            "rule_days": (row["due_us"] - row["submitted_us"]) // DAY_US,
        }
        for row in found
    ]


def count_overdue(conn: sqlite3.Connection, now_us: int) -> int:
    """How many there are."""
    query = f"SELECT count(*) FROM assignment {WAITING} AND due_us < ?"  # noqa: S608 - a fixed text
    return int(conn.execute(query, (now_us,)).fetchone()[0])


def owed(conn: sqlite3.Connection, now_us: int, *, limit: int = 1_000) -> list[dict[str, Any]]:
    """What each requester has yet to decide: `waiting` submissions of `micro`, of these `overdue` of `overdue_micro`.

    A row has the known pay of one currency; `unknown` counts submissions whose pay is not known (currency None).
    """
    return [
        {**dict(row), "unknown": int(row["unknown"])} for row in conn.execute(_OWED, {"now": now_us, "most": limit})
    ]
