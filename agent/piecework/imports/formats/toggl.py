"""Toggl Track's detailed report: times of the person's own clock, ISO dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.formats.trackers import Tracker, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "toggl"
COLUMNS: Final = frozenset({"project", "start date", "start time", "end date", "end time", "duration"})


def fits(source: Source) -> bool:
    """Its columns."""
    return source.has_columns(COLUMNS)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One stretch for each row."""
    return spans(list(source.rows_under(COLUMNS)), Tracker("toggl"), options)
