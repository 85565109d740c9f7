"""Clockify's detailed report: times of the person's own clock, dates in the order their account has chosen.

Its columns as public readers of real exports name them: "Project, Client, Description, Task, User, Group, Email, Tags,
Billable, Start Date, Start Time, End Date, End Time, Duration (h), Duration (decimal)", then rate and amount by
currency and "Date of creation"; since 2025 also "Type" (Regular, Break), "Invoiced", "Invoice ID". A break is no work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.formats.trackers import Tracker, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "clockify"
COLUMNS: Final = frozenset({"start date", "start time", "end date", "end time", "duration (h)"})


def fits(source: Source) -> bool:
    """Its columns: no other tracker says in which unit a duration is."""
    return source.has_columns(COLUMNS)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One stretch for each row."""
    return spans(list(source.rows_under(COLUMNS)), Tracker("clockify", breaks=frozenset({"break"})), options)
