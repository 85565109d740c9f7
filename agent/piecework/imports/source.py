"""One file, read as far as its kind needs it: as JSON, as a table, as lines. Purely."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from piecework.errors import BadFile
from piecework.imports.jsons import Document
from piecework.imports.tables import Table
from piecework.imports.text import as_text, as_utf8, refuse_packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from piecework.imports.bad import BadRow
    from piecework.imports.tables import Cells

_HEAD: Final = 64


class Source:
    """The bytes of a file. Raises BadFile for what is no text."""

    def __init__(self, data: bytes) -> None:
        refuse_packed(data)
        self.data = as_utf8(data)

    @cached_property
    def is_json(self) -> bool:
        """Whether it begins as an object or a list does."""
        return self.data[:_HEAD].lstrip()[:1] in {b"{", b"["}

    @cached_property
    def document(self) -> Document | None:
        """The JSON document; None for a file that is none. Raises BadFile for a damaged one."""
        return Document(self.data) if self.is_json else None

    @cached_property
    def text(self) -> str:
        """All of it as text."""
        return as_text(self.data)

    @cached_property
    def table(self) -> Table | None:
        """The table; None for JSON."""
        return None if self.is_json else Table.of(self.text)

    def size(self) -> int:
        """About how many rows it has: the entries of its longest list, or its lines."""
        document = self.document
        if document is None:
            return self.data.count(b"\n")
        if "buckets" in document.entries:
            # Lists of events, three levels down.
            return self.data.count(b'"timestamp"')
        lists = [found for name in document.entries if (found := document.listed(name)) is not None]
        return max([len(document.items), *map(len, lists)] if lists or document.items else [len(document.entries)])

    def has_columns(self, *sets: Iterable[str]) -> bool:
        """Whether it is a table whose header holds all names of one of the sets."""
        return self.table is not None and any(self.table.find_header(names) for names in sets)

    def rows_under(self, *sets: Iterable[str]) -> Iterator[Cells | tuple[int, BadRow]]:
        """The rows under the header that holds all names of one of the sets. Raises BadFile where there is none."""
        table = self.table
        header = 0 if table is None else next((n for names in sets if (n := table.find_header(names))), 0)
        if table is None or not header:
            raise BadFile(f"Row 1: the columns {', '.join(sorted(next(iter(sets))))} are not in this file.")
        return table.rows(header)
