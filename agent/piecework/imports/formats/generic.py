"""Any table, by a mapping of columns: `date=Day`, `amount=Net`; a value that begins with "=" is meant for every row."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import clock_of, moment, offset_of, order_of, read_clock, read_day, stamp, zone_of
from piecework.imports.naming import Ordinals, platform_word
from piecework.imports.rows import Amount, Left, When, Work
from piecework.imports.statuses import kind_of
from piecework.imports.tables import Cells, fold
from piecework.imports.values import cell_micro, currency_code, pay_amount, point_of, positive
from piecework.now import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source
    from piecework.imports.tables import Table

ID: Final = "generic"
FIELDS: Final = (
    *("date", "time", "zone", "amount", "bonus", "currency", "platform", "title", "requester", "state", "id"),
)
"""What a column can be mapped to."""
_NARROWEST: Final = 3
_FIRST: Final = 3
_SHOWN: Final = 60
_GUESSES: Final = {
    "date": ("date", "day", "when", "jour", "date de paiement", "completed at", "completed", "submitted", "paid on"),
    "time": ("time", "heure"),
    "amount": (
        *("amount", "pay", "reward", "earned", "earnings", "payment", "payout", "net", "price", "total"),
        *("montant", "gain", "rémunération", "paiement", "prix"),
    ),
    "bonus": ("bonus", "tip", "pourboire"),
    "currency": ("currency", "devise"),
    "platform": ("platform", "site", "source", "plateforme"),
    "title": ("title", "task", "what", "description", "titre", "tâche", "mission", "name", "job", "libellé"),
    "requester": ("requester", "client", "company", "entreprise"),
    "state": ("state", "status", "état", "statut"),
    "id": ("id", "task id", "reference", "référence", "transaction id", "numéro"),
}


class _Plan(NamedTuple):
    """The mapping, and what only all rows together tell."""

    columns: dict[str, str]
    order: str
    point: str
    names: Ordinals

    def get(self, cells: Cells, field: str) -> str:
        """What a row says of a field."""
        name = self.columns.get(field, "")
        return name[1:].strip() if name.startswith("=") else cells.get(fold(name)) if name else ""


def fits(source: Source) -> bool:
    """A table of some width whose first row are names: none of them holds a digit."""
    table = source.table
    header = table.first_header() if table is not None else 0
    names = table.columns(header) if table is not None else []
    return len(names) >= _NARROWEST and not any(letter.isdigit() for name in names for letter in name)


def columns_of(source: Source) -> list[str]:
    """The names of its columns, as they are written."""
    return [] if source.table is None else source.table.columns(source.table.first_header())


def first_rows(source: Source) -> list[list[str]]:
    """Its first rows, cut short, for the person to see what stands under which name."""
    if source.table is None:
        return []
    header, width = source.table.first_header(), len(columns_of(source))
    return [[cell[:_SHOWN] for cell in row[:width]] for row in source.table.head[header : header + _FIRST] if any(row)]


def signature(source: Source) -> str:
    """What tables of the same columns have in common: their mapping is remembered under it."""
    return hashlib.sha256("\n".join(map(fold, columns_of(source))).encode()).hexdigest()[:24]


def suggestion(source: Source) -> dict[str, str]:
    """Columns whose names speak for themselves, for the person to check."""
    known = {fold(name): name for name in columns_of(source)}
    found = {}
    for field, words in _GUESSES.items():
        if name := next((known[word] for word in words if word in known), ""):
            found[field] = name
    return found


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One piece of work for each row. Raises BadFile for a mapping that does not fit the table."""
    table = source.table
    if table is None:
        raise BadFile("Row 1: this is no table.")
    header = table.first_header()
    columns = _mapping(table, header, options)
    found = list(table.rows(header))
    cells = [one for one in found if isinstance(one, Cells)]
    bare = _Plan(columns, "", ".", Ordinals())
    order = order_of((bare.get(one, "date") for one in cells), (), options.dates, utc(options.now_us).date())
    plan = bare._replace(order=order, point=point_of(bare.get(one, "amount") for one in cells))
    return _rows(found, plan, options)


def _rows(found: list[Cells | tuple[int, BadRow]], plan: _Plan, options: Options) -> Iterator[Row]:
    for one in found:
        if not isinstance(one, Cells):
            yield Left(one[0], str(one[1]))
            continue
        try:
            yield _work(one, plan, options)
        except BadRow as cause:
            yield Left(one.row, str(cause))


def _mapping(table: Table, header: int, options: Options) -> dict[str, str]:
    columns = dict(options.columns)
    if options.platform and "platform" not in columns:
        columns["platform"] = f"={options.platform}"
    names = table.columns(header)
    known = {fold(name) for name in names}
    if missing := [field for field in ("date", "amount", "platform") if not columns.get(field)]:
        raise BadFile(
            f"Row {header or 1}: say which column is what (--map {missing[0]}=COLUMN): {', '.join(missing)} must be "
            f"known. The columns are: {', '.join(names) or 'none'}."
        )
    if unknown := sorted(set(columns) - set(FIELDS)):
        raise BadFile(f"There is no field {', '.join(unknown)}. There are: {', '.join(FIELDS)}.")
    for field, name in columns.items():
        if name and not name.startswith("=") and fold(name) not in known:
            raise BadFile(f"Row {header}: there is no column “{name}” for {field}. There are: {', '.join(names)}.")
    return columns


def _work(cells: Cells, plan: _Plan, options: Options) -> Work:
    platform = platform_word(plan.get(cells, "platform"), options.platforms)
    definition = options.platforms.get(platform)
    currency = plan.get(cells, "currency")
    code = currency_code(currency) if currency else definition.currency() if definition is not None else None
    at, stamped = _when(cells, plan, options)
    pay, bonus = (_amount(plan.get(cells, field), code, plan.point) for field in ("amount", "bonus"))
    if pay is None:
        raise BadRow("the amount is missing")
    title, requester, own = (plan.get(cells, field) for field in ("title", "requester", "id"))
    state = plan.get(cells, "state")
    key = (
        f"id:{own[:100]}" if own else plan.names.key(platform, stamped, str(pay.micro), pay.currency, title, requester)
    )
    return Work(
        cells.row,
        platform,
        key,
        kind_of(state) if state else "approved",
        title=title,
        requester=requester,
        pay=pay,
        bonus=bonus,
        at=at,
        status_raw=state,
    )


def _amount(text: str, currency: str | None, point: str) -> Amount | None:
    """A cell with its own currency sign, or a plain number in the currency of its column."""
    if not text:
        return None
    if currency is None:
        stated = pay_amount(text)
        return None if stated is None else positive(stated)
    try:
        found = Amount(cell_micro(text, point), currency, text[:60])
    except BadRow:
        signed = pay_amount(text, currency)
        if signed is None or signed.currency != currency:
            raise
        return signed
    return positive(found)


def _when(cells: Cells, plan: _Plan, options: Options) -> tuple[When, str]:
    """The moment, and its stamp."""
    text, clock = plan.get(cells, "date"), plan.get(cells, "time")
    day, time = read_day(text, plan.order), read_clock(clock) or clock_of(text)
    where = offset_of(text) or zone_of(plan.get(cells, "zone"), options.zone)
    return moment(day, time, where, f"{text} {clock}".strip(), options.now_us), stamp(day, time)
