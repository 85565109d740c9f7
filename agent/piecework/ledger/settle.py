"""Money that left a platform is shown twice: attempt by attempt as "paid", and in one sum as a payout.

Whichever is seen first books the money; the other recognises it. The platform's own balance of "paid" money that no
payout has taken yet is called its wallet. What is decided here is stored with the event and never asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.ledger.amounts import exact
from piecework.ledger.derived import Derived, decode
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.ledger.amounts import Money
    from piecework.ledger.linking import Known


def wallet_part(conn: sqlite3.Connection, platform: str, account: str, gross: Money) -> int:
    """How much of a payout is money that single attempts were booked as paid, in micro-units."""
    booked = conn.execute(
        "SELECT coalesce(sum(micro), 0) FROM sum_month "
        "WHERE platform = ? AND account = ? AND currency = ? AND state = 'paid'",
        (platform, account, gross.currency),
    ).fetchone()[0]
    taken = sum(
        money.micro - _fee(derived) for _, money, derived in payouts_of(conn, platform, account, gross.currency)
    )
    return min(max(int(booked) - taken, 0), gross.micro)


def is_settled(conn: sqlite3.Connection, platform: str, account: str, pay: Money, attempt: Known) -> bool:
    """Whether a payout has booked the money of an attempt that is now called paid.

    It has where it names the attempt, or where payouts made after the attempt was submitted took more from Approved
    than the attempts they were found to settle account for. A payout settles nothing that was submitted after it.
    """
    if attempt.state == Kind.PAID:
        return _was_settled(conn, attempt.id)
    since = attempt.begun_us
    drawn: list[tuple[int, int]] = []
    for at_us, gross, derived in payouts_of(conn, platform, account, pay.currency):
        if attempt.site_id and attempt.site_id in derived.pays:
            return True
        if not derived.pays:
            drawn.append((derived.site_us or at_us, gross.micro - derived.wallet))
    if not 0 < pay.micro <= sum(micro for when, micro in drawn if when >= since):
        return False
    settled = settled_of(conn, platform, account, pay.currency)
    limits = {since, *(when for when, _ in settled if when < since)}
    return all(
        sum(micro for when, micro in drawn if when >= limit)
        >= pay.micro + sum(micro for when, micro in settled if when >= limit)
        for limit in limits
    )


def payout_known(conn: sqlite3.Connection, platform: str, account: str, key: str, kind: str = Kind.PAYOUT) -> bool:
    """Whether a payout (or fee) of that key is in the history."""
    row = conn.execute(
        "SELECT 1 FROM event WHERE kind = ? AND platform = ? AND account = ? AND json_extract(derived, '$.key') = ?",
        (kind, platform, account, key),
    ).fetchone()
    return row is not None


def _fee(derived: Derived) -> int:
    """The part of a payout's fee that is in the payout's own currency."""
    gross, fee = exact(derived.pay), exact(derived.fee)
    if gross is None or fee is None or gross.currency != fee.currency:
        return 0
    return min(fee.micro, gross.micro)


def payouts_of(
    conn: sqlite3.Connection, platform: str, account: str, currency: str
) -> Iterator[tuple[int, Money, Derived]]:
    """(when it was seen, its sum, what is settled about it) of every payout in one currency."""
    for at_us, text in conn.execute(
        "SELECT at_us, derived FROM event WHERE kind = 'payout' AND platform = ? AND account = ?", (platform, account)
    ):
        derived = decode(text)
        gross = exact(derived.pay)
        if gross is not None and gross.currency == currency:
            yield at_us, gross, derived


def _was_settled(conn: sqlite3.Connection, attempt: str) -> bool:
    row = conn.execute(
        "SELECT 1 FROM event WHERE assignment = ? AND assignment <> '' AND kind = 'paid' "
        "AND json_extract(derived, '$.settled')",
        (attempt,),
    ).fetchone()
    return row is not None


def settled_of(conn: sqlite3.Connection, platform: str, account: str, currency: str) -> list[tuple[int, int]]:
    """(when it began, pay) of each attempt whose money was booked with a payout that did not name it."""
    rows = conn.execute(
        "SELECT coalesce(assignment.submitted_us, assignment.decided_us, assignment.accepted_us, 0), "
        "coalesce(assignment.pay_micro, 0) FROM event JOIN assignment ON assignment.id = event.assignment "
        "WHERE event.kind = 'paid' AND event.platform = ? AND event.account = ? "
        "AND json_extract(event.derived, '$.settled') AND assignment.pay_currency = ? GROUP BY assignment.id",
        (platform, account, currency),
    )
    return [(int(when), int(micro)) for when, micro in rows]
