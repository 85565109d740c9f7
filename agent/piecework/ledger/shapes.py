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

MOST: Final = 4096
"""Shapes that are remembered; more of them means that nothing repeats itself."""


class _Move(NamedTuple):
    """One line of a model: the step's place, what follows the event's id in its name, and how often the amount."""

    step: int
    name: str
    line: int
    book: str
    times: int


class _Model(NamedTuple):
    """What a shape comes to. Moments are places of steps; `known` tells that the pay is, in the end."""

    state: str
    accepted: int | None
    submitted: int | None
    decided: int | None
    paid: int | None
    ended: int | None
    known: bool
    moves: tuple[_Move, ...]


class _Mark(NamedTuple):
    """A step: its kind, whether it states or had seen the amount, whether a payout has booked it."""

    kind: str
    pay: bool
    sighted: bool
    settled: bool


class _Shape(NamedTuple):
    """All that the course of an attempt depends on, steps in the order they count in."""

    platform: str
    currency: str | None
    marks: tuple[_Mark, ...]


class Shapes:
    """Derives attempts one after another and remembers their shapes."""

    def __init__(self) -> None:
        self._models: dict[_Shape, _Model] = {}

    def derive(self, rows: Sequence[StepRow]) -> Attempt:
        """What `attempts.derive` says of these events, in whatever order they come. There must be at least one."""
        ordered = _in_order(rows)
        if ordered is None:
            return derive(rows)
        known = [derived.decode(row.derived) for row in ordered]
        amount: Money | None = None
        marks = []
        for row, one in zip(ordered, known, strict=True):
            pay, sighted = exact(one.pay), exact(one.sighted)
            for money in (pay, sighted):
                if money is not None and amount is not None and money != amount:
                    return derive(rows)
                amount = amount or money
            if one.bonus is not None:
                return derive(rows)
            marks.append(_Mark(row.kind, pay is not None, sighted is not None, one.settled))
        model = self._model(_Shape(ordered[0].platform, amount and amount.currency, tuple(marks)))
        return Attempt(rows[0].assignment, _row(model, ordered, known, amount), _lines(model, ordered, amount))

    def _model(self, shape: _Shape) -> _Model:
        model = self._models.get(shape)
        if model is None:
            if len(self._models) >= MOST:
                self._models.clear()
            model = self._models[shape] = _follow(shape)
        return model


def _in_order(rows: Sequence[StepRow]) -> Sequence[StepRow] | None:
    """Steps in the order they count in; None where ids decide it, or where not all are steps of an attempt's way."""
    places = {}
    for row in rows:
        if row.kind not in MOVES:
            return None
        places[row.at_us, place(row.kind)] = row
    return [places[key] for key in sorted(places)] if len(places) == len(rows) else None


def _follow(shape: _Shape) -> _Model:
    """The course of a shape, with places of steps for moments and 1 for the amount."""
    unit = None if shape.currency is None else Money(1, shape.currency)
    steps = [
        Step(
            number,
            mark.kind,
            str(number),
            unit if mark.pay else None,
            unit if mark.sighted else None,
            None,
            mark.settled,
        )
        for number, mark in enumerate(shape.marks)
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
        moves=tuple(
            _Move(line.event_seq, line.txn.removeprefix(str(line.event_seq)), line.line, line.book, line.micro)
            for line in of_attempt(course, facts)
        ),
    )


def _row(model: _Model, rows: Sequence[StepRow], known: Sequence[derived.Derived], amount: Money | None) -> AttemptRow:
    said = said_of(rows, known)
    first = next((number for number, row in enumerate(rows) if row.kind == Kind.SUBMITTED), 0)
    pay = amount if model.known else None
    submitted_us = _at(rows, model.submitted)
    return AttemptRow(
        rows[0].assignment,
        rows[0].platform,
        rows[0].account,
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
        None if pay is None else pay.micro,
        None if pay is None else pay.currency,
        0,
        said.code,
        rows[first].day_platform,
        rows[first].day_local,
        due(submitted_us, known[first].clock_days),
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
