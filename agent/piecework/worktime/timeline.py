"""A day as stretches of time, purely: neighbours that are one stretch to a person, and what is beside what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.now import MINUTE_US
from piecework.worktime.intervals import length, shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from piecework.store.timebody import Put

NEAR_US = MINUTE_US
"""Two intervals of the same work with no more than this between them are shown as one stretch. What lies between them
stays uncounted: a stretch's active time is the sum of its intervals'."""


class Interval(NamedTuple):
    """One row of table `interval`. `typed`: the person has put it there."""

    put: Put
    typed: bool = False


class Stretch(NamedTuple):
    """Neighbouring intervals of the same work, in order; `lane` counts from 0 what goes on at the same time."""

    rows: tuple[Put, ...]
    start_us: int
    end_us: int
    active_us: int
    typed: bool
    lane: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of its intervals."""
        return tuple(row.id for row in self.rows)

    @property
    def first(self) -> Put:
        """What its intervals share: platform, account, task, attempt, kind."""
        return self.rows[0]


def stretches(intervals: Iterable[Interval]) -> list[Stretch]:
    """Merges neighbours and puts what overlaps into lanes; sorted by start.

    What the person has set stands alone: a split that is shown as one again would look undone.
    """
    found: list[Stretch] = []
    newest: dict[tuple[str, ...], int] = {}
    for put, typed in sorted(intervals, key=lambda one: (one.put.start_us, one.put.end_us, one.put.id)):
        key = (put.platform, put.account, put.task, put.assignment, put.kind)
        place = newest.get(key)
        before = found[place] if place is not None else None
        if place is not None and before is not None and _goes_on(before, put, typed=typed):
            active_us = before.active_us + put.active_us
            end_us = max(before.end_us, put.end_us)
            found[place] = before._replace(rows=(*before.rows, put), end_us=end_us, active_us=active_us)
            continue
        newest[key] = len(found)
        found.append(Stretch((put,), put.start_us, put.end_us, put.active_us, typed))
    return _in_lanes(found)


def _goes_on(before: Stretch, put: Put, *, typed: bool) -> bool:
    if typed or before.typed:
        return False
    return 0 <= put.start_us - before.end_us <= NEAR_US


def _in_lanes(found: Sequence[Stretch]) -> list[Stretch]:
    free_from: list[int] = []
    laid: list[Stretch] = []
    for one in found:
        lane = next((place for place, until in enumerate(free_from) if until <= one.start_us), len(free_from))
        free_from[lane : lane + 1] = [one.end_us]
        laid.append(one._replace(lane=lane))
    return laid


def wall(intervals: Iterable[Put]) -> int:
    """µs that intervals cover together, idle ones aside: what overlaps counts once."""
    return length((put.start_us, put.end_us) for put in intervals if put.kind != "idle")


def shared(intervals: Iterable[Put]) -> dict[str, int]:
    """µs per attempt (its id, else its task, else platform and kind): two at once share what they have in common.

    The shares add up to `wall`, to the microsecond.
    """
    ranges: dict[str, list[tuple[int, int]]] = {}
    for put in intervals:
        if put.kind != "idle":
            ranges.setdefault(name_of(put), []).append((put.start_us, put.end_us))
    return shares(ranges)


def name_of(put: Put) -> str:
    """What `shared` calls the work of an interval."""
    if put.assignment:
        return put.assignment
    return f"{put.platform}|{put.task or put.kind}"
