"""Correcting time: what becomes of intervals, that nothing is lost on the way, and that undo brings everything back."""

import random
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import BadUsage
from piecework.ledger.replay import rebuild, verify
from piecework.now import day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Context, Store
from piecework.store.erase import What, erase
from piecework.store.timebody import Put
from piecework.worktime import edits
from piecework.worktime.correcting import correct, corrections, named, of_day, undo, work_of
from piecework.worktime.intervals import length
from piecework.worktime.timeline import NEAR_US, Interval, shared, stretches, wall
from piecework.worktime.tracker import apply_beat, close_stale
from tests.agent.books import DAY, HOUR, NOON, S, derived_tables, event, memory, take, work
from tests.agent.cli_rig import Cli

if TYPE_CHECKING:
    from collections.abc import Callable

MIN = 60 * S
PARIS = "Europe/Paris"


def put(start_us: int, end_us: int, name: str = "i1", **more: object) -> Put:
    """One interval of the platform "site" and the account "me"."""
    said = {"kind": "work", "active_us": end_us - start_us, "day": "2025-11-21", "platform": "site", "account": "me"}
    return Put(id=name, start_us=start_us, end_us=end_us, **{**said, **more})  # type: ignore[arg-type]


def worked(conn: sqlite3.Connection, start_us: int, end_us: int, session: str = "s1", task: str = "t1") -> None:
    """Beats of one session, from start to end."""
    for at_us in range(start_us, end_us, 20 * S):
        beat(conn, at_us, "active", session, task)
    beat(conn, end_us, "end", session, task)


def beat(conn: sqlite3.Connection, at_us: int, state: str, session: str = "s1", task: str = "t1") -> None:
    """One beat at its own time."""
    body = bodies.Beat(session=session, task=task, state=state)  # type: ignore[arg-type]
    fact = event(Kind.BEAT, at_us, body, zone="UTC", id=f"{session}{at_us}{state}")
    apply_beat(conn, Context(now_us=at_us), fact, body)


def ids(conn: sqlite3.Connection) -> list[str]:
    """Ids of table interval, in order of time."""
    return [str(row[0]) for row in conn.execute("SELECT id FROM interval ORDER BY start_us, end_us, id")]


def minutes(conn: sqlite3.Connection) -> list[tuple[str, int, int]]:
    """Kind, start and end of table interval, in minutes after noon."""
    return [
        (kind, (start - NOON) // MIN, (end - NOON) // MIN)
        for kind, start, end in conn.execute("SELECT kind, start_us, end_us FROM interval ORDER BY start_us, end_us")
    ]


def edit(conn: sqlite3.Connection, action: str, wanted: list[Put], rows: list[Put]) -> str:
    """Makes a correction an hour after the day."""
    return correct(conn, Context(now_us=NOON + DAY), action, rows, wanted)


def test_a_split_makes_two_of_one_and_keeps_every_microsecond() -> None:
    """Active time goes with the length; the parts add up to what was there."""
    left, right = edits.split([put(0, 10 * MIN, active_us=7 * MIN + 1)], 3 * MIN)

    assert (0, 3 * MIN, 3 * MIN, 10 * MIN) == (left.start_us, left.end_us, right.start_us, right.end_us)
    assert 7 * MIN + 1 == left.active_us + right.active_us
    assert ("", "") == (left.id, right.id)


def test_a_split_outside_or_at_an_edge_is_refused() -> None:
    """A part without length is no time."""
    for at_us in (0, 10 * MIN, 11 * MIN):
        with pytest.raises(BadUsage, match="can't be split"):
            edits.split([put(0, 10 * MIN)], at_us)


def test_an_edge_that_moves_in_takes_away_and_one_that_moves_out_adds() -> None:
    """What lies outside of the new edges goes; what is gained counts as active."""
    rows = [put(0, 4 * MIN, "a"), put(5 * MIN, 9 * MIN, "b")]

    [kept] = edits.move(rows, 6 * MIN, 10 * MIN, "UTC")
    assert (6 * MIN, 10 * MIN, 4 * MIN) == (kept.start_us, kept.end_us, kept.active_us)
    untouched, longer = edits.move(rows, 0, 11 * MIN, "UTC")
    assert rows[0] is untouched
    assert (5 * MIN, 11 * MIN, 6 * MIN) == (longer.start_us, longer.end_us, longer.active_us)


def test_time_that_is_moved_elsewhere_altogether_stays_one() -> None:
    """Neither edge has to stay near."""
    [moved] = edits.move([put(0, 4 * MIN)], 30 * MIN, 40 * MIN, "UTC")

    assert (30 * MIN, 40 * MIN, 10 * MIN) == (moved.start_us, moved.end_us, moved.active_us)


def test_an_end_before_its_start_is_refused() -> None:
    """And so is a stretch longer than the longest day."""
    for start_us, end_us in ((5 * MIN, 5 * MIN), (5 * MIN, 4 * MIN), (0, 26 * HOUR)):
        with pytest.raises(BadUsage):
            edits.move([put(0, 10 * MIN)], start_us, end_us, "UTC")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)])
