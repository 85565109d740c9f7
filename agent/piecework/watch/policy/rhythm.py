"""From what was seen to what is expected: rates by hour and day of each list, thin data leaning on all lists together.

Counts with a Gamma prior, smoothed over two hours either side. A list leans on the rhythm of all lists, that one on the
rhythm shipped here: busy from 13 to 23 UTC, as posts of tasks on a workers' forum were in 2012 and 2013.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.watch.policy.record import DAYS, HOURS, day_of
from piecework.watch.policy.spec import DAY_S, HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from piecework.watch.policy.record import Record

RATE = 2.0 / HOUR_S
"""Tasks a second of a list nobody knows, worth one task."""
WORTH = 0.6
KERNEL = (0.25, 0.5, 1.0, 0.5, 0.25)
HOUR_TASKS = 4.0
"""How many tasks the rhythm a list leans on is worth."""
ALL_TASKS = 8.0
DAY_TASKS = 40.0
SHIPPED = tuple(
    share / 24.0 for share in (12, 10, 9, 9, 9, 9, 9, 9, 9, 10, 13, 20, 28, 36, 41, 44, 45, 45, 44, 42, 39, 34, 28, 22)
)
"""Relative rate by hour of the day, UTC; scaled to a mean of 1 below."""


class Expected(NamedTuple):
    """One list: tasks a second by day and hour, and what they are worth and how long they live."""

    rate: float
    hours: list[float]
    days: list[float]
    mu: float
    worth: float

    def at(self, at_s: float) -> float:
        """Tasks a second at a moment, between the middles of the hours."""
        place = at_s % DAY_S / HOUR_S - 0.5
        hour = int(place // 1)
        share = place - hour
        shape = (1.0 - share) * self.hours[hour % HOURS] + share * self.hours[(hour + 1) % HOURS]
        return self.rate * shape * self.days[day_of(at_s)]


def expect(records: Mapping[str, Record]) -> dict[str, Expected]:
    """What is expected of every list, from what was seen of all."""
    names = list(records)
    arrivals = [_by_hour(records[name].arrivals) for name in names]
    factors = [records[name].correction() for name in names]
    exposed = [
        [factor * one for one in _by_hour(records[name].exposed_s)] for name, factor in zip(names, factors, strict=True)
    ]
    means = [_rate(arrived, shown, SHAPE) for arrived, shown in zip(arrivals, exposed, strict=True)]
    shape = _shape(_sum(arrivals), _weighted(exposed, means), SHAPE, ALL_TASKS)
    means = [_rate(arrived, shown, shape) for arrived, shown in zip(arrivals, exposed, strict=True)]
    shapes = [
        _shape(arrived, [mean * one for one in shown], shape, HOUR_TASKS)
        for arrived, shown, mean in zip(arrivals, exposed, means, strict=True)
    ]
    days = _days(
        [records[name].arrivals for name in names],
        [
            [
                [factor * mean * hour * one for hour, one in zip(hours, row, strict=True)]
                for row in records[name].exposed_s
            ]
            for name, factor, mean, hours in zip(names, factors, means, shapes, strict=True)
        ],
    )
    worth = _worths(list(records.values()))
    return {
        name: Expected(mean, hours, factors_of_days, records[name].lives.mu, value)
        for name, mean, hours, factors_of_days, value in zip(names, means, shapes, days, worth, strict=True)
    }


def _scaled(shape: Sequence[float]) -> list[float]:
    mean = sum(shape) / len(shape)
    return [one / mean for one in shape]


SHAPE = _scaled(SHIPPED)


def _by_hour(rows: list[list[float]]) -> list[float]:
    return [sum(row[hour] for row in rows) for hour in range(HOURS)]


def _sum(rows: list[list[float]]) -> list[float]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _weighted(rows: list[list[float]], weights: list[float]) -> list[float]:
    return _sum([[weight * one for one in row] for row, weight in zip(rows, weights, strict=True)])


def _rate(arrived: list[float], shown: list[float], shape: Sequence[float]) -> float:
    """Tasks a second, mean of the day, with a prior worth one task."""
    due = sum(one * hour for one, hour in zip(shown, shape, strict=True))
    return (sum(arrived) + 1.0) / (due + 1.0 / RATE)


def _smooth(row: Sequence[float]) -> list[float]:
    side = len(KERNEL) // 2
    return [
        sum(weight * row[(hour + step - side) % HOURS] for step, weight in enumerate(KERNEL)) for hour in range(HOURS)
    ]


def _shape(arrived: Sequence[float], due: Sequence[float], lean: Sequence[float], tasks: float) -> list[float]:
    """Relative rates by hour: `due` is what a flat day would have shown."""
    shape = [
        (count + tasks * base) / (flat + tasks)
        for count, flat, base in zip(_smooth(arrived), _smooth(due), lean, strict=True)
    ]
    return _scaled(shape)


def _days(arrivals: list[list[list[float]]], due: list[list[list[float]]]) -> list[list[float]]:
    """Relative rates by day of the week of each list, leaning on those of all lists."""
    came = [[sum(day) for day in rows] for rows in arrivals]
    owed = [[sum(day) for day in rows] for rows in due]
    together = [(count + DAY_TASKS) / (flat + DAY_TASKS) for count, flat in zip(_sum(came), _sum(owed), strict=True)]
    return [
        [(counts[day] + DAY_TASKS * together[day]) / (flats[day] + DAY_TASKS) for day in range(DAYS)]
        for counts, flats in zip(came, owed, strict=True)
    ]


def _worths(records: list[Record]) -> list[float]:
    """The mean worth of each list's tasks, leaning by one task on the mean of all."""
    counted = sum(record.worths for record in records)
    usual = sum(record.worth for record in records) / counted if counted else WORTH
    return [(record.worth + usual) / (record.worths + 1.0) for record in records]
