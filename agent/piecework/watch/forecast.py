"""When tasks come, purely: arrivals by hour of the week, each hour with what stands behind it.

An hour's rate is a count over the time that the lists were watched in it, pulled towards the platform's own mean by a
prior worth four tasks and helped by the hours beside it (a Gamma-Poisson estimate; the kernel of two hours and the
prior are those of the looking policy). Hours nobody watched are no quiet hours: they are unknown, and said to be.
No float here is money.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.now import DAY_US, HOUR_US, MINUTE_US, utc
from piecework.now import zone as zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

HOURS: Final = 168
QUARTERS: Final = 4 * HOURS
QUARTER_US: Final = 15 * MINUTE_US
"""Zones differ by whole quarters of an hour."""
LIFE_US: Final = HOUR_US
"""How long a task is taken to be there: a look after a longer pause sees only what is left of what came in it."""
LONGEST_GAP_US: Final = 12 * HOUR_US
"""After a longer pause nobody can say when a task came: it is counted apart."""
PRIOR_TASKS: Final = 4.0
NEAR: Final = (1.0, 0.5, 0.25)
"""Weight of an hour's neighbours by their distance in hours; the same hour of like days counts half of that."""
LIKE_DAY: Final = 0.5
LEAST_TASKS: Final = 20
LEAST_WATCHED_H: Final = 24.0
LEAST_DAYS: Final = 7
WINDOW: Final = 3
AHEAD: Final = 24
_Z80: Final = 1.2815515655446004
"""Quantile of the normal distribution: 80 % lie within it on both sides."""
_FRIDAY: Final = 4


class Arrival(NamedTuple):
    """`n` arrivals of one moment.

    `gap_us` is the time since the look before, in which they really came; None where that is not known.
    """

    first_seen_us: int
    gap_us: int | None
    n: int = 1


class Hour(NamedTuple):
    """One hour of the week, 0 = Monday midnight of the person's zone. Rates are tasks per hour, 80 % intervals.

    `rate` is None where the hour was never watched.
    """

    hour: int
    tasks: float
    watched_h: float
    rate: float | None
    low: float | None
    high: float | None


class Window(NamedTuple):
    """Three hours to come, and how many tasks they are expected to bring (80 % interval)."""

    start_us: int
    end_us: int
    expected: float
    low: float
    high: float


class Forecast(NamedTuple):
    """`state`: too_little (no rates are given), even (no window is better than the others), or clear.

    `tasks` counts arrivals with a known time, `unknown` those after too long a pause; `days` is the span of both.
    """

    state: str
    tasks: int
    unknown: int
    watched_h: float
    days: int
    mean: float | None
    hours: list[Hour]
    best: Window | None


def exposure(before_us: int, at_us: int) -> Iterator[tuple[int, int]]:
    """What a look at `at_us` adds to the time watched since the look before: (hour's first moment, µs), UTC.

    Spread evenly over the pause. A look sees what is still there: after a pause g that is worth L (1 - e^(-g/L)) of
    watching, L being LIFE_US; a pause beyond LONGEST_GAP_US is worth nothing.
    """
    gap = at_us - before_us
    if not 0 < gap <= LONGEST_GAP_US:
        return
    worth = LIFE_US * -math.expm1(-gap / LIFE_US)
    start = before_us
    while start < at_us:
        hour = start // HOUR_US * HOUR_US
        end = min(hour + HOUR_US, at_us)
        if us := round(worth * (end - start) / gap):
            yield hour, us
        start = end


