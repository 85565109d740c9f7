"""The person's own record with a requester, or with tasks of one title: what they did there and what came of it."""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import SECOND_US
from piecework.store.worked import ATTEMPT_US, LEAST, WORTH, hourly
from piecework.watch.matching import Own

if TYPE_CHECKING:
    import sqlite3

WAGES = 12
"""The newest attempts that make a wage: an older one is another time's."""
WAITS = 100
"""The newest decisions that make a wait."""
# The empty name is excluded in words of its own: without them the partial indexes can't be used.
_WAGES = f"""
SELECT {WORTH} AS micro, pay_currency, {ATTEMPT_US} AS active_us FROM assignment
WHERE platform = ? AND {{column}} = ? AND {{column}} <> '' AND submitted_us IS NOT NULL
ORDER BY submitted_us DESC LIMIT {WAGES}
"""  # noqa: S608 - fixed texts
_STATES = """
SELECT state, count(*) FROM assignment
WHERE platform = ? AND requester = ? AND requester <> '' AND submitted_us IS NOT NULL GROUP BY state
"""
_WAITS = f"""
SELECT coalesce(decided_us, paid_us) - submitted_us FROM assignment
WHERE platform = ? AND requester = ? AND requester <> '' AND submitted_us IS NOT NULL
  AND coalesce(decided_us, paid_us) IS NOT NULL ORDER BY submitted_us DESC LIMIT {WAITS}
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
    states = dict(conn.execute(_STATES, (platform, requester)).fetchall())
    if not states:
        return Record()
    waits = [wait for (wait,) in conn.execute(_WAITS, (platform, requester))]
    return Record(
        done=sum(states.values()),
        approved=sum(states.get(state, 0) for state in _APPROVED),
        paid=states.get("paid", 0),
        rejected=states.get("rejected", 0),
        wait_us=max(0, median_low(waits)) if len(waits) >= LEAST else None,
        own=_wage(conn, "requester", platform, requester),
    )


def own_wage(conn: sqlite3.Connection, platform: str, requester: str, title: str) -> Own | None:
    """The person's own wage with that requester, else with tasks of that very title; None below LEAST of either."""
    for column, value in (("requester", requester), ("title", title)):
        if value and (own := _wage(conn, column, platform, value)) is not None:
            return own
    return None


def _wage(conn: sqlite3.Connection, column: str, platform: str, value: str) -> Own | None:
    """The median of the currency most attempts were in: none is turned into another."""
    rates: dict[str, list[int]] = {}
    for row in conn.execute(_WAGES.format(column=column), (platform, value)):
        if row["micro"] is not None and row["pay_currency"] and (row["active_us"] or 0) >= SECOND_US:
            rates.setdefault(row["pay_currency"], []).append(hourly(row["micro"], row["active_us"]))
    if not rates:
        return None
    currency, found = max(rates.items(), key=lambda one: len(one[1]))
    return Own(median_low(found), currency, len(found)) if len(found) >= LEAST else None
