"""From pulses to intervals, purely: which stretches of time the beats of one work session prove.

Source of the rules: an open interval closes at its last beat + pulse, at idle on the last input, at a suspend where
the monotonic clock stood still, and never at "now" (ActivityWatch #153 and Super Productivity #4734 book the night
when a laptop sleeps). The answer depends on the set of beats alone, never on their order or number of deliveries.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from piecework.now import HOUR_US

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SLEEP_US = 2_000_000
"""How far the wall clock may run ahead of the monotonic one between two beats before that counts as a suspend."""
JITTER_US = 2_000_000
"""How late the next beat may be, at most a tenth of the pulse, and still continue its interval."""

LONGEST_REST_US = HOUR_US
"""Who was away from their task for longer has not been resting at it."""

Range = tuple[int, int]
"""[start, end) in µs UTC."""


class Pulse(NamedTuple):
    """One beat. `mono_ms` is the browser's monotonic clock, 0 where unknown; `since_us` dates `idle` back."""

    at_us: int
    state: str = "active"
    since_us: int | None = None
    mono_ms: int = 0


class Span(NamedTuple):
    """One stretch of work: `active_us` = `end_us - start_us`; `last_us` is its last active beat.

    `open` is true where no beat ended it: a later one may still move the end.
    """

    start_us: int
    end_us: int
    active_us: int
    last_us: int
    open: bool


class _Mark(NamedTuple):
    """A beat at the moment it speaks of: for `idle` that is the last input, not when it was sent."""

    at_us: int
    closes: bool
    sent_us: int
    mono_ms: int


def spans(beats: Iterable[Pulse], pulse_us: int) -> list[Span]:
    """Stretches of work of one session, in order, never touching one another.

    Each active beat proves the time up to the next beat, but no more than `pulse_us`, and none that the machine
    slept through. `away` and `end` close at their own time; `idle` closes at `since_us` and voids the active beats
    sent after it.
    """
    found: list[Span] = []
    marks = _marks(set(beats))
    for mark, following in pairwise([*marks, None]):
        if mark is None or mark.closes:
            continue
        end = _end(mark, following, pulse_us)
        is_open = following is None or end < following.at_us or not following.closes
        continues = bool(found) and found[-1].open and found[-1].end_us == mark.at_us
        start = found.pop().start_us if continues else mark.at_us
        found.append(Span(start, end, end - start, mark.at_us, is_open))
    return [span for span in found if span.active_us > 0]


def rests(beats: Iterable[Pulse], worked: Iterable[Span]) -> list[Range]:
    """Idle stretches between work of one session: from the last input to the next beat of the same page in front.

    Only those that can be vouched for: with work before and after them, no longer than `LONGEST_REST_US`, and with a
    monotonic clock that knows of no sleep on the way. Nothing of `worked` lies in them.
    """
    ranges = [(span.start_us, span.end_us) for span in worked]
    rows = sorted(set(beats), key=lambda beat: (beat.at_us, beat.state, beat.mono_ms, beat.since_us or 0))
    found: list[Range] = []
    for place, beat in enumerate(rows):
        if beat.state != "idle":
            continue
        since = _since(beat)
        before = next((one for one in reversed(rows[:place]) if one.state == "active" and one.at_us <= since), None)
        after = next((one for one in rows[place + 1 :] if one.state != "idle"), None)
        if before is None or after is None or after.state != "active":
            continue
        if after.at_us - since <= LONGEST_REST_US and _awake(before, beat) and _awake(beat, after):
            found.append((since, after.at_us))
    return [one for one in subtract(found, ranges) if any(start < one[0] for start, _ in ranges)]


def _awake(left: Pulse, right: Pulse) -> bool:
    """Whether both clocks say the same of the time between two beats, and both are known."""
    if not left.mono_ms or not right.mono_ms:
        return False
    return abs((right.at_us - left.at_us) - (right.mono_ms - left.mono_ms) * 1_000) <= SLEEP_US


