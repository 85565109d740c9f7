"""Pulses in, intervals out: open work lies in table beat until it is finished, then it becomes `interval` events."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import sqlite3

    from piecework.protocol.bodies import Beat
    from piecework.protocol.messages import Event


class Context(Protocol):
    """What ingest knows beside the beat."""

    @property
    def now_us(self) -> int:
        """When the beat arrived, µs UTC."""
        ...


class TimeEffects(NamedTuple):
    """What one beat changed: `stored` is false for one that was known; `closed` counts finished intervals."""

    stored: bool = False
    ended_work: bool = False
    closed: int = 0


class Running(NamedTuple):
    """The work that goes on now. `active_us` counts from `since_us` to now without the breaks."""

    session: str
    platform: str
    account: str
    task: str
    since_us: int
    active_us: int


def apply_beat(_conn: sqlite3.Connection, _ctx: Context, _event: Event, _beat: Beat) -> TimeEffects:
    """Keeps one beat; an `end` closes its session at once."""
    return TimeEffects()


def close_stale(_conn: sqlite3.Connection, _now_us: int) -> int:
    """Turns finished work into `interval` events, rows and sums; returns how many. Cheap where nothing is open."""
    return 0


def working_now(_conn: sqlite3.Connection, _now_us: int) -> bool:
    """Whether the person is at work on a task page at this moment: alerts are held while this is true."""
    return False


def running(_conn: sqlite3.Connection, _now_us: int) -> Running | None:
    """The work that goes on now, None where there is none."""
    return None
