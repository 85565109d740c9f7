"""What an hour was worth, purely: two figures the records support, each with its count, neither derived from the other.

Too few attempts make no figure (`LEAST`). No currency is turned into another: nothing here knows a rate.
"""

from __future__ import annotations

from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import SECOND_US
from piecework.store.worked import LEAST, hourly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Place = tuple[str, str]
"""(platform, currency)."""


class Done(NamedTuple):
    """A submitted attempt of known worth: micro-units, and the active time recorded for it, µs. See `store.worked`."""

    platform: str
    currency: str
    pay_micro: int
    active_us: int


class Wage(NamedTuple):
    """Micro-units per hour, to the cent; None where there is too little to say it. `n` and `m` count attempts.

    `mixed`: the platform paid in another currency too, so that its hours can't be parted.
    """

    platform: str
    currency: str
    per_task: int | None
    n: int
    per_hour: int | None
    m: int
    active_us: int
    mixed: bool = False


def wages(
    done: Iterable[Done],
    approved: Mapping[Place, tuple[int, int]],
    active_us: Mapping[str, int],
) -> list[Wage]:
    """One row per platform and currency.

    `per_task`: median over attempts of what came of them per hour of their own time. `per_hour`: money approved in
    the period, bonuses included, per hour of all time recorded on the platform in it; left out where the platform
    paid in two currencies, because their common time can't be parted. `approved` maps to (micro-units, count).
    """
    rates: dict[Place, list[int]] = {}
    for one in done:
        if one.active_us >= SECOND_US:
            rates.setdefault((one.platform, one.currency), []).append(hourly(one.pay_micro, one.active_us))
    places = sorted({*rates, *approved})
    found = []
    for place in places:
        platform, currency = place
        micro, count = approved.get(place, (0, 0))
        mixed = sum(other[0] == platform for other in places) > 1
        worked = active_us.get(platform, 0)
        own = rates.get(place, [])
        known = count >= LEAST and worked >= SECOND_US and not mixed
        found.append(
            Wage(
                platform,
                currency,
                median_low(own) if len(own) >= LEAST else None,
                len(own),
                hourly(micro, worked) if known else None,
                count,
                worked,
                mixed,
            )
        )
    return found
