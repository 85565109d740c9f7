"""Correcting intervals, purely: each function says what becomes of the intervals that the person points at.

They come as `Put`s in order of time and go back the same way: one that is unchanged is returned as it is, a new one has
no id yet. Nothing is cut off silently: what an interval held of active time stays in its parts, to the microsecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from piecework.errors import BadUsage
from piecework.now import DAY_US, SECOND_US
from piecework.store.timebody import Put
from piecework.worktime.days import split as at_midnights

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("work", "search", "qualification", "admin", "idle")
LEAST_US = SECOND_US
"""The shortest interval that a correction makes."""
_TWO = 2
Puts = list[Put]


class Work(NamedTuple):
    """What time is assigned to: a task (`system:id`), an attempt at it and its session; all empty for none."""

    task: str = ""
    assignment: str = ""
    session: str = ""


def split(rows: Sequence[Put], at_us: int) -> Puts:
    """Two where there was one. Raises BadUsage where the moment lies in none of them, or too near an end."""
    for row in rows:
        if row.start_us + LEAST_US <= at_us <= row.end_us - LEAST_US:
            left, right = _cut(row, at_us)
            return [part for one in rows for part in ((left, right) if one is row else (one,))]
    raise BadUsage("This moment does not lie inside the time: it can't be split there.")


def move(rows: Sequence[Put], start_us: int, end_us: int, zone: str) -> Puts:
    """The same time with other edges: what lies outside of them goes, the outermost intervals reach out to them.

    What it gains counts as active, cut at the midnights of `zone`. Raises BadUsage for an end before the start.
    """
    _check(start_us, end_us)
    kept = [part for row in rows if (part := _within(row, start_us, end_us)) is not None]
    if not kept:
        return _by_day(_whole(rows[0], start_us, end_us), zone)
    first, last = kept[0], kept[-1]
    if start_us < first.start_us:
        gained = _active(first.kind, first.start_us - start_us)
        kept[0] = replace(first, id="", start_us=start_us, active_us=first.active_us + gained)
    if end_us > last.end_us:
        last = kept[-1]
        gained = _active(last.kind, end_us - last.end_us)
        kept[-1] = replace(last, id="", end_us=end_us, active_us=last.active_us + gained)
    return [part for row in kept for part in ([row] if row.id else _by_day(row, zone))]


def join(rows: Sequence[Put], zone: str) -> Puts:
    """One stretch from the first start to the last end, as the first of `rows` is; what lay between them counts.

    Raises BadUsage for fewer than two, and for time of different platforms or accounts.
    """
    if len(rows) < _TWO:
        raise BadUsage("There is no later time on this day to join with.")
    if len({(row.platform, row.account) for row in rows}) > 1:
        raise BadUsage("Only time of the same platform and account can be joined.")
    start_us, end_us = rows[0].start_us, max(row.end_us for row in rows)
    _check(start_us, end_us)
    return _by_day(_whole(rows[0], start_us, end_us), zone)


def set_kind(rows: Sequence[Put], kind: str) -> Puts:
    """The same time as another kind: idle time has no active part, and all of it counts once it is called work.

    Raises BadUsage for a kind there is not.
    """
    if kind not in KINDS:
        raise BadUsage(f"Time is one of {', '.join(KINDS)}.")
    return [row if row.kind == kind else _as(row, kind) for row in rows]


def assign(rows: Sequence[Put], work: Work) -> Puts:
    """The same time for another task, or for none."""
    return [
        row
        if (row.task, row.assignment) == (work.task, work.assignment)
        else replace(row, id="", task=work.task, assignment=work.assignment, session=work.session)
        for row in rows
    ]


def add(like: Put, start_us: int, end_us: int, zone: str) -> Puts:
    """New time, cut at midnights. `like` carries whose it is. Raises BadUsage for an end before the start."""
    _check(start_us, end_us)
    set_kind([like], like.kind)
    return _by_day(_whole(like, start_us, end_us), zone)


def _whole(like: Put, start_us: int, end_us: int) -> Put:
    active_us = _active(like.kind, end_us - start_us)
    return replace(like, id="", start_us=start_us, end_us=end_us, active_us=active_us)


def _as(row: Put, kind: str) -> Put:
    if "idle" not in {row.kind, kind}:
        return replace(row, id="", kind=kind)
    return replace(row, id="", kind=kind, active_us=_active(kind, row.end_us - row.start_us))


def _active(kind: str, length_us: int) -> int:
    """What counts of time that the person vouches for, µs."""
    return 0 if kind == "idle" else length_us


def _check(start_us: int, end_us: int) -> None:
    if end_us - start_us < LEAST_US:
        raise BadUsage("Time ends after it begins: give an end that is later than the start.")
    if end_us - start_us > DAY_US + DAY_US // 24:
        raise BadUsage("One stretch of time is no longer than a day.")


def _within(row: Put, start_us: int, end_us: int) -> Put | None:
    """The part of an interval inside these edges; None where nothing of it is."""
    if row.end_us <= start_us or row.start_us >= end_us:
        return None
    if row.start_us < start_us:
        row = _cut(row, start_us)[1]
    return _cut(row, end_us)[0] if row.end_us > end_us else row


def _cut(row: Put, at_us: int) -> tuple[Put, Put]:
    """Both parts; active time goes with the length, what can't be divided to the second."""
    active = row.active_us * (at_us - row.start_us) // (row.end_us - row.start_us)
    left = replace(row, id="", end_us=at_us, active_us=active)
    return left, replace(row, id="", start_us=at_us, active_us=row.active_us - active)


def _by_day(row: Put, zone: str) -> Puts:
    """An interval cut at the midnights it crosses."""
    parts: Puts = []
    for piece in at_midnights(row.start_us, row.end_us, zone):
        part, row = _cut(row, piece.end_us) if piece.end_us < row.end_us else (row, row)
        parts.append(replace(part, id="", day=piece.day))
    return parts
