"""Many new attempts at once, as an import brings them: the same rows as one by one, in a fraction of the time.

A history repeats itself: thousands of attempts were submitted and paid, for the same few amounts. Attempts of one
shape (kinds, amounts, the order of their moments) have the same course. It is followed once; the others' rows and
lines are those of the first with their own names and moments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from piecework.ledger import derived, edits, sums
from piecework.ledger.attempts import MADE_UP, Attempt, AttemptRow, derive
from piecework.ledger.book import write_attempts, write_lines

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Hashable, Iterable, Sequence

    from piecework.ledger.postings import Line
    from piecework.ledger.step import StepRow

MOST: Final = 4096
"""Shapes that are remembered; more of them means that nothing repeats itself."""


class Says(msgspec.Struct, frozen=True):
    """What the bodies of an attempt's steps say of it as a whole."""

    session: str = ""
    assignment: str = ""
    title: str = ""
    requester: str = ""
    code: str = ""


class _Model(NamedTuple):
    """The first attempt of a shape, as it was derived."""

    steps: Sequence[StepRow]
    row: AttemptRow
    lines: list[Line]


_decoder: Final = msgspec.json.Decoder(Says)


def book_attempts(conn: sqlite3.Connection, attempts: Iterable[Sequence[StepRow]]) -> None:
    """Books attempts nothing was known of, whose event rows have just been written, each with all of its steps.

    Does for all of them what `book.apply_event` does for one step: table assignment, posting and the sums.
    """
    found = derive_many(attempts)
    write_attempts(conn, found)
    lines = [line for attempt in found for line in attempt.lines]
    write_lines(conn, lines)
    sums.change(conn, sums.add_up(lines))


def derive_many(attempts: Iterable[Sequence[StepRow]]) -> list[Attempt]:
    """What `attempts.derive` says of each."""
    models: dict[Hashable, _Model] = {}
    found: list[Attempt] = []
    for steps in attempts:
        said = _said(steps)
        shape = _shape(steps) if said is not None else None
        model = models.get(shape) if shape is not None else None
        if model is not None and said is not None:
            found.append(_like(model, steps, said))
            continue
        attempt = derive(steps)
        found.append(attempt)
        if shape is not None and attempt.row is not None and len(models) < MOST:
            models[shape] = _Model(steps, attempt.row, attempt.lines)
    return found


def _shape(steps: Sequence[StepRow]) -> Hashable | None:
    """What the course of an attempt depends on; None for one that is not told by its steps alone."""
    moments = sorted({step.at_us for step in steps})
    if len({(step.kind, step.at_us) for step in steps}) < len(steps):
        # Which of two like steps comes first is told by their ids.
        return None
    parts: list[Hashable] = [steps[0].platform, steps[0].account]
    for step in steps:
        known = derived.decode(step.derived)
        if step.kind in edits.KINDS or known.title or known.requester:
            return None
        amounts = (known.pay, known.sighted, known.bonus, known.settled, known.clock_days)
        parts.append((step.kind, moments.index(step.at_us), *amounts))
    return tuple(parts)


def _said(steps: Sequence[StepRow]) -> Says | None:
    """What the steps say with one voice; None where they differ, or lie on several days."""
    if len({(step.day_platform, step.day_local) for step in steps}) > 1 or len({step.task for step in steps}) > 1:
        return None
    try:
        voices = {_decoder.decode(step.body) for step in steps}
    except (msgspec.DecodeError, UnicodeError):
        return None
    if len(voices) > 1:
        return None
    said = voices.pop()
    return None if said.assignment.startswith(MADE_UP) else said


def _like(model: _Model, steps: Sequence[StepRow], said: Says) -> Attempt:
    """Another attempt of the same shape."""
    moved = {old.at_us: new.at_us for old, new in zip(model.steps, steps, strict=True)}
    own = {old.seq: (len(old.id), new) for old, new in zip(model.steps, steps, strict=True)}
    row, step = model.row, steps[0]
    due_us = row.due_us
    if due_us is not None and row.submitted_us is not None:
        due_us += moved[row.submitted_us] - row.submitted_us
    lines = []
    for line in model.lines:
        named, new = own[line.event_seq]
        lines.append(
            line._replace(
                txn=new.id + line.txn[named:],
                event_seq=new.seq,
                at_us=new.at_us,
                assignment=new.assignment,
                day_platform=new.day_platform,
                day_local=new.day_local,
            )
        )
    return Attempt(
        step.assignment,
        row._replace(
            id=step.assignment,
            task=step.task,
            site_id=said.assignment,
            session=said.session,
            title=said.title,
            requester=said.requester,
            accepted_us=_moved(row.accepted_us, moved),
            submitted_us=_moved(row.submitted_us, moved),
            decided_us=_moved(row.decided_us, moved),
            paid_us=_moved(row.paid_us, moved),
            ended_us=_moved(row.ended_us, moved),
            code=said.code,
            day_platform=step.day_platform,
            day_local=step.day_local,
            due_us=due_us,
        ),
        lines,
    )


def _moved(at_us: int | None, moved: dict[int, int]) -> int | None:
    return None if at_us is None else moved[at_us]