def spread(arrival: Arrival) -> list[tuple[int, float]]:
    """When it may have come: (moment, share), shares adding up to one; nothing after too long or unknown a pause."""
    gap = arrival.gap_us
    if gap is None or gap > LONGEST_GAP_US:
        return []
    start, end = arrival.first_seen_us - max(gap, 0), arrival.first_seen_us
    if end - start < QUARTER_US:
        return [(end, 1.0)]
    pieces: list[tuple[int, float]] = []
    while start < end:
        until = min((start // QUARTER_US + 1) * QUARTER_US, end)
        pieces.append((start, (until - start) / gap))
        start = until
    return pieces


def hour_of(at_us: int, zone: str) -> int:
    """The hour of the week on the person's clock. An hour that comes twice is the same one both times."""
    return _hour_of_quarter(at_us // QUARTER_US, zone)


@lru_cache(maxsize=32_768)
def _hour_of_quarter(quarter: int, zone: str) -> int:
    local = utc(quarter * QUARTER_US).astimezone(zone_of(zone))
    return local.weekday() * 24 + local.hour


@lru_cache(maxsize=256)
def hours_of_week(week_us: int, zone: str) -> tuple[int, ...]:
    """The person's hour of the week of each quarter of an hour of a week that begins at a Monday's midnight UTC."""
    return tuple(hour_of(week_us + quarter * QUARTER_US, zone) for quarter in range(QUARTERS))


class Counted(NamedTuple):
    """What stands behind each hour of the week. `unknown` tasks came after too long a pause."""

    counts: list[float]
    exposed: list[float]
    tasks: int
    unknown: int
    days: int


def forecast(arrivals: Iterable[Arrival], watched: Mapping[int, int], *, zone: str, now_us: int) -> Forecast:
    """The week of one platform and kind. `watched` maps an hour's first moment (UTC) to the µs watched in it."""
    counts = [0.0] * HOURS
    exposed = [0.0] * HOURS
    tasks = unknown = 0
    moments: list[int] = []
    for arrival in arrivals:
        pieces = spread(arrival)
        tasks, unknown = tasks + arrival.n * bool(pieces), unknown + arrival.n * (not pieces)
        moments.append(arrival.first_seen_us)
        for at_us, share in pieces:
            counts[hour_of(at_us, zone)] += share * arrival.n
    for hour_us, us in watched.items():
        for at_us, share in _quarters(hour_us, zone):
            exposed[hour_of(at_us, zone)] += us * share / HOUR_US
    days = -(-(now_us - min([*moments, *watched, now_us])) // DAY_US)
    return foretell(Counted(counts, exposed, tasks, unknown, days), zone=zone, now_us=now_us)


def foretell(counted: Counted, *, zone: str, now_us: int, week: bool = True) -> Forecast:
    """What the counts say. Without `week` the hours are left out: what is best to come needs none of their rates."""
    counts, exposed, tasks, unknown, days = counted
    watched_h = sum(exposed)
    if tasks < LEAST_TASKS or watched_h < LEAST_WATCHED_H or days < LEAST_DAYS:
        bare = [Hour(hour, counts[hour], exposed[hour], None, None, None) for hour in range(HOURS)]
        return Forecast("too_little", tasks, unknown, watched_h, days, None, bare, None)
    mean = sum(counts) / watched_h
    best = _best(counts, exposed, mean, zone=zone, now_us=now_us)
    hours = [_estimate(hour, counts, exposed, mean) for hour in range(HOURS)] if week else []
    state = "clear" if best is not None and best.low > mean * WINDOW else "even"
    return Forecast(state, tasks, unknown, watched_h, days, mean, hours, best)


def _quarters(hour_us: int, zone: str) -> Iterator[tuple[int, float]]:
    """An hour of UTC in parts that lie in one hour of the person's clock each, which begins at :30 in some zones."""
    if hour_of(hour_us, zone) == hour_of(hour_us + 3 * QUARTER_US, zone):
        yield hour_us, 1.0
        return
    for quarter in range(4):
        yield hour_us + quarter * QUARTER_US, 1 / 4


def _estimate(hour: int, counts: list[float], exposed: list[float], mean: float) -> Hour:
    own = (counts[hour], exposed[hour])
    if not own[1]:
        return Hour(hour, own[0], 0.0, None, None, None)
    shape, scale = _behind([hour], NEAR, counts, exposed, mean)
    low, high = _interval(shape)
    return Hour(hour, *own, shape / scale, low / scale, high / scale)


def _best(counts: list[float], exposed: list[float], mean: float, *, zone: str, now_us: int) -> Window | None:
    """The three watched hours in a row, within the next day, that are expected to bring most; the earlier of equals."""
    first = now_us // HOUR_US * HOUR_US + HOUR_US
    found: Window | None = None
    for ahead in range(AHEAD - WINDOW + 1):
        start = first + ahead * HOUR_US
        names = [hour_of(start + step * HOUR_US, zone) for step in range(WINDOW)]
        if not all(exposed[name] for name in names):
            continue
        shape, scale = _behind(names, NEAR[:1], counts, exposed, mean)
        low, high = _interval(shape)
        expected, low, high = (WINDOW * value / scale for value in (shape, low, high))
        if found is None or expected > found.expected + 1e-9:
            found = Window(start, start + WINDOW * HOUR_US, expected, low, high)
    return found


def _behind(
    hours: Iterable[int], near: Sequence[float], counts: list[float], exposed: list[float], mean: float
) -> tuple[float, float]:
    """Tasks and hours watched that speak for some hours of the week, the prior among them: a Gamma's shape and rate."""
    weights: dict[int, float] = defaultdict(float)
    for hour in hours:
        for other, weight in _kernel(hour, near):
            weights[other] = max(weights[other], weight)
    shape = PRIOR_TASKS + sum(weight * counts[other] for other, weight in weights.items())
    scale = PRIOR_TASKS / mean + sum(weight * exposed[other] for other, weight in weights.items())
    return shape, scale


def _kernel(hour: int, near: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Hours that say something of this one: those beside it, and the same ones of the other days like it."""
    weekend = hour // 24 > _FRIDAY
    days = range(5, 7) if weekend else range(5)
    for step in range(1 - len(near), len(near)):
        weight = near[abs(step)]
        for day in days:
            other = (day * 24 + hour % 24 + step) % HOURS
            yield other, weight if day == hour // 24 else weight * LIKE_DAY


def _interval(shape: float) -> tuple[float, float]:
    """80 % of a Gamma of that shape and rate one lies between these (Wilson and Hilferty 1931)."""
    spread_of = _Z80 / (3 * math.sqrt(shape))
    middle = 1 - 1 / (9 * shape)
    return shape * max(middle - spread_of, 0.0) ** 3, shape * (middle + spread_of) ** 3
