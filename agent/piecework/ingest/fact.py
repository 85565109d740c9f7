"""One event on its way in, with its surroundings and its decoded body."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from piecework.errors import BadMessage
from piecework.ingest.trim import check_size, trim
from piecework.protocol.codec import BODIES, decode_body
from piecework.protocol.kinds import Kind

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.messages import Event
    from piecework.store import Context

_LARGE = frozenset({Kind.LOOK, Kind.DRIFT, Kind.TAUGHT, Kind.HEALED})
"""Kinds whose bodies are rows or definitions: cut where they are stored."""


class Fact(NamedTuple):
    """What every stage is given. `body` is None for a kind without a struct, which is kept as it is."""

    conn: sqlite3.Connection
    ctx: Context
    event: Event
    body: msgspec.Struct | None
    source: str


def read_body(event: Event) -> msgspec.Struct | None:
    """The body, with its texts cut; None for a kind without a struct, which is kept as it is."""
    raw = bytes(event.body)
    if event.kind in BODIES:
        body: msgspec.Struct = decode_body(event.kind, raw)
        if event.kind not in _LARGE:
            check_size(raw)
            body = trim(body)
        return body
    check_size(raw)
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError) as cause:
        raise BadMessage(f"{event.kind}: {cause}") from cause
    if not isinstance(found, dict):
        raise BadMessage(f"{event.kind}: a body is a JSON object")
    return None
