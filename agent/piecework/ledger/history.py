"""News in one row of a site's own history page, against what the books know of that attempt."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger import book, edits, linking, states
from piecework.ledger.amounts import exact, read
from piecework.ledger.attempts import MADE_UP, course_of
from piecework.ledger.linking import Known, Who
from piecework.ledger.making import event_of, made_id
from piecework.ledger.moments import Moment, read_moment
from piecework.ledger.preparing import currency_of, zone_of
from piecework.now import SECOND_US, day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store.events import task_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from piecework.protocol.messages import Event
    from piecework.store import Context

_NEEDS_SUBMISSION: Final = frozenset({Kind.APPROVED, Kind.REJECTED, Kind.REVISE, Kind.PAID, Kind.REVERSED})
_UNSUBMITTED: Final = frozenset({states.NEW, *states.OPEN, Kind.RETURNED, Kind.EXPIRED})
_CORRECTS: Final = frozenset({Kind.SUBMITTED, Kind.APPROVED, Kind.PAID})
"""States in which a row with another pay is a correction."""


class _Dates(NamedTuple):
    """A row's dates; None for one that is missing or can't be read."""

    accepted: Moment | None
    submitted: Moment | None
    decided: Moment | None


class _Step(NamedTuple):
    kind: str
    at_us: int
    raw: str
    event_id: str = ""


def record_news(conn: sqlite3.Connection, ctx: Context, event: Event, record: bodies.Record) -> list[Event]:
    """The steps and bonuses that a row tells and the books do not know; empty when it was all known.

    A row that lags behind what is known (an older tab, a cached page) is no news. A step is dated by the row where
    it says a date, else by when it was seen; never before the steps that are known.
    """
    zone = zone_of(ctx, event)
    dates = _Dates(*(read_moment(raw, zone) for raw in (record.accepted_raw, record.submitted_raw, record.decided_raw)))
    key = task_key(record.system, record.task)
    site_id = record.assignment or _made_up(record, dates)
    who = Who(event.platform, event.account, key, site_id=site_id, title=record.title)
    known = linking.find_recorded(conn, who, record.status, _when(dates))
    last_us = linking.last_step_us(conn, known.id) if known is not None else 0
    trace = {"record": event.id, "list": record.list, "status_raw": record.status_raw}
    if known is not None:
        trace["attempt"] = known.id
    found = []
    overruled = _overruled(conn, known.id) if known is not None else ""
    for step in _steps(event, record, dates, known, currency_of(ctx, event)):
        if step.kind == overruled:
            continue
        at_us = step.at_us if step.kind == Kind.ACCEPTED else max(step.at_us, last_us + 1)
        last_us = max(last_us, at_us)
        name = step.event_id
        if known is not None and not name:
            # Two pages that contradict each other, say an old tab and a new one, may do so once a day only.
            name = made_id(known.id, step.kind, record.list, step.raw, day_of(event.at_us, zone))
        work = _work(record, who, step.raw, dates)
        found.append(event_of(event, step.kind, at_us, work, trace, event_id=name))
    if known is not None or found:
        found += _bonus(ctx, event, record, who, known, last_us, trace)
    return found


def _overruled(conn: sqlite3.Connection, attempt: str) -> str:
    """The state that the person corrected: a page that goes on saying it tells no news."""
    edit = conn.execute(
        "SELECT 1 FROM event WHERE assignment = ? AND assignment <> '' AND kind = ? LIMIT 1", (attempt, Kind.EDIT)
    ).fetchone()
    if edit is None:
        return ""
    return course_of(edits.effective(book.steps_of(conn, attempt))).standing.overruled


def _steps(
    event: Event, record: bodies.Record, dates: _Dates, known: Known | None, currency: str | None
) -> Iterator[_Step]:
    state = known.state if known is not None else states.NEW
    status = record.status
    if status not in states.MOVES:
        return
    seen_us = event.at_us
    if dates.accepted is not None and known is None and status not in {Kind.RESERVED, Kind.ACCEPTED}:
        yield _Step(Kind.ACCEPTED, min(dates.accepted.us, seen_us), record.accepted_raw)
        state = Kind.ACCEPTED
    if status in _NEEDS_SUBMISSION and state in _UNSUBMITTED and dates.submitted is not None:
        yield _Step(Kind.SUBMITTED, min(dates.submitted.last_us, seen_us), record.submitted_raw)
        state = Kind.SUBMITTED
    if states.allowed(status, state):
        moment, raw = _date_of(record, dates)
        yield _Step(status, min(moment.last_us, seen_us) if moment else seen_us, raw)
    elif status == state and known is not None:
        pay = exact(read(record.pay, currency))
        if status in _CORRECTS and pay is not None and pay != linking.pay_of(known):
            yield _Step(status, seen_us, "", made_id(known.id, status, str(pay.micro), pay.currency))
        elif record.assignment and not record.task and not known.site_id:
            # Found by its title alone: from now on the attempt has the site's own name, and no other row takes it.
            yield _Step(status, seen_us, "", made_id(known.id, "named", record.assignment))


def _date_of(record: bodies.Record, dates: _Dates) -> tuple[Moment | None, str]:
    """The row's date of the state it is in."""
    if record.status in {Kind.RESERVED, Kind.ACCEPTED}:
        return dates.accepted, record.accepted_raw
    if record.status == Kind.SUBMITTED:
        return dates.submitted, record.submitted_raw
    return dates.decided, record.decided_raw


