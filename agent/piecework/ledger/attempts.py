"""From the events of one attempt to its row and its lines, purely: the same for a new event and for a replay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from piecework.ledger import derived, edits, states
from piecework.ledger.amounts import exact
from piecework.ledger.postings import of_attempt
from piecework.now import DAY_US
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from piecework.ledger.postings import Line
    from piecework.ledger.step import StepRow

STEP_KINDS: Final = frozenset({*states.MOVES, Kind.BONUS, *edits.KINDS})
"""Kinds of events that an attempt is made of."""
MADE_UP: Final = "~"
"""First character of a site id that we made ourselves for a row of a page that shows none."""


class AttemptRow(NamedTuple):
    """One row of table assignment, columns in the table's order.

    `due_us`: when the site's own rule, as it was at submission, would have had it decided; None where it has none.
    """

    id: str
    platform: str
    account: str
    task: str
    site_id: str
    session: str
    title: str
    requester: str
    state: str
    accepted_us: int | None
    submitted_us: int | None
    decided_us: int | None
    paid_us: int | None
    ended_us: int | None
    pay_micro: int | None
    pay_currency: str | None
    bonus_micro: int
    code: str
    day_platform: str
    day_local: str
    due_us: int | None


class Attempt(NamedTuple):
    """An attempt as its events tell it; `row` is None where all of them were taken back."""

    id: str
    row: AttemptRow | None
    lines: list[Line]


class Said(NamedTuple):
    """What the bodies of its steps say of an attempt as a whole; "" where none says it."""

    task: str
    site_id: str
    session: str
    title: str
    requester: str
    code: str


class _Says(msgspec.Struct):
    """What a step's body may say of the attempt as a whole."""

    session: str = ""
    assignment: str = ""
    title: str = ""
    requester: str = ""
    code: str = ""


_NOTHING: Final = _Says()
_decoder: Final = msgspec.json.Decoder(_Says)


def derive(rows: Sequence[StepRow]) -> Attempt:
    """The attempt that these events make up, in whatever order they come. There must be at least one."""
    own = rows[0].assignment
    rows = edits.effective(rows)
    if not any(row.kind != Kind.EDIT for row in rows):
        return Attempt(own, None, [])
    settled = {row.id: derived.decode(row.derived) for row in rows}
    course = course_of(rows, settled)
    by_id = {row.id: row for row in rows}
    ordered = [by_id[turn.step.id] for turn in course.turns]
    lines = of_attempt(course, {row.id: row.fact for row in rows})
    return Attempt(own, _row(ordered, settled, course), lines)


def course_of(rows: Sequence[StepRow], settled: Mapping[str, derived.Derived] | None = None) -> states.Course:
    """The way of the attempt, with a note on every step that moved nothing. `rows` are `edits.effective` ones.

    `settled`: column derived, decoded.
    """
    known = settled or {row.id: derived.decode(row.derived) for row in rows}
    return states.run(_step(row, known[row.id]) for row in rows)


def _step(row: StepRow, known: derived.Derived) -> states.Step:
    edit = edits.read(row.body, edits.Edit) if row.kind == Kind.EDIT else None
    return states.Step(
        row.at_us,
        row.kind,
        row.id,
        exact(known.pay),
        exact(known.sighted),
        exact(known.bonus),
        known.settled,
        edit.state if edit is not None and edit.state in states.MOVES else "",
    )


def _row(rows: Sequence[StepRow], settled: dict[str, derived.Derived], course: states.Course) -> AttemptRow:
    edited, rows = [row for row in rows if row.kind == Kind.EDIT], [row for row in rows if row.kind != Kind.EDIT]
    said = said_of(rows, [settled[row.id] for row in rows])
    title, requester = said.title, said.requester
    for edit in (edits.read(row.body, edits.Edit) for row in edited):
        title = edit.title if edit is not None and edit.title is not None else title
        requester = edit.requester if edit is not None and edit.requester is not None else requester
    first = next((row for row in rows if row.kind == Kind.SUBMITTED), rows[0])
    pay = course.standing.pay
    return AttemptRow(
        id=rows[0].assignment,
        platform=rows[0].platform,
        account=rows[0].account,
        task=said.task,
        site_id=said.site_id,
        session=said.session,
        title=title,
        requester=requester,
        state=course.standing.state,
        accepted_us=course.accepted_us,
        submitted_us=course.submitted_us,
        decided_us=course.decided_us,
        paid_us=course.paid_us,
        ended_us=course.ended_us,
        pay_micro=None if pay is None else pay.micro,
        pay_currency=None if pay is None else pay.currency,
        bonus_micro=_bonus(course.standing),
        code=said.code,
        day_platform=first.day_platform,
        day_local=first.day_local,
        due_us=due(course.submitted_us, settled[first.id].clock_days),
    )


def said_of(rows: Sequence[StepRow], settled: Sequence[derived.Derived]) -> Said:
    """What steps in their order say of the attempt as a whole. `settled`: their columns derived, decoded.

    A name is that of the first step that has one; session and code are those of the last.
    """
    task = named = made_up = session = title = requester = code = ""
    before = ""
    for row in rows:
        task = task or row.task
        if row.body == before:
            continue
        before = row.body
        one = _says(before)
        if one.assignment.startswith(MADE_UP):
            made_up = made_up or one.assignment
        else:
            named = named or one.assignment
        session = one.session or session
        title = title or one.title
        requester = requester or one.requester
        code = one.code or code
    if not title:
        title = _first(one.title for one in settled)
    if not requester:
        requester = _first(one.requester for one in settled)
    return Said(task, named or made_up, session, title, requester, code)


def due(submitted_us: int | None, clock_days: int | None) -> int | None:
    """When the site's own rule would have had it decided, µs UTC; None where it has none or nothing was submitted."""
    if submitted_us is None or clock_days is None:
        return None
    return submitted_us + clock_days * DAY_US


def _says(body: str) -> _Says:
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeError):
        return _NOTHING


def _first(texts: Iterable[str]) -> str:
    for text in texts:
        if text:
            return text
    return ""


def _bonus(standing: states.Standing) -> int:
    """The bonus in the currency of the pay; where that is unknown and there is one currency only, in that."""
    currency = standing.pay.currency if standing.pay is not None else None
    amounts = [money.micro for money in standing.bonus if currency in {None, money.currency}]
    return amounts[0] if len(amounts) == 1 else 0
