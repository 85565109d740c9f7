"""Bytes to messages and back. The envelope is decoded first; a body only once its kind is known."""

from typing import Any

import msgspec

from piecework.errors import BadMessage
from piecework.protocol import bodies, messages
from piecework.protocol.kinds import ASSIGNMENT, Kind

MAX_BYTES = 1 << 20
"""Largest message either side sends: 1 MiB."""

BODIES: dict[str, type[msgspec.Struct]] = {
    Kind.LOOK: bodies.Look,
    Kind.HEALTH: bodies.Health,
    Kind.LOAD: bodies.Load,
    Kind.LEASE_DONE: bodies.LeaseDone,
    Kind.TOLD: bodies.Told,
    Kind.SHOWN: bodies.Delivery,
    Kind.CLICKED: bodies.Delivery,
    Kind.DISMISSED: bodies.Delivery,
    Kind.DRIFT: bodies.DefinitionChange,
    Kind.TAUGHT: bodies.DefinitionChange,
    Kind.HEALED: bodies.DefinitionChange,
    Kind.BEAT: bodies.Beat,
    Kind.RECORD: bodies.Record,
    Kind.BONUS: bodies.Bonus,
    Kind.STATEMENT: bodies.Statement,
    Kind.PAYOUT: bodies.Payout,
    Kind.FEE: bodies.Payout,
    Kind.ADJUST: bodies.Adjust,
    Kind.RATE: bodies.Exchange,
    Kind.ACCOUNT: bodies.Account,
    Kind.CLAIM: bodies.Account,
    Kind.RELEASE: bodies.Account,
    Kind.PLATFORM: bodies.PlatformSwitch,
    Kind.STANDING: bodies.Standing,
    Kind.MESSAGE: bodies.Message,
    Kind.NOTE: bodies.Note,
    **dict.fromkeys(ASSIGNMENT, bodies.Work),
}
"""Which struct the body of a kind is. A kind that is missing here is stored raw."""

_incoming: msgspec.json.Decoder[messages.FromExtension] = msgspec.json.Decoder(messages.FromExtension)
_outgoing: msgspec.json.Decoder[messages.FromAgent] = msgspec.json.Decoder(messages.FromAgent)
_bodies: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(struct) for kind, struct in BODIES.items()}
_encoder = msgspec.json.Encoder()


def decode(data: bytes | str) -> messages.FromExtension:
    """A message of an extension. Raises BadMessage with the path of what is wrong."""
    try:
        return _incoming.decode(data)
    except (msgspec.DecodeError, UnicodeError) as cause:
        raise BadMessage(str(cause)) from cause


def decode_agent(data: bytes | str) -> messages.FromAgent:
    """A message of an agent, for the clients written in Python (doctor, bench, tests)."""
    try:
        return _outgoing.decode(data)
    except (msgspec.DecodeError, UnicodeError) as cause:
        raise BadMessage(str(cause)) from cause


def decode_body(kind: str, raw: bytes | msgspec.Raw) -> Any:  # noqa: ANN401 - one struct per kind, see BODIES
    """The body of an event. Raises BadMessage; KeyError for a kind without a struct (store it raw)."""
    try:
        return _bodies[kind].decode(bytes(raw))
    except (msgspec.DecodeError, UnicodeError) as cause:
        raise BadMessage(f"{kind}: {cause}") from cause


def encode(message: msgspec.Struct) -> str:
    """JSON text of one message."""
    return _encoder.encode(message).decode()
