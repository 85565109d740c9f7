"""Before an event is written: which attempt it belongs to, what its amounts are, what was known at that moment."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

import msgspec

from piecework.ledger import derived, edits, exchange, linking, settle
from piecework.ledger.amounts import Reading, exact, read
from piecework.ledger.facts import Prepared
from piecework.ledger.linking import Who
from piecework.ledger.moments import read_moment
from piecework.money import parse_days, parse_time
from piecework.now import SECOND_US
from piecework.protocol import bodies
from piecework.protocol.kinds import ASSIGNMENT, Kind
from piecework.store.events import split_task, task_key

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.messages import Event
    from piecework.store import Context

_BEFORE: Final = frozenset({Kind.RESERVED, Kind.ACCEPTED, Kind.SUBMITTED})
_SAID: Final = """
SELECT json_extract(derived, '$.clock_days') AS days FROM event WHERE assignment = ? AND assignment <> ''
AND kind IN ('reserved', 'accepted') AND days IS NOT NULL ORDER BY seq DESC LIMIT 1
"""
_WORD: Final = re.compile(r"[^\W\d_]+")


class Trace(msgspec.Struct, omit_defaults=True):
    """What `records` writes into a body beside its own fields: the attempt it found, and the row it was read from."""

    attempt: str = ""
    record: str = ""
    list: str = ""
    status_raw: str = ""


_trace: Final = msgspec.json.Decoder(Trace)


def prepare(conn: sqlite3.Connection, ctx: Context, event: Event, body: msgspec.Struct | None) -> Prepared:
    """Settles what an event belongs to and says, before its row is written.

    `body` is the decoded body of `protocol.codec`, None for a kind without a struct. Reads the store (tasks,
    assignments, payouts) and changes nothing. Call it for every kind that becomes an event row.
    """
    if isinstance(body, bodies.Work) and event.kind in ASSIGNMENT:
        return _work(conn, ctx, event, body)
    if isinstance(body, bodies.Bonus):
        return _bonus(conn, ctx, event, body)
    settled = _by_itself(conn, ctx, event, body)
    if settled is not None:
        return Prepared(derived=derived.encode(settled))
    return (
        _change(conn, ctx, event)
        if event.kind in edits.KINDS
        else Prepared(task_key(getattr(body, "system", ""), getattr(body, "task", "")))
    )


def _by_itself(
    conn: sqlite3.Connection, ctx: Context, event: Event, body: msgspec.Struct | None
) -> derived.Derived | None:
    """What is settled about an event that belongs to no attempt; None for other bodies."""
    if isinstance(body, bodies.Payout):
        return payout(conn, ctx, event, body)
    if isinstance(body, bodies.Statement):
        return statement(ctx, event, body)
    if isinstance(body, bodies.Exchange):
        return exchange.prepared(conn, body, ctx.day_local(event.at_us, event.zone))
    if isinstance(body, bodies.Adjust):
        return derived.Derived(pay=Reading("stated", body.micro, body.micro, body.currency))
    return None


def who_of(event: Event, body: bodies.Work | bodies.Bonus | bodies.Record) -> Who:
    """What an event says of its attempt."""
    key = task_key(body.system, body.task)
    return Who(event.platform, event.account, key, getattr(body, "session", ""), body.assignment)


def currency_of(ctx: Context, event: Event) -> str | None:
    """The currency of an amount without a mark, where the platform has only one."""
    return ctx.currency(event.platform)


def clock_days(ctx: Context, platform: str) -> int | None:
    """How long a platform's own rule gives a submission to be decided, in days; None where it has no such rule."""
    known = ctx.platforms.get(platform)
    days = known.money.approval_days if known is not None else None
    return days if isinstance(days, int) else None


