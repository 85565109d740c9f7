"""Even spacing: every list as many looks, as far as its host lets. The first week's way, and the fallback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.watch.policy.spec import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROUNDS = 60


def even_period(least_s: Mapping[str, float], per_hour: float) -> float:
    """The one period at which lists share the budget, seconds: what a slow host can't take goes to the others.

    `least_s`: the shortest period of each list, its host's gap times the lists it shares the host with.
    """
    budget = per_hour / HOUR_S
    low, high = 1e-3, max(len(least_s), 1) / budget
    for _ in range(_ROUNDS):
        middle = (low * high) ** 0.5
        if sum(1.0 / max(middle, least) for least in least_s.values()) > budget:
            low = middle
        else:
            high = middle
    return high
