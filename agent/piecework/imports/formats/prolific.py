"""Prolific's own export of submissions: a table without ids; times are UTC without saying so; cells may be empty.

Its shape is the recorded one (five rows of 2026) and a variant with small letters in the header. Rewards have the sign
of the study's currency; one that several countries share ("kr") is named by the person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.bad import BadRow
from piecework.imports.dates import exact
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Left, Work
from piecework.imports.statuses import kind_of, plain
from piecework.imports.tables import Cells
from piecework.imports.values import pay_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "prolific"
PLATFORM: Final = "prolific"
COLUMNS: Final = frozenset({"study", "reward", "started at", "completed at", "status"})
_PARTLY: Final = "partially approved"
_UNSAID: Final = frozenset({"screened_out", _PARTLY})
"""What these are paid is not in the column of rewards: that holds what the study would have paid."""


def fits(source: Source) -> bool:
    """Its columns, in whatever case."""
    return source.has_columns(COLUMNS)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each submission."""
    names = Ordinals()
    for cells in source.rows_under(COLUMNS):
        if not isinstance(cells, Cells):
            yield Left(cells[0], str(cells[1]))
            continue
        try:
            yield _submission(cells, options, names)
        except BadRow as cause:
            yield Left(cells.row, str(cause))


def _submission(cells: Cells, options: Options, names: Ordinals) -> Work:
    study, started, code = cells.get("study"), cells.get("started at"), cells.get("completion code")
    if not study:
        raise BadRow("the study is missing")
    word = plain(cells.get("status"))
    status = "approved" if word == _PARTLY else kind_of(word)
    currency = options.columns.get("currency", "").removeprefix("=").upper() or None
    began = exact(started, "UTC", options.now_us)
    return Work(
        cells.row,
        PLATFORM,
        # A study's code is the same for everybody in it, so that the start tells more.
        names.key(study, started or code, "" if started or code else cells.get("reward")),
        status,
        title=study,
        pay=None if {status, word} & _UNSAID else pay_amount(cells.get("reward"), currency),
        bonus=pay_amount(cells.get("bonus"), currency),
        began=began,
        at=exact(cells.get("completed at"), "UTC", options.now_us),
        code=code,
        status_raw=cells.get("status"),
    )
