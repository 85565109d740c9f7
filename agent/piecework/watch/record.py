"""The person's own record with a requester, or with tasks of one title: what they did there and what came of it."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import SECOND_US
from piecework.store.worked import ATTEMPT_US, LEAST, WORTH, hourly
from piecework.watch.matching import Own

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

MOST = 500
"""The newest attempts that count: an older wage is another time's."""
_ATTEMPTS = f"""
SELECT state, submitted_us, coalesce(decided_us, paid_us) AS settled_us, {WORTH} AS micro, pay_currency,
  {ATTEMPT_US} AS active_us
FROM assignment WHERE platform = ? AND {{column}} = ? AND submitted_us IS NOT NULL ORDER BY submitted_us DESC LIMIT ?
"""  # noqa: S608 - fixed texts
_APPROVED = frozenset({"approved", "paid"})


class Record(NamedTuple):
    """Attempts submitted, approved (paid ones with them), paid, rejected.

    `wait_us`: median time from submitting to the decision; `own`: median of what an hour was worth, see
    `store.worked`. Both None below LEAST attempts that say it.
    """

    done: int = 0
    approved: int = 0
    paid: int = 0
    rejected: int = 0
    wait_us: int | None = None
    own: Own | None = None


def record(conn: sqlite3.Connection, platform: str, requester: str) -> Record:
    """What the person did for a requester; empty where none is named."""
    return _made(_rows(conn, "requester", platform, requester)) if requester else Record()


def own_wage(conn: sqlite3.Connection, platform: str, requester: str, title: str) -> Own | None:
    """The person's own wage with that requester, else with tasks of that very title; None below LEAST of either."""
    for column, value in (("requester", requester), ("title", title)):
        if value and (own := _wage(_rows(conn, column, platform, value))) is not None:
            return own
    return None


def _rows(conn: sqlite3.Connection, column: str, platform: str, value: str) -> Sequence[sqlite3.Row]:
    return conn.execute(_ATTEMPTS.format(column=column), (platform, value, MOST)).fetchall()


def _made(rows: Sequence[sqlite3.Row]) -> Record:
    states = [row["state"] for row in rows]
    waits = [row["settled_us"] - row["submitted_us"] for row in rows if row["settled_us"] is not None]
    return Record(
        done=len(rows),
        approved=sum(state in _APPROVED for state in states),
        paid=states.count("paid"),
        rejected=states.count("rejected"),
        wait_us=max(0, median_low(waits)) if len(waits) >= LEAST else None,
        own=_wage(rows),
    )


def _wage(rows: Sequence[sqlite3.Row]) -> Own | None:
    """The median of the currency most attempts were in: none is turned into another."""
    rates: dict[str, list[int]] = {}
    for row in rows:
        if row["micro"] is not None and row["pay_currency"] and (row["active_us"] or 0) >= SECOND_US:
            rates.setdefault(row["pay_currency"], []).append(hourly(row["micro"], row["active_us"]))
    if not rates:
        return None
    currency, found = max(rates.items(), key=lambda one: len(one[1]))
    return Own(median_low(found), currency, len(found)) if len(found) >= LEAST else None
