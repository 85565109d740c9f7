"""Events that are booked by themselves, purely: payouts, fees, typed amounts, statements, bonuses of no attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.ledger import derived, exchange
from piecework.ledger.amounts import MOST, Money, exact
from piecework.ledger.postings import FLOWS, Flow, Line, PayoutPart, of_flow, of_forgotten, of_payout
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from piecework.ledger.step import StepRow

MONEY_KINDS: Final = frozenset({Kind.BONUS, Kind.PAYOUT, Kind.FEE, Kind.ADJUST, Kind.RATE, Kind.FORGOTTEN})
"""Kinds that are booked by themselves; a bonus only where it belongs to no attempt."""
StatementRow = tuple[int, str, str, str, str, int | None, str | None, int | None, int]
"""One row of table statement, columns in the table's order."""
_REACHES: Final[Mapping[str, tuple[Flow, ...]]] = {
    "submitted": ("submitted",),
    "approved": ("submitted", "approved"),
    "paid": ("submitted", "approved", "paid"),
}
"""The flows a typed amount goes through to be in a state."""


class Balance(msgspec.Struct):
    """What `forget` keeps of one sort of book in one currency."""

    sort: str
    currency: str
    micro: int


Balances = list[Balance]


class ForgottenBody(msgspec.Struct):
    """What a `forgotten` event says: the sums of what is gone, and no more."""

    balances: Balances = []


class _Statement(msgspec.Struct):
    period: str = ""
    totals: list[dict[str, object]] = []


class _Adjust(msgspec.Struct):
    state: str = ""
    only: bool = False


class Readings(msgspec.Struct, frozen=True):
    """What later events make of those that are booked by themselves: ids taken back, columns `derived` read anew."""

    undone: Collection[str] = ()
    derived: Mapping[str, str] = {}

    def lines(self, row: StepRow) -> list[Line]:
        """The lines of an event; none where it was taken back or its amount is unknown."""
        return [] if row.id in self.undone else money_lines(self._read(row))

    def totals(self, row: StepRow) -> list[StatementRow]:
        """The rows of table statement that a `statement` event makes."""
        return [] if row.id in self.undone else statement_rows(self._read(row))

    def _read(self, row: StepRow) -> StepRow:
        text = self.derived.get(row.id)
        return row if text is None else row._replace(derived=text)


def money_lines(row: StepRow) -> list[Line]:
    """The lines of an event that is booked by itself; none where its amount is unknown."""
    known = derived.decode(row.derived)
    fact = row.fact
    if row.kind == Kind.FORGOTTEN:
        body = msgspec.json.decode(row.body, type=ForgottenBody)
        return of_forgotten(fact, [(one.sort, Money(one.micro, one.currency)) for one in body.balances])
    if row.kind == Kind.ADJUST:
        return _adjust_lines(row, known)
    if row.kind == Kind.PAYOUT:
        return _payout_lines(row, known)
    if row.kind == Kind.RATE:
        return exchange.lines_of(fact, known)
    flow: Flow = "fee" if row.kind == Kind.FEE else "bonus"
    money = exact(known.fee) or exact(known.pay) if flow == "fee" else exact(known.bonus)
    return of_flow(fact, flow, money) if money is not None and money.micro else []


def statement_rows(row: StepRow) -> list[StatementRow]:
    """The rows of table statement that one `statement` event makes; an unreadable figure is kept as unknown."""
    body = msgspec.json.decode(row.body, type=_Statement)
    totals = derived.decode(row.derived).totals
    found: dict[str, StatementRow] = {}
    for total in body.totals:
        name, count = total.get("name"), total.get("count")
        if isinstance(name, str):
            money = exact(totals.get(name))
            amount = (None, None) if money is None else money
            exact_count = count if isinstance(count, int) else None
            found[name] = (row.seq, row.platform, row.account, body.period, name, *amount, exact_count, row.at_us)
    return list(found.values())


def _payout_lines(row: StepRow, known: derived.Derived) -> list[Line]:
    gross, fee = exact(known.pay), exact(known.fee)
    if gross is None or not gross.micro:
        return []
    same = fee is not None and fee.currency == gross.currency
    fee_micro = min(fee.micro, gross.micro) if fee is not None and same else 0
    bank = known.bank or row.platform
    found = of_payout(row.fact, PayoutPart(gross, fee_micro, bank, min(known.wallet, gross.micro)))
    if fee is not None and not same and fee.micro:
        found += of_flow(row.fact, "fee", fee)
    return found


def _adjust_lines(row: StepRow, known: derived.Derived) -> list[Line]:
    """A typed amount goes through every book up to the state it is in, or makes one step only; it may be negative."""
    pay = known.pay
    body = msgspec.json.decode(row.body, type=_Adjust)
    state = body.state or "approved"
    if pay is None or pay.micro is None or exact(msgspec.structs.replace(pay, micro=0, max_micro=0)) is None:
        return []
    if not 0 < abs(pay.micro) <= MOST or pay.currency is None:
        return []
    money = Money(pay.micro, pay.currency)
    flows = [flow for flow in FLOWS if flow == state] if body.only else _REACHES.get(state, ())
    return [line for flow in flows for line in of_flow(row.fact, flow, money)]
