"""Payoneer's transactions: credits of platforms become payouts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from piecework.imports.formats.payments import Columns, Habits, payments
from piecework.imports.formats.swaps import two_sides

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "payoneer"
COLUMNS: Final = frozenset({"transaction date", "transaction id", "description", "credit amount", "currency", "status"})
_HABITS: Final = Habits(
    "Payoneer",
    Columns(
        date=("transaction date",),
        time=("transaction time",),
        zone=("time zone",),
        currency=("currency",),
        amount=("credit amount",),
        out=("debit amount",),
        id=("transaction id",),
        payer=("description",),
        kind=("additional description", "store name"),
        status=("status",),
    ),
    done=frozenset({"completed", "terminé", "terminée"}),
    swaps=two_sides(re.compile(r"\b[A-Z]{3} (?:to|vers|en) [A-Z]{3}\b")),
)


def fits(source: Source) -> bool:
    """Its columns."""
    return source.has_columns(COLUMNS)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Credits, and exchanges ("USD to EUR") whose two sides are there; everything else is left, by what it is."""
    return payments(list(source.rows_under(COLUMNS)), _HABITS, options)
