"""What became of one attempt, purely: its steps in the order of their time, each a move, a repetition or a note.

Steps come late, twice and out of order, from several pages and browsers. The outcome is a function of the set of
steps: of when each happened, never of when it arrived. A step that is impossible where it stands changes no state;
it stays in the history and is noted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.amounts import Money
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NEW: Final = ""
"""The state before anything is known."""

_BEFORE: Final = (NEW, Kind.RESERVED)
_AT_WORK: Final = (*_BEFORE, Kind.ACCEPTED, Kind.REVISE)
_UNDECIDED: Final = (*_AT_WORK, Kind.SUBMITTED, Kind.LEFT_WINDOW)
DROPPED: Final = (Kind.RETURNED, Kind.EXPIRED)
"""States of an attempt that came to nothing."""

MOVES: Final[Mapping[str, frozenset[str]]] = {
    Kind.RESERVED: frozenset({NEW}),
    Kind.ACCEPTED: frozenset(_BEFORE),
    Kind.SUBMITTED: frozenset({*_AT_WORK, *DROPPED, Kind.LEFT_WINDOW}),
    Kind.RETURNED: frozenset({*_AT_WORK, Kind.SUBMITTED}),
    Kind.EXPIRED: frozenset({*_AT_WORK, Kind.SUBMITTED}),
    Kind.SCREENED_OUT: frozenset({*_UNDECIDED, *DROPPED}),
    Kind.APPROVED: frozenset({*_UNDECIDED, *DROPPED, Kind.REJECTED, Kind.SCREENED_OUT, Kind.REVERSED}),
    Kind.REJECTED: frozenset({*_UNDECIDED, Kind.APPROVED}),
    Kind.REVISE: frozenset({NEW, Kind.ACCEPTED, Kind.SUBMITTED, Kind.REJECTED, Kind.LEFT_WINDOW}),
    Kind.PAID: frozenset(
        {*_UNDECIDED, *DROPPED, Kind.APPROVED, Kind.REJECTED, Kind.SCREENED_OUT, Kind.REVERSED},
    ),
    Kind.REVERSED: frozenset({NEW, Kind.APPROVED, Kind.PAID, Kind.SCREENED_OUT}),
    Kind.LEFT_WINDOW: frozenset({Kind.ACCEPTED, Kind.SUBMITTED, Kind.REVISE}),
}
"""Kind of a step to the states it is possible in; the kind is the state it leads to."""

STATES: Final = frozenset({NEW, *MOVES})
OPEN: Final = frozenset({Kind.RESERVED, Kind.ACCEPTED, Kind.REVISE})
"""States in which the person can still work on it."""
_ENDS_WORK: Final = frozenset(MOVES) - OPEN - {Kind.LEFT_WINDOW}
_IMPLIES_SUBMITTED: Final = frozenset(
    {Kind.SUBMITTED, Kind.APPROVED, Kind.REJECTED, Kind.REVISE, Kind.PAID, Kind.REVERSED}
)
_BEFORE_SUBMISSION: Final = frozenset({*_BEFORE, Kind.ACCEPTED})
_SETS_PAY: Final = frozenset({Kind.RESERVED, Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED, Kind.PAID})
"""Steps whose own pay replaces what was known; others only fill an unknown one."""
_RANK: Final = {kind: place for place, kind in enumerate((*MOVES, Kind.BONUS, Kind.EDIT))}


class Step(NamedTuple):
    """One event of an attempt. `pay` is what the step itself says, `sighted` what the task's row said then.

    `bonus` is the attempt's whole bonus as the page shows it, for kind `bonus` one more on top. `settled` is true
    for a `paid` whose money a payout has booked already. `to` is the state that an `edit` of the person's sets.
    """

    at_us: int
    kind: str
    id: str
    pay: Money | None = None
    sighted: Money | None = None
    bonus: Money | None = None
    settled: bool = False
    to: str = ""


class Standing(NamedTuple):
    """Where an attempt stands after a step. `pay` None is unknown; `own` tells that a step itself stated it."""

    state: str = NEW
    pay: Money | None = None
    own: bool = False
    agreed: Money | None = None
    """The pay of the whole task, kept while a screen-out pays less."""
    submitted: bool = False
    settled: bool = False
    bonus: tuple[Money, ...] = ()
    fixed: bool = False
    """The person has said what the pay was: no page changes it."""
    overruled: str = ""
    """The state the person corrected: a page that says it again moves nothing."""


class Turn(NamedTuple):
    """One step and what it did. `note` is empty for a move, else why it was none.

    Repeated, amended, overruled (the person corrected it), or the states between which no step leads.
    """

    step: Step
    before: Standing
    after: Standing
    note: str


class Course(NamedTuple):
    """The whole way of an attempt, with the times of its moves in µs UTC."""

    turns: tuple[Turn, ...]
    standing: Standing
    accepted_us: int | None
    submitted_us: int | None
    decided_us: int | None
    paid_us: int | None
    ended_us: int | None


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Steps by their time; those of one moment in the order of an attempt's way, then by id. Each id once."""
    unique = {step.id: step for step in steps}
    return sorted(unique.values(), key=lambda step: (step.at_us, place(step.kind), step.id))


