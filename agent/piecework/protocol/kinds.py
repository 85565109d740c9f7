"""The closed list of event kinds, and what each one is to the agent.

Every fact an extension hands over is one `event` message with one of these kinds. A kind that is not listed is
stored raw and acknowledged: extension and agent are updated at different times.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What an event says. The comment behind a group names the stage that takes it."""

    # watch
    LOOK = "look"
    HEALTH = "health"
    LOAD = "load"
    LEASE_DONE = "lease_done"
    TOLD = "told"
    SHOWN = "shown"
    CLICKED = "clicked"
    DISMISSED = "dismissed"
    DRIFT = "drift"
    TAUGHT = "taught"
    HEALED = "healed"
    # worktime
    BEAT = "beat"
    INTERVAL = "interval"
    # ledger: one assignment
    OPENED = "opened"
    RESERVED = "reserved"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    EXPIRED = "expired"
    SCREENED_OUT = "screened_out"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVISE = "revise"
    PAID = "paid"
    REVERSED = "reversed"
    LEFT_WINDOW = "left_window"
    # ledger: money beside assignments
    RECORD = "record"
    BONUS = "bonus"
    STATEMENT = "statement"
    PAYOUT = "payout"
    FEE = "fee"
    ADJUST = "adjust"
    RATE = "rate"
    # person, platform, account
    ACCOUNT = "account"
    CLAIM = "claim"
    RELEASE = "release"
    PLATFORM = "platform"
    STANDING = "standing"
    MESSAGE = "message"
    NOTE = "note"
    # made by the agent alone
    EDIT = "edit"
    UNDO = "undo"
    IMPORT = "import"
    CORRECTION = "correction"
    SETTLED = "settled"
    CLOCK_SET = "clock_set"
    FORGOTTEN = "forgotten"


SIGHTINGS = frozenset({Kind.LOOK, Kind.HEALTH, Kind.LOAD, Kind.LEASE_DONE, Kind.DRIFT})
"""Kept in tables of their own, pruned; never rows of the append-only history. First to go from a full outbox."""

BEATS = frozenset({Kind.BEAT})
"""Kept for 90 days; what they add up to becomes `interval` events."""

ASSIGNMENT = frozenset(
    {
        Kind.OPENED,
        Kind.RESERVED,
        Kind.ACCEPTED,
        Kind.SUBMITTED,
        Kind.RETURNED,
        Kind.EXPIRED,
        Kind.SCREENED_OUT,
        Kind.APPROVED,
        Kind.REJECTED,
        Kind.REVISE,
        Kind.PAID,
        Kind.REVERSED,
        Kind.LEFT_WINDOW,
    }
)
"""Move one assignment from state to state."""

AGENT_ONLY = frozenset(
    {
        Kind.EDIT,
        Kind.UNDO,
        Kind.IMPORT,
        Kind.CORRECTION,
        Kind.SETTLED,
        Kind.CLOCK_SET,
        Kind.FORGOTTEN,
        Kind.INTERVAL,
        Kind.RATE,
    }
)
"""Refused when they come over the link: only the agent makes them."""
