"""Attempts by the thousand, purely: what histories of one shape come to is followed once and remembered.

A history repeats itself: thousands of attempts were accepted, submitted, approved and paid, each for one amount. The
course of such an attempt depends on the order of its steps and on which of them name the amount, not on the amount,
the moments or the names. So it is followed once, with places instead of moments and 1 instead of the amount; every
other attempt of that shape puts its own in. What is no such history (corrections, bonuses, two amounts, two like steps
at one moment) is followed by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger import derived
from piecework.ledger.amounts import Money, exact
from piecework.ledger.attempts import Attempt, AttemptRow, derive, due, said_of
from piecework.ledger.postings import Fact, Line, of_attempt
from piecework.ledger.states import MOVES, Step, place, run
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from piecework.ledger.step import StepRow

MOST: Final = 8192
"""Shapes, and readings, that are remembered; more of them means that nothing repeats itself."""


class _Move(NamedTuple):
    """One line of a model: the step's place, what follows the event's id in its name, and how often the amount."""

    step: int
    name: str
    line: int
    book: str
    times: int


class _Model(NamedTuple):
    """What a shape comes to. Moments are places of steps; `known` tells that the pay is, in the end.

    `first` is the step whose days are the attempt's.
    """

    state: str
    accepted: int | None
    submitted: int | None
    decided: int | None
    paid: int | None
    ended: int | None
    known: bool
    first: int
    moves: tuple[_Move, ...]


class _Read(NamedTuple):
    """What column `derived` of a step says: the one amount it names, None where it is unknown.

    `single` is False where it names two, or a bonus. `own` tells that the step states the amount itself, `sighted` that
    the task's row did; `settled` that a payout has booked it.
    """

    amount: Money | None
    single: bool
    own: bool
    sighted: bool
    settled: bool
    known: derived.Derived


class _Shape(NamedTuple):
    """All that the course of an attempt depends on: of each step, in order, its kind, own, sighted and settled."""

    platform: str
    currency: str | None
    marks: tuple[tuple[str, bool, bool, bool], ...]


class Shapes:
    """Derives attempts one after another and remembers what repeats itself."""

    def __init__(self) -> None:
        self._models: dict[_Shape, _Model] = {}
        self._reads: dict[str, _Read] = {}

    def derive(self, rows: Sequence[StepRow]) -> Attempt:
        """What `attempts.derive` says of these events, in whatever order they come. There must be at least one."""
        ordered = _in_order(rows)
        if ordered is None:
            return derive(rows)
        amount: Money | None = None
        known, marks = [], []
        for row in ordered:
            read = self._reads.get(row.derived) or self._read(row.derived)
            if not read.single or (amount is not None and read.amount is not None and amount != read.amount):
                return derive(rows)
            amount = amount or read.amount
            known.append(read.known)
            marks.append((row.kind, read.own, read.sighted, read.settled))
        model = self._model(_Shape(ordered[0].platform, amount and amount.currency, tuple(marks)))
        return Attempt(rows[0].assignment, _row(model, ordered, known, amount), _lines(model, ordered, amount))

    def _read(self, text: str) -> _Read:
        known = derived.decode(text)
        pay, sighted = exact(known.pay), exact(known.sighted)
        single = known.bonus is None and (pay is None or sighted is None or pay == sighted)
        found = _Read(pay or sighted, single, pay is not None, sighted is not None, known.settled, known)
        if len(self._reads) >= MOST:
            self._reads.clear()
        self._reads[text] = found
        return found

    def _model(self, shape: _Shape) -> _Model:
        model = self._models.get(shape)
        if model is None:
            if len(self._models) >= MOST:
                self._models.clear()
            model = self._models[shape] = _follow(shape)
        return model


def _in_order(rows: Sequence[StepRow]) -> Sequence[StepRow] | None:
    """Steps in the order they count in; None where ids decide it, or where not all are steps of an attempt's way."""
    before = None
    ordered = True
    for row in rows:
        if row.kind not in MOVES:
            return None
        ordered = ordered and (before is None or before < row.at_us)
        before = row.at_us
    if ordered:
        return rows
    places = {(row.at_us, place(row.kind)): row for row in rows}
    return [places[key] for key in sorted(places)] if len(places) == len(rows) else None


def _follow(shape: _Shape) -> _Model:
    """The course of a shape, with places of steps for moments and 1 for the amount."""
    unit = None if shape.currency is None else Money(1, shape.currency)
    steps = [
        Step(number, kind, str(number), unit if own else None, unit if sighted else None, None, settled)
        for number, (kind, own, sighted, settled) in enumerate(shape.marks)
    ]
    course = run(steps)
    facts = {step.id: Fact(step.at_us, step.id, step.at_us, shape.platform, "", "", "", "") for step in steps}
    return _Model(
        state=course.standing.state,
        accepted=course.accepted_us,
        submitted=course.submitted_us,
        decided=course.decided_us,
        paid=course.paid_us,
        ended=course.ended_us,
        known=course.standing.pay is not None,
        first=next((step.at_us for step in steps if step.kind == Kind.SUBMITTED), 0),
        moves=tuple(
            _Move(line.event_seq, line.txn.removeprefix(str(line.event_seq)), line.line, line.book, line.micro)
            for line in of_attempt(course, facts)
        ),
    )


def _row(model: _Model, rows: Sequence[StepRow], known: Sequence[derived.Derived], amount: Money | None) -> AttemptRow:
    said = said_of(rows, known)
    micro, currency = amount if amount is not None and model.known else (None, None)
    first = rows[model.first]
    submitted_us = _at(rows, model.submitted)
    return AttemptRow(
        first.assignment,
        first.platform,
        first.account,
        said.task,
        said.site_id,
        said.session,
        said.title,
        said.requester,
        model.state,
        _at(rows, model.accepted),
        submitted_us,
        _at(rows, model.decided),
        _at(rows, model.paid),
        _at(rows, model.ended),
        micro,
        currency,
        0,
        said.code,
        first.day_platform,
        first.day_local,
        due(submitted_us, known[model.first].clock_days),
    )


def _at(rows: Sequence[StepRow], step: int | None) -> int | None:
    return None if step is None else rows[step].at_us


def _lines(model: _Model, rows: Sequence[StepRow], amount: Money | None) -> list[Line]:
    if amount is None:
        return []
    micro, currency = amount
    found = []
    for step, name, line, book, times in model.moves:
        row = rows[step]
        found.append(
            Line(
                row.id + name,
                line,
                row.seq,
                row.at_us,
                row.platform,
                row.account,
                book,
                micro * times,
                currency,
                row.assignment,
                row.day_platform,
                row.day_local,
            )
        )
    return found
