"""Money that changed its currency on its way to the person: what was given, what arrived, and at which rate.

The person's own rate is what arrived for each unit given, fees included: 1,200 KES for 10 USD are 120 KES per USD.
Beside it stands the reference of that day as it was known when the exchange was written down.
"""

from __future__ import annotations

import re
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework import rates
from piecework.ledger import derived
from piecework.ledger.amounts import Money, Reading, exact, read
from piecework.ledger.postings import of_exchange
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from piecework.ledger.postings import Fact, Line
    from piecework.protocol.bodies import Exchange

UNNAMED: Final = "cash"
"""The bank that is meant where none is named."""
_LONGEST_NAME: Final = 24
_NO_WORD: Final = re.compile(r"[\W_]+")
_NEWEST: Final = """
SELECT id, at_us, day_local, derived FROM event WHERE kind = ? AND at_us <= ? ORDER BY at_us DESC, seq DESC LIMIT ?
"""
_LAST_US: Final = (1 << 63) - 1
_WIDE: Final = Arithmetic(prec=40)


class Exchanged(NamedTuple):
    """One exchange. `fee_micro` is of `given`; `rate` is received per unit given, `net_rate` without the fee.

    `loss` is the part of `given` that was lost, 0.05 for 5 %: against the reference where there was one, else the
    fee alone, which `whole_loss` tells apart.
    """

    event: str
    at_us: int
    day: str
    given: Money
    fee_micro: int
    received: Money
    origin: str
    to: str
    reference: derived.Reference | None

    @property
    def rate(self) -> Decimal:
        """What arrived for one unit given, fee included."""
        return _WIDE.divide(Decimal(self.received.micro), Decimal(self.given.micro))

    @property
    def net_rate(self) -> Decimal:
        """What arrived for one unit that was exchanged."""
        return _WIDE.divide(Decimal(self.received.micro), Decimal(self.given.micro - self.fee_micro))

    @property
    def loss(self) -> Decimal:
        """The part of what was given that did not arrive; below zero where more arrived than the reference says."""
        if self.reference is None:
            return _WIDE.divide(Decimal(self.fee_micro), Decimal(self.given.micro))
        return 1 - _WIDE.divide(self.rate, Decimal(self.reference.rate))

    @property
    def reference_age(self) -> int:
        """Days by which the reference is older than the exchange; 0 where there is none."""
        return 0 if self.reference is None else rates.age(self.reference.day, self.day)

    @property
    def firm(self) -> bool:
        """Whether the reference is recent enough to speak for the day of the exchange."""
        return self.reference is not None and self.reference_age <= rates.FIRM_DAYS

    @property
    def whole_loss(self) -> bool:
        """Whether the loss holds the rate's part too, not the fee alone."""
        return self.reference is not None


def prepared(conn: sqlite3.Connection, body: Exchange, day: str) -> derived.Derived:
    """The readings of an exchange, its banks, and the reference rate of its day, which is never looked up again."""
    given, received, fee = read(body.amount), read(body.received), read(body.fee)
    found = rates.find(conn, *codes, day) if (codes := _codes(given, received)) else None
    return derived.Derived(
        pay=given,
        received=received,
        fee=fee,
        origin=bank_word(body.source),
        bank=bank_word(body.to),
        reference=derived.Reference(found.text, found.day, found.source) if found is not None else None,
    )


def parts(known: derived.Derived) -> tuple[Money, int, Money] | None:
    """(given, fee of it in micro-units, received); None for what is no exchange of two known amounts."""
    given, received, fee = exact(known.pay), exact(known.received), exact(known.fee)
    if given is None or received is None or given.currency == received.currency:
        return None
    fee_micro = fee.micro if fee is not None and fee.currency == given.currency else 0
    return (given, fee_micro, received) if 0 <= fee_micro < given.micro and received.micro else None


def lines_of(fact: Fact, known: derived.Derived) -> list[Line]:
    """The lines of an exchange; none where an amount is unknown."""
    found = parts(known)
    return [] if found is None else of_exchange(fact, *found, (known.origin or UNNAMED, known.bank or UNNAMED))


def bank_word(text: str) -> str:
    """A bank's name as a word of a book's name.

    >>> bank_word("M-Pesa"), bank_word("  PayPal "), bank_word("")
    ('m-pesa', 'paypal', '')
    """
    return _NO_WORD.sub("-", text.casefold()).strip("-")[:_LONGEST_NAME].rstrip("-")


def exchanges(
    conn: sqlite3.Connection, undone: Collection[str] = (), *, until_us: int = _LAST_US, most: int = 1000
) -> list[Exchanged]:
    """The newest exchanges, without those of which nothing is known or that were taken back (`undone`: event ids)."""
    found = []
    for event, at_us, day, text in conn.execute(_NEWEST, (Kind.RATE, until_us, most)):
        known = derived.decode(text)
        amounts = parts(known)
        if amounts is not None and event not in undone:
            banks = known.origin or UNNAMED, known.bank or UNNAMED
            found.append(Exchanged(event, at_us, day, *amounts, *banks, known.reference))
    return found


def own_rate(known: Collection[Exchanged], base: str, quote: str, day: str) -> rates.Rate | None:
    """The rate of the newest exchange of that pair, either way, up to a day; None where there was none.

    `known` is in the order of `exchanges`, the newest first.
    """
    for one in known:
        codes = (one.given.currency, one.received.currency)
        if one.day <= day and {base, quote} == set(codes):
            rate = rates.Rate(*codes, one.rate, one.day, rates.EXCHANGED, rates.age(one.day, day))
            return rate if codes == (base, quote) else rates.inverse(rate)
    return None


def _codes(given: Reading | None, received: Reading | None) -> tuple[str, str] | None:
    one, other = exact(given), exact(received)
    return (one.currency, other.currency) if one is not None and other is not None else None
