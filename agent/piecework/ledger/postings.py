"""Double-entry lines, purely: what the course of an attempt, or one event of money, moves from book to book.

Every transaction has one event, one flow and one currency, and its lines add up to zero. Flows:
submitted Pending+ Income-, approved Approved+ Pending-, rejected Income+ Pending-, paid Bank+ Approved-,
fee Fee+ Approved-, bonus Approved+ Income-. So Pending = submitted - approved - rejected, always; "rejected" holds
all money that was submitted and is not to come: rejected, returned after submission, expired, taken back.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from piecework.ledger.amounts import Money
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from piecework.ledger.states import Course, Standing

Flow = Literal["submitted", "approved", "rejected", "paid", "fee", "bonus"]
Mark = Literal["new", "adjust", "undo"]
Amounts = dict[tuple[Flow, str], int]
"""Micro-units by (flow, currency)."""

FLOWS: Final[tuple[Flow, ...]] = ("submitted", "approved", "rejected", "bonus", "paid", "fee")
"""In the order in which one event moves them: money is pending before it is approved, approved before it is paid."""
_LOST: Final = frozenset({Kind.REJECTED, Kind.RETURNED, Kind.EXPIRED, Kind.REVERSED})
_COUNTS: Final = {"new": 1, "adjust": 0, "undo": -1}


class Fact(NamedTuple):
    """What the lines of one event have in common: columns of its row."""

    seq: int
    id: str
    at_us: int
    platform: str
    account: str
    assignment: str
    day_platform: str
    day_local: str


class Line(NamedTuple):
    """One row of table posting, columns in the table's order."""

    txn: str
    line: int
    event_seq: int
    at_us: int
    platform: str
    account: str
    book: str
    micro: int
    currency: str
    assignment: str
    day_platform: str
    day_local: str


class Sum(NamedTuple):
    """What one transaction adds to the sums."""

    flow: str
    currency: str
    micro: int
    n: int


class PayoutPart(NamedTuple):
    """A payout as settled: `gross` left the platform, `fee` of it stayed on the way, the rest reached `bank`.

    `wallet` is the part that single attempts had already been booked as paid (to the bank named like the platform).
    """

    gross: Money
    fee_micro: int
    bank: str
    wallet: int


def income(platform: str) -> str:
    """The book that work is paid from."""
    return f"income:{platform}"


def pending(platform: str) -> str:
    """Submitted, not decided."""
    return f"assets:pending:{platform}"


def approved(platform: str) -> str:
    """Approved, not paid."""
    return f"assets:approved:{platform}"


def bank(name: str) -> str:
    """Paid out; named like the platform where the page does not say where to."""
    return f"assets:bank:{name}"


def fee(platform: str) -> str:
    """What was taken off on the way."""
    return f"expenses:fee:{platform}"


_BOOKS: Final[Mapping[str, tuple[Callable[[str], str], Callable[[str], str]]]] = {
    "submitted": (pending, income),
    "approved": (approved, pending),
    "rejected": (income, pending),
    "bonus": (approved, income),
    "fee": (fee, approved),
}
"""Flows and their two books, the one that grows first; `paid` has a bank of its own name."""


def lines(fact: Fact, flow: str, money: Money, mark: Mark, books: tuple[str, str]) -> list[Line]:
    """One transaction that moves `money` (negative: back) to the first of two books from the second."""
    txn = f"{fact.id}:{flow}:{money.currency}:{mark}"
    return [
        _line(fact, txn, place, book, (micro, money.currency))
        for place, (book, micro) in enumerate(zip(books, (money.micro, -money.micro), strict=True))
    ]


def exchanged() -> str:
    """Between two currencies: what went in of the one, what came out of the other."""
    return "equity:exchange"


@lru_cache(maxsize=1024)
def books_of(flow: str, platform: str, bank_name: str = "") -> tuple[str, str]:
    """The two books of a flow, the one that grows first."""
    if flow == "paid":
        return bank(bank_name or platform), approved(platform)
    grows, shrinks = _BOOKS[flow]
    return grows(platform), shrinks(platform)


def of_attempt(course: Course, facts: Mapping[str, Fact]) -> list[Line]:
    """All lines of one attempt. `facts` holds the row of each step by the step's id.

    A step moves the difference between what should stand in the books after it and before it; so approval at
    another pay corrects Income, and `paid` without `approved` passes through approved.
    """
    found: list[Line] = []
    held: Amounts = {}
    for turn in course.turns:
        if turn.after is turn.before:
            continue
        fact = facts[turn.step.id]
        wanted = targets(turn.after)
        for flow, money, mark in _differences(held, wanted):
            found += lines(fact, flow, money, mark, books_of(flow, fact.platform))
        held = wanted
    return found


