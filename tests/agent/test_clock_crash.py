"""The clock after a crash: the browser killed, the agent killed, the machine asleep, the clock set back.

Every moment is the test's own. What was worked is known to the second; the books may be wrong by one pulse for each
crash and never by more, and what was not worked is never in them.
"""

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from piecework.ledger.replay import verify
from piecework.now import HOUR_US, MINUTE_US, FixedClock
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Context, Store
from piecework.worktime.tracker import active_on, apply_beat, close_stale
from tests.agent.books import NOON, S, event

if TYPE_CHECKING:
    from collections.abc import Callable

PULSE = 30 * S


def beats(store: Store, start_us: int, seconds: int, *, session: str = "s1", mono_s: int = 1_000) -> None:
    """Work with a beat each 20 s; `mono_s` is what the browser's own clock shows at its start."""

    def job(conn: sqlite3.Connection) -> None:
        for second in range(0, seconds, 20):
            body = bodies.Beat(session=session, task="t1", state="active", mono_ms=(mono_s + second) * 1_000)
            at_us = start_us + second * S
            fact = event(Kind.BEAT, at_us, body, zone="UTC", id=f"{session}-{at_us}")
            apply_beat(conn, Context(now_us=at_us), fact, body)

    store.write_now(job)


def booked(store: Store, now_us: int) -> list[tuple[int, int]]:
    """Closes what fell silent by then; start and end of every interval in seconds after noon. The books agree."""
    store.write_now(lambda conn: close_stale(conn, now_us))
    with store.read() as conn:
        assert [] == verify(conn)["differences"]
        found = conn.execute("SELECT start_us, end_us FROM interval ORDER BY start_us").fetchall()
        assert sum(end - start for start, end in found) == active_on(conn, now_us, "UTC")
    return [((start - NOON) // S, (end - NOON) // S) for start, end in found]


def test_a_browser_that_was_killed_loses_one_pulse_at_most(store: Store) -> None:
    """No word of its end: the work ends a pulse after the last beat, and a new run begins anew."""
    beats(store, NOON, 100)
    beats(store, NOON + HOUR_US, 60, session="s2", mono_s=1)

    assert [(0, 110), (3600, 3670)] == booked(store, NOON + 2 * HOUR_US)


def test_an_agent_that_was_killed_keeps_what_it_acknowledged(store: Store, paths: Paths, tmp_path: Path) -> None:
    """The files as they lay at the kill: opened a day later, the open work ends a pulse after its last beat."""
    beats(store, NOON, 100)
    copy = Paths(tmp_path / "after")
    shutil.copytree(paths.data, copy.data)

    clock = FixedClock(NOON + 24 * HOUR_US)
    again = Store.open(copy, clock)
    assert [(0, 110)] == booked(again, NOON + 11 * HOUR_US)
    # What the browser had not got through comes later and counts once.
    beats(again, NOON + 80 * S, 60, mono_s=1_080)
    assert [(0, 150)] == booked(again, NOON + 11 * HOUR_US)
    again.close()


@pytest.mark.parametrize(("mono_s", "ends"), [(1_082, [(0, 82)]), (8_280, [(0, 110)])])
def test_a_machine_that_slept_books_none_of_it(store: Store, mono_s: int, ends: list[tuple[int, int]]) -> None:
    """Two hours of sleep, whether the browser's own clock stood still meanwhile or went on."""
    beats(store, NOON, 100)
    beats(store, NOON + 80 * S + 2 * HOUR_US, 60, mono_s=mono_s)

    assert [*ends, (7280, 7350)] == booked(store, NOON + 4 * HOUR_US)


@pytest.mark.parametrize("back_us", [10 * MINUTE_US, HOUR_US])
def test_a_clock_set_back_neither_repeats_nor_reverses_time(store: Store, back_us: int) -> None:
    """Work that seems to happen before what came first: two stretches in order, each second once."""
    beats(store, NOON, 100)
    beats(store, NOON + 100 * S - back_us, 100, mono_s=1_100)
    found = booked(store, NOON + HOUR_US)

    assert 2 == len(found)
    assert all(start < end for start, end in found)
    assert found[0][1] <= found[1][0]
    assert abs(sum(end - start for start, end in found) - 200) <= 2 * PULSE // S


def test_all_of_it_at_once_is_wrong_by_a_pulse_for_each(store: Store, paths: Paths, tmp_path: Path) -> None:
    """Asleep, killed, set back, one after the other in one session."""
    steps: list[Callable[[Store], None]] = [
        lambda here: beats(here, NOON, 200),
        lambda here: beats(here, NOON + HOUR_US, 200, mono_s=1_190),
        lambda here: beats(here, NOON + 2 * HOUR_US, 200, session="s2", mono_s=1),
        lambda here: beats(here, NOON + 90 * MINUTE_US, 200, session="s2", mono_s=201),
    ]
    here = store
    for number, step in enumerate(steps):
        step(here)
        copy = Paths(tmp_path / f"life-{number}")
        shutil.copytree((paths if number == 0 else Paths(tmp_path / f"life-{number - 1}")).data, copy.data)
        if number:
            here.close()
        here = Store.open(copy, FixedClock(NOON + 5 * HOUR_US))
    found = booked(here, NOON + 5 * HOUR_US)
    here.close()

    assert abs(sum(end - start for start, end in found) - 800) <= len(steps) * PULSE // S
