"""JSON of any size: entries stay bytes until their turn comes, numbers stay the text they were written as."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
Raws = list[msgspec.Raw]
Entries = dict[str, msgspec.Raw]
MOST_ENTRY: Final = 1 << 20
"""Largest entry that is read: what a history says of one task is some hundred bytes."""
NULL: Final = msgspec.Raw(b"null")
_FAULTS: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
_LONE: Final = re.compile(
    rb"(?<!\\)((?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2})"
)
_PAIRED: Final = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_START: Final = re.compile(r'[\[{]\s*(?="|\{|\[)')


class Document:
    """A JSON text whose outermost level is known. Raises BadFile for one that is damaged, with the entry it ends at."""

    def __init__(self, data: bytes) -> None:
        self.entries: Entries = {}
        self.items: Raws = []
        try:
            self._read(data)
        except _FAULTS:
            try:
                self._read(_mended(data))
            except _FAULTS as cause:
                raise BadFile(f"{_where(data)}: {_said(cause)}. The file is damaged or cut off.") from cause

    def _read(self, data: bytes) -> None:
        if data[:64].lstrip()[:1] == b"[":
            self.items = msgspec.json.decode(data, type=Raws)
        else:
            self.entries = msgspec.json.decode(data, type=Entries)

    def listed(self, name: str) -> Raws | None:
        """The list under a name; None where there is none. Raises BadFile for a damaged one."""
        raw = self.entries.get(name)
        if raw is None or bytes(memoryview(raw)[:1]) != b"[":
            return None
        return inside(raw, Raws)


def inside(raw: msgspec.Raw | bytes, kind: type[T]) -> T:
    """One level deeper. Raises BadFile for what is damaged or of another shape."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except _FAULTS as cause:
        raise BadFile(f"{_where(bytes(raw))}: {_said(cause)}. The file is damaged.") from cause


def entry(raw: msgspec.Raw, decoder: msgspec.json.Decoder[T]) -> T:
    """One entry as a struct. Raises BadRow with what does not fit."""
    if memoryview(raw).nbytes > MOST_ENTRY:
        raise BadRow(f"has more than {MOST_ENTRY >> 20} MiB")
    try:
        return decoder.decode(raw)
    except _FAULTS as cause:
        raise BadRow(_said(cause)) from cause


def each(raws: Raws, decoder: msgspec.json.Decoder[T]) -> Iterator[tuple[int, T | BadRow]]:
    """Every entry with its number, from 1; a BadRow in place of one that can't be read."""
    for number, raw in enumerate(raws, start=1):
        try:
            yield number, entry(raw, decoder)
        except BadRow as cause:
            yield number, cause


def _said(cause: BaseException) -> str:
    if isinstance(cause, UnicodeError):
        return "bytes that are no UTF-8"
    return "lists within lists without end" if isinstance(cause, RecursionError) else str(cause)


def _mended(data: bytes) -> bytes:
    """The same with halves of surrogate pairs replaced: programs that cut titles leave them, and they are no text."""
    if b"\\u" not in data:
        return data
    parts = _PAIRED.split(data)
    pairs = [*_PAIRED.findall(data), b""]
    return b"".join(_LONE.sub(rb"\1\\ufffd", part) + pair for part, pair in zip(parts, pairs, strict=True))


def _where(data: bytes) -> str:
    """The entry at which a document stops being one: found one by one, which only a damaged file costs."""
    text = data.decode("utf-8", "replace")
    decoder = json.JSONDecoder()
    at, number = _first_list(text), 1
    while at < len(text):
        try:
            _, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return f"Row {number}"
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1
        number += 1
    return f"Row {number}"


def _first_list(text: str) -> int:
    """Where the first entry of the outermost list begins."""
    start = _START.search(text, text.find("["))
    return start.end() if start is not None and "[" in text else len(text)
