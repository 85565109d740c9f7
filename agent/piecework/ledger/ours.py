"""Our figures for what a platform states: of a moment, or of the work of one of its periods, as of when it was read.

A balance is what the books held at that moment. A period's figures are of the work submitted in it, by what had
become of that work when the page was read: that is how platforms list a day or a week. Payouts and fees count on
their own day.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.postings import Line, sum_of
from piecework.now import DAY_US, day_of
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from piecework.ledger.periods import Period

MONEY_EVENTS: Final = (
    "kind IN ('submitted', 'returned', 'expired', 'screened_out', 'approved', 'rejected', 'revise', 'paid', "
    "'reversed', 'bonus', 'payout', 'fee', 'adjust', 'edit')"
)
"""The condition of index event_money, word for word: SQLite uses the index only then."""
_LINES: Final = f"""
SELECT {", ".join(f"posting.{name}" for name in Line._fields)}
FROM event JOIN posting ON posting.event_seq = event.seq AND posting.line = 0
WHERE event.platform = :platform AND event.account = :account AND posting.currency = :currency
"""  # noqa: S608 - names of our own fields
_OF_THE_DAY: Final = f"{_LINES} AND {MONEY_EVENTS} AND event.at_us BETWEEN :after AND :at AND event.day_platform = :day"
_OF_NO_ATTEMPT: Final = f"""
{_LINES} AND event.kind IN ('adjust', 'bonus') AND event.assignment = '' AND event.at_us <= :at
AND event.day_platform BETWEEN :first AND :last
"""
_UNTIL: Final = """
SELECT state, sum(micro) FROM sum_site_day WHERE platform = :platform AND account = :account AND currency = :currency
AND day BETWEEN :first AND :last GROUP BY state
"""
_WORK: Final = """
SELECT state, pay_micro, bonus_micro, decided_us, paid_us FROM assignment WHERE platform = :platform
AND account = :account AND day_platform BETWEEN :first AND :last AND pay_currency = :currency
AND coalesce(submitted_us, decided_us) <= :at
"""
_APPROVED: Final = frozenset({Kind.APPROVED, Kind.SCREENED_OUT})
_REJECTED: Final = frozenset({Kind.REJECTED, Kind.REVERSED})
_WAITING: Final = frozenset({Kind.SUBMITTED, Kind.LEFT_WINDOW, Kind.REVISE})
Flows = Counter[str]
"""Micro-units by flow."""


class Whose(NamedTuple):
    """The account and currency a statement is about, and the zone of the platform's day.

    `marks_paid`: its own pages tell of each attempt that it is paid, not of payouts alone. `bonus_apart`: the page
    states bonuses as a figure of their own, so that its other figures are without them.
    """

    platform: str
    account: str
    currency: str
    zone: str = "UTC"
    marks_paid: bool = False
    bonus_apart: bool = False


class Figure(NamedTuple):
    """Micro-units, and of how many attempts; None where they are not counted."""

    micro: int
    n: int | None = None


def of_balance(conn: sqlite3.Connection, whose: Whose, at_us: int) -> dict[str, Figure]:
    """What the books held at a moment, by the names that statements use.

    pending = submitted - approved - rejected; balance and available = approved + bonus - paid - fee; paid is what
    left the platform, fees included.
    """
    flows = _flows(conn, whose, "", at_us)
    held = flows["approved"] + flows["bonus"] - flows["paid"] - flows["fee"]
    return {
        **{name: Figure(flows[name]) for name in ("submitted", "approved", "rejected", "bonus", "fee")},
        "pending": Figure(flows["submitted"] - flows["approved"] - flows["rejected"]),
        "balance": Figure(held),
        "available": Figure(held),
        "paid": Figure(flows["paid"] + flows["fee"]),
    }


def of_period(conn: sqlite3.Connection, whose: Whose, period: Period, at_us: int) -> dict[str, Figure]:
    """What became, by that moment, of the work submitted in a period, by the names that statements use.

    available and paid include bonuses unless these stand apart; the other figures are the pay alone. Where the pages
    do not mark each attempt as paid, `paid` is what the period's payouts took, and all that is approved is available.
    """
    asked = {**whose._asdict(), "first": period.first, "last": period.last, "at": at_us}
    pay, bonus, count = Flows(), Flows(), Flows()
    for state, micro, extra, decided_us, paid_us in conn.execute(_WORK, asked):
        stood = _as_of(state, decided_us, paid_us, at_us)
        pay[stood] += micro
        bonus[stood] += extra
        count[stood] += 1
    with_bonus = pay if whose.bonus_apart else pay + bonus
    beside = _add(map(Line._make, conn.execute(_OF_NO_ATTEMPT, asked)))
    flows = _flows(conn, whose, period.first, at_us, last=period.last)
    approved = Figure(_sum(pay, (*_APPROVED, Kind.PAID)) + beside["approved"], _sum(count, (*_APPROVED, Kind.PAID)))
    free = _APPROVED if whose.marks_paid else (*_APPROVED, Kind.PAID)
    held = _sum(with_bonus, free) + beside["approved"] - beside["paid"] - beside["fee"]
    held += 0 if whose.bonus_apart else beside["bonus"]
    paid = with_bonus[Kind.PAID] + beside["paid"] if whose.marks_paid else flows["paid"] + flows["fee"]
    waiting = beside["submitted"] - beside["approved"] - beside["rejected"]
    return {
        "submitted": Figure(pay.total() + beside["submitted"], count.total()),
        "approved": approved,
        "rejected": Figure(_sum(pay, _REJECTED) + beside["rejected"], _sum(count, _REJECTED)),
        "pending": Figure(_sum(pay, _WAITING) + waiting, _sum(count, _WAITING)),
        "bonus": Figure(bonus.total() + beside["bonus"]),
        "available": Figure(held),
        "balance": Figure(held),
        "paid": Figure(paid),
        "fee": Figure(flows["fee"]),
    }


def _flows(conn: sqlite3.Connection, whose: Whose, first: str, at_us: int, *, last: str = "9999-12-31") -> Flows:
    """The flows dated from `first` to `last`, those of a moment's own day only until that moment."""
    day = day_of(at_us, whose.zone)
    day_before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    before = {**whose._asdict(), "first": first, "last": min(last, day_before)}
    flows: Flows = Counter(dict(conn.execute(_UNTIL, before).fetchall()))
    if first <= day <= last:
        same = {**whose._asdict(), "day": day, "at": at_us, "after": at_us - 2 * DAY_US}
        flows.update(_add(map(Line._make, conn.execute(_OF_THE_DAY, same))))
    return flows


def _as_of(state: str, decided_us: int | None, paid_us: int | None, at_us: int) -> str:
    """What an attempt's state was at an earlier moment, as far as its times tell."""
    if decided_us is not None and decided_us > at_us:
        return Kind.SUBMITTED
    if state == Kind.PAID and paid_us is not None and paid_us > at_us:
        return Kind.APPROVED
    return state


def _add(lines: Iterable[Line]) -> Flows:
    flows = Flows()
    for line in lines:
        if (one := sum_of(line)) is not None:
            flows[one.flow] += one.micro
    return flows


def _sum(amounts: Flows, states: Iterable[str]) -> int:
    return sum(amounts[state] for state in states)
