"""What a look is worth: the index of a list, by its rate of value, its tasks' lives and its age.

Tasks worth `worth` a second appear and live 1/mu on average. A look after `age` finds (worth/mu)(1 - e^(-mu age));
what one more look would add is W = (worth/mu) h(mu age), h(z) = 1 - (1 + z) e^-z. Looking at every list when its W
reaches one common price spends a budget best (the Lagrange condition; Cho and Garcia-Molina, TODS 28(4), 2003).
"""

from __future__ import annotations

import math
from bisect import bisect_left

_STEP = 0.02
_MOST_Z = 24.0
SERIES = 1e-3


def rise(z: float) -> float:
    """h(z): from 0 at 0 to 1."""
    # Below the series' bound the exact form loses its digits.
    return z * z / 2 if z < SERIES else 1.0 - (1.0 + z) * math.exp(-z)


_Z = [number * _STEP for number in range(int(_MOST_Z / _STEP) + 1)]
_H = [rise(z) for z in _Z]


def fall(share: float) -> float:
    """The z at which h(z) reaches `share`; infinite from 1 on, where no waiting is enough."""
    if share <= 0.0:
        return 0.0
    if share < _H[1]:
        return math.sqrt(2.0 * share)
    if share >= _H[-1]:
        return math.inf
    place = bisect_left(_H, share)
    low, high = _H[place - 1], _H[place]
    return _Z[place - 1] + _STEP * (share - low) / (high - low)


def index(worth: float, mu: float, age_s: float) -> float:
    """What one more look now would add."""
    return worth / mu * rise(mu * max(0.0, age_s))


def age_at(worth: float, mu: float, price: float) -> float:
    """The age at which a list is worth the price, seconds; infinite where it never is."""
    return fall(price * mu / worth) / mu if worth > 0.0 else math.inf


def caught(mu: float, every_s: float) -> float:
    """The share of tasks that looks every so often see: (1 - e^-x)/x, x the gap over the mean life."""
    x = mu * every_s
    if x <= 0.0:
        return 1.0
    return 0.0 if math.isinf(x) else -math.expm1(-x) / x


def exposure(mu: float, gap_s: float) -> float:
    """How many seconds' tasks a look after a gap can still show: (1 - e^(-mu gap))/mu."""
    return -math.expm1(-mu * gap_s) / mu
