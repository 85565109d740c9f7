"""What changes the meaning of earlier events without touching them: edits, corrections of a parser, and undo. Pure.

An `edit` is the person's own word on an attempt; a `correction` is what a newer parser reads in the same stored text;
an `undo` takes one of these, or a fact the person typed, back. An undo can be undone. What counts is a function of
the set of events: it never depends on the order in which they came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec

from piecework.protocol import bodies  # noqa: TC001 - msgspec reads the types at run time
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from piecework.ledger.step import StepRow

T = TypeVar("T", bound=msgspec.Struct)
KINDS: Final = frozenset({Kind.EDIT, Kind.UNDO, Kind.CORRECTION})
LONGEST: Final = 200
"""Letters of a title, a requester or a reason that a person types."""


class Was(msgspec.Struct, omit_defaults=True):
    """What stood in the books when the person corrected it, for the eye only."""

    state: str = ""
    title: str = ""
    requester: str = ""
    micro: int | None = None
    currency: str | None = None


class Edit(msgspec.Struct, omit_defaults=True, tag_field="target", tag="assignment"):
    """The person's word on one attempt; None or "" leaves a field as it is. `pay` is read like a page's."""

    assignment: str
    state: str = ""
    title: str | None = None
    requester: str | None = None
    pay: bodies.PayText | None = None
    reason: str = ""
    was: Was | None = None


class Undo(msgspec.Struct, omit_defaults=True, tag_field="target", tag="ledger"):
    """Takes the event of that id back; `assignment` is the attempt it belongs to, "" where it has none."""

    undoes: str
    assignment: str = ""
    reason: str = ""


class Correction(msgspec.Struct, omit_defaults=True):
    """What a newer parser reads in the stored text of an event: column `derived` of that event, anew."""

    event: str
    derived: str
    assignment: str = ""


class Change(NamedTuple):
    """A row of one of `KINDS` as far as its effect on others goes. `derived` is set for a correction."""

    id: str
    kind: str
    at_us: int
    target: str
    derived: str = ""


def read(text: str | bytes, kind: type[T]) -> T | None:
    """A body of that kind; None where it is another's (an edit of an interval, say) or of no known shape."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError):
        return None


def change_of(event_id: str, kind: str, at_us: int, body: str) -> Change | None:
    """The effect of one event on others; None for an edit, and for what is not the ledger's."""
    if kind == Kind.UNDO and (undo := read(body, Undo)) is not None:
        return Change(event_id, kind, at_us, undo.undoes)
    if kind == Kind.CORRECTION and (correction := read(body, Correction)) is not None:
        return Change(event_id, kind, at_us, correction.event, correction.derived)
    return None


def undone(changes: Iterable[Change]) -> frozenset[str]:
    """Ids of the events that are taken back, and of the undos that are taken back themselves."""
    undos: dict[str, list[str]] = {}
    for change in changes:
        if change.kind == Kind.UNDO:
            undos.setdefault(change.target, []).append(change.id)

    def taken(event_id: str, above: frozenset[str]) -> bool:
        # A ring of undos, which only a made-up history holds, takes nothing back.
        return any(one not in above and not taken(one, above | {one}) for one in undos.get(event_id, ()))

    return frozenset(event_id for event_id in undos if taken(event_id, frozenset({event_id})))


def corrected(changes: Iterable[Change], gone: frozenset[str]) -> dict[str, str]:
    """Event id to the `derived` that replaces its own: the latest correction that was not taken back."""
    found: dict[str, Change] = {}
    for change in sorted(changes, key=lambda one: (one.at_us, one.id)):
        if change.kind == Kind.CORRECTION and change.id not in gone:
            found[change.target] = change
    return {target: change.derived for target, change in found.items()}


def effective(rows: Sequence[StepRow]) -> Sequence[StepRow]:
    """The steps and edits of one attempt that count, with what their amounts are read as now."""
    if not any(row.kind in KINDS for row in rows):
        return rows
    changes = [change for row in rows if (change := change_of(row.id, row.kind, row.at_us, row.body)) is not None]
    gone = undone(changes)
    readings = corrected(changes, gone)
    return [
        row._replace(derived=readings.get(row.id, row.derived))
        for row in rows
        if row.id not in gone and row.kind not in {Kind.UNDO, Kind.CORRECTION}
    ]
