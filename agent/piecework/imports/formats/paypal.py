"""PayPal's activity and balance reports, English and French, in five shapes: payments of platforms become payouts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from piecework.imports.formats.payments import Columns, Habits, payments
from piecework.imports.formats.swaps import two_sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "paypal"
_SHAPES: Final = (
    frozenset(
        {"date", "time", "timezone", "name", "type", "status", "currency", "gross", "fee", "net", "transaction id"}
    ),
    frozenset({"date", "time", "timezone", "name", "type", "status", "currency", "amount", "fees", "transaction id"}),
    frozenset({"date", "time", "time zone", "description", "currency", "gross", "fee", "net", "transaction id"}),
    frozenset(
        {"date", "heure", "fuseau horaire", "nom", "type", "état", "devise", "avant commission", "commission", "net"}
    ),
    frozenset({"date", "heure", "fuseau horaire", "description", "devise", "avant commission", "commission", "net"}),
)
"""Activity (classic and long), activity with amounts and fees, balance; French activity, French balance."""
_HABITS: Final = Habits(
    "PayPal",
    Columns(
        date=("date",),
        time=("time", "heure"),
        zone=("timezone", "time zone", "fuseau horaire"),
        currency=("currency", "devise"),
        amount=("gross", "amount", "avant commission"),
        fee=("fee", "fees", "commission"),
        id=("transaction id", "numéro de transaction"),
        payer=("name", "nom"),
        kind=("type", "description"),
        status=("status", "état"),
        reference=("reference txn id", "numéro de la transaction de référence"),
    ),
    done=frozenset({"completed", "terminé", "terminée", "effectué", "effectuée"}),
    ways_out=(
        *("authorization", "authorisation", "conversion", "withdraw", "transfer to", "hold", "refund", "reversal"),
        *("autorisation", "virement", "retrait", "suspension", "blocage", "annulation", "remboursement", "deposit"),
    ),
    swaps=two_sides(re.compile("conversion", re.IGNORECASE)),
)


def fits(source: Source) -> bool:
    """Its columns, of one of the shapes."""
    return source.has_columns(*_SHAPES)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Payments that came in, and conversions: their two sides are one row. All else is left, by what it is."""
    return payments(list(source.rows_under(*_SHAPES)), _HABITS, options)
