"""The books as a spreadsheet (XLSX): sums, sums by month, assignments and intervals, written row by row.

Amounts and times are numbers that can be added up: a spreadsheet's numbers hold fifteen digits, and no amount the
books believe has more with its six decimals. Whatever a page said is a text cell, never a formula or a link.
"""

from __future__ import annotations

import tempfile
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook

from piecework.ledger.amounts import decimal_text
from piecework.ledger.earnings import earnings
from piecework.views.tables import COUNTS, NUMBERS, Days, Row, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from xlsxwriter.worksheet import Worksheet

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, its head included; more go on in a next one."""
LONGEST_CELL: Final = 32_767
"""Letters of a cell, counted as UTF-16 does."""
_FLOWS: Final = ("submitted", "pending", "approved", "rejected", "bonus", "paid", "fee")
_WHOSE: Final = ("platform", "account", "currency")
_TABLES: Final = ("assignments", "intervals")
_BY_MONTH: Final = """
SELECT substr(day, 1, 7), platform, account, currency, state, sum(micro) FROM sum_day WHERE day BETWEEN ? AND ?
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4
"""
_WIDTHS: Final = {"title": 40, "requester": 24}
_WIDTH: Final = 16
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_sheets(conn: sqlite3.Connection, out: IO[bytes], days: Days) -> int:
    """Writes the workbook; returns how many rows it has. Its parts lie in a private folder meanwhile."""
    with tempfile.TemporaryDirectory(prefix="piecework-") as folder:
        book = Workbook(out, {**_OPTIONS, "tmpdir": folder})
        sheets = Sheets(book)
        found = sheets.write("sums", _sums(conn, days), frozenset(_FLOWS))
        found += sheets.write("months", _months(conn, days), frozenset(_FLOWS))
        found += sum(sheets.write(what, rows(conn, what, days), NUMBERS) for what in _TABLES)
        book.close()
    return found


class Sheets:
    """A workbook, and how its cells look."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._amount = book.add_format({"num_format": "#,##0.00####"})
        self._count = book.add_format({"num_format": "0"})

    def write(self, name: str, found: Iterator[Row], numbers: frozenset[str]) -> int:
        """One table, on as many sheets as it needs; `numbers` are its columns of numbers. Returns how many rows."""
        count, line = 0, MOST_ROWS
        sheet: Worksheet | None = None
        for row in found:
            if sheet is None or line == MOST_ROWS:
                sheet = self._begin(name if sheet is None else f"{name} {count // (MOST_ROWS - 1) + 1}", row)
                line = 1
            self._put(sheet, line, row, numbers)
            line += 1
            count += 1
        return count

    def _begin(self, name: str, row: Row) -> Worksheet:
        sheet: Worksheet = self._book.add_worksheet(name)
        for place, column in enumerate(row):
            sheet.set_column(place, place, _WIDTHS.get(column, _WIDTH))
            sheet.write_string(0, place, column, self._head)
        sheet.freeze_panes(1, 0)
        return sheet

    def _put(self, sheet: Worksheet, line: int, row: Mapping[str, Any], numbers: frozenset[str]) -> None:
        for place, (name, value) in enumerate(row.items()):
            if value is None:
                continue
            if name in numbers:
                sheet.write_number(line, place, Decimal(value), self._count if name in COUNTS else self._amount)
            else:
                sheet.write_string(line, place, _cut(str(value)))


def _sums(conn: sqlite3.Connection, days: Days) -> Iterator[Row]:
    """What the table of sums holds: one row for each platform, account and currency."""
    for row in earnings(conn, from_day=days[0], to_day=days[1]):
        yield {**{name: row[name] for name in _WHOSE}, **_amounts(row)}


def _months(conn: sqlite3.Connection, days: Days) -> Iterator[Row]:
    """The same by month of the person's own days."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for *key, flow, micro in conn.execute(_BY_MONTH, days):
        found.setdefault(tuple(key), dict.fromkeys(_FLOWS, 0))[flow] = micro
    for key, row in found.items():
        yield {**dict(zip(("month", *_WHOSE), key, strict=True)), **_amounts(row)}


def _amounts(row: Mapping[str, Any]) -> Row:
    pending = row["submitted"] - row["approved"] - row["rejected"]
    return {name: decimal_text(pending if name == "pending" else row[name]) for name in _FLOWS}


def _cut(text: str) -> str:
    if len(text) <= LONGEST_CELL // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
