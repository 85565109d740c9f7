"""From one row of a history to the events of its attempt. Purely: ids follow from what the row is recognised by."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger import derived
from piecework.ledger.amounts import Reading
from piecework.protocol.bodies import Bonus, Exchange, Payout, PayText, Work
from piecework.protocol.kinds import Kind
from piecework.watch.reading import RAW, REQUESTER, TITLE, cut

if TYPE_CHECKING:
    from piecework.imports import rows

_SPACE: Final = "piecework import\n"
_UNDATED: Final = 0
NO_DATE: Final = "The file says no date of this: it is dated by the day of the work."
NO_DATE_AT_ALL: Final = "The file says no date: it is dated by the import."
_WAYS: Final[dict[str, tuple[str, ...]]] = {
    Kind.APPROVED: (Kind.SUBMITTED, Kind.APPROVED),
    Kind.PAID: (Kind.SUBMITTED, Kind.PAID),
    Kind.REJECTED: (Kind.SUBMITTED, Kind.REJECTED),
    Kind.REVISE: (Kind.SUBMITTED, Kind.REVISE),
    Kind.REVERSED: (Kind.SUBMITTED, Kind.APPROVED, Kind.REVERSED),
}
"""The steps that a state implies; every other state is one step."""
_BEGINS: Final = frozenset({Kind.ACCEPTED, Kind.RESERVED})
_DATED: Final = frozenset({Kind.SUBMITTED, Kind.RETURNED, Kind.EXPIRED, Kind.SCREENED_OUT})
"""Steps that a row's own date is the date of."""


class Step(NamedTuple):
    """One event that a row tells: `rule` says by what rule its date was chosen, where the file has none."""

    id: str
    kind: str
    at_us: int
    at_raw: str
    rule: str


def event_id(day: int, *names: str) -> str:
    """The id of a fact, the same at every import of it: a UUID (version 8, RFC 9562) of its day and its names.

    The day comes first, so that facts of one time lie together in the store's indexes.
    """
    digits = hashlib.sha1("\n".join((_SPACE, *names)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return f"{day:08x}-{digits[:4]}-8{digits[4:7]}-a{digits[7:10]}-{digits[10:22]}"


def day_of(row: rows.Work) -> int:
    """The day a row's ids begin with: the file's own."""
    when = row.at or row.began or row.decided
    return _UNDATED if when is None else when.day


def steps_of(row: rows.Work, key: str, now_us: int) -> list[Step]:
    """The steps of an attempt, the first one first; without a bonus, which is an event of its own."""
    kinds = _WAYS.get(row.status) or (row.status,)
    if row.began is not None and row.status not in _BEGINS:
        kinds = (Kind.ACCEPTED, *kinds)
    done = row.at or row.decided or row.began
    day, found = day_of(row), []
    for kind in kinds:
        own = _own_date(row, kind)
        rule = "" if own is not None else NO_DATE if done is not None else NO_DATE_AT_ALL
        at = own or done
        at_us = now_us if at is None else at.us
        raw = own.raw if own is not None else ""
        found.append(Step(event_id(day, row.platform, key, kind), kind, at_us, raw, rule))
    return found


def attempt_id(row: rows.Work, key: str) -> str:
    """The id of a new attempt."""
    return event_id(day_of(row), row.platform, key, "attempt")


def payment_id(row: rows.Payment) -> str:
    """The id of a payment's event."""
    return event_id(row.at.day, row.key, Kind.PAYOUT)


def swap_id(row: rows.Swap) -> str:
    """The id of an exchange's event."""
    return event_id(row.at.day, row.key, Kind.RATE)


def swap_body(row: rows.Swap) -> Exchange:
    """What its event says."""
    given, received = (pay_text(amount) or PayText() for amount in (row.given, row.received))
    return Exchange(amount=given, received=received, fee=pay_text(row.fee), source=row.origin, to=row.to)


def extra_id(row: rows.Extra, more: int) -> str:
    """The id of what a day's sum has grown by, to the size it has now."""
    return event_id(row.at.day, row.key, Kind.BONUS, str(row.amount.micro), str(more))


def extra_body(row: rows.Extra, more: int) -> Bonus:
    """What its event says."""
    return Bonus(pay=pay_text(row.amount._replace(micro=more)), period=row.period)


def span_id(row: rows.Span, part: int) -> str:
    """The id of one day's part of a stretch of work."""
    return event_id(row.start.day, row.key, Kind.INTERVAL, str(part))


def bonus_id(row: rows.Work, key: str) -> str:
    """The id of a bonus of that size; "" for a row without one."""
    return "" if row.bonus is None else event_id(day_of(row), row.platform, key, Kind.BONUS, str(row.bonus.micro))


def _own_date(row: rows.Work, kind: str) -> rows.When | None:
    if kind in _BEGINS:
        return row.began
    return row.at if kind in _DATED else row.decided


def work_body(row: rows.Work) -> Work:
    """What the events of an attempt say, but for the date and the rule, which are each step's own."""
    return Work(
        task=row.task,
        assignment=row.assignment,
        title=cut(row.title, TITLE),
        requester=cut(row.requester, REQUESTER),
        pay=pay_text(row.pay),
        code=cut(row.code, RAW),
    )


def work_derived(row: rows.Work, record: str, list_name: str) -> derived.Derived:
    """What is settled about the steps of a new attempt: its pay, and the row it was read from."""
    status_raw = cut(row.status_raw, RAW)
    return derived.Derived(pay=reading(row.pay), record=record, list=list_name, status_raw=status_raw)


def bonus_body(row: rows.Work, amount: rows.Amount) -> Bonus:
    """What the event of a bonus says."""
    return Bonus(task=row.task, assignment=row.assignment, pay=pay_text(amount))


def bonus_derived(amount: rows.Amount, record: str, list_name: str) -> str:
    """What is settled about a bonus."""
    return derived.encode(derived.Derived(bonus=reading(amount), record=record, list=list_name))


def payout_body(row: rows.Payment, form: str) -> Payout:
    """What the event of a payment says."""
    return Payout(
        id=cut(row.key, RAW),
        amount=pay_text(row.amount),
        fee=pay_text(row.fee),
        to=row.to,
        at_raw=row.at.raw,
        list=f"import:{form}",
    )


def pay_text(amount: rows.Amount | None) -> PayText | None:
    """An amount as a body holds it: the file's own text and the exact number."""
    if amount is None:
        return None
    return PayText(raw=cut(amount.raw, RAW), currency=amount.currency, micro=amount.micro)


def reading(amount: rows.Amount | None) -> Reading | None:
    """An amount as the ledger believes it."""
    return None if amount is None else Reading("stated", amount.micro, amount.micro, amount.currency)
