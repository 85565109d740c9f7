"""The price of a look: the one at which the next 24 hours spend the budget, and no more."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from piecework.watch.policy.bucket import HALF
from piecework.watch.policy.bucket import HOURS as SIZE_HOURS
from piecework.watch.policy.spec import HOUR_S
from piecework.watch.policy.value import age_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from piecework.watch.policy.rhythm import Expected

_ROUNDS = 30
_SPREAD = 1e10
_CLOSE = 1.002
_FULLEST = 0.9
"""What would run over is better spent."""
HOURS = 24


class Limit(NamedTuple):
    """The shortest and longest time between two looks of a list, seconds."""

    least_s: float
    most_s: float


Row = tuple[float, float, Limit]
"""Worth a second, deaths a second, limits: one list in one hour."""


class Plan(NamedTuple):
    """The price a look must be worth, in units of value, and how full the bucket is to be, from `from_s` on by hour.

    Levels are shares of what the bucket holds; a day's rhythm may empty and fill it without anything being wrong.
    """

    price: float
    from_s: float
    levels: tuple[float, ...]

    def level(self, at_s: float) -> float:
        """How full the bucket is to be at a moment."""
        place = min(max(0.0, (at_s - self.from_s) / HOUR_S), len(self.levels) - 1.0)
        hour = min(int(place), len(self.levels) - 2)
        return self.levels[hour] + (place - hour) * (self.levels[hour + 1] - self.levels[hour])


def plan(lists: Sequence[tuple[Expected, Limit]], now_s: float, per_hour: float, guess: float | None = None) -> Plan:
    """The plan of the next 24 hours: a quiet instant says nothing of the day. `guess` is the last price."""
    hours = [
        [(one.worth * one.at(now_s + (number + 0.5) * HOUR_S), one.mu, limit) for one, limit in lists]
        for number in range(HOURS)
    ]
    rows = [row for hour in hours for row in hour]
    price = _price(rows, per_hour / HOUR_S * HOURS, guess)
    saved = [0.0]
    for hour in hours:
        saved.append(saved[-1] + per_hour - HOUR_S * _spent(hour, price))
    mean = sum(saved[:-1]) / HOURS
    levels = (HALF + (one - mean) / (per_hour * SIZE_HOURS) for one in saved)
    return Plan(price, now_s, tuple(min(_FULLEST, max(1.0 - _FULLEST, one)) for one in levels))


def _price(rows: Sequence[Row], budget: float, guess: float | None) -> float:
    top = max((worth / mu for worth, mu, _ in rows), default=1.0)
    low, high = top / _SPREAD, top
    if guess is not None and low < guess < high and _spent(rows, guess / 2) > budget > _spent(rows, guess * 2):
        low, high = guess / 2, guess * 2
    for _ in range(_ROUNDS):
        middle = math.sqrt(low * high)
        if _spent(rows, middle) > budget:
            low = middle
        else:
            high = middle
        if high < low * _CLOSE:
            break
    return math.sqrt(low * high)


def _spent(rows: Sequence[Row], price: float) -> float:
    return sum(1.0 / min(limit.most_s, max(limit.least_s, age_at(worth, mu, price))) for worth, mu, limit in rows)