def place(kind: str) -> int:
    """Where a kind stands among steps of one moment."""
    return _RANK.get(kind, -1)


def run(steps: Iterable[Step]) -> Course:
    """Follows an attempt from its first step to its last. Never raises.

    A pay that the person corrected was that pay from the beginning; a state they corrected is so from then on.
    """
    ordered = in_order(steps)
    edited = next((step.pay for step in reversed(ordered) if step.kind == Kind.EDIT and step.pay is not None), None)
    standing = Standing() if edited is None else Standing(pay=edited, own=True, fixed=True)
    turns: list[Turn] = []
    for step in ordered:
        after, note = _apply(standing, step)
        turns.append(Turn(step, standing, after, note))
        standing = after
    return _course(tuple(turns), standing)


def allowed(kind: str, state: str) -> bool:
    """Whether a step of that kind moves an attempt that is in that state."""
    return state in MOVES.get(kind, ())


def _apply(standing: Standing, step: Step) -> tuple[Standing, str]:
    if step.bonus is not None:
        standing = standing._replace(bonus=_with_bonus(standing.bonus, step.bonus, step.kind))
    if step.kind not in MOVES:
        return (_set(standing, step) if step.kind == Kind.EDIT else standing), ""
    if step.kind == standing.overruled:
        return standing, "overruled"
    if not allowed(step.kind, standing.state):
        return _amend(standing, step)
    pay, own = _pay(standing, step)
    agreed = standing.agreed
    if step.kind == Kind.SCREENED_OUT and not standing.fixed:
        pay, own, agreed = step.pay, step.pay is not None, standing.pay
    submitted = standing.submitted or step.kind in _IMPLIES_SUBMITTED
    settled = step.settled if step.kind == Kind.PAID else standing.settled
    return standing._replace(
        state=str(step.kind), pay=pay, own=own, agreed=agreed, submitted=submitted, settled=settled, overruled=""
    ), ""


def _set(standing: Standing, step: Step) -> Standing:
    """What the person says: no way of the site's leads there, and none has to."""
    if not step.to or step.to == standing.state:
        return standing
    submitted = step.to in _IMPLIES_SUBMITTED or (standing.submitted and step.to not in _BEFORE_SUBMISSION)
    settled = step.settled if step.to == Kind.PAID else standing.settled
    return standing._replace(state=step.to, submitted=submitted, settled=settled, overruled=standing.state)


def _pay(standing: Standing, step: Step) -> tuple[Money | None, bool]:
    """The pay after a move, and whether a step itself stated it."""
    if standing.fixed:
        return standing.pay, True
    if step.pay is not None and (step.kind in _SETS_PAY or standing.pay is None):
        return step.pay, True
    known = standing.pay or standing.agreed
    if step.sighted is not None and (known is None or (step.kind in _SETS_PAY and not standing.own)):
        return step.sighted, False
    return known, standing.own


def _amend(standing: Standing, step: Step) -> tuple[Standing, str]:
    """A step that is no move: it may still say a pay that was unknown, or correct the one it repeats."""
    repeated = step.kind == standing.state
    fills = standing.pay is None and standing.submitted and standing.state not in {Kind.SCREENED_OUT, *DROPPED}
    corrects = repeated and step.kind in {*_SETS_PAY, Kind.SCREENED_OUT} and not standing.fixed
    if step.pay is not None and step.pay != standing.pay and (fills or corrects):
        return standing._replace(pay=step.pay, own=True), "amended"
    return standing, "repeated" if repeated else f"{step.kind} after {standing.state}"


def _with_bonus(known: tuple[Money, ...], bonus: Money, kind: str) -> tuple[Money, ...]:
    amounts = {money.currency: money.micro for money in known}
    before = amounts.get(bonus.currency, 0)
    amounts[bonus.currency] = before + bonus.micro if kind == Kind.BONUS else max(before, bonus.micro)
    return tuple(Money(micro, currency) for currency, micro in sorted(amounts.items()))


def _course(turns: tuple[Turn, ...], standing: Standing) -> Course:
    moved = [(turn.after.state, turn.step.at_us) for turn in turns if turn.before.state != turn.after.state]

    def last(*kinds: str) -> int | None:
        return next((at_us for kind, at_us in reversed(moved) if kind in kinds), None)

    ended: int | None = None
    for kind, at_us in moved:
        if kind in OPEN:
            ended = None
        elif kind in _ENDS_WORK and ended is None:
            ended = at_us
    return Course(
        turns,
        standing,
        accepted_us=next((at_us for kind, at_us in moved if kind == Kind.ACCEPTED), None),
        submitted_us=last(Kind.SUBMITTED),
        decided_us=last(Kind.APPROVED, Kind.REJECTED, Kind.SCREENED_OUT),
        paid_us=last(Kind.PAID),
        ended_us=ended,
    )
