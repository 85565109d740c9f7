"""What the statements of payment services share: money that came in, dated by a whole column, from a known platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.imports.bad import BadRow
from piecework.imports.dates import clock_of, moment, offset_of, order_of, read_clock, read_day, stamp, zone_of
from piecework.imports.naming import Ordinals, payer
from piecework.imports.rows import Amount, Left, Payment, When
from piecework.imports.tables import Cells
from piecework.imports.values import cell_micro, currency_code, point_of
from piecework.now import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from piecework.imports.rows import Options, Row

Names = tuple[str, ...]
_NO_EFFECT: Final = frozenset({"memo", "mémo"})
"""PayPal's word for rows that do not touch the balance: orders, authorizations, what is still on its way."""
_PENDING: Final = frozenset(
    {"pending", "en attente", "processing", "unclaimed", "on hold", "denied", "canceled", "cancelled"}
)


class Columns(NamedTuple):
    """Which columns of a statement say what: names that are tried in order, folded."""

    date: Names
    currency: Names
    amount: Names
    id: Names = ()
    time: Names = ()
    zone: Names = ()
    fee: Names = ()
    payer: Names = ()
    kind: Names = ()
    status: Names = ()
    out: Names = ()
    reference: Names = ()
    effect: Names = ()


class Whole(NamedTuple):
    """What only all rows together tell: which of day and month comes first, and the decimal sign."""

    order: str
    point: str


class Habits(NamedTuple):
    """What a service's statements are like. `ways_out` are words of kinds that are no income.

    `swaps` finds the exchanges among the rows: what each row that is part of one comes to, None for its other sides.
    """

    service: str
    columns: Columns
    done: frozenset[str]
    ways_out: tuple[str, ...] = ()
    dates: str = ""
    swaps: Callable[[Sequence[Cells], Habits, Whole, Options], Mapping[int, Row | None]] | None = None


def payments(found: list[Cells | tuple[int, BadRow]], habits: Habits, options: Options) -> Iterator[Row]:
    """The rows of a statement. Raises BadFile where its dates can be read in two ways."""
    rows = [cells for cells in found if isinstance(cells, Cells)]
    whole = _decide(rows, habits, options)
    swaps = habits.swaps(rows, habits, whole, options) if habits.swaps is not None else {}
    names = Ordinals()
    for cells in found:
        if not isinstance(cells, Cells):
            yield Left(cells[0], str(cells[1]))
            continue
        if cells.row in swaps:
            if (swap := swaps[cells.row]) is not None:
                yield swap
            continue
        try:
            yield _payment(cells, habits, whole, options, names)
        except BadRow as cause:
            yield Left(cells.row, str(cause))


def _decide(rows: Sequence[Cells], habits: Habits, options: Options) -> Whole:
    columns = habits.columns
    order = order_of(
        (cells.get(*columns.date) for cells in rows),
        (cells.get(*columns.zone) for cells in rows),
        options.dates or habits.dates,
        utc(options.now_us).date(),
    )
    return Whole(
        order, point_of(text for cells in rows for text in (cells.get(*columns.amount), cells.get(*columns.fee)))
    )


def _payment(cells: Cells, habits: Habits, whole: Whole, options: Options, names: Ordinals) -> Payment:
    columns = habits.columns
    micro = _income(cells, habits, whole)
    at, stamped = when(cells, columns, whole, options)
    amount = Amount(micro, currency_code(cells.get(*columns.currency)), cells.get(*columns.amount)[:60])
    kinds = [text for name in columns.kind if (text := cells.get(name))]
    who = cells.get(*columns.payer) or next(iter(kinds), "")
    own = cells.get(*columns.id)
    fee_text = cells.get(*columns.fee)
    fee = abs(cell_micro(fee_text, whole.point)) if fee_text else 0
    return Payment(
        cells.row,
        payer(" ".join((who, *kinds)), options),
        f"{habits.service.casefold()}:{own[:100]}"
        if own
        else names.key(habits.service, stamped, str(amount.micro), who),
        amount,
        at,
        habits.service,
        Amount(fee, amount.currency, fee_text[:60]) if fee else None,
        who[:200],
    )


def _income(cells: Cells, habits: Habits, whole: Whole) -> int:
    """What came in, in micro-units. Raises BadRow for everything else, by what it is."""
    columns = habits.columns
    for kind in (cells.get(name) for name in columns.kind):
        if any(word in kind.casefold() for word in habits.ways_out):
            raise BadRow(f"“{kind[:60]}” is no income")
    if cells.get(*columns.effect).casefold() in _NO_EFFECT:
        raise BadRow("does not touch the balance")
    status = cells.get(*columns.status).casefold()
    if status and status not in habits.done:
        raise BadRow(f"its state is “{status[:40]}”" + (": not there yet" if status in _PENDING else ""))
    text = cells.get(*columns.amount)
    if not text:
        raise BadRow("is money that went out" if cells.get(*columns.out) else "the amount is missing")
    micro = cell_micro(text, whole.point)
    if micro <= 0:
        raise BadRow("is money that went out" if micro else "the amount is nothing")
    return micro


def when(cells: Cells, columns: Columns, whole: Whole, options: Options) -> tuple[When, str]:
    """The moment, and its stamp."""
    text, clock = cells.get(*columns.date), cells.get(*columns.time)
    where = offset_of(text) or zone_of(cells.get(*columns.zone), options.zone)
    day, time = read_day(text, whole.order), read_clock(clock) or clock_of(text)
    return moment(day, time, where, f"{text} {clock}".strip(), options.now_us), stamp(day, time)
