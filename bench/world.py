"""A world of task lists for schedulers: ten sites with rhythms, clusters and short lives, rebuilt from its description.

Rates, lives and values are invented, drawn from log-normal laws; ratios between schedulers are what it is good for.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.draws import DRAWS, Row

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S
START_S = 1_767_571_200.0
"""Monday 2026-01-05, 00:00 UTC."""
TICK_S = 15.0
CLUSTER_S = 480.0
CLUSTERS = (1, 3, 8)
GAPS_S = (5.0, 15.0, 30.0, 60.0)
WORTH_SPREAD = 0.8
HOUR_SPREAD = 4.5
QUIET = 0.12


class Task(NamedTuple):
    """One task: when it comes, when it goes, what it is worth."""

    id: str
    comes_s: float
    goes_s: float
    worth: float


class Cluster(NamedTuple):
    """Several tasks of one origin: when it begins, and when each member comes."""

    begins_s: float
    members: tuple[float, ...]


@dataclass
class Site:
    """One list and the law its tasks follow. `rate` is tasks a second on average, `mu` deaths a second."""

    id: str
    rate: float
    life_s: float
    worth: float
    gap_s: float
    size: int
    shape: list[float]
    weekend: float
    tasks: list[Task] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)

    def at(self, at_s: float) -> float:
        """Tasks a second at a moment."""
        hours = (at_s - START_S) / HOUR_S
        return self.rate * self.shape[int(hours % 24)] * (self.weekend if int(hours // 24) % 7 >= 5 else self.weekday)

    @property
    def weekday(self) -> float:
        """What a weekday is to the mean of the week, in the units of `weekend`."""
        return (7 - 2 * self.weekend) / 5


def normal(chance: random.Random, median: float, sigma: float) -> float:
    """A log-normal draw."""
    return median * math.exp(chance.gauss(0.0, sigma))


def drawn(chance: random.Random) -> Row:
    """Tasks an hour, mean life s, mean value and least gap s of a further site."""
    rate, life, worth = normal(chance, 2.0, 1.2), normal(chance, 360.0, 1.1), normal(chance, 0.6, 0.7)
    return rate, life, worth, chance.choice(GAPS_S)


def site(chance: random.Random, number: int, row: Row) -> Site:
    """One site's law."""
    rate, life, worth, gap = row
    size = chance.choice(CLUSTERS)
    centre, height = chance.uniform(13, 20), chance.uniform(2, 5)
    away = [min(abs(hour + 0.5 - centre), 24 - abs(hour + 0.5 - centre)) for hour in range(24)]
    shape = [QUIET + height * math.exp(-0.5 * (one / HOUR_SPREAD) ** 2) for one in away]
    mean = sum(shape) / 24
    raw = chance.uniform(0.35, 0.8)
    weekend = 7 * raw / (5 + 2 * raw)
    return Site(f"site{number}", rate / HOUR_S, life, worth, gap, size, [one / mean for one in shape], weekend)


def world(draw: int, weeks: int = 2, sites: int = 10) -> list[Site]:
    """Ten sites with all their tasks; the same draw is the same world."""
    chance = random.Random(100 + draw)  # noqa: S311 - a fixed seed, no secret
    rows = DRAWS[draw][:sites] if draw < len(DRAWS) else ()
    made = [site(chance, number, rows[number] if number < len(rows) else drawn(chance)) for number in range(sites)]
    for one in made:
        fill(chance, one, START_S + weeks * WEEK_S)
    return made


def fill(chance: random.Random, one: Site, end_s: float) -> None:
    """Draws a site's clusters by thinning, and their members."""
    peak = one.rate * max(one.shape) * max(one.weekday, one.weekend) / one.size
    at_s = START_S
    while (at_s := at_s + chance.expovariate(peak)) < end_s:
        if chance.random() * peak > one.at(at_s) / one.size:
            continue
        members = tuple(sorted(at_s + chance.expovariate(1 / CLUSTER_S) for _ in range(geometric(chance, one.size))))
        one.clusters.append(Cluster(at_s, members))
        for come_s in members:
            life_s = chance.expovariate(1 / one.life_s)
            worth = one.worth * math.exp(chance.gauss(-0.32, WORTH_SPREAD))
            one.tasks.append(Task(f"{one.id}-{len(one.tasks)}", come_s, come_s + life_s, worth))
    one.tasks.sort(key=lambda task: task.comes_s)


def geometric(chance: random.Random, mean: float) -> int:
    """A number of 1 or more with that mean."""
    return 1 if mean <= 1 else 1 + int(math.log(1.0 - chance.random()) / math.log(1.0 - 1.0 / mean))


class View:
    """What is in view of one site, moment by moment; time only goes on."""

    def __init__(self, tasks: list[Task]) -> None:
        self._tasks = tasks
        self._next = 0
        self._there: dict[str, Task] = {}

    def at(self, at_s: float) -> dict[str, Task]:
        """Tasks in view."""
        while self._next < len(self._tasks) and self._tasks[self._next].comes_s <= at_s:
            task = self._tasks[self._next]
            self._there[task.id] = task
            self._next += 1
        self._there = {name: task for name, task in self._there.items() if task.goes_s > at_s}
        return self._there
