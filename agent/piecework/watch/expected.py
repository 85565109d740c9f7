"""When a list is heard of next, purely: from our own looks, from its definition, or from the rhythm its page showed.

A page that reads itself anew while nobody looks at it has a rhythm; once ten looks in a row have shown it, its silence
means something. A page that was only ever loaded by the person has none, and its silence means nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from piecework.now import MINUTE_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.platforms import Platform

GOOD: Final = frozenset({"watching", "empty"})
"""States of a list that was read well."""
STEADY: Final = 10
"""Looks in a row that make a rhythm."""
SLOWEST_US: Final = 5 * MINUTE_US
"""A page that takes longer has no rhythm that anybody could rely on."""
FADES: Final = 8
"""The slowest of the last gaps is what is expected; an old one loses an eighth with each look."""
CONFIRM_US: Final = 2 * MINUTE_US
"""How often a list that its site keeps up to date is read once more in its open tab, which costs the site nothing."""
OVERDUE_US: Final = 5 * MINUTE_US
"""How late a heartbeat may be before it is an alert of its own."""
TIMES: Final = 3
"""Or this many times as late as it was due, whichever is longer."""
LIVE: Final = "live"
_EVERY = re.compile(r"every ([0-9]+) s")


class Rhythm(NamedTuple):
    """`every_us`: the slowest of a page's own gaps lately; `steady`: how many looks in a row showed it."""

    every_us: int | None = None
    steady: int = 0


def heard(rhythm: Rhythm, gap_us: int, *, by_itself: bool) -> Rhythm:
    """The rhythm after one more look, `gap_us` after the last. `by_itself`: nobody had the page before them.

    A silence that was too long ends the rhythm: it has to be shown anew.
    """
    every_us = rhythm.every_us or 0
    if gap_us > overdue_after(max(every_us, SLOWEST_US)):
        return Rhythm()
    if not by_itself or not 0 < gap_us <= SLOWEST_US:
        return rhythm
    return Rhythm(max(gap_us, every_us - every_us // FADES), min(rhythm.steady + 1, STEADY))


def overdue_after(every_us: int) -> int:
    """How long after the last look a list that is due each `every_us` is overdue."""
    return every_us + max(OVERDUE_US, TIMES * every_us)


def next_us(row: Mapping[str, Any], refreshes: str = "") -> int | None:
    """When a list (a row of `list_state`) is heard of next; None where nobody can say.

    Our own look comes first, then what the definition says of its page, then the page's own rhythm.
    """
    if row["next_look_us"] is not None:
        return int(row["next_look_us"])
    every_us = _every(row, refreshes)
    if every_us is None or row["last_look_us"] is None or row["state"] not in GOOD:
        return None
    return int(row["last_look_us"]) + every_us


def overdue_us(row: Mapping[str, Any], refreshes: str = "") -> int | None:
    """The moment from which a list that was well is overdue; None for one that nothing is expected of."""
    due_us = next_us(row, refreshes)
    if due_us is None or row["last_look_us"] is None or row["state"] not in GOOD:
        return None
    return due_us + max(OVERDUE_US, TIMES * (due_us - int(row["last_look_us"])))


def refreshes_of(platforms: Mapping[str, Platform], platform: str) -> str:
    """What a platform's definition says of its pages: "live", "every 30 s", "on load", "unknown"; "" without one."""
    found = platforms.get(platform)
    return found.manners.refreshes if found else ""


def _every(row: Mapping[str, Any], refreshes: str) -> int | None:
    if refreshes == LIVE:
        return CONFIRM_US
    if found := _EVERY.fullmatch(refreshes):
        return int(found[1]) * SECOND_US
    return row["every_us"] if row["steady"] >= STEADY else None