def targets(standing: Standing) -> Amounts:
    """What an attempt has moved through each flow in all, once it stands there. An unknown pay moves nothing."""
    amounts: Amounts = {("bonus", money.currency): money.micro for money in standing.bonus}
    if standing.pay is None:
        return amounts
    micro, currency = standing.pay
    state = standing.state
    if standing.submitted or state == Kind.SCREENED_OUT:
        amounts["submitted", currency] = micro
        if state in {Kind.APPROVED, Kind.PAID, Kind.SCREENED_OUT}:
            amounts["approved", currency] = micro
        elif state in _LOST:
            amounts["rejected", currency] = micro
    if state == Kind.PAID and not standing.settled:
        amounts["paid", currency] = micro
    return amounts


def _differences(before: Amounts, after: Amounts) -> Iterator[tuple[Flow, Money, Mark]]:
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    for flow, currency in sorted(changed, key=lambda key: (FLOWS.index(key[0]), key[1])):
        old, new = before.get((flow, currency)), after.get((flow, currency))
        mark: Mark = "new" if old is None else "undo" if new is None else "adjust"
        yield flow, Money((new or 0) - (old or 0), currency), mark


def of_payout(fact: Fact, part: PayoutPart) -> list[Line]:
    """Lines of one payout: Bank+ and Fee+ from Approved, less what single attempts were already booked as paid."""
    net = part.gross.micro - part.fee_micro
    moved = min(part.wallet, net)
    own, wallet = bank(part.bank), bank(fact.platform)
    found: list[Line] = []
    if moved and own != wallet:
        found += lines(fact, "moved", part.gross._replace(micro=moved), "new", (own, wallet))
    if net > moved or not part.wallet:
        found += lines(fact, "paid", part.gross._replace(micro=net - moved), "new", (own, approved(fact.platform)))
    if part.wallet > moved:
        back = part.gross._replace(micro=moved - part.wallet)
        found += lines(fact, "paid", back, "adjust", (wallet, approved(fact.platform)))
    if part.fee_micro:
        found += of_flow(fact, "fee", part.gross._replace(micro=part.fee_micro))
    return found


def of_flow(fact: Fact, flow: Flow, money: Money) -> list[Line]:
    """Lines of one event that is a flow by itself: a fee, a bonus without an attempt, a typed amount."""
    return lines(fact, flow, money, "new", books_of(flow, fact.platform))


def of_exchange(fact: Fact, given: Money, fee_micro: int, received: Money, banks: tuple[str, str]) -> list[Line]:
    """Lines of one exchange, two legs that each add up to zero in their own currency, and the fee before them.

    `given` left the first of two banks, `fee_micro` of it on the way; `received` reached the second.
    """
    origin, to = bank(banks[0]), bank(banks[1])
    found = lines(fact, "sold", given._replace(micro=given.micro - fee_micro), "new", (exchanged(), origin))
    found += lines(fact, "bought", received, "new", (to, exchanged()))
    if fee_micro:
        found += lines(fact, "charge", given._replace(micro=fee_micro), "new", (fee(banks[0]), origin))
    return found


def of_forgotten(fact: Fact, balances: Iterable[tuple[str, Money]]) -> list[Line]:
    """Lines that stand for history that was forgotten: per currency what was in each sort of book.

    `balances` are pairs of a sort (pending, approved, bank, fee, income, exchange) and its sum. Where they do not
    add up to zero, which only a damaged store makes happen, nothing is booked.
    """
    sorts = {"pending": pending, "approved": approved, "bank": bank, "fee": fee, "income": income}
    books = {sort: name("forgotten") for sort, name in sorts.items()} | {"exchange": exchanged()}
    by_currency: dict[str, list[tuple[str, int]]] = {}
    for sort, money in balances:
        if sort in books and money.micro:
            by_currency.setdefault(money.currency, []).append((books[sort], money.micro))
    return [
        _line(fact, f"{fact.id}:forgotten:{currency}:new", place, book, (micro, currency))
        for currency, entries in sorted(by_currency.items())
        if sum(micro for _, micro in entries) == 0
        for place, (book, micro) in enumerate(entries)
    ]


def sum_of(line: Line) -> Sum | None:
    """What the transaction of a line adds to the sums; None for all lines but the first, and for other flows."""
    if line.line != 0:
        return None
    _, flow, currency, mark = line.txn.rsplit(":", 3)
    if flow not in FLOWS:
        return None
    return Sum(flow, currency, line.micro, _COUNTS[mark])


def _line(fact: Fact, txn: str, place: int, book: str, money: tuple[int, str]) -> Line:
    who = (fact.seq, fact.at_us, fact.platform, fact.account)
    return Line(txn, place, *who, book, *money, fact.assignment, fact.day_platform, fact.day_local)
