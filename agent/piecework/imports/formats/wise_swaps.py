"""Exchanges in Wise's statements: one row each, in the statement of the currency that was given.

The statement of the currency that came repeats it without its fee; that side is left. A fee is a row of its own
("Wise Charges for: …"), else part of "Total fees", which a row's amount may hold or not: where the row says how much
arrived, its rate tells which. Transfers and balances hold it not, by what public readers of these files found.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.imports.bad import BadRow
from piecework.imports.formats.payments import when
from piecework.imports.formats.swaps import MOST, cells_text, signed_micro
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Amount, Left, Swap
from piecework.imports.values import currency_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from piecework.imports.formats.payments import Habits, Whole
    from piecework.imports.rows import Options, Row
    from piecework.imports.tables import Cells

_CENT: Final = 10_000
_CARD: Final = "CARD"
_FEE: Final = "FEE-"
_BALANCE: Final = "BALANCE"
_AMOUNT: Final = r"(\d[\d.,' \u00a0\u202f]{0,30}) ?([A-Z]{3})"
_CONVERTED: Final = re.compile(rf"^\D{{1,40}}{_AMOUNT}\b\D{{1,12}}{_AMOUNT}\b")
"""“Converted 100.00 USD to 91.05 EUR”, in whatever language."""


class _Told(NamedTuple):
    """What a row says of an exchange: what came, as micro-units and text, and the rate, where it says them."""

    to: str
    micro: int
    raw: str
    rate: Decimal | None


def swaps(rows: Sequence[Cells], habits: Habits, whole: Whole, options: Options) -> dict[int, Row | None]:
    """What each row that is part of an exchange comes to; None for its other side and its fee."""
    found: dict[int, Row | None] = {}
    fees = _fee_rows(rows, habits, whole)
    names, taken = Ordinals(), set[str]()
    for cells in rows:
        try:
            one = _swap(cells, fees, habits, whole, options, names)
        except BadRow as cause:
            found[cells.row] = Left(cells.row, str(cause))
            continue
        if one is not None:
            found[cells.row] = one
            taken.add(cells.get(*habits.columns.id))
    for cells in rows:
        if cells.row not in found and cells.get(*habits.columns.id).removeprefix(_FEE) in taken - {""}:
            found[cells.row] = None
    return found


def _swap(  # noqa: PLR0913, PLR0917 - what a row is made of
    cells: Cells, fees: dict[str, int], habits: Habits, whole: Whole, options: Options, names: Ordinals
) -> Swap | None:
    columns = habits.columns
    own = cells.get(*columns.id)
    amount = cells.get(*columns.amount)
    if own.startswith((_CARD, _FEE)) or not amount.startswith(("-", "\u2212")):
        return None
    currency = currency_code(cells.get(*columns.currency))
    told = _told(cells, currency, whole)
    if told is None:
        return None
    moved = abs(signed_micro(amount, whole.point))
    beside = fees.get(own, 0)
    fee = beside or abs(signed_micro(cells.get(*columns.fee) or "0", whole.point))
    inside = not beside and _holds_fee(moved, fee, told)
    given = moved if inside else moved + fee
    received = told if told.micro else _counted(moved - fee if inside else moved, told, amount)
    at, stamped = when(cells, columns, whole, options)
    return Swap(
        cells.row,
        f"wise:{own[:100]}:swap" if own else names.key(habits.service, stamped, str(given), received.raw),
        Amount(given, currency, amount[:60]),
        Amount(received.micro, received.to, received.raw),
        at,
        habits.service,
        habits.service if own.startswith(_BALANCE) or not own else "bank",
        Amount(fee, currency, cells_text(cells, columns.fee)) if fee else None,
        cells.get(*columns.kind)[:200],
    )


def _told(cells: Cells, currency: str, whole: Whole) -> _Told | None:
    """What came, by the columns of the exchange or by the description; None for a row that tells none."""
    to, raw = cells.get("exchange to").upper(), cells.get("exchange to amount")
    rate = _rate(cells.get("exchange rate"))
    if to and to != currency and (raw or rate is not None):
        return _Told(currency_code(to), signed_micro(raw, whole.point) if raw else 0, raw[:60], rate)
    found = _CONVERTED.match(cells.get("description"))
    if found is None or found[2] != currency or found[4] == currency:
        return None
    return _Told(found[4], signed_micro(found[3], whole.point), found[3].strip(), rate)


def _rate(text: str) -> Decimal | None:
    try:
        rate = Decimal(text) if text else Decimal(0)
    except InvalidOperation:
        return None
    return rate if rate.is_finite() and 0 < rate < MOST else None


def _holds_fee(moved: int, fee: int, told: _Told) -> bool:
    """Whether the amount of the row has the fee in it: what came is then the rate times less than all of it."""
    if not fee or fee >= moved or told.rate is None or not told.micro:
        return False
    return abs((moved - fee) * told.rate - told.micro) < abs(moved * told.rate - told.micro)


def _counted(moved: int, told: _Told, amount: str) -> _Told:
    """What came where the row says the rate alone: to the cent, and the text says how."""
    cents = (moved * (told.rate or Decimal(0)) / _CENT).to_integral_value(ROUND_HALF_EVEN)
    micro = int(cents) * _CENT
    if not 0 < micro <= MOST:
        raise BadRow(f"“{amount[:30]}” at {told.rate} can't be read as an exchange")
    return told._replace(micro=micro, raw=f"{amount.lstrip('-')} at {told.rate}"[:60])


def _fee_rows(rows: Sequence[Cells], habits: Habits, whole: Whole) -> dict[str, int]:
    """Fees that are rows of their own, by the transaction they belong to, in micro-units."""
    found: dict[str, int] = {}
    for cells in rows:
        own = cells.get(*habits.columns.id)
        if own.startswith(_FEE):
            try:
                micro = abs(signed_micro(cells.get(*habits.columns.amount), whole.point))
            except BadRow:
                continue
            found[own.removeprefix(_FEE)] = found.get(own.removeprefix(_FEE), 0) + micro
    return found
