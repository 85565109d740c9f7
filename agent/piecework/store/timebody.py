"""What the history says of time: bodies of `interval` events, and of the person's corrections of intervals.

A correction is an `edit` event: it takes intervals away and puts others in their place. `undo` takes a correction
back. Both name their target, "interval"; edits of anything else are none of this module's.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from piecework.protocol.kinds import Kind

TARGET = "interval"
KINDS = (Kind.INTERVAL, Kind.EDIT, Kind.UNDO)
"""Kinds of events that tables `interval` and `interval_before` follow from."""
COLUMNS = "id, platform, account, task, assignment, session, kind, start_us, end_us, active_us, source, day_local"
"""Columns of table `interval`, in its order."""
Ids = list[str]
Values = tuple[object, ...]
"""One row of table `interval`, columns in the table's order."""


class Fact(Protocol):
    """What these functions read of an event of time: the columns of these names."""

    @property
    def id(self) -> str:
        """The event."""

    @property
    def kind(self) -> str:
        """Its kind."""

    @property
    def platform(self) -> str:
        """Its platform."""

    @property
    def account(self) -> str:
        """Its account."""

    @property
    def task(self) -> str:
        """A `store.task_key`."""

    @property
    def assignment(self) -> str:
        """Our own id of the attempt."""

    @property
    def source(self) -> str:
        """Who said it."""

    @property
    def day_local(self) -> str:
        """The person's day."""

    @property
    def body(self) -> str:
        """JSON text."""


class IntervalBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an `interval` event says: [start_us, end_us) lies within one local day. Empty = only takes back.

    `replaces`: ids of interval events that no longer count.
    """

    session: str
    start_us: int
    end_us: int
    active_us: int
    kind: str = "work"
    replaces: Ids = []


class Put(msgspec.Struct, frozen=True, omit_defaults=True):
    """One interval that a correction puts in place: [start_us, end_us) lies within the local day `day`."""

    id: str
    kind: str
    start_us: int
    end_us: int
    active_us: int
    day: str
    platform: str = ""
    account: str = ""
    task: str = ""
    assignment: str = ""
    session: str = ""


Puts = list[Put]


class TimeEdit(msgspec.Struct, frozen=True, tag_field="target", tag=TARGET):
    """A correction: intervals `gone` no longer count, those of `put` do. `action` is how the person made it."""

    action: str
    gone: Ids = []
    put: Puts = []


class TimeUndo(msgspec.Struct, frozen=True, tag_field="target", tag=TARGET):
    """Takes back the correction of that event id."""

    undoes: str


_interval = msgspec.json.Decoder(IntervalBody)
_edit = msgspec.json.Decoder(TimeEdit)
_undo = msgspec.json.Decoder(TimeUndo)


def read_interval(row: Fact) -> IntervalBody:
    """The body of an `interval` event."""
    return _interval.decode(row.body)


def read_edit(row: Fact) -> TimeEdit | None:
    """The correction that an `edit` event makes; None where it corrects something else."""
    try:
        return _edit.decode(row.body)
    except msgspec.DecodeError:
        return None


def read_undo(row: Fact) -> TimeUndo | None:
    """What an `undo` event takes back; None where that is something else."""
    try:
        return _undo.decode(row.body)
    except msgspec.DecodeError:
        return None


def values(row: Fact, body: IntervalBody) -> Values:
    """The row of an `interval` event."""
    who = (row.id, row.platform, row.account, row.task, row.assignment, body.session, body.kind)
    return (*who, body.start_us, body.end_us, body.active_us, row.source, row.day_local)


def put_values(row: Fact, put: Put) -> Values:
    """The row of an interval that a correction put in place."""
    who = (put.id, put.platform, put.account, put.task, put.assignment, put.session, put.kind)
    return (*who, put.start_us, put.end_us, put.active_us, row.source, put.day)
