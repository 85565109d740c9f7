"""Whom a scheduler is held against: even spacing, and one that knows what cannot be known."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

from bench.world import CLUSTER_S, HOUR_S, START_S, TICK_S
from piecework.watch.policy.bucket import Bucket
from piecework.watch.policy.plan import Limit, Plan, plan
from piecework.watch.policy.rhythm import Expected
from piecework.watch.policy.value import index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.world import Cluster, Site

FLOOR = 8.0
YET_TO_BEGIN = 0.4
"""Share of the usual rate that comes from clusters yet to begin: the value at which the clairvoyant does best."""


def even(sites: list[Site], per_hour: float) -> Iterator[tuple[float, str]]:
    """Every site at one fixed interval, phases spread."""
    period_s = len(sites) * HOUR_S / per_hour
    due = [(START_S + number * period_s / len(sites), number) for number in range(len(sites))]
    while True:
        at_s, number = heapq.heappop(due)
        yield at_s, sites[number].id
        heapq.heappush(due, (at_s + period_s, number))


class Seer:
    """What is known of one site: its laws, every cluster that has begun, and how much waits to be seen."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.mu = 1.0 / site.life_s
        self.last_s = START_S
        self._next = 0
        self._begun: list[Cluster] = []
        self._stock = 0.0

    def law(self) -> Expected:
        """The same in the planner's terms."""
        days = [self.site.weekday] * 5 + [self.site.weekend] * 2
        # The world begins on a Monday, days since 1970 on a Thursday.
        return Expected(self.site.rate, self.site.shape, days[-3:] + days[:-3], self.mu, self.site.worth)

    def tick(self, at_s: float) -> None:
        """A moment passes: more of the begun clusters is there to be seen, some of it is gone."""
        clusters = self.site.clusters
        while self._next < len(clusters) and clusters[self._next].begins_s <= at_s:
            self._begun.append(clusters[self._next])
            self._next += 1
        self._begun = [one for one in self._begun if one.members[-1] > at_s]
        to_come = sum(come_s > at_s for one in self._begun for come_s in one.members)
        rate = to_come / CLUSTER_S + YET_TO_BEGIN * self.site.at(at_s)
        self._stock = self._stock * math.exp(-self.mu * TICK_S) + rate * TICK_S

    def worth(self, at_s: float) -> float:
        """What a look is worth: the index at the rate that would have left so much to be seen."""
        age_s = at_s - self.last_s
        if age_s <= 0.0:
            return 0.0
        rate = self._stock * self.mu / -math.expm1(-self.mu * age_s)
        return index(rate * self.site.worth, self.mu, age_s)

    def look(self, at_s: float) -> None:
        """All of it was seen."""
        self.last_s, self._stock = at_s, 0.0


def clairvoyant(sites: list[Site], per_hour: float) -> Iterator[tuple[float, str]]:
    """Knows all laws and every cluster that has begun; spends by the same price and bucket."""
    seers = [Seer(site) for site in sites]
    longest_s = FLOOR * len(sites) * HOUR_S / per_hour
    lists = [(seer.law(), Limit(max(seer.site.gap_s, TICK_S), longest_s)) for seer in seers]
    bucket = Bucket(per_hour)
    at_s, today = START_S, plan(lists, START_S, per_hour)
    while True:
        if at_s - today.from_s >= HOUR_S:
            today = plan(lists, at_s, per_hour, today.price)
        for seer in seers:
            seer.tick(at_s)
            if _wants(seer, at_s, bucket, today, longest_s):
                bucket.take(at_s)
                seer.look(at_s)
                yield at_s, seer.site.id
        at_s += TICK_S


def _wants(seer: Seer, at_s: float, bucket: Bucket, today: Plan, longest_s: float) -> bool:
    age_s = at_s - seer.last_s
    if age_s < seer.site.gap_s:
        return False
    asked = today.price * bucket.lever(at_s, today.level(at_s))
    return age_s >= longest_s or seer.worth(at_s) >= asked
