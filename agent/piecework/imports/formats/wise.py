"""Wise's statement, short and long, and its transaction history: money from platforms becomes payouts.

In a statement days come before months, or dates are ISO ones; newer ones say of each row what it is (public readers of
2026: "Transaction Details Type" with DEPOSIT, TRANSFER, CONVERSION, MONEY_ADDED, CARD, ACCRUAL_CHECKOUT). The history
of all currencies has a direction and a state; what reached the person is the "target amount", less no fee any more.
Both name a transaction alike, so that a payment in both is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.bad import BadRow
from piecework.imports.formats.payments import Columns, Habits, payments
from piecework.imports.formats.wise_swaps import swaps
from piecework.imports.tables import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "wise"
COLUMNS: Final = frozenset({"transferwise id", "date", "amount", "currency", "description"})
_HABITS: Final = Habits(
    "Wise",
    Columns(
        date=("date",),
        currency=("currency",),
        amount=("amount",),
        fee=("total fees",),
        id=("transferwise id",),
        payer=("payer name",),
        kind=("description", "transaction details type"),
    ),
    done=frozenset(),
    ways_out=("converted", "conversion", "money_added", "accrual", "cashback"),
    dates="dmy",
    swaps=swaps,
)
HISTORY: Final = frozenset({"id", "status", "direction", "source name", "target amount (after fees)"})
_HISTORY: Final = Habits(
    "Wise",
    Columns(
        date=("finished on", "created on"),
        currency=("target currency",),
        amount=("target amount (after fees)",),
        id=("id",),
        payer=("source name",),
        kind=("direction", "reference"),
        status=("status",),
    ),
    done=frozenset({"completed"}),
    ways_out=("neutral",),
)


def fits(source: Source) -> bool:
    """Its columns."""
    return source.has_columns(COLUMNS, HISTORY)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Money that came in, and what left in another currency; everything else is left, by what it is."""
    if source.has_columns(HISTORY):
        return _received(list(source.rows_under(HISTORY)), options)
    return payments(list(source.rows_under(COLUMNS)), _HABITS, options)


def _received(found: list[Cells | tuple[int, BadRow]], options: Options) -> Iterator[Row]:
    """Rows of the history whose direction is in."""
    coming = [
        one
        if not isinstance(one, Cells) or one.get("direction").casefold() != "out"
        else (one.row, BadRow("is money that went out"))
        for one in found
    ]
    return payments(coming, _HISTORY, options)
