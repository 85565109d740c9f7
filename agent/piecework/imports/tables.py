"""Tables as text (CSV and its kin): which sign parts the cells, where the header is, each row by its number."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile
from piecework.imports.bad import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEPARATORS: Final = ",;\t|"
LONGEST: Final = 32_768
"""Most characters of one cell: what a spreadsheet holds in one."""
MOST_LINE: Final = 12 << 20
_HEAD_ROWS: Final = 12
_HEAD_CHARS: Final = 20_000


class Cells(NamedTuple):
    """One row of a table by the names of its columns."""

    row: int
    header: dict[str, int]
    values: list[str]

    def get(self, *names: str) -> str:
        """The text of the first of these columns that the table has; "" where it has none of them."""
        for name in names:
            place = self.header.get(name)
            if place is not None and place < len(self.values):
                return self.values[place].strip()
        return ""


class Table:
    """The rows of a text. A header is found by its names, for some exports put lines of their own above it."""

    def __init__(self, text: str, separator: str) -> None:
        self.separator = separator
        self._text = text

    @classmethod
    def of(cls, text: str) -> Table:
        """The table, parted by the sign by which most rows of its head are equally wide: a title may hold others."""
        head = text[:_HEAD_CHARS]
        alike = {sign: _alike(_head(head, sign)) for sign in SEPARATORS}
        return cls(text, max(SEPARATORS, key=lambda sign: alike[sign]))

    @cached_property
    def head(self) -> list[list[str]]:
        """Its first rows."""
        return _head(self._text[:_HEAD_CHARS], self.separator)

    def find_header(self, names: Iterable[str]) -> int:
        """The number of the row that holds all these column names, from 1; 0 where there is none."""
        wanted = set(names)
        for number, row in enumerate(self.head, start=1):
            if wanted <= {fold(cell) for cell in row}:
                return number
        return 0

    def first_header(self) -> int:
        """The number of the first row with two names or more, 0 where there is none."""
        return next((n for n, row in enumerate(self.head, start=1) if sum(map(bool, map(str.strip, row))) > 1), 0)

    def columns(self, header: int) -> list[str]:
        """The names of a header, as they are written, without the empty ones that a spreadsheet leaves at its end."""
        names = [cell.strip() for cell in self.head[header - 1]] if header else []
        while names and not names[-1]:
            names.pop()
        return names

    def rows(self, header: int) -> Iterator[Cells | tuple[int, BadRow]]:
        """The rows under a header; blank ones are passed over. Raises BadFile where the text stops being a table."""
        columns = self.columns(header)
        names = {fold(cell): place for place, cell in reversed(list(enumerate(columns)))}
        width = len(columns)
        for number, values in self.numbered():
            if number <= header or not any(map(str.strip, values)):
                continue
            try:
                yield _checked(Cells(number, names, values), width)
            except BadRow as cause:
                yield number, cause

    def numbered(self) -> Iterator[tuple[int, list[str]]]:
        """Every row with its number, from 1."""
        reader = csv.reader(self._lines(), delimiter=self.separator, strict=True)
        number = 0
        while True:
            number += 1
            try:
                values = next(reader)
            except StopIteration:
                return
            except csv.Error as cause:
                raise BadFile(f"Row {number}: {_said(cause)}. The file is damaged or cut off.") from cause
            yield number, values

    def _lines(self) -> Iterator[str]:
        """Every line. A row of millions of empty cells would fill the memory before anybody could refuse it."""
        for line in io.StringIO(self._text, newline=""):
            if len(line) > MOST_LINE:
                raise csv.Error(f"a line of more than {MOST_LINE} characters")
            yield line


def fold(name: str) -> str:
    """A column's name for comparing: exports differ in case and blanks."""
    return " ".join(name.replace("\ufeff", "").replace("\u2019", "'").casefold().split())


def _checked(cells: Cells, width: int) -> Cells:
    if len(cells.values) < width or any(map(str.strip, cells.values[width:])):
        raise BadRow(f"has {len(cells.values)} cells where the header has {width}: cut off, or another separator")
    if any(len(value) > LONGEST for value in cells.values):
        raise BadRow(f"has a cell of more than {LONGEST} characters")
    return cells


def _head(text: str, separator: str) -> list[list[str]]:
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            found.append(row)
            if len(found) == _HEAD_ROWS:
                break
    except csv.Error:
        # A cell that is too long: what was read of the head says enough.
        return found
    return found


def _alike(rows: list[list[str]]) -> tuple[int, int]:
    """How many rows share the commonest width above one, and that width."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _said(cause: csv.Error) -> str:
    text = str(cause)
    if "field larger" in text:
        return f"a cell of more than {csv.field_size_limit()} characters"
    return "a quotation mark that is never closed" if "end of data" in text else text
