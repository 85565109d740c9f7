"""What every reader makes of a file: a stream of rows, each one thing that happened, or the cause why it is not taken.

A row's `key` is what the same row is recognised by in another export of the same site, so that importing twice
changes nothing. `row` counts as a spreadsheet or a list does: the header of a table is row 1, the first entry of a
list is row 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Protocol

    from piecework.imports.source import Source
    from piecework.platforms import Platform


class Amount(NamedTuple):
    """An exact amount, in micro-units (1e-6) of a currency, and how the file wrote it."""

    micro: int
    currency: str
    raw: str = ""


class When(NamedTuple):
    """A moment in µs UTC and how the file wrote it. Of a bare date it is the noon of that day in the site's zone.

    `day` is the file's own date as days since 1970: no zone that is chosen later moves it.
    """

    us: int
    raw: str = ""
    day: int = 0


class Work(NamedTuple):
    """One attempt as a history shows it: where it stands (`status`, a kind of `protocol.kinds`), and what it pays."""

    row: int
    platform: str
    key: str
    status: str
    title: str = ""
    requester: str = ""
    task: str = ""
    assignment: str = ""
    pay: Amount | None = None
    bonus: Amount | None = None
    began: When | None = None
    at: When | None = None
    decided: When | None = None
    code: str = ""
    status_raw: str = ""


class Payment(NamedTuple):
    """Money that reached the person from a platform; `fee` is part of what was taken off on the way."""

    row: int
    platform: str
    key: str
    amount: Amount
    at: When
    to: str
    fee: Amount | None = None
    title: str = ""


class Extra(NamedTuple):
    """Money beside the pay of tasks, which a site gives as one sum for a day of its own ("YYYY-MM-DD")."""

    row: int
    platform: str
    key: str
    amount: Amount
    at: When
    period: str
    title: str = ""


class Swap(NamedTuple):
    """Money that became another currency: `given` left `origin`, `fee` of it included, `received` reached `to`."""

    row: int
    key: str
    given: Amount
    received: Amount
    at: When
    origin: str
    to: str
    fee: Amount | None = None
    title: str = ""
    platform: str = ""


class Span(NamedTuple):
    """A stretch of work, from its start to `end_us` in µs UTC; `kind` is one of table interval."""

    row: int
    platform: str
    key: str
    start: When
    end_us: int
    kind: str = "work"
    title: str = ""


class Left(NamedTuple):
    """A row that is not taken, and why: not understood, or nothing of ours."""

    row: int
    cause: str


Row = Work | Payment | Extra | Swap | Span | Left


@dataclass(frozen=True)
class Options:
    """What a reader is told beside the bytes. `now_us` and `zone` are the person's.

    `platform` is meant where a file names none; `dates` ("dmy", "mdy" or "") where its own dates could be read in
    two ways; `columns` maps fields of the generic reader to columns, or to a constant that begins with "=".
    """

    now_us: int
    zone: str = "UTC"
    platform: str = ""
    dates: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    platforms: Mapping[str, Platform] = field(default_factory=dict)


if TYPE_CHECKING:

    class Format(Protocol):
        """One kind of file. A reader is pure: it sees the file's bytes, the options, and nothing else."""

        ID: str

        def fits(self, source: Source) -> bool:
            """Whether the file is of this kind."""
            ...

        def rows(self, source: Source, options: Options) -> Iterator[Row]:
            """Its rows, in their order. Raises BadFile for a file that is damaged as a whole."""
            ...