def test_time_over_midnight_is_cut_where_the_persons_day_ends(day: str, hours: int) -> None:
    """Days of 23 and 25 hours included: every part knows its own day."""
    noon = {"2026-03-29": 1_774_778_400, "2026-10-25": 1_792_926_000, "2026-07-01": 1_782_900_000}[day] * S
    assert day == day_of(noon, PARIS)
    parts = edits.add(put(0, 1), noon - 13 * HOUR, noon - 13 * HOUR + 25 * HOUR, PARIS)

    assert 25 * HOUR == sum(one.active_us for one in parts)
    assert all(day_of(one.start_us, PARIS) == one.day == day_of(one.end_us - 1, PARIS) for one in parts)
    assert hours * HOUR >= max(one.end_us - one.start_us for one in parts)


def test_a_kind_there_is_not_is_refused() -> None:
    """Only the kinds of the clock."""
    with pytest.raises(BadUsage, match="search"):
        edits.set_kind([put(0, MIN)], "play")


edges = st.integers(0, 40).map(lambda minute: minute * MIN)
intervals_of = st.lists(
    st.tuples(
        edges, st.integers(1, 12), st.sampled_from(["work", "search", "idle"]), st.sampled_from("ab"), st.booleans()
    ),
    max_size=8,
).map(
    lambda rows: [
        Interval(put(start, start + long * MIN, f"i{place}", kind=kind, assignment=own), typed)
        for place, (start, long, kind, own, typed) in enumerate(rows)
    ]
)


@given(intervals_of)
def test_union_is_never_more_than_the_sum_and_shares_add_up_to_it(intervals: list[Interval]) -> None:
    """Two tasks open at once: wall time counts once, and what each gets is the whole of it to the microsecond."""
    rows = [one.put for one in intervals]
    counted = [row for row in rows if row.kind != "idle"]

    assert wall(rows) <= sum(row.active_us for row in counted)
    assert wall(rows) == sum(shared(rows).values())
    for name, share in shared(rows).items():
        own = [(row.start_us, row.end_us) for row in counted if row.assignment == name]
        assert share <= length(own)


@given(intervals_of)
def test_stretches_hold_every_interval_once_and_no_lane_twice(intervals: list[Interval]) -> None:
    """Merging loses nothing and claims nothing; what is at the same time lies in different lanes."""
    found = stretches(intervals)

    assert sorted(one.put.id for one in intervals) == sorted(own for one in found for own in one.ids)
    assert sum(one.put.active_us for one in intervals) == sum(one.active_us for one in found)
    for place, one in enumerate(found):
        assert all(one.start_us <= row.start_us and row.end_us <= one.end_us for row in one.rows)
        for other in found[place + 1 :]:
            assert one.lane != other.lane or one.end_us <= other.start_us or other.end_us <= one.start_us


def test_neighbours_of_the_same_work_are_one_stretch_with_the_pause_uncounted() -> None:
    """A minute away from the page is no second entry, and no active time either."""
    rows = [put(0, 4 * MIN, "a"), put(4 * MIN + NEAR_US, 9 * MIN, "b"), put(11 * MIN, 12 * MIN, "c")]
    first, second = stretches(Interval(row) for row in rows)

    assert (("a", "b"), 0, 9 * MIN, 8 * MIN) == (first.ids, first.start_us, first.end_us, first.active_us)
    assert ("c",) == second.ids


def test_what_the_person_has_split_is_shown_as_two() -> None:
    """Else the correction would look undone."""
    found = stretches([Interval(put(0, MIN, "a"), typed=True), Interval(put(MIN, 2 * MIN, "b"), typed=True)])

    assert [("a",), ("b",)] == [one.ids for one in found]


def test_corrections_are_appended_and_the_books_agree() -> None:
    """Split, another kind, an edge moved: `verify` finds no difference, nor after everything was derived anew."""
    conn = memory()
    worked(conn, NOON, NOON + 10 * MIN)
    rows = named(conn, ids(conn))
    edit(conn, "split", edits.split(rows, NOON + 4 * MIN), rows)
    first = named(conn, ids(conn)[:1])
    edit(conn, "kind", edits.set_kind(first, "search"), first)
    last = named(conn, ids(conn)[1:])
    edit(conn, "move", edits.move(last, NOON + 4 * MIN, NOON + 8 * MIN, "UTC"), last)

    assert [("search", 0, 4), ("work", 4, 8)] == minutes(conn)
    sums = dict(conn.execute("SELECT kind, active_us FROM sum_time_day").fetchall())
    assert {"search": 4 * MIN, "work": 4 * MIN} == sums
    assert [] == verify(conn)["differences"]
    before = derived_tables(conn)
    rebuild(conn)
    assert before == derived_tables(conn)
    assert 3 == conn.execute("SELECT count(*) FROM event WHERE kind = 'edit' AND source = 'typed'").fetchone()[0]


