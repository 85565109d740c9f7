"""Making an event out of another one: what the agent concludes from a row of a page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

import msgspec

from piecework.protocol.messages import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMES: Final = uuid.UUID("b3d1f7a0-2c44-5b1d-9a56-70c5e1d20f38")


def event_of(  # noqa: PLR0913 - what an event has beside what it takes over
    source: Event, kind: str, at_us: int, body: msgspec.Struct, trace: Mapping[str, str], *, event_id: str = ""
) -> Event:
    """An event of that kind and time with the source's platform, account and zone.

    `trace` is written into the body beside its own fields (see `preparing.Trace`). Without an
    `event_id` the id follows from the source's id and the kind.
    """
    fields = msgspec.to_builtins(body)
    return Event(
        seq=source.seq,
        id=event_id or made_id(source.id, kind),
        at_us=at_us,
        kind=kind,
        platform=source.platform,
        account=source.account,
        zone=source.zone,
        alone=source.alone,
        body=msgspec.Raw(msgspec.json.encode({**fields, **trace})),
    )


def made_id(*names: str) -> str:
    """The id that follows from some names, on every machine."""
    return str(uuid.uuid5(_NAMES, "\n".join(names)))
