"""The budget: looks of twelve hours at most, filled evenly, and how its level moves the price."""

from __future__ import annotations

import math

from piecework.watch.policy.spec import HOUR_S

HOURS = 12
"""How much may be saved up: a quiet night pays for a busy evening."""
HALF = 0.5
LEVER = 8.0
"""The price is multiplied by exp(-LEVER (level - 0.5)): an integral of the overspend instead of a level would make
an on/off cycle that starves lists for days."""
DEEPEST = -1.0


class Bucket:
    """Looks that may be spent. `level` is a share of what it holds; below zero more was spent than there was."""

    def __init__(self, per_hour: float) -> None:
        self._size = per_hour * HOURS
        self._rate = per_hour / HOUR_S
        self._looks = HALF * self._size
        self._at_s: float | None = None

    def level(self, at_s: float) -> float:
        """How full it is at a moment, or would be if nothing were spent until then."""
        gained = 0.0 if self._at_s is None else max(0.0, at_s - self._at_s) * self._rate
        return min(self._size, self._looks + gained) / self._size

    def take(self, at_s: float, least: float = DEEPEST) -> None:
        """Spends one look; what would leave it emptier than `least` is forgiven."""
        level = self.level(at_s) * self._size
        self._at_s = at_s if self._at_s is None else max(self._at_s, at_s)
        self._looks = min(level, max(level - 1.0, least * self._size))

    def lever(self, at_s: float, wanted: float = HALF, strength: float = LEVER) -> float:
        """What the price is multiplied by at a moment: more than 1 where the level is below the wanted one."""
        return math.exp(-strength * (self.level(at_s) - wanted))

    def start(self, at_s: float) -> None:
        """The clock begins."""
        if self._at_s is None:
            self._at_s = at_s

    def settle(self, at_s: float, level: float) -> None:
        """Gives up what is above a level."""
        self._looks = min(self.level(at_s), level) * self._size
        self._at_s = at_s if self._at_s is None else max(self._at_s, at_s)

    def dump(self) -> list[float | None]:
        """All it remembers, as JSON data."""
        return [self._looks / self._size, self._at_s]

    def load(self, kept: list[float | None]) -> None:
        """The same, read back: a share, so that a changed budget keeps its meaning."""
        share, self._at_s = kept
        self._looks = min(1.0, max(DEEPEST, share or 0.0)) * self._size