def test_undo_restores_every_table() -> None:
    """Taking the last correction back, then the one before, ends where it began; both stay in the history."""
    conn = memory()
    worked(conn, NOON, NOON + 10 * MIN)
    states = [derived_tables(conn)]
    made = []
    for at in (4, 2):
        rows = named(conn, ids(conn)[:1])
        made.append(edit(conn, "split", edits.split(rows, NOON + at * MIN), rows))
        states.append(derived_tables(conn))
    rows = named(conn, ids(conn))
    made.append(edit(conn, "delete", [], rows))
    assert [] == minutes(conn)

    for own, state in zip(reversed(made), reversed(states), strict=True):
        undo(conn, Context(now_us=NOON + DAY), own)
        assert state == derived_tables(conn)
    assert [True, True, True] == [one.undone for one in corrections(conn, NOON - DAY, NOON + DAY)]
    assert [] == verify(conn)["differences"]


def test_what_stands_on_a_correction_is_undone_first() -> None:
    """In the middle of a chain nothing is taken out; nothing is undone twice."""
    conn = memory()
    worked(conn, NOON, NOON + 10 * MIN)
    rows = named(conn, ids(conn))
    first = edit(conn, "split", edits.split(rows, NOON + 4 * MIN), rows)
    rows = named(conn, ids(conn)[:1])
    second = edit(conn, "delete", [], rows)
    ctx = Context(now_us=NOON + DAY)

    assert [(second, True), (first, False)] == [(one.id, one.open) for one in corrections(conn, NOON - DAY, NOON + DAY)]
    with pytest.raises(BadUsage, match="later correction"):
        undo(conn, ctx, first)
    undo(conn, ctx, second)
    with pytest.raises(BadUsage, match="already"):
        undo(conn, ctx, second)
    undo(conn, ctx, first)
    assert [("work", 0, 10)] == minutes(conn)
    with pytest.raises(BadUsage, match="no such"):
        undo(conn, ctx, "nothing")


def test_late_beats_leave_a_correction_as_it_is() -> None:
    """What is proven later counts beside what was corrected, never over it."""
    conn = memory()
    for at_us in range(NOON, NOON + 5 * MIN, 20 * S):
        beat(conn, at_us, "active")
    close_stale(conn, NOON + HOUR)
    rows = named(conn, ids(conn))
    own = edit(conn, "delete", [], rows)
    for at_us in range(NOON + 5 * MIN, NOON + 9 * MIN, 20 * S):
        beat(conn, at_us, "active")
    beat(conn, NOON + 9 * MIN, "end")

    assert [("work", 5, 9)] == minutes(conn)
    undo(conn, Context(now_us=NOON + DAY), own)
    assert 9 * MIN == conn.execute("SELECT active_us FROM sum_time_day").fetchone()[0]
    beat(conn, NOON + 9 * MIN + 1, "end")
    assert [("work", 0, 9)] == minutes(conn)
    assert [] == verify(conn)["differences"]


def test_late_beats_add_nothing_under_what_the_person_has_put_there() -> None:
    """An edge that was moved out covers what the browser delivers later; taken back, that counts as measured."""
    conn = memory()
    worked(conn, NOON, NOON + 5 * MIN)
    rows = named(conn, ids(conn))
    own = edit(conn, "move", edits.move(rows, NOON, NOON + 9 * MIN, "UTC"), rows)
    for at_us in range(NOON + 5 * MIN + S, NOON + 12 * MIN, 20 * S):
        beat(conn, at_us, "active")
    close_stale(conn, NOON + HOUR)
    assert [("work", 0, 9), ("work", 9, 12)] == minutes(conn)

    undo(conn, Context(now_us=NOON + DAY), own)
    close_stale(conn, NOON + HOUR)
    assert 12 * MIN + 10 * S == conn.execute("SELECT active_us FROM sum_time_day").fetchone()[0]
    assert [] == verify(conn)["differences"]


def test_time_is_assigned_to_an_attempt_of_the_same_account_only() -> None:
    """The time joins the attempt's session, so that its hour is worth what it was."""
    conn = memory()
    [row] = take(conn, event(Kind.ACCEPTED, NOON, work(session="s9", title="Survey")))
    worked(conn, NOON, NOON + 10 * MIN, "s1", "t2")
    rows = named(conn, ids(conn))
    target = work_of(conn, row.assignment, "site", "me")

    edit(conn, "assign", edits.assign(rows, target), rows)
    found = conn.execute("SELECT task, assignment, session, source FROM interval").fetchone()
    assert (":t1", row.assignment, "s9", "typed") == tuple(found)
    for platform, account in (("other", "me"), ("site", "you")):
        with pytest.raises(BadUsage, match="same platform"):
            work_of(conn, row.assignment, platform, account)


