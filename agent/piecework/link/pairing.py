"""Four digits and Allow: one request at a time, two minutes, three tries. Sans I/O: the socket is a callable."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from piecework.control import PairRequest
from piecework.control.clients import MAX_NAME, pair, revoke
from piecework.errors import BadUsage, NothingToShow, Refused
from piecework.now import SECOND_US
from piecework.protocol.messages import Denied, Paired

if TYPE_CHECKING:
    from collections.abc import Callable

    from piecework.control import Services
    from piecework.protocol.messages import Pair

EXPIRES_S = 120
TRIES = 3
CODES = 10_000
MAX_PLATFORMS = 50


@dataclass(eq=False)
class Waiting:
    """The request that waits. `answer` is called once, with what becomes of it; False where nobody is there."""

    origin: str
    asked: Pair
    code: str
    ends_mono_us: int
    expires_us: int
    answer: Callable[[Paired | Denied], bool]
    tries: int = TRIES


class Pairings:
    """The desk where requests wait for the person."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: Waiting | None = None

    def ask(self, origin: str, asked: Pair, answer: Callable[[Paired | Denied], bool]) -> Waiting | None:
        """Takes a request in, None where another one waits (`busy`). The asker shows `code`, then waits."""
        self._expire()
        if self._waiting is not None:
            return None
        clock = self._services.clock
        self._waiting = Waiting(
            origin,
            asked,
            f"{secrets.randbelow(CODES):04d}",
            clock.mono_us() + EXPIRES_S * SECOND_US,
            clock.now_us() + EXPIRES_S * SECOND_US,
            answer,
        )
        self._services.bus.publish("pairing")
        return self._waiting

    def leave(self, waiting: Waiting) -> None:
        """The asker is gone: nobody is there to be handed a key, so nobody else may be."""
        if self._waiting is waiting:
            self._close()

    def pending(self) -> PairRequest | None:
        """The one request that waits, cut to what fits a line."""
        self._expire()
        if (waiting := self._waiting) is None:
            return None
        return PairRequest(
            waiting.code,
            waiting.origin,
            waiting.asked.name[:MAX_NAME],
            waiting.asked.browser[:MAX_NAME],
            tuple(name[:MAX_NAME] for name in waiting.asked.platforms[:MAX_PLATFORMS]),
            waiting.expires_us,
        )

    async def approve(self, code: str) -> str:
        """Allows the request with that code; returns the new cid.

        Raises NothingToShow where none waits, BadUsage for a wrong code, Refused for the third wrong one.
        """
        waiting = self._must_wait()
        if not secrets.compare_digest(code.strip().encode(), waiting.code.encode()):
            waiting.tries -= 1
            if waiting.tries > 0:
                raise BadUsage("This is not the code the extension shows. Compare the four digits and try again.")
            self._finish(waiting, Denied(reason="denied"))
            raise Refused("Three wrong codes: the request is turned down. Press Pair in the extension once more.")
        self._close()
        cid, key = await pair(
            self._services, name=waiting.asked.name, origin=waiting.origin, browser=waiting.asked.browser
        )
        if not waiting.answer(Paired(cid=cid, key=key, salt=self._services.secrets.salt)):
            await revoke(self._services, cid)
            raise NothingToShow("The extension went away before it was allowed. Press Pair in it once more.")
        return cid

    def deny(self) -> None:
        """Turns the waiting request down. Raises NothingToShow where none waits."""
        self._finish(self._must_wait(), Denied(reason="denied"))

    def expire(self, waiting: Waiting) -> None:
        """The two minutes are over."""
        if self._waiting is waiting:
            self._finish(waiting, Denied(reason="expired"))

    def _must_wait(self) -> Waiting:
        self._expire()
        if self._waiting is None:
            raise NothingToShow("No extension asks to be paired. Press Pair in its welcome page or popup first.")
        return self._waiting

    def _expire(self) -> None:
        if self._waiting is not None and self._services.clock.mono_us() >= self._waiting.ends_mono_us:
            self.expire(self._waiting)

    def _finish(self, waiting: Waiting, outcome: Denied) -> None:
        self._close()
        waiting.answer(outcome)

    def _close(self) -> None:
        self._waiting = None
        self._services.bus.publish("pairing")
