"""The European Central Bank's files, purely: the whole history, the last ninety days, or one day; zipped or not.

One line a day, one column a currency, units of it for one euro: "Date,USD,JPY,…". In the file of one day the date is
in words ("30 October 2026"). What is not quoted is "N/A" or empty.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE: Final = 16 << 20
"""Bytes of a file, packed; the bank's whole history is 0.7 MB."""
LARGEST_TEXT: Final = 64 << 20
"""Bytes of what is in it; the bank's whole history is 2 MB. A zip bomb is refused once it is past this."""
LARGEST_CELL: Final = 100
_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_YEAR: Final = 1999
_NOTHING: Final = frozenset({"", "N/A"})


class Row(NamedTuple):
    """Units of a currency for one euro on one day, as decimal text."""

    currency: str
    day: str
    per_eur: str


def text_of(content: bytes) -> str:
    """The text of a CSV file or of the one CSV file in a zip. Raises BadFile, also for a zip that unpacks too far."""
    if len(content) > LARGEST_FILE:
        raise BadFile(f"This file is larger than {LARGEST_FILE >> 20} MB: no file of rates is.")
    if zipfile.is_zipfile(io.BytesIO(content)):
        content = _unpacked(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise BadFile(f"This is neither a zip nor text in UTF-8: byte {cause.start} fits neither.") from cause


def is_reference(text: str) -> bool:
    """Whether a text begins as the bank's files do."""
    head = text[:200].split("\n", 1)[0].replace(" ", "").upper()
    return head.startswith("DATE,") and _CODE.fullmatch(head.split(",")[1].strip()) is not None


def read_reference(text: str) -> Iterator[Row]:
    """Rows of the bank's file as it lists them, the newest day first. Raises BadFile with the line and the cause."""
    lines = csv.reader(io.StringIO(text))
    try:
        head = [cell.strip().upper() for cell in next(lines, [])]
        wrong = [cell for cell in head[1:] if cell and not _CODE.fullmatch(cell)]
        if wrong or not head or head[0] != "DATE":
            raise BadFile(f"Line 1 is not the head of the bank's file: {(wrong or head or [''])[0][:LARGEST_CELL]}.")
        for cells in lines:
            if cells:
                yield from _of_day(head, cells, lines.line_num)
    except csv.Error as cause:
        raise BadFile(f"Line {lines.line_num} is no line of a table: {cause}.") from cause


def number_of(cell: str, line: int) -> str:
    """A positive decimal as it is written, with a point. Raises BadFile."""
    if not _NUMBER.fullmatch(cell) or not Decimal(cell):
        raise BadFile(f"Line {line}: “{cell[:LARGEST_CELL]}” is no rate.")
    return cell


def day_of_cell(cell: str, line: int) -> str:
    """A day "YYYY-MM-DD", or in words as in the file of one day. Raises BadFile."""
    try:
        if _DAY.fullmatch(cell):
            found = date.fromisoformat(cell)
        else:
            found = datetime.strptime(cell[:LARGEST_CELL], "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as cause:
        raise BadFile(f"Line {line}: “{cell[:LARGEST_CELL]}” is no day. Write it as 2026-11-20.") from cause
    if found.year < _FIRST_YEAR:
        raise BadFile(f"Line {line}: the euro has rates from {_FIRST_YEAR} on, not of {found}.")
    return found.isoformat()


def _of_day(head: list[str], cells: list[str], line: int) -> Iterator[Row]:
    if len(cells) > len(head):
        raise BadFile(f"Line {line} has {len(cells)} cells; the head has {len(head)}.")
    day = day_of_cell(cells[0].strip(), line)
    for currency, cell in zip(head[1:], cells[1:], strict=False):
        value = cell.strip()
        if currency and value.upper() not in _NOTHING:
            yield Row(currency, day, number_of(value, line))


def _unpacked(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1:
                raise BadFile(f"The zip holds {len(names)} CSV files; the bank's holds one.")
            with archive.open(names[0]) as file:
                found = file.read(LARGEST_TEXT + 1)
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError) as cause:
        raise BadFile(f"The zip can't be read: {cause}.") from cause
    except zlib.error as cause:
        raise BadFile(f"The zip is damaged: {cause}.") from cause
    if len(found) > LARGEST_TEXT:
        raise BadFile(f"The zip holds more than {LARGEST_TEXT >> 20} MB: no file of rates does.")
    return found
