"""Every kind of correction, in any order, over a day of overlapping work: undo brings back the very same rows."""

import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import BadUsage
from piecework.ledger.replay import rebuild, verify
from piecework.store import Context
from piecework.store.timebody import Put
from piecework.store.timesums import TABLES, stored_sums, wanted_sums
from piecework.worktime import edits
from piecework.worktime.correcting import correct, named, undo
from piecework.worktime.intervals import length
from tests.agent.books import DAY, NOON, S, derived_tables, memory
from tests.agent.test_time_edits import ids, put, worked

MIN = 60 * S
ZONES = ["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Apia"]
Edit = Callable[[list[Put], int, int, str], list[Put]]
EDITS: dict[str, Edit] = {
    "split": lambda rows, at, _more, _zone: edits.split(rows, at),
    "move": lambda rows, at, more, zone: edits.move(rows, at, at + more, zone),
    "join": lambda rows, _at, _more, zone: edits.join(rows, zone),
    "kind": lambda rows, at, _more, _zone: edits.set_kind(rows, edits.KINDS[at // MIN % len(edits.KINDS)]),
    "assign": lambda rows, _at, _more, _zone: edits.assign(rows, edits.Work()),
    "delete": lambda _rows, _at, _more, _zone: [],
    "add": lambda _rows, at, more, zone: edits.add(put(0, 1), at, at + more, zone),
}
steps_of = st.lists(
    st.tuples(
        st.sampled_from(sorted(EDITS)),
        st.sets(st.integers(0, 5), min_size=1, max_size=3),
        st.integers(-10, 60),
        st.integers(1, 800),
        st.sampled_from(ZONES),
    ),
    max_size=6,
)


def day() -> sqlite3.Connection:
    """Three sessions, two of them at once."""
    conn = memory()
    worked(conn, NOON, NOON + 20 * MIN)
    worked(conn, NOON + 10 * MIN, NOON + 40 * MIN, "s2", "t2")
    worked(conn, NOON + 45 * MIN, NOON + 50 * MIN, "s3", "t1")
    return conn


def change(conn: sqlite3.Connection, step: tuple[str, set[int], int, int, str]) -> str | None:
    """Makes a correction; None where it can't be."""
    action, places, at, more, zone = step
    there = ids(conn)
    chosen = sorted({there[place % len(there)] for place in places}) if there else []
    try:
        rows = named(conn, chosen) if action != "add" else []
        wanted = EDITS[action](rows, NOON + at * MIN, more * MIN, zone)
        return correct(conn, Context(now_us=NOON + DAY, zone=zone), action, rows, wanted)
    except BadUsage:
        return None


@settings(max_examples=60)
@given(steps_of)
def test_undo_restores_the_very_same_rows(steps: list[tuple[str, set[int], int, int, str]]) -> None:
    """After each undo the tables are those of the moment before the correction; the books agree at every step."""
    conn = day()
    states, made = [derived_tables(conn)], []
    for step in steps:
        own = change(conn, step)
        if own is not None:
            made.append(own)
            states.append(derived_tables(conn))
            for table in TABLES:
                assert wanted_sums(conn, table) == stored_sums(conn, table)
    assert [] == verify(conn)["differences"]
    for own, before in zip(reversed(made), reversed(states[:-1]), strict=True):
        undo(conn, Context(now_us=NOON + DAY), own)
        assert before == derived_tables(conn)
    assert [] == verify(conn)["differences"]


@settings(max_examples=40)
@given(steps_of)
def test_corrected_time_is_made_anew_from_the_history(steps: list[tuple[str, set[int], int, int, str]]) -> None:
    """Incremental is rebuilt; and a day's wall time is the union of its intervals, never more than their sum."""
    conn = day()
    for step in steps:
        change(conn, step)
    before = derived_tables(conn)
    rebuild(conn)
    assert before == derived_tables(conn)

    for local, wall in conn.execute("SELECT day, active_us FROM sum_time_wall WHERE platform = ''").fetchall():
        counted = conn.execute(
            "SELECT start_us, end_us, active_us FROM interval WHERE day_local = ? AND kind <> 'idle'", (local,)
        ).fetchall()
        covered = length((start, end) for start, end, _ in counted)
        assert min(sum(active for _, _, active in counted), covered) == wall


@pytest.mark.parametrize("action", sorted(EDITS))
def test_each_kind_of_correction_can_be_made_and_taken_back(action: str) -> None:
    """None of them is refused on an ordinary day."""
    conn = day()
    before = derived_tables(conn)
    step = (action, {0, 1} if action == "join" else {0}, 10 if action == "split" else 2, 3, "UTC")
    if action == "assign":
        conn.execute("UPDATE interval SET task = 'x:y'")
        before = derived_tables(conn)
    own = change(conn, step)
    assert own is not None
    assert before != derived_tables(conn)
    undo(conn, Context(now_us=NOON + DAY), own)
    assert before == derived_tables(conn)
