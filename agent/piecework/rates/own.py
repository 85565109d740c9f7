"""Rows of the person's own, purely: "day,currency,rate,per" in any order, for what the reference lacks.

`rate` is units of `currency` for one unit of `per` (the euro where the column is missing or empty). Cells are parted
by commas or semicolons; with semicolons a rate may be written with a comma.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile
from piecework.rates.convert import EURO
from piecework.rates.reference import LARGEST_CELL, day_of_cell, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ROWS: Final = 100_000
_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_NEEDED: Final = ("day", "currency", "rate")
_NAMES: Final = {"date": "day", "code": "currency", "value": "rate", "base": "per"}


class OwnRow(NamedTuple):
    """Units of a currency for one unit of `per` on one day, as decimal text; `line` is where it stands."""

    day: str
    currency: str
    rate: str
    per: str
    line: int


def read_own(text: str) -> list[OwnRow]:
    """The rows, all of them or none. Raises BadFile with the line and the cause."""
    mark = ";" if ";" in text[:1000].split("\n", 1)[0] else ","
    lines = csv.reader(io.StringIO(text), delimiter=mark)
    found: list[OwnRow] = []
    try:
        head = [_NAMES.get(cell.strip().casefold(), cell.strip().casefold()) for cell in next(lines, [])]
        missing = [name for name in _NEEDED if name not in head]
        if missing:
            raise BadFile(
                f"Line 1 names no column {' and no '.join(missing)}. Write day,currency,rate,per above the rows."
            )
        found.extend(_rows(lines, head, comma=mark == ";"))
    except csv.Error as cause:
        raise BadFile(f"Line {lines.line_num} is no line of a table: {cause}.") from cause
    if not found:
        raise BadFile("There is no row below the head.")
    return found


def _rows(lines: Iterator[list[str]], head: list[str], *, comma: bool) -> Iterator[OwnRow]:
    for place, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if place > MOST_ROWS:
            raise BadFile(f"There are more than {MOST_ROWS} rows.")
        if len(cells) > len(head):
            raise BadFile(f"Line {place} has {len(cells)} cells; the head has {len(head)}.")
        row = {name: cell.strip() for name, cell in zip(head, cells, strict=False)}
        currency, per = _code(row.get("currency", ""), place), _code(row.get("per", "") or EURO, place)
        if currency == per:
            raise BadFile(f"Line {place}: {currency} for {per} is no exchange.")
        rate = row.get("rate", "").replace(",", ".", 1 if comma else 0)
        yield OwnRow(day_of_cell(row.get("day", ""), place), currency, number_of(rate, place), per, place)


def _code(cell: str, line: int) -> str:
    code = cell.upper()
    if not _CODE.fullmatch(code):
        raise BadFile(f"Line {line}: “{cell[:LARGEST_CELL]}” is no currency. Write its three letters, such as KES.")
    return code
