"""Idle stretches at a task: seen, uncounted, and work where the person says so."""

from piecework.ledger.replay import verify
from piecework.store import Context
from piecework.worktime.correcting import correct, named, undo
from piecework.worktime.edits import set_kind
from piecework.worktime.tracker import active_on, close_stale
from tests.agent.books import HOUR, NOON, S, derived_tables, memory
from tests.agent.test_tracker import beat, intervals


def test_an_idle_stretch_is_booked_without_active_time_and_becomes_work_by_one_correction() -> None:
    """The silent decision is seen, and the person's word is enough to reverse it; undo brings back what was."""
    conn = memory()
    for second, state, since in ((0, "active", None), (20, "active", None), (260, "idle", 30), (290, "active", None)):
        since_us = None if since is None else NOON + since * S
        beat(conn, NOON + second * S, state, since_us=since_us, mono_ms=1_000 + second * 1_000)
    beat(conn, NOON + 300 * S, "end", mono_ms=301_000)
    rows = "SELECT kind, (start_us - ?) / 1000000, (end_us - ?) / 1000000, active_us / 1000000 FROM interval ORDER BY 2"
    booked = [("work", 0, 30, 30), ("idle", 30, 290, 0), ("work", 290, 300, 10)]
    assert booked == [tuple(row) for row in conn.execute(rows, (NOON, NOON))]
    assert 40 * S == active_on(conn, NOON + HOUR, "UTC")
    before = derived_tables(conn)

    ids = [row[0] for row in conn.execute("SELECT id FROM interval WHERE kind = 'idle'")]
    idle = named(conn, ids)
    own = correct(conn, Context(now_us=NOON + HOUR), "kind", idle, set_kind(idle, "work"))
    assert 300 * S == active_on(conn, NOON + HOUR, "UTC")
    undo(conn, Context(now_us=NOON + HOUR), own)
    assert before == derived_tables(conn)
    assert [] == verify(conn)["differences"]


def test_an_idle_stretch_is_known_once_the_person_is_back() -> None:
    """The session was closed meanwhile: what comes later adds the idle stretch, and moves nothing."""
    conn = memory()
    beat(conn, NOON, mono_ms=1_000)
    beat(conn, NOON + 200 * S, "idle", since_us=NOON + 10 * S, mono_ms=201_000)
    close_stale(conn, NOON + 600 * S)
    assert [(0, 10)] == intervals(conn)

    beat(conn, NOON + 900 * S, mono_ms=901_000)
    beat(conn, NOON + 910 * S, "end", mono_ms=911_000)
    assert [(0, 10), (10, 900), (900, 910)] == intervals(conn)
    assert [] == verify(conn)["differences"]


def test_idleness_before_a_list_is_nothing_to_call_work() -> None:
    """A list stays open for hours: only a task's idle stretches are kept."""
    conn = memory()
    for second, state, since in ((0, "active", None), (260, "idle", 30), (290, "active", None), (300, "end", None)):
        since_us = None if since is None else NOON + since * S
        beat(conn, NOON + second * S, state, since_us=since_us, mono_ms=1_000 + second * 1_000, task="", work="search")

    assert [(0, 30), (290, 300)] == intervals(conn)
