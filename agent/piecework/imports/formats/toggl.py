"""Toggl Track's detailed report: times of the person's own clock, ISO dates.

Its columns as public readers of real exports name them: until 2024 "User, Email, Client, Project, Task, Description,
Billable, Start date, Start time, End date, End time, Duration, Tags, Amount ()", since then with "Member" and "Stop
date, Stop time", of which the account chooses which it has. "-" stands for an empty cell, a mark for UTF-8 first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.formats.trackers import Tracker, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "toggl"
_OLDER: Final = frozenset({"project", "start date", "start time", "end date", "end time", "duration"})
_NEWER: Final = frozenset({"start date", "start time", "stop date", "stop time"})


def fits(source: Source) -> bool:
    """Its columns, older or newer."""
    return source.has_columns(_OLDER, _NEWER)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One stretch for each row."""
    return spans(list(source.rows_under(_OLDER, _NEWER)), Tracker("toggl"), options)
