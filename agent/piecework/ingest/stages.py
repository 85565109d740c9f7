"""Which stage takes which body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from piecework.ingest.effects import Effects
from piecework.ingest.history import keep, keep_drift
from piecework.protocol.bodies import Beat, Delivery, Health, LeaseDone, Load, Look, Told
from piecework.protocol.kinds import Kind
from piecework.watch.alerts import apply_delivery, apply_told
from piecework.watch.health import apply_health
from piecework.watch.sightings import apply_look
from piecework.worktime.tracker import apply_beat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from piecework.ingest.fact import Fact

T = TypeVar("T")

_DELIVERED: Mapping[str, Any] = {Kind.CLICKED: "clicked", Kind.DISMISSED: "dismissed"}


def stage(fact: Fact) -> Effects:
    """Hands a fact to its stage; what is no sighting and no beat becomes a row of the history."""
    if fact.event.kind == Kind.OPENED:
        # A task page was opened: its beats carry the time, and there is no attempt yet.
        return Effects()
    if fact.event.kind == Kind.DRIFT:
        return keep_drift(fact)
    return _STAGES.get(type(fact.body), keep)(fact)


def _look(fact: Fact) -> Effects:
    return _paced(
        fact, Effects.of_watch(apply_look(fact.conn, fact.ctx, fact.event, _as(Look, fact), again=_again(fact)))
    )


def _health(fact: Fact) -> Effects:
    return _paced(
        fact, Effects.of_watch(apply_health(fact.conn, fact.ctx, fact.event, _as(Health, fact), again=_again(fact)))
    )


def _told(fact: Fact) -> Effects:
    return Effects.of_watch(apply_told(fact.conn, fact.ctx, fact.event, _as(Told, fact)))


def _delivery(fact: Fact) -> Effects:
    body = _as(Delivery, fact)
    body = msgspec.structs.replace(body, state=_DELIVERED.get(fact.event.kind, body.state))
    return Effects.of_watch(apply_delivery(fact.conn, fact.ctx, fact.event, body))


def _beat(fact: Fact) -> Effects:
    found = apply_beat(fact.conn, fact.ctx, fact.event, _as(Beat, fact))
    topics = {"time", "today"} if found.stored else set[str]()
    return Effects(ended_work=found.ended_work, topics=topics, state=found.stored)


def _paced(fact: Fact, effects: Effects | None = None) -> Effects:
    """What counts for looking by ourselves is handed on, beside what else it changed."""
    effects = effects or Effects()
    if isinstance(fact.body, msgspec.Struct) and not fact.event.alone:
        effects.paced.append((fact.event.platform, fact.event.at_us, fact.body))
    return effects


def _again(fact: Fact) -> bool:
    """Whether the client's number was there before: sightings are no rows that a repeated id could fall upon."""
    row = fact.conn.execute("SELECT last_seq FROM client WHERE cid = ?", (fact.ctx.cid,)).fetchone()
    return row is not None and fact.event.seq <= row[0]


def _as(kind: type[T], fact: Fact) -> T:
    if not isinstance(fact.body, kind):
        raise TypeError(f"{fact.event.kind} carries {type(fact.body).__name__}")
    return fact.body


_STAGES: Mapping[type | None, Callable[[Fact], Effects]] = {
    Look: _look,
    Health: _health,
    Told: _told,
    Delivery: _delivery,
    Beat: _beat,
    Load: _paced,
    LeaseDone: _paced,
}
