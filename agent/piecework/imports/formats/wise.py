"""Wise's statement, short and long: money from platforms becomes payouts. Days come before months, or as ISO dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.formats.payments import Columns, Habits, payments
from piecework.imports.formats.wise_swaps import swaps

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
        kind=("description",),
    ),
    done=frozenset(),
    ways_out=("converted",),
    dates="dmy",
    swaps=swaps,
)


def fits(source: Source) -> bool:
    """Its columns."""
    return source.has_columns(COLUMNS)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Money that came in, and what left in another currency; everything else is left, by what it is."""
    return payments(list(source.rows_under(COLUMNS)), _HABITS, options)
