"""Who may see the dashboard: one-time addresses that become a session, kept in memory and lost with the agent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import HOUR_US, SECOND_US

if TYPE_CHECKING:
    from piecework.control import Services

ADDRESS_US = 60 * SECOND_US
"""How long a one-time address is good for."""
SESSION_US = 12 * HOUR_US
"""How long a session lives without being used."""
MOST_ADDRESSES = 64
MOST_SESSIONS = 32
ENTER = "/enter"
TOKEN_BYTES = 32
MAX_PATH = 500


class Said(NamedTuple):
    """What the next page tells once: "done" and the end of a `dash.done_` key, or "failed" and an error's text."""

    kind: str
    text: str


@dataclass
class Session:
    """One signed-in browser. `csrf` must come back with everything that changes something."""

    key: str
    csrf: str
    used_us: int
    said: list[Said] = field(default_factory=list)

    def take_said(self) -> list[Said]:
        """What is to be told, once."""
        said, self.said = self.said, []
        return said


class DashboardSessions:
    """Mints addresses and keeps sessions. Belongs to the event loop. Times are monotonic: no clock set back helps."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._addresses: dict[str, tuple[int, str]] = {}
        self._sessions: dict[str, Session] = {}

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies know no ports, so that two agents on one machine need two names."""
        return f"piecework-{self._services.port}"

    def mint(self, path: str) -> str:
        """An address that signs a browser in once, within a minute, and goes on to `path`."""
        self._prune()
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._addresses[token] = (self._now() + ADDRESS_US, safe_path(path))
        while len(self._addresses) > MOST_ADDRESSES:
            self._addresses.pop(next(iter(self._addresses)))
        return f"{self._services.base_url}{ENTER}?once={token}"

    def enter(self, token: str, key: str | None) -> tuple[Session, str] | None:
        """The session an address opens (the one behind cookie `key`, where it lives) and where to go; None if spent."""
        self._prune()
        found = self._addresses.pop(token, None)
        if found is None:
            return None
        session = self.find(key) or self._begin()
        return session, found[1]

    def find(self, key: str | None) -> Session | None:
        """The living session of a cookie, which lives on by being used."""
        self._prune()
        session = self._sessions.get(key) if key else None
        if session is not None:
            session.used_us = self._now()
        return session

    def end(self, session: Session) -> None:
        """Signs one browser out."""
        self._sessions.pop(session.key, None)

    def _begin(self) -> Session:
        session = Session(secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES), self._now())
        self._sessions[session.key] = session
        while len(self._sessions) > MOST_SESSIONS:
            self.end(min(self._sessions.values(), key=lambda one: one.used_us))
        return session

    def _prune(self) -> None:
        now = self._now()
        self._addresses = {token: kept for token, kept in self._addresses.items() if kept[0] > now}
        self._sessions = {key: one for key, one in self._sessions.items() if one.used_us + SESSION_US > now}

    def _now(self) -> int:
        return self._services.clock.mono_us()


def safe_path(path: str) -> str:
    """A path of our own, "/" for anything that could lead elsewhere."""
    plain = path.isascii() and path.isprintable() and "\\" not in path and len(path) <= MAX_PATH
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"
