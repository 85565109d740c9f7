"""What a pretend site holds: tasks, attempts at them, payouts. Money in micro-units, time in µs UTC."""

from dataclasses import dataclass, field
from enum import StrEnum

MICRO = 1_000_000


class State(StrEnum):
    """Where one attempt at a task stands."""

    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    REVISE = "revise"
    APPROVED = "approved"
    REJECTED = "rejected"
    PAID = "paid"
    RETURNED = "returned"
    EXPIRED = "expired"
    SCREENED_OUT = "screened_out"


NEXT: dict[State, frozenset[State]] = {
    State.ACCEPTED: frozenset({State.SUBMITTED, State.RETURNED, State.EXPIRED, State.SCREENED_OUT}),
    State.SUBMITTED: frozenset({State.APPROVED, State.REJECTED, State.REVISE, State.RETURNED, State.SCREENED_OUT}),
    State.REVISE: frozenset({State.SUBMITTED, State.REJECTED, State.RETURNED}),
    State.APPROVED: frozenset({State.PAID, State.REJECTED}),
    State.REJECTED: frozenset({State.APPROVED}),
    State.PAID: frozenset(),
    State.RETURNED: frozenset(),
    State.EXPIRED: frozenset(),
    State.SCREENED_OUT: frozenset({State.PAID}),
}
"""Which state may follow which: an approval can be taken back, a rejection overturned, a payment neither."""

GIVES_BACK = frozenset({State.RETURNED, State.EXPIRED})
"""States that free the place the attempt had taken."""


@dataclass(slots=True)
class Task:
    """One task as its site would publish it.

    `pay_text` and `extra` are what a page shows instead of, or besides, the well-formed fields: hostile pays,
    a country notice, raw JSON fields. `minutes` None and `hourly_micro` None mean that the site does not say.
    """

    id: str
    title: str
    requester: str
    pay_micro: int
    currency: str
    places: int
    published_us: int
    system: str = ""
    minutes: int | None = None
    hourly_micro: int | None = None
    description: str = ""
    pay_text: str | None = None
    taken: int = 0
    gone_us: int | None = None
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def places_left(self) -> int:
        """Places nobody has taken, never below 0."""
        return max(0, self.places - self.taken)


@dataclass(slots=True)
class Assignment:
    """One attempt at one task; `history` holds every state with the moment it was reached."""

    id: str
    task: Task
    state: State
    history: list[tuple[State, int]]
    pay_micro: int
    code: str
    started_us: int | None = None
    bonus_micro: int = 0
    feedback: str = ""
    proof: str = ""

    def at(self, state: State) -> int | None:
        """When the attempt last reached `state` (µs UTC), None when it never did."""
        return next((at for reached, at in reversed(self.history) if reached is state), None)

    @property
    def owed_micro(self) -> int:
        """What the site owes or owed for it, bonus included; no pay for what was returned or rejected."""
        return self.bonus_micro + (0 if self.state in GIVES_BACK | {State.REJECTED} else self.pay_micro)


@dataclass(frozen=True, slots=True)
class Payout:
    """Money that left the site: `micro` is what was earned, `fee_micro` the part the payment kept."""

    id: str
    at_us: int
    micro: int
    fee_micro: int
    currency: str
    to: str


@dataclass(slots=True)
class Totals:
    """What a site's own earnings page says of one day or of all days, in one currency.

    An attempt is counted once, under the state it is in now: `pending` waits for a decision, `available` is
    approved and not yet paid out. `bonus` is part of none of the others.
    """

    pending: int = 0
    available: int = 0
    rejected: int = 0
    paid: int = 0
    bonus: int = 0
    fee: int = 0
