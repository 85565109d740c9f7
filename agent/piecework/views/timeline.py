"""Geometry of a day's timeline, drawn by the server: moments in, whole numbers out. Colours and text: the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import HOUR_US, MINUTE_US
from piecework.worktime.days import day_start, next_midnight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from piecework.worktime.timeline import Stretch

WIDTH = 1440
LANE = 40
BAR = 32
LEAST_WIDTH = 3
_LEAST_SPAN_US = 4 * HOUR_US
_MANY_HOURS = (9, 18)
"""With more hours than these on the axis, every second, every third is named."""


class Axis(NamedTuple):
    """The part of a day that is drawn, [start_us, end_us), and the whole day's own bounds (23 to 25 hours)."""

    start_us: int
    end_us: int
    day_start_us: int
    day_end_us: int

    def x(self, at_us: int) -> int:
        """Where a moment lies, 0 to WIDTH."""
        inside = min(max(at_us, self.start_us), self.end_us)
        return (inside - self.start_us) * WIDTH // (self.end_us - self.start_us)

    @property
    def hours(self) -> int:
        """Full hours of the whole day."""
        return (self.day_end_us - self.day_start_us) // HOUR_US


class Bar(NamedTuple):
    """One stretch as it is drawn."""

    stretch: Stretch
    x: int
    y: int
    width: int


class Picture(NamedTuple):
    """A timeline: `ticks` are (x, µs UTC) of full hours; the bars are `height` high together.

    `rest` is what the page has no row of, as one outline for each kind: seen, but not to be pressed.
    """

    axis: Axis
    bars: list[Bar]
    rest: dict[str, str]
    ticks: list[tuple[int, int]]
    height: int


def axis_of(near_us: int, zone: str, stretches: Sequence[Stretch], *, whole: bool) -> Axis:
    """What of a day is drawn: all of it, or the hours with time in them and one on each side.

    `near_us` is a moment of the day. Hours are counted from the day's own first moment, so that a change of the clock
    makes a day of 23 or 25 of them.
    """
    first, last = day_start(near_us, zone), next_midnight(near_us, zone)
    # Time that was logged in another zone may lie on either side of this zone's day.
    first = min([first, *(_hour(first, one.start_us) for one in stretches)])
    last = max([last, *(last - _hour(0, last - one.end_us) for one in stretches)])
    if whole or not stretches:
        return Axis(first, last, first, last)
    start = max(first, _hour(first, min(one.start_us for one in stretches)) - HOUR_US)
    end = min(last, _hour(first, max(one.end_us for one in stretches) + HOUR_US - 1) + HOUR_US)
    lacking = max(_LEAST_SPAN_US - (end - start), 0)
    start = max(first, start - _hour(0, lacking // 2))
    return Axis(start, min(last, max(end, start + _LEAST_SPAN_US)), first, last)


def draw(axis: Axis, stretches: Sequence[Stretch], shown: range) -> Picture:
    """Lays out a day's stretches, one lane below the other where they overlap; `shown` are those with rows."""
    bars, rest = [], dict[str, str]()
    for place, one in enumerate(stretches):
        x, end = axis.x(one.start_us), axis.x(one.end_us)
        y, width = one.lane * LANE, max(end - x, LEAST_WIDTH)
        if place in shown:
            bars.append(Bar(one, x, y, width))
        else:
            rest[one.first.kind] = f"{rest.get(one.first.kind, '')}M{x} {y}h{width}v{BAR}h-{width}z"
    hours = (axis.end_us - axis.start_us) // HOUR_US
    step = 1 + sum(hours > many for many in _MANY_HOURS)
    first = -(-(axis.start_us - axis.day_start_us) // HOUR_US)
    moments = [axis.day_start_us + hour * HOUR_US for hour in range(first, first + hours + 1, step)]
    lanes = 1 + max((one.lane for one in stretches), default=0)
    return Picture(axis, bars, rest, [(axis.x(at), at) for at in moments if at <= axis.end_us], lanes * LANE)


def _hour(first: int, at_us: int) -> int:
    """The full hour before a moment, counted from `first`."""
    return first + (at_us - first) // HOUR_US * HOUR_US


def middle(stretch: Stretch) -> int:
    """Where a split is proposed: the middle, to the minute where there is one inside."""
    half = (stretch.start_us + stretch.end_us) // 2
    minute = half // MINUTE_US * MINUTE_US
    return minute if minute > stretch.start_us else half