def _marks(beats: set[Pulse]) -> list[_Mark]:
    voids = union((min(_since(beat), beat.at_us), beat.at_us) for beat in beats if beat.state == "idle")
    starts = [start for start, _ in voids]
    marks = [
        _Mark(_since(beat), beat.state != "active", beat.at_us, beat.mono_ms)
        for beat in beats
        if beat.state != "active" or not _is_void(beat.at_us, voids, starts)
    ]
    return sorted(marks)


def _since(beat: Pulse) -> int:
    """When the beat's statement begins."""
    if beat.state == "idle" and beat.since_us is not None:
        return min(beat.since_us, beat.at_us)
    return beat.at_us


def _is_void(at_us: int, voids: list[Range], starts: list[int]) -> bool:
    """Whether `at_us` lies in one of the (start, end] stretches without input."""
    place = bisect_left(starts, at_us) - 1
    return place >= 0 and at_us <= voids[place][1]


def _end(mark: _Mark, following: _Mark | None, pulse_us: int) -> int:
    if following is None:
        return mark.at_us + pulse_us
    slept = _mono_before_sleep(mark, following)
    if slept is not None:
        return min(following.at_us, mark.at_us + min(slept, pulse_us))
    slack = 0 if following.closes else min(JITTER_US, pulse_us // 10)
    if following.at_us - mark.at_us <= pulse_us + slack:
        return following.at_us
    return mark.at_us + pulse_us


def _mono_before_sleep(mark: _Mark, following: _Mark) -> int | None:
    """Monotonic µs between two beats where the wall clock ran ahead of them; None where both agree.

    A monotonic clock that went back belongs to another run of the browser and says nothing.
    """
    if not mark.mono_ms or not following.mono_ms or following.mono_ms < mark.mono_ms:
        return None
    elapsed = (following.mono_ms - mark.mono_ms) * 1_000
    return elapsed if following.sent_us - mark.sent_us - elapsed > SLEEP_US else None


def union(ranges: Iterable[Range]) -> list[Range]:
    """The ranges as one set of time: sorted, merged where they touch; empty and reversed ones left out.

    >>> union([(5, 9), (1, 3), (3, 6), (20, 20)])
    [(1, 9)]
    """
    merged: list[Range] = []
    for start, end in sorted(one for one in ranges if one[1] > one[0]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def length(ranges: Iterable[Range]) -> int:
    """Wall time in µs that the ranges cover together: overlaps count once."""
    return sum(end - start for start, end in union(ranges))


def subtract(ranges: Iterable[Range], taken: Iterable[Range]) -> list[Range]:
    """What of `ranges` lies outside `taken`."""
    left: list[Range] = []
    holes = union(taken)
    for start, end in union(ranges):
        at = start
        for from_us, to_us in holes:
            if to_us <= at or from_us >= end:
                continue
            if from_us > at:
                left.append((at, from_us))
            at = to_us
        if at < end:
            left.append((at, end))
    return left


def shares(ranges: Mapping[str, Iterable[Range]]) -> dict[str, int]:
    """Splits overlapping time evenly among those at work then: µs by name, adding up to the wall time exactly.

    A microsecond that can't be split goes to the first names in order.
    """
    result = dict.fromkeys(ranges, 0)
    turns: dict[int, list[tuple[str, bool]]] = {}
    for name, some in ranges.items():
        for start, end in union(some):
            turns.setdefault(start, []).append((name, True))
            turns.setdefault(end, []).append((name, False))
    at_work: set[str] = set()
    before = 0
    for at_us in sorted(turns):
        for place, name in enumerate(sorted(at_work)):
            each, rest = divmod(at_us - before, len(at_work))
            result[name] += each + (place < rest)
        at_work.difference_update(name for name, begins in turns[at_us] if not begins)
        at_work.update(name for name, begins in turns[at_us] if begins)
        before = at_us
    return result