def _clock(  # noqa: PLR0913, PLR0917 - what a clock is known from
    conn: sqlite3.Connection,
    ctx: Context,
    event: Event,
    body: bodies.Work,
    known: linking.Known | None,
    row: sqlite3.Row | None,
) -> int | None:
    """The clock of the task itself where its pages say one (this step, an earlier one, the list), else the platform's.

    An earlier step keeps what its page says for the submission; every other one has none.
    """
    own = parse_days(body.rated_raw, lang=body.pay.lang if body.pay is not None else "en") if body.rated_raw else None
    if own is not None or event.kind != Kind.SUBMITTED:
        return own if event.kind in _BEFORE else None
    said = conn.execute(_SAID, (known.id,)).fetchone() if known is not None else None
    if said is not None:
        return int(said[0])
    if row is not None and row["rated_days"] is not None:
        return int(row["rated_days"])
    return clock_days(ctx, event.platform)


def zone_of(ctx: Context, event: Event) -> str:
    """The zone a platform's naive dates are in; the person's own for a platform that is not described."""
    platform = ctx.platforms.get(event.platform)
    return platform.zone if platform is not None else event.zone or ctx.zone


def statement(ctx: Context, event: Event, body: bodies.Statement) -> derived.Derived:
    """The readings of a statement's figures, by name."""
    currency = currency_of(ctx, event)
    totals = {total.name: found for total in body.totals if (found := read(total.pay, currency)) is not None}
    return derived.Derived(totals={str(name): reading for name, reading in totals.items()})


def payout(conn: sqlite3.Connection, ctx: Context, event: Event, body: bodies.Payout) -> derived.Derived:
    """The readings of a payout or fee, what it is recognised by, and which part of it is booked already."""
    currency = currency_of(ctx, event)
    moment = read_moment(body.at_raw, zone_of(ctx, event))
    amount, fee = read(body.amount, currency), read(body.fee, currency)
    gross = exact(amount)
    wallet = 0
    if gross is not None and event.kind == Kind.PAYOUT:
        wallet = settle.wallet_part(conn, event.platform, event.account, gross)
    return derived.Derived(
        pay=amount,
        fee=fee,
        bank=bank_name(body.to),
        wallet=wallet,
        pays=list(body.pays),
        key=payout_key(body, amount, moment.us if moment else None),
        site_us=moment.last_us if moment else None,
    )


def payout_key(body: bodies.Payout, amount: Reading | None, site_us: int | None) -> str:
    """What the same payout is recognised by when its page is read again: the site's id, else all that it says."""
    if body.id:
        return body.id
    money = exact(amount)
    texts = [text.raw for text in (body.amount, body.fee) if text is not None]
    says = money if money is not None else tuple(texts)
    return "~" + hashlib.sha256(repr((says, body.to, site_us)).encode()).hexdigest()[:24]


def bank_name(text: str) -> str:
    """A short name for where money went: the first word, without numbers and addresses; "" where there is none.

    >>> bank_name("PayPal (someone@example.org)"), bank_name("someone@example.org"), bank_name("")
    ('paypal', '', '')
    """
    head = text.split(maxsplit=1)[0] if text.strip() else ""
    word = None if "@" in head else _WORD.search(head)
    return word.group().casefold()[:24] if word is not None else ""


def _work(conn: sqlite3.Connection, ctx: Context, event: Event, body: bodies.Work) -> Prepared:
    who = who_of(event, body)
    trace = _trace_of(event)
    known = _traced(conn, trace, who) or linking.find(conn, who, event.kind, event.at_us)
    currency = currency_of(ctx, event)
    pay, bonus = read(body.pay, currency), read(body.bonus, currency)
    row = _task_row(conn, who)
    sighted = _sighted(row) if exact(pay) is None else None
    moment = read_moment(body.at_raw, zone_of(ctx, event))
    settled = False
    if event.kind == Kind.PAID and known is not None:
        money = exact(pay) or linking.pay_of(known)
        settled = money is not None and settle.is_settled(conn, event.platform, event.account, money, known)
    found = derived.Derived(
        pay=pay,
        sighted=sighted,
        bonus=bonus,
        title=row["title"] if row is not None and not body.title else "",
        requester=row["requester"] if row is not None and not body.requester else "",
        settled=settled,
        site_us=moment.us if moment else None,
        clock_days=_clock(conn, ctx, event, body, known, row),
        spent_us=spent(body.site_seconds_raw, body.pay.lang if body.pay is not None else "en"),
        record=trace.record,
        list=trace.list,
        status_raw=trace.status_raw,
    )
    attempt = known.id if known is not None else linking.new_id(who, event.id)
    return Prepared(who.task or (known.task if known else ""), attempt, derived.encode(found))