def _when(dates: _Dates) -> tuple[int, int] | None:
    """The first and last µs at which the attempt can have been submitted."""
    moment = dates.submitted or dates.accepted
    return None if moment is None else (moment.us, moment.last_us)


def _made_up(record: bodies.Record, dates: _Dates) -> str:
    """A name for a row without one: what of it never changes. Empty where nothing tells two such rows apart."""
    date = dates.accepted or dates.submitted
    task = task_key(record.system, record.task)
    if task:
        return "" if date is None else _hash(task, str(date.us))
    pay = record.pay.raw if record.pay is not None else ""
    return _hash(record.title, record.requester, pay, record.code, str(date.us) if date else "")


def _hash(*texts: str) -> str:
    return MADE_UP + hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]


def _spent(record: bodies.Record, dates: _Dates) -> str:
    """How long the site says that it took; where it only says from when to when, what lies between them."""
    begun, ended = dates.accepted, dates.submitted
    if record.site_seconds_raw or begun is None or ended is None or begun.day_us or ended.day_us:
        return record.site_seconds_raw
    return f"{(ended.us - begun.us) // SECOND_US} s" if ended.us > begun.us else ""


def _work(record: bodies.Record, who: Who, at_raw: str, dates: _Dates) -> bodies.Work:
    return bodies.Work(
        task=record.task,
        system=record.system,
        assignment=who.site_id,
        title=record.title,
        requester=record.requester,
        pay=record.pay,
        code=record.code,
        rule=record.rule,
        at_raw=at_raw,
        site_seconds_raw=_spent(record, dates),
    )


def _bonus(  # noqa: PLR0913, PLR0917 - what a bonus is found from
    ctx: Context,
    event: Event,
    record: bodies.Record,
    who: Who,
    known: Known | None,
    last_us: int,
    trace: dict[str, str],
) -> Iterator[Event]:
    """What the row's bonus has grown by."""
    total = exact(read(record.bonus, currency_of(ctx, event)))
    before = known.bonus_micro if known is not None else 0
    if total is None or record.bonus is None or total.micro <= before:
        return
    more = bodies.PayText(raw=record.bonus.raw, micro=total.micro - before, currency=total.currency)
    body = bodies.Bonus(task=record.task, system=record.system, assignment=who.site_id, pay=more)
    event_id = made_id(known.id, Kind.BONUS, str(total.micro), total.currency) if known is not None else ""
    yield event_of(event, Kind.BONUS, max(event.at_us, last_us), body, trace, event_id=event_id)
