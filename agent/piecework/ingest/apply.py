"""Applying one event inside the writer's transaction. Applying it twice is the same as once."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import msgspec

from piecework.errors import Refused
from piecework.ingest import gate
from piecework.ingest.effects import Effects
from piecework.ingest.fact import Fact, read_body
from piecework.ingest.stages import stage
from piecework.now import DAY_US, MAX_US
from piecework.protocol.bodies import Account, Health
from piecework.protocol.kinds import AGENT_ONLY, Kind
from piecework.store.events import NewEvent, append

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.messages import Event
    from piecework.store import Context

_PLATFORM = re.compile(r"[a-z0-9-]{0,41}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SPACE = uuid.UUID("5d6c8f5e-6a0e-4d1c-8f0e-9b1f2a679675")
_UNGATED = frozenset(
    {
        Kind.SHOWN,
        Kind.CLICKED,
        Kind.DISMISSED,
        Kind.PLATFORM,
        Kind.LOAD,
        Kind.LEASE_DONE,
        Kind.CLAIM,
        Kind.RELEASE,
        Kind.EDIT,
        Kind.UNDO,
        Kind.CORRECTION,
        Kind.SETTLED,
        Kind.RATE,
    }
)
"""Kinds that are about an alert, a host or a choice of the person, not about what an account's pages say."""


def apply(conn: sqlite3.Connection, ctx: Context, event: Event, *, source: str = "") -> Effects:
    """Applies one event and says what it changed.

    `source` is how the fact was made, for callers other than the link: typed, import, rule or agent.
    Raises Refused or BadMessage for an event that can't be taken; undo what it did by then (a savepoint).
    """
    _check(ctx, event)
    body = read_body(event)
    met = isinstance(body, Account) and event.kind == Kind.ACCOUNT and gate.rename(conn, event, body, ctx.now_us)
    if event.kind not in _UNGATED:
        passed = gate.check_account(conn, event, ctx.now_us)
        met = met or passed.fresh
        if not passed.open and not _says_that_it_asks(body):
            return _with_account(Effects(dropped=True), met=met)
        if passed.account != event.account:
            event = msgspec.structs.replace(event, account=passed.account)
    _note_clock(conn, ctx, event)
    return _with_account(stage(Fact(conn, ctx, event, body, source)), met=met)


def _check(ctx: Context, event: Event) -> None:
    if ctx.cid and event.kind in AGENT_ONLY:
        raise Refused(f"only the agent makes events of the kind {event.kind}")
    if not _KIND.fullmatch(event.kind):
        raise Refused("no kind of event")
    if not _PLATFORM.fullmatch(event.platform):
        raise Refused("no id of a platform")
    if not 0 <= event.at_us <= MAX_US:
        raise Refused("at_us is no time")
    if not event.id or "\0" in event.id or "\0" in event.account or "\0" in event.zone:
        raise Refused("id, account and zone are plain texts, the id not empty")


def _says_that_it_asks(body: msgspec.Struct | None) -> bool:
    return isinstance(body, Health) and body.state == "account_asks"


def _with_account(effects: Effects, *, met: bool) -> Effects:
    if met:
        effects.accounts = effects.state = True
        effects.topics.add("platforms")
    return effects


def _note_clock(conn: sqlite3.Connection, ctx: Context, event: Event) -> None:
    """A fact that is dated more than a day off was made by a clock that is wrong now or then: said once a day."""
    if event.alone or not ctx.cid or abs(event.at_us - ctx.now_us) <= DAY_US:
        return
    day = ctx.day_local(ctx.now_us, "")
    append(
        conn,
        NewEvent(
            id=str(uuid.uuid5(_SPACE, f"clock_set {ctx.cid} {day}")),
            at_us=ctx.now_us,
            recv_us=ctx.now_us,
            source="agent",
            cid=ctx.cid,
            kind=Kind.CLOCK_SET,
            body=msgspec.json.encode({"event": event.id, "at_us": event.at_us, "recv_us": ctx.now_us}).decode(),
            zone=ctx.zone,
            day_platform=ctx.day_platform(ctx.now_us, ""),
            day_local=day,
        ),
    )
