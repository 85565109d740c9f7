"""How long a list's tasks live, from which of the tasks seen at one look were still there at the next."""

from __future__ import annotations

import math

PRIOR_S = 600.0
"""A mean life to begin with, worth one task that was seen to go."""
SHORTEST_S = 5.0
LONGEST_S = 30 * 86_400.0
_BASE = 1.3
_BUCKETS = 72
_ROUNDS = 40


class Lives:
    """Survivals and deaths by the gap between two looks: an exponential life's likelihood needs no more."""

    def __init__(self) -> None:
        self._lived_s = 0.0
        self._deaths = [0.0] * _BUCKETS
        self._gaps = [0.0] * _BUCKETS
        self._mu: float | None = None

    def saw(self, gap_s: float, stayed: int, went: int) -> None:
        """Of the tasks of one look, so many were there at the next and so many were not."""
        if gap_s <= 0.0:
            return
        self._lived_s += gap_s * stayed
        if went:
            place = min(_BUCKETS - 1, max(0, int(math.log(max(gap_s, 1.0), _BASE))))
            self._deaths[place] += went
            self._gaps[place] += gap_s * went
        self._mu = None

    @property
    def mu(self) -> float:
        """Deaths a second of one task: 1 over the mean life. Most likely, with the prior."""
        if self._mu is None:
            self._mu = self._solve()
        return self._mu

    def _solve(self) -> float:
        seen = [(deaths, gaps / deaths) for deaths, gaps in zip(self._deaths, self._gaps, strict=True) if deaths]
        low, high = 1.0 / LONGEST_S, 1.0 / SHORTEST_S
        for _ in range(_ROUNDS):
            mu = math.sqrt(low * high)
            if self._slope(mu, seen) > 0.0:
                low = mu
            else:
                high = mu
        return math.sqrt(low * high)

    def _slope(self, mu: float, seen: list[tuple[float, float]]) -> float:
        """The likelihood's derivative: a task gone within a gap died somewhere in it."""
        gone = sum(deaths * gap / math.expm1(min(mu * gap, 700.0)) for deaths, gap in seen)
        return 1.0 / mu - PRIOR_S - self._lived_s + gone

    def fade(self, share: float) -> None:
        """Makes all that was seen count less."""
        self._lived_s *= share
        self._deaths = [share * one for one in self._deaths]
        self._gaps = [share * one for one in self._gaps]
        self._mu = None

    def dump(self) -> list[list[float]]:
        """All it remembers, as JSON data."""
        return [[self._lived_s], self._deaths, self._gaps]

    def load(self, kept: list[list[float]]) -> None:
        """The same, read back."""
        [[self._lived_s], self._deaths, self._gaps] = [list(one) for one in kept]
        self._mu = None
