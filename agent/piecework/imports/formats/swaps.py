"""Exchanges that a statement tells in two rows: money out in one currency, money in in another, at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.imports.bad import BadRow
from piecework.imports.formats.payments import when
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Amount, Left, Swap
from piecework.imports.values import currency_code
from piecework.money.numbers import read_number, to_units

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from piecework.imports.formats.payments import Habits, Names, Whole
    from piecework.imports.rows import Options, Row
    from piecework.imports.tables import Cells

MICRO: Final = 1_000_000
MOST: Final = 10**16
"""Largest amount believed, in micro-units: ten thousand million, for a rupiah is small."""
_LONGEST: Final = 60


class Side(NamedTuple):
    """One of the two rows: `micro` is below nothing where money left, `near` what the other row may be named by."""

    cells: Cells
    micro: int
    currency: str
    own: str
    near: str
    when: str


def two_sides(mark: re.Pattern[str]) -> Callable[[Sequence[Cells], Habits, Whole, Options], Mapping[int, Row | None]]:
    """Finds exchanges by a mark in the kind or the text of their rows.

    The two sides are of the same moment and name each other, the same third transaction, or there are only two.
    """

    def find(rows: Sequence[Cells], habits: Habits, whole: Whole, options: Options) -> dict[int, Row | None]:
        found: dict[int, Row | None] = {}
        names = Ordinals()
        for sides in _by_moment(_sides(rows, habits, whole, mark)):
            for out, into in _pairs(sides):
                found[out.cells.row] = _swap(out, into, habits, whole, options, names)
                found[into.cells.row] = None
            for one in sides:
                text = _text(one.cells, habits)
                cause = f"“{text[:60]}” is no income, and its other side is not in this file"
                found.setdefault(one.cells.row, Left(one.cells.row, cause))
        return found

    return find


def signed_micro(text: str, point: str) -> int:
    """Micro-units of a cell, of whatever currency. Raises BadRow."""
    bare = "".join(text.split()).replace("\u2212", "-")
    number = read_number(bare.strip("+-"), point) if len(bare) <= _LONGEST else None
    micro = None if number is None else to_units(number, MICRO)
    if micro is None or micro > MOST:
        raise BadRow(f"“{text[:_LONGEST]}” can't be read as an amount")
    return -micro if bare.startswith("-") or bare.endswith("-") else micro


def _sides(rows: Iterable[Cells], habits: Habits, whole: Whole, mark: re.Pattern[str]) -> list[Side]:
    columns, found = habits.columns, []
    for cells in rows:
        state = cells.get(*columns.status).casefold()
        if not mark.search(_text(cells, habits)) or (state and state not in habits.done):
            continue
        try:
            micro = _moved(cells, columns.amount, whole) - abs(_moved(cells, columns.out, whole))
            currency = currency_code(cells.get(*columns.currency))
        except BadRow:
            continue
        moment = f"{cells.get(*columns.date)} {cells.get(*columns.time)}"
        names = cells.get(*columns.id), cells.get(*columns.reference)
        found.append(Side(cells, micro, currency, *names, moment))
    return found


def _by_moment(sides: Iterable[Side]) -> Iterable[list[Side]]:
    found: dict[str, list[Side]] = {}
    for side in sides:
        found.setdefault(side.when, []).append(side)
    return found.values()


def _pairs(sides: Sequence[Side]) -> list[tuple[Side, Side]]:
    """Each row of money that left with the one row of money that came by it."""
    left, came = ([one for one in sides if (one.micro < 0) is out and one.micro] for out in (True, False))
    found = []
    for out in left:
        others = [one for one in came if one.currency != out.currency]
        named = [one for one in others if _belong(out, one)]
        if len(named) != 1:
            named = others if len(left) == len(came) == 1 else []
        if len(named) == 1:
            came.remove(named[0])
            found.append((out, named[0]))
    return found


def _belong(out: Side, into: Side) -> bool:
    return bool(
        (out.near and out.near in {into.near, into.own})
        or (into.near and into.near == out.own)
        or (out.own and out.own == into.own)
    )


def _swap(out: Side, into: Side, habits: Habits, whole: Whole, options: Options, names: Ordinals) -> Row:  # noqa: PLR0913, PLR0917 - what a row is made of
    columns = habits.columns
    try:
        at, stamped = when(out.cells, columns, whole, options)
        fee = abs(_moved(out.cells, columns.fee, whole))
    except BadRow as cause:
        return Left(out.cells.row, str(cause))
    given, received = (
        Amount(abs(one.micro), one.currency, cells_text(one.cells, columns.amount, columns.out)) for one in (out, into)
    )
    own = f"{habits.service.casefold()}:{out.own[:100]}:swap" if out.own else ""
    return Swap(
        out.cells.row,
        own or names.key(habits.service, stamped, str(given.micro), given.currency, str(received.micro)),
        given._replace(micro=given.micro + fee),
        received,
        at,
        habits.service,
        habits.service,
        Amount(fee, given.currency, cells_text(out.cells, columns.fee)) if fee else None,
        _text(out.cells, habits)[:200],
    )


def cells_text(cells: Cells, *columns: Names) -> str:
    """The first of these cells that says something."""
    return next((text for names in columns if (text := cells.get(*names))), "")[:_LONGEST]


def _moved(cells: Cells, names: Names, whole: Whole) -> int:
    text = cells.get(*names)
    return signed_micro(text, whole.point) if text else 0


def _text(cells: Cells, habits: Habits) -> str:
    return cells.get(*habits.columns.kind) or cells.get(*habits.columns.payer)
