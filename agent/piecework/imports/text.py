"""From bytes to text: which encoding a file is in, and which files are none of ours. Purely."""

from __future__ import annotations

import re
from typing import Final

from piecework.errors import BadFile

MOST_BYTES: Final = 256 << 20
"""Largest file that is looked at."""
_PACKED: Final = {
    b"PK\x03\x04": "a spreadsheet (XLSX, ODS) or a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\x1f\x8b": "packed (gzip)",
    b"BZh": "packed (bzip2)",
    b"\xfd7zXZ": "packed (xz)",
    b"7z\xbc\xaf": "packed (7z)",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (XLS)",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF8_LETTER: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LF: Final = b"\n"
_CR: Final = b"\r"
_SAMPLE: Final = 400
_HALF: Final = 0.4


def refuse_packed(data: bytes) -> None:
    """Raises BadFile for an empty file, a huge one, and one that is no text at all: nothing is ever unpacked."""
    if not data.strip():
        raise BadFile("The file is empty.")
    if len(data) > MOST_BYTES:
        raise BadFile(f"The file has {len(data) >> 20} MiB; {MOST_BYTES >> 20} are the most. Import it in parts.")
    for head, what in _PACKED.items():
        if data.startswith(head):
            raise BadFile(f"This is {what}, which is never unpacked. Save it as CSV and import that.")


def as_utf8(data: bytes) -> bytes:
    """The same text in UTF-8 without a mark at its head. Raises BadFile with the row where it is damaged.

    A file without any UTF-8 letter beyond ASCII is read as Windows-1252, as old exports are.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name).encode()
    if name := _unmarked(data[:_SAMPLE]):
        return _decoded(data, name).encode()
    if b"\0" in data:
        raise BadFile(f"{place(data, data.index(0))}: a NUL byte: this is no text.")
    return data if data.isascii() or _UTF8_LETTER.search(data) else _decoded(data, "cp1252").encode()


def as_text(data: bytes) -> str:
    """UTF-8 as text. Raises BadFile with the row of the first byte that is no text."""
    try:
        return data.decode()
    except UnicodeDecodeError as cause:
        raise BadFile(f"{place(data, cause.start)}: the byte {data[cause.start]:#04x} is no UTF-8.") from cause


def place(data: bytes, at: int) -> str:
    """Where a byte stands, as "Row 7": its line, where the first is row 1."""
    head = data[:at]
    return f"Row {(head.count(_LF) or head.count(_CR)) + 1}"


def _unmarked(sample: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain text is NUL."""
    half = len(sample) // 2
    if half and sample[1::2].count(0) > _HALF * half:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > _HALF * half else ""


def _decoded(data: bytes, name: str) -> str:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as cause:
        before = data[: cause.start].decode(name, "replace")
        raise BadFile(f"Row {before.count(chr(10)) + 1}: a byte that is no {name}.") from cause
    if "\0" in text:
        raise BadFile(f"Row {text.count(chr(10), 0, text.index(chr(0))) + 1}: a NUL: this is no text.")
    return text
