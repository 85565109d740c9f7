"""Payouts beside the work they pay: by the tasks a page names, else by the oldest approved money not paid before.

Nothing is stored: what a payout covers follows from the sums by the platform's own days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework.ledger import book, derived
from piecework.ledger.amounts import exact
from piecework.ledger.postings import sum_of
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    Days = Sequence[tuple[str, int]]
    """Approved money, bonuses included, by day; micro-units."""

_NEWEST: Final = """
SELECT seq, id, at_us, day_platform, platform, account, source, derived FROM event INDEXED BY event_kind
WHERE kind = 'payout' ORDER BY at_us DESC, seq DESC LIMIT ?
"""
_SAME_DAY: Final = """
SELECT seq FROM event WHERE kind = 'payout' AND platform = ? AND account = ? AND day_platform = ?
AND at_us BETWEEN ? AND ? + 172800000000 AND (at_us > ? OR seq >= ?)
"""
_DAYS: Final = """
SELECT day, sum(CASE WHEN state IN ('approved', 'bonus') THEN micro ELSE 0 END) AS came,
  sum(CASE WHEN state IN ('paid', 'fee') THEN micro ELSE 0 END) AS went
FROM sum_site_day WHERE platform = ? AND account = ? AND currency = ? GROUP BY day ORDER BY day
"""
_DRAWN: Final = frozenset({"paid", "fee"})


class Cover(NamedTuple):
    """The first and last day of the approvals a payout covers ("" for none), and what no approval stands behind."""

    first: str
    last: str
    beyond: int


class Payout(NamedTuple):
    """One payout: `gross` left the platform, `fee` of it on the way, in micro-units.

    `named` counts the tasks its page names; `single` is the part that single tasks were marked as paid for before.
    `cover` tells of the rest what it pays.
    """

    event: str
    at_us: int
    day: str
    platform: str
    account: str
    currency: str
    gross: int
    fee: int
    bank: str
    source: str
    named: int
    single: int
    cover: Cover


def payouts(conn: sqlite3.Connection, *, limit: int = 200) -> list[Payout]:
    """The newest payouts of a known amount, without those that were taken back."""
    gone = book.readings(conn).undone
    sums: dict[tuple[str, str, str], list[tuple[str, int, int]]] = {}
    found = []
    for row in conn.execute(_NEWEST, (limit,)):
        known = derived.decode(row["derived"])
        gross, fee = exact(known.pay), exact(known.fee)
        if gross is None or not gross.micro or row["id"] in gone:
            continue
        whose = row["platform"], row["account"], gross.currency
        if whose not in sums:
            sums[whose] = [(day, came, went) for day, came, went in conn.execute(_DAYS, whose)]
        own, later = _drawn(conn, row, gross.currency)
        drawn = sum(went for day, _, went in sums[whose] if day <= row["day_platform"]) - later
        days = [(day, came) for day, came, _ in sums[whose]]
        same = fee is not None and fee.currency == gross.currency
        found.append(
            Payout(
                row["id"],
                row["at_us"],
                row["day_platform"],
                *whose,
                gross.micro,
                min(fee.micro, gross.micro) if fee is not None and same else 0,
                known.bank,
                row["source"],
                len(known.pays),
                min(known.wallet, gross.micro),
                covered(days, drawn, own),
            )
        )
    return found


def covered(days: Days, before: int, amount: int) -> Cover:
    """Which approvals an amount pays where `before` was paid already, the oldest first.

    >>> covered([("d1", 5), ("d2", 5), ("d3", 5)], 5, 7), covered([("d1", 5)], 0, 6), covered([("d1", 5)], 5, 1)
    (Cover(first='d2', last='d3', beyond=0), Cover(first='d1', last='d1', beyond=1), Cover(first='', last='', beyond=1))
    """
    first = last = ""
    total = 0
    for day, came in days:
        if came <= 0 or total >= before + amount:
            total += came
            continue
        total += came
        if total > before:
            first, last = first or day, day
    return Cover(first, last, min(max(before + amount - total, 0), max(amount, 0)))


def _drawn(conn: sqlite3.Connection, row: sqlite3.Row, currency: str) -> tuple[int, int]:
    """What one payout took from the approved book, and that with the payouts of the same day that came after it."""
    at_us = row["at_us"]
    asked = (row["platform"], row["account"], row["day_platform"], at_us, at_us, at_us, row["seq"])
    seqs = [int(seq) for (seq,) in conn.execute(_SAME_DAY, asked)]
    own = later = 0
    for line in book.lines_of(conn, seqs):
        one = sum_of(line)
        if one is not None and one.currency == currency and one.flow in _DRAWN:
            later += one.micro
            own += one.micro if line.event_seq == row["seq"] else 0
    return own, later


def by_themselves(conn: sqlite3.Connection, *, limit: int = 10) -> list[dict[str, Any]]:
    """The newest bonuses of no task, fees, and typed amounts: `{id, kind, at_us, platform, micro, currency, says}`."""
    gone = book.readings(conn).undone
    rows: Iterable[Any] = (
        row
        for kind in (Kind.BONUS, Kind.FEE, Kind.ADJUST)
        for row in conn.execute(
            "SELECT id, kind, at_us, platform, derived, body FROM (SELECT * FROM event INDEXED BY event_kind "
            "WHERE kind = ? ORDER BY at_us DESC, seq DESC LIMIT 500) WHERE assignment = '' LIMIT ?",
            (kind, limit),
        )
    )
    found = []
    for row in rows:
        known = derived.decode(row["derived"])
        money = exact(known.bonus) or exact(known.fee) or known.pay
        if row["id"] not in gone and money is not None and money.micro and money.currency:
            told = {name: row[name] for name in ("id", "kind", "at_us", "platform", "body")}
            found.append(told | {"micro": money.micro, "currency": money.currency, "period": known.key})
    return sorted(found, key=lambda one: -one["at_us"])[:limit]