def spent(raw: str, lang: str) -> int | None:
    """How long a site says that work took, µs; None where it says nothing exact. A bare number counts seconds.

    >>> spent("31 min", "en"), spent("1860", "en"), spent("over 5 min", "en"), spent("", "en")
    (1860000000, 1860000000, None, None)
    """
    found = parse_time(raw, lang=lang, unit="seconds")
    if found.state != "stated" or found.kind != "duration" or found.min_s is None or found.min_s != found.max_s:
        return None
    return found.min_s * SECOND_US


def _bonus(conn: sqlite3.Connection, ctx: Context, event: Event, body: bodies.Bonus) -> Prepared:
    """A bonus begins no attempt: where none is known, it is money by itself."""
    who = who_of(event, body)
    trace = _trace_of(event)
    known = _traced(conn, trace, who)
    if known is None and (who.task or who.site_id):
        known = linking.find(conn, who, event.kind, event.at_us)
    bonus = read(body.pay, currency_of(ctx, event))
    found = derived.Derived(bonus=bonus, key=body.period, record=trace.record, list=trace.list)
    return Prepared(who.task or (known.task if known else ""), known.id if known else "", derived.encode(found))


def _change(conn: sqlite3.Connection, ctx: Context, event: Event) -> Prepared:
    """An edit, undo or correction belongs to the attempt that it names; those of anything else to none."""
    body = bytes(event.body)
    edit = edits.read(body, edits.Edit)
    if edit is None:
        named = edits.read(body, edits.Undo) or edits.read(body, edits.Correction)
        return Prepared(assignment=named.assignment if named is not None else "")
    known = linking.by_id(conn, edit.assignment, Who(event.platform, event.account))
    pay = read(edit.pay, currency_of(ctx, event))
    money = exact(pay) or (linking.pay_of(known) if known is not None else None)
    settled = (
        edit.state == Kind.PAID
        and known is not None
        and money is not None
        and settle.is_settled(conn, event.platform, event.account, money, known)
    )
    return Prepared(
        known.task if known is not None else "",
        edit.assignment,
        derived.encode(derived.Derived(pay=pay, settled=settled)),
    )


def _trace_of(event: Event) -> Trace:
    try:
        return _trace.decode(bytes(event.body))
    except (msgspec.DecodeError, UnicodeError):
        return Trace()


def _traced(conn: sqlite3.Connection, trace: Trace, who: Who) -> linking.Known | None:
    """The attempt that `records` found this news to be about, if it is one of the same account."""
    return linking.by_id(conn, trace.attempt, who) if trace.attempt else None


def _task_row(conn: sqlite3.Connection, who: Who) -> sqlite3.Row | None:
    if not who.task:
        return None
    found: sqlite3.Row | None = conn.execute(
        "SELECT title, requester, pay_state, pay_micro, pay_max_micro, pay_currency, pay_per, rated_days FROM task "
        "WHERE platform = ? AND system = ? AND id = ?",
        (who.platform, *split_task(who.task)),
    ).fetchone()
    return found


def _sighted(row: sqlite3.Row | None) -> Reading | None:
    """The pay of the task's row at this moment, where it is the pay of one task."""
    if row is None or row["pay_state"] != "stated":
        return None
    reading = Reading("stated", row["pay_micro"], row["pay_max_micro"], row["pay_currency"], row["pay_per"])
    return reading if exact(reading) is not None else None
