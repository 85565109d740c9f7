"""Facts that become rows of the history: what is news in them, row by row through the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from piecework.ingest import gate
from piecework.ingest.effects import Effects
from piecework.ingest.fact import Fact, read_body
from piecework.ledger.book import apply_event, prepare
from piecework.ledger.records import news
from piecework.protocol.bodies import DefinitionChange, Message, Standing, Work
from piecework.protocol.kinds import Kind
from piecework.store import definitions
from piecework.store.events import NewEvent, append
from piecework.watch import moneynews, tasks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.store import EventRow

_NEWS = frozenset({Kind.RECORD, Kind.STATEMENT, Kind.PAYOUT, Kind.FEE, Kind.BONUS})
"""Kinds that pages show again and again."""
_DECIDED: Mapping[str, str] = {Kind.CLAIM: gate.CLAIMED, Kind.RELEASE: gate.RELEASED}
_MARKS: Mapping[str, Any] = {
    Kind.RESERVED: "working",
    Kind.ACCEPTED: "working",
    Kind.SUBMITTED: "done",
    Kind.RETURNED: "open",
    Kind.EXPIRED: "open",
    Kind.SCREENED_OUT: "open",
}
"""What a step of an attempt makes of the task on the board."""


def keep(fact: Fact) -> Effects:
    """Keeps a fact, or what is news in it; a row that was there already changes nothing."""
    effects = Effects()
    if isinstance(fact.body, DefinitionChange):
        _define(fact, fact.body)
        effects.topics.add("platforms")
        effects.definitions = True
    if isinstance(fact.body, Message) and moneynews.is_same(fact.conn, fact.event, fact.body):
        return effects
    if fact.body is None or fact.event.kind not in _NEWS:
        _keep_row(fact, effects)
        return effects
    for event in news(fact.conn, fact.ctx, fact.event, fact.body):
        again = fact if event is fact.event else fact._replace(event=event, body=read_body(event))
        _keep_row(again, effects)
    return effects


def keep_drift(fact: Fact) -> Effects:
    """A definition that stops fitting is a sighting: no row of the history."""
    if isinstance(fact.body, DefinitionChange):
        _define(fact, fact.body)
    return Effects(topics={"platforms"})


def _keep_row(fact: Fact, effects: Effects) -> None:
    row = _append(fact)
    if row is None:
        return
    booked = apply_event(fact.conn, row)
    effects.ended_work = effects.ended_work or booked.ended_work
    effects.topics |= {"today", "ledger"}
    effects.state = True
    effects.alerts += moneynews.tell_of(fact.conn, fact.ctx, row)
    effects.gone += moneynews.over(fact.conn, row, fact.ctx.now_us)
    _beside(fact, effects)


def _append(fact: Fact) -> EventRow | None:
    conn, ctx, event, body, source = fact
    prepared = prepare(conn, ctx, event, body)
    text = bytes(event.body) if body is None else msgspec.json.encode(body)
    return append(
        conn,
        NewEvent(
            id=event.id,
            at_us=event.at_us,
            recv_us=ctx.now_us,
            source=source or ("alone" if event.alone else "page" if ctx.cid else "agent"),
            cid=ctx.cid,
            platform=event.platform,
            account=event.account,
            kind=event.kind,
            task=prepared.task,
            assignment=prepared.assignment,
            body=text.decode(),
            derived=prepared.derived,
            zone=event.zone,
            day_platform=ctx.day_platform(event.at_us, event.platform),
            day_local=ctx.day_local(event.at_us, event.zone),
        ),
    )


def _beside(fact: Fact, effects: Effects) -> None:
    """What a new row of the history changes beside the books: the board, accounts, standing."""
    event, body = fact.event, fact.body
    if isinstance(body, Work) and body.task and (state := _MARKS.get(event.kind)):
        tasks.mark(fact.conn, event.platform, body.system, body.task, state)
        effects.topics.add("board")
    elif isinstance(body, Standing):
        fact.conn.execute(
            "INSERT INTO standing (platform, account, name, raw, at_us) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (platform, account, name) DO UPDATE SET raw = excluded.raw, at_us = excluded.at_us "
            "WHERE excluded.at_us >= standing.at_us",
            (event.platform, event.account, body.name, body.raw, event.at_us),
        )
        effects.topics.add("platforms")
    elif state := _DECIDED.get(event.kind):
        effects.accounts = gate.decide(fact.conn, event.platform, event.account, state, fact.ctx.now_us)
        effects.topics.add("platforms")


def _define(fact: Fact, change: DefinitionChange) -> None:
    event = fact.event
    definitions.put(fact.conn, event.platform, change, event.kind, min(event.at_us, fact.ctx.now_us))
