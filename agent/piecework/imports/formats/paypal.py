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
    frozenset({"date", "time", "name", "type", "status", "currency", "gross", "transaction id"}),
    frozenset({"date", "time", "name", "type", "status", "currency", "amount", "fees", "transaction id"}),
    frozenset({"date", "time", "description", "currency", "gross", "fee", "net", "transaction id"}),
    frozenset({"date", "heure", "nom", "type", "devise", "avant commission"}),
    frozenset({"date", "heure", "description", "devise", "avant commission"}),
)
"""Activity (classic and long), activity with amounts and fees, balance; French activity, French balance.

Only what makes a report one: which of its columns it holds is the account's choice ("Customise report fields"), and
older ones write "Time Zone" and leave a column without a name at the end.
"""
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
        status=("status", "état", "etat"),
        reference=("reference txn id", "numéro de la transaction de référence"),
        effect=("balance impact", "impact sur le solde"),
    ),
    done=frozenset({"completed", "terminé", "terminée", "effectué", "effectuée"}),
    ways_out=(
        *("authorization", "authorisation", "conversion", "withdraw", "transfer to", "hold", "refund", "reversal"),
        *("autorisation", "virement", "retrait", "suspension", "blocage", "annulation", "remboursement", "deposit"),
        *("dépôt", "litige", "dispute", "chargeback"),
    ),
    swaps=two_sides(re.compile("conversion", re.IGNORECASE)),
)


def fits(source: Source) -> bool:
    """Its columns, of one of the shapes."""
    return source.has_columns(*_SHAPES)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Payments that came in, and conversions: their two sides are one row. All else is left, by what it is."""
    return payments(list(source.rows_under(*_SHAPES)), _HABITS, options)
