"""Prolific's own export of submissions: a table without ids; times are UTC without saying so; cells may be empty.

Its shape is the recorded one (five rows of 2026) and a variant with small letters in the header. Rewards have the sign
of the study's currency; one that several countries share ("kr") is named by the person.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from piecework.imports.bad import BadRow
from piecework.imports.dates import clock_of, exact, is_short, moment, order_of, read_day
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Left, Work
from piecework.imports.statuses import kind_of, plain
from piecework.imports.tables import Cells
from piecework.imports.values import pay_amount
from piecework.now import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row, When
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
    found = list(source.rows_under(COLUMNS))
    texts = (one.get(name) for one in found if isinstance(one, Cells) for name in ("started at", "completed at"))
    # A spreadsheet that saves the file again writes its dates in the order of its country.
    order = order_of(texts, (), options.dates, utc(options.now_us).date())
    for cells in found:
        if not isinstance(cells, Cells):
            yield Left(cells[0], str(cells[1]))
            continue
        try:
            yield _submission(cells, order, options, names)
        except BadRow as cause:
            yield Left(cells.row, str(cause))


def _submission(cells: Cells, order: str, options: Options, names: Ordinals) -> Work:
    study, started, code = cells.get("study"), cells.get("started at"), cells.get("completion code")
    if not study:
        raise BadRow("the study is missing")
    word = plain(cells.get("status"))
    status = "approved" if word == _PARTLY else kind_of(word)
    currency = options.columns.get("currency", "").removeprefix("=").upper() or None
    began = _when(started, order, options)
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
        at=_when(cells.get("completed at"), order, options),
        code=code,
        status_raw=cells.get("status"),
    )


def _when(text: str, order: str, options: Options) -> When | None:
    """A moment of the export, or of a spreadsheet's copy of it; both are UTC."""
    if is_short(text):
        return moment(read_day(text, order), clock_of(text), UTC, text, options.now_us)
    return exact(text, "UTC", options.now_us)
