"""Who may open a link: the checks of Host, Origin, version and proof. Pure; the flow that uses them is in `door`.

Close codes of our own: 4401 not paired, 4403 revoked, 4426 too old. A refusal before the upgrade shows in a browser
only as code 1006, so that whatever an honest extension has to be told is told by a close code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piecework.control import clients
from piecework.control.clients import REVOKED
from piecework.errors import NotPaired
from piecework.protocol import VERSION, proof
from piecework.protocol.messages import Challenge, Hello, Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from piecework.control.clients import Client

MISDIRECTED = 421
FORBIDDEN = 403
NOT_PAIRED = 4401
TOO_OLD = 4426
REPLACED = 1000
TRY_LATER = 1013
TOO_BIG = 1009

PROOF_S = 5.0
"""How long a socket may live without proof."""
HELLO_BYTES = 4096
"""Largest message before the proof."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class Turned(Exception):
    """The socket is closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def host_allowed(hosts: Sequence[str], port: int) -> bool:
    """True for exactly one Host header that names this machine's loopback and our port: stops DNS rebinding."""
    return len(hosts) == 1 and hosts[0].lower() in {f"127.0.0.1:{port}", f"localhost:{port}"}


def origins_allowed(origins: Sequence[str]) -> bool:
    """True for exactly one Origin header of an extension's scheme or of the command line: stops every page."""
    return len(origins) == 1 and clients.origin_allowed(origins[0])


def check_version(hello: Hello) -> None:
    """Raises Turned(4426) for a client that does not speak our version."""
    if VERSION not in hello.v:
        raise Turned(TOO_OLD, f"this agent speaks version {VERSION}")


def check_client(client: Client | None, origin: str) -> Client:
    """The client a `hello` names, or Turned: unknown, revoked, or paired by another Origin."""
    if client is None:
        raise Turned(NOT_PAIRED, "not paired")
    if client.origin != origin:
        raise Turned(NOT_PAIRED, "paired with another extension")
    if client.revoked:
        raise Turned(REVOKED, "revoked")
    return client


@dataclass(frozen=True)
class Challenged:
    """A challenge that was sent, and the only proof that answers it."""

    challenge: Challenge
    _expected: str

    def check(self, answer: Proof) -> None:
        """Raises Turned(4401) for a wrong, replayed or reflected proof."""
        if not proof.same(self._expected, answer.mac):
            raise Turned(NOT_PAIRED, "wrong proof")


def challenge(key: str, hello: Hello, port: int) -> Challenged:
    """The agent's own proof with a fresh nonce. Raises Turned(4401) for a nonce that is not 32 bytes."""
    if not _NONCE.fullmatch(hello.nonce):
        raise Turned(NOT_PAIRED, "a nonce is 32 bytes, base64url")
    nonce = proof.new_nonce()
    words = (proof.key_bytes(key), hello.cid, port, hello.nonce, nonce)
    return Challenged(Challenge(nonce=nonce, mac=proof.mac("agent", *words)), proof.mac("extension", *words))


def answer(key: str, hello: Hello, port: int, asked: Challenge, upto: int = 0) -> Proof:
    """The client's side: checks the agent's proof, gives its own. Raises NotPaired for an agent without the key."""
    words = (proof.key_bytes(key), hello.cid, port, hello.nonce, asked.nonce)
    if not proof.same(proof.mac("agent", *words), asked.mac):
        raise NotPaired(
            f"What listens on 127.0.0.1:{port} does not hold the link key: it is not the Piecework paired with."
        )
    return Proof(mac=proof.mac("extension", *words), upto=upto)