def test_time_can_be_added_and_what_changes_nothing_is_no_correction() -> None:
    """Added time is typed; the same kind again is said to change nothing."""
    conn = memory()
    wanted = edits.add(put(0, 1), NOON, NOON + 5 * MIN, "UTC")
    edit(conn, "add", wanted, [])

    assert [("work", 0, 5)] == minutes(conn)
    assert [True] == [one.typed for one in of_day(conn, "2025-11-21", NOON)]
    rows = named(conn, ids(conn))
    with pytest.raises(BadUsage, match="Nothing would change"):
        edit(conn, "kind", edits.set_kind(rows, "work"), rows)
    with pytest.raises(BadUsage, match="changed meanwhile"):
        named(conn, ["gone"])


def test_the_command_line_lists_time_as_it_was_corrected(paths: Paths, store: Store) -> None:
    """Every interval with --json; for people neighbours are one line, and what was split stays two."""

    def job(conn: sqlite3.Connection) -> None:
        worked(conn, NOON, NOON + 4 * MIN)
        worked(conn, NOON + 5 * MIN, NOON + 9 * MIN, "s2")
        worked(conn, NOON + HOUR, NOON + HOUR + 10 * MIN, "s3", "t2")
        rows = named(conn, ids(conn)[2:])
        edit(conn, "split", edits.split(rows, NOON + HOUR + 4 * MIN), rows)

    store.write_now(job)
    store.close()
    cli = Cli(paths.data)
    assert ["agent", "agent", "typed", "typed"] == [row["source"] for row in cli.json("time")]
    lines = cli("time").out.splitlines()[1:]
    assert ["0:08:00", "0:04:00", "0:06:00"] == [re.findall(r"\d:\d\d:\d\d", line)[-1] for line in lines]


def test_a_correction_is_forgotten_with_the_time_it_is_about() -> None:
    """It is dated to that time: what is forgotten up to a day takes it along, and the books agree afterwards."""
    for what, left in ((What(platform="site"), 0), (What(before_us=NOON + DAY), 0), (What(before_us=NOON - DAY), 2)):
        conn = memory()
        worked(conn, NOON, NOON + 10 * MIN)
        rows = named(conn, ids(conn))
        edit(conn, "split", edits.split(rows, NOON + 4 * MIN), rows)
        erase(conn, what, NOON + 9 * DAY, "UTC", rebuild)

        assert left == len(ids(conn))
        assert (left > 0) == bool(conn.execute("SELECT count(*) FROM interval_before").fetchone()[0])
        assert [] == verify(conn)["differences"]


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 9))
def test_any_run_of_corrections_and_undos_equals_its_replay(chance: random.Random, steps: int) -> None:
    """Incremental tables are what the history says, whatever was done; undoing all of it ends where it began."""
    conn = memory()
    worked(conn, NOON, NOON + 12 * MIN)
    worked(conn, NOON + 5 * MIN, NOON + 20 * MIN, "s2", "t2")
    start = derived_tables(conn)
    ctx = Context(now_us=NOON + DAY)
    for _ in range(steps):
        _change(conn, chance)
    assert [] == verify(conn)["differences"]
    before = derived_tables(conn)
    rebuild(conn)
    assert before == derived_tables(conn)
    for one in corrections(conn, NOON - DAY, NOON + DAY):
        if not one.undone:
            undo(conn, ctx, one.id)
    assert start == derived_tables(conn)


def _change(conn: sqlite3.Connection, chance: random.Random) -> None:
    """One correction or undo by chance; one that is refused changes nothing."""
    there = ids(conn)
    rows = named(conn, [chance.choice(there)]) if there else []
    at_us = NOON + chance.randrange(-2, 25) * MIN
    ways: dict[str, Callable[[], list[Put]]] = {
        "split": lambda: edits.split(rows, at_us),
        "move": lambda: edits.move(rows, at_us, rows[0].end_us, "UTC"),
        "kind": lambda: edits.set_kind(rows, chance.choice(edits.KINDS)),
        "delete": list,
    }
    try:
        made = corrections(conn, NOON - DAY, NOON + DAY)
        if made and chance.random() < 0.3:
            undo(conn, Context(now_us=NOON + DAY), chance.choice(made).id)
        elif rows:
            action = chance.choice(sorted(ways))
            edit(conn, action, ways[action](), rows)
    except BadUsage:
        return
