"""What rules would have told of in the last week, without making a page wait for it where the week was a full one.

A short week is counted with the page. A long one is counted apart, asked for by the page once it is there (or by a
link), and known for some minutes: what a rule would have told changes slowly.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import msgspec

from piecework.now import DAY_US, MINUTE_US
from piecework.store import Context
from piecework.watch.preview import DAYS, preview

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from piecework.platforms import Platform
    from piecework.watch.rulebook import Rule

FEW: Final = 1_500
"""Pieces of news that are counted while a page is made: some 30 ms."""
KNOWN_US: Final = 5 * MINUTE_US
MOST: Final = 200
_TASKS = "SELECT count(*) FROM (SELECT 1 FROM task WHERE episode_us >= ? LIMIT ?)"
_EVENTS = """
SELECT count(*) FROM (SELECT 1 FROM event
WHERE kind IN ('approved', 'rejected', 'bonus', 'message') AND at_us >= ? LIMIT ?)
"""


class Weeks:
    """Weeks that were counted lately, by rule and language-free; one for each dashboard. Used from several threads."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def known(self, rule: Rule, now_us: int) -> dict[str, Any] | None:
        """A week that is fresh enough; None where it has to be counted."""
        with self._lock:
            at_us, week = self._known.get(msgspec.json.encode(rule), (0, {}))
        return week if week and 0 <= now_us - at_us <= KNOWN_US else None

    def count(
        self, conn: sqlite3.Connection, rule: Rule, *, now_us: int, zone: str, platforms: Mapping[str, Platform]
    ) -> dict[str, Any]:
        """Counts a week and remembers it."""
        week = preview(conn, Context(now_us, platforms=platforms, zone=zone), rule)._asdict() | {"problem": ""}
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[msgspec.json.encode(rule)] = (now_us, week)
        return week


def is_short(conn: sqlite3.Connection, now_us: int, rules: int) -> bool:
    """Whether the week was short enough to be counted for so many rules while a page is made."""
    least = FEW // max(rules, 1)
    asked = (now_us - DAYS * DAY_US, least + 1)
    return all(conn.execute(query, asked).fetchone()[0] <= least for query in (_TASKS, _EVENTS))
