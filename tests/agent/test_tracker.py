"""Beats in the store: they become intervals once, whatever comes late, twice or after a sleep."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger.replay import rebuild, verify
from piecework.now import day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.store.prune import prune
from piecework.worktime.correcting import correct, named
from piecework.worktime.days import day_start, next_midnight, split
from piecework.worktime.intervals import Pulse, length, rests, spans
from piecework.worktime.tracker import active_on, apply_beat, close_stale, running, working_now
from tests.agent.books import DAY, HOUR, NOON, S, derived_tables, event, memory, take, work

PULSE = 30 * S


def beat(conn: sqlite3.Connection, at_us: int, state: str = "active", **more: object) -> int:
    """Delivers one beat of session "s1" at its own time; returns how many intervals that closed."""
    zone, name = str(more.pop("zone", "UTC")), str(more.pop("id", ""))
    body = bodies.Beat(**{"session": "s1", "task": "t1", "state": state, **more})  # type: ignore[arg-type]
    fact = event(Kind.BEAT, at_us, body, zone=zone, id=name)
    return apply_beat(conn, Context(now_us=at_us), fact, body).closed


def intervals(conn: sqlite3.Connection) -> list[tuple[float, float]]:
    """Start and end of each row of table interval, in seconds after noon."""
    return [
        ((start - NOON) / S, (end - NOON) / S)
        for start, end in conn.execute("SELECT start_us, end_us FROM interval ORDER BY start_us")
    ]


def summed(conn: sqlite3.Connection) -> dict[str, int]:
    """Seconds by day of table sum_time_day."""
    return {day: us // S for day, us in conn.execute("SELECT day, sum(active_us) FROM sum_time_day GROUP BY day")}


def test_an_end_books_the_session_at_once() -> None:
    """After a submission the time is there without waiting for anything."""
    conn = memory()
    for second in (0, 20, 40):
        beat(conn, NOON + second * S)

    assert 1 == beat(conn, NOON + 50 * S, "end")
    assert [(0, 50)] == intervals(conn)
    assert {"2025-11-21": 50} == summed(conn)
    assert 1 == conn.execute("SELECT count(*) FROM event WHERE kind = 'interval'").fetchone()[0]


def test_open_work_is_booked_only_when_it_fell_silent() -> None:
    """While beats come nothing is booked; a pulse and a few seconds after the last one it is."""
    conn = memory()
    beat(conn, NOON)

    assert 0 == close_stale(conn, NOON + 31 * S)
    assert 1 == close_stale(conn, NOON + 36 * S)
    assert [(0, 30)] == intervals(conn)
    assert 0 == close_stale(conn, NOON + HOUR)


def test_the_interval_knows_its_attempt() -> None:
    """The session of the beats is the session of the accepted work."""
    conn = memory()
    [row] = take(conn, event(Kind.ACCEPTED, NOON, work(session="s1")))
    beat(conn, NOON + S)
    beat(conn, NOON + 9 * S, "end")

    assert [(row.assignment, ":t1")] == [tuple(one) for one in conn.execute("SELECT assignment, task FROM interval")]


def test_a_repeated_beat_does_nothing() -> None:
    """The same id is the same beat."""
    conn = memory()
    beat(conn, NOON, id="b1")
    beat(conn, NOON + 5 * S, id="b1")
    close_stale(conn, NOON + HOUR)

    assert [(0, 30)] == intervals(conn)


def test_a_late_beat_extends_what_was_booked_and_counts_once() -> None:
    """The agent was off: the second half of the session arrives after the first was closed."""
    conn = memory()
    beat(conn, NOON)
    close_stale(conn, NOON + HOUR)
    beat(conn, NOON + 25 * S)
    beat(conn, NOON + 45 * S, "away")

    assert 1 == close_stale(conn, NOON + HOUR)
    assert [(0, 45)] == intervals(conn)
    assert {"2025-11-21": 45} == summed(conn)
    assert [] == verify(conn)["differences"]


def test_a_late_idle_takes_back_what_was_booked_too_much() -> None:
    """What was counted before the browser noticed that nobody was there goes; the history keeps both."""
    conn = memory()
    for second in (0, 25, 50, 75):
        beat(conn, NOON + second * S)
    close_stale(conn, NOON + HOUR)
    beat(conn, NOON + 200 * S, "idle", since_us=NOON + 20 * S)
    close_stale(conn, NOON + HOUR)

    assert [(0, 20)] == intervals(conn)
    assert {"2025-11-21": 20} == summed(conn)
    assert 2 == conn.execute("SELECT count(*) FROM event WHERE kind = 'interval'").fetchone()[0]


def test_an_interval_can_be_taken_back_whole_and_come_again() -> None:
    """Idle from before the first beat: nothing was worked at all. A later beat is new work."""
    conn = memory()
    beat(conn, NOON)
    close_stale(conn, NOON + HOUR)
    beat(conn, NOON + 10 * S, "idle", since_us=NOON - S)
    close_stale(conn, NOON + HOUR)

    assert [] == intervals(conn)
    assert {} == summed(conn)

    beat(conn, NOON + 20 * S)
    close_stale(conn, NOON + HOUR)

    assert [(20, 50)] == intervals(conn)
    assert [] == verify(conn)["differences"]


def test_a_sleep_seen_after_booking_is_taken_back() -> None:
    """The agent booked a whole pulse; the first beat after waking tells that the machine slept after two seconds."""
    conn = memory()
    beat(conn, NOON, mono_ms=1_000)
    close_stale(conn, NOON + 2 * HOUR)
    beat(conn, NOON + 2 * HOUR, mono_ms=3_000)
    beat(conn, NOON + 2 * HOUR + 10 * S, "end", mono_ms=13_000)

    assert [(0, 2), (7200, 7210)] == intervals(conn)


def test_late_beats_of_pruned_work_add_only_what_is_new() -> None:
    """Booked beats are gone after ninety days; what they proved stays."""
    conn = memory()
    beat(conn, NOON)
    close_stale(conn, NOON + HOUR)

    assert 1 == prune(conn, NOON + 91 * DAY)["beat"]

    beat(conn, NOON + 20 * S)
    close_stale(conn, NOON + 91 * DAY)

    assert [(0, 30), (30, 50)] == intervals(conn)
    assert {"2025-11-21": 50} == summed(conn)


def test_work_over_midnight_counts_on_both_days() -> None:
    """Paris is an hour ahead: its midnight is at 23 o'clock UTC."""
    conn = memory()
    midnight = NOON + 11 * HOUR
    beat(conn, midnight - 20 * S, zone="Europe/Paris")
    beat(conn, midnight + 5 * S, "end", zone="Europe/Paris")

    assert {"2025-11-21": 20, "2025-11-22": 5} == summed(conn)


def test_two_sessions_at_once_are_one_wall_time() -> None:
    """Two tabs of one platform, both active for the same half minute."""
    conn = memory()
    beat(conn, NOON)
    beat(conn, NOON + 10 * S, session="s2", task="t2")
    close_stale(conn, NOON + HOUR)

    assert 2 == len(intervals(conn))
    assert {"2025-11-21": 40} == summed(conn)


def test_alerts_are_held_while_someone_works() -> None:
    """From the first active beat to away, end, or a pulse without a beat."""
    conn = memory()

    assert not working_now(conn, NOON)
    beat(conn, NOON)
    assert working_now(conn, NOON + 5 * S)
    assert not working_now(conn, NOON + 31 * S)
    beat(conn, NOON + 20 * S)
    assert working_now(conn, NOON + 31 * S)
    beat(conn, NOON + 32 * S, "end")
    assert not working_now(conn, NOON + 33 * S)


def test_a_beat_that_comes_after_its_end_is_no_work_of_now() -> None:
    """The end was delivered first."""
    conn = memory()
    beat(conn, NOON)
    beat(conn, NOON + 10 * S, "end")
    beat(conn, NOON + 8 * S)

    assert not working_now(conn, NOON + 11 * S)
    assert running(conn, NOON + 11 * S) is None


def test_a_clock_set_back_does_not_hold_alerts_for_an_hour() -> None:
    """Beats of the old clock lie in the future: they are booked, and nobody is taken to work on them."""
    conn = memory()
    beat(conn, NOON + HOUR)

    assert not working_now(conn, NOON)
    assert 1 == close_stale(conn, NOON)


def test_running_tells_what_goes_on_and_for_how_long() -> None:
    """The popup's timer: since the start, without the breaks, never beyond now."""
    conn = memory()
    take(conn, event(Kind.ACCEPTED, NOON, work(session="s1", title="Sort 20 pictures")))
    beat(conn, NOON)
    beat(conn, NOON + 10 * S, "away")
    beat(conn, NOON + 60 * S)
    now = running(conn, NOON + 65 * S)

    assert now is not None
    assert ("s1", "site", ":t1", "Sort 20 pictures") == (now.session, now.platform, now.task, now.title)
    assert (NOON, 15 * S) == (now.since_us, now.active_us)


def test_today_is_what_was_booked_and_what_goes_on() -> None:
    """Booked and open work of the same time counts once; yesterday's does not count."""
    conn = memory()
    beat(conn, NOON - DAY, session="old")
    close_stale(conn, NOON - DAY + HOUR)
    beat(conn, NOON, session="one")
    beat(conn, NOON + 20 * S, "end", session="one")
    beat(conn, NOON + 10 * S, session="two")

    assert 30 * S == active_on(conn, NOON + 30 * S, "UTC")


def test_a_pulse_of_any_length_vouches_for_five_minutes_at_most() -> None:
    """What a client claims is not believed without bounds."""
    conn = memory()
    beat(conn, NOON, pulse_s=10**9)
    close_stale(conn, NOON + HOUR)

    assert [(0, 300)] == intervals(conn)


def pulse(second: int, state: str, since: int | None) -> Pulse:
    """A beat of a machine that never sleeps: both clocks go on alike."""
    since_us = None if since is None else NOON + since * S
    return Pulse(NOON + second * S, state, since_us, 1_000 + second * 1_000)


states = st.sampled_from(["active", "active", "active", "away", "idle", "end"])
beats_of = st.lists(
    st.builds(pulse, st.integers(0, 400), states, st.none() | st.integers(0, 400)),
    max_size=15,
    unique_by=lambda one: one.at_us,
)


@settings(max_examples=60)
@given(beats_of, st.permutations(range(15)), st.sets(st.integers(0, 14)))
def test_however_beats_arrive_the_same_time_is_booked(beats: list[Pulse], order: list[int], closings: set[int]) -> None:
    """Any order of delivery, and any moment at which the agent closes what fell silent: one outcome."""
    conn = memory()
    for place, index in enumerate(index for index in order if index < len(beats)):
        one = beats[index]
        beat(conn, one.at_us, one.state, since_us=one.since_us, mono_ms=one.mono_ms)
        if place in closings:
            close_stale(conn, NOON + HOUR)
    close_stale(conn, NOON + HOUR)
    worked = spans(beats, PULSE)
    proven = [("work", span.start_us, span.end_us) for span in worked]
    proven += [("idle", *one) for one in rests(beats, worked)]
    found = [tuple(row) for row in conn.execute("SELECT kind, start_us, end_us FROM interval")]

    assert sorted(proven) == sorted(found)
    assert length((span.start_us, span.end_us) for span in worked) == active_on(conn, NOON + HOUR, "UTC")
    assert [] == verify(conn)["differences"]


@settings(max_examples=30)
@given(beats_of)
def test_a_rebuild_makes_the_same_tables(beats: list[Pulse]) -> None:
    """Intervals and their sums follow from the history alone."""
    conn = memory()
    for one in beats:
        beat(conn, one.at_us, one.state, since_us=one.since_us, mono_ms=one.mono_ms)
        close_stale(conn, one.at_us)
    close_stale(conn, NOON + HOUR)
    before = derived_tables(conn)
    rebuild(conn)

    assert before == derived_tables(conn)


zones = st.sampled_from(
    ["UTC", "Europe/Paris", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia", "America/Havana", "nowhere"]
)
YEARS = st.integers(1_700_000_000, 1_900_000_000)


@given(YEARS, st.integers(1, 3 * 86_400), zones)
def test_days_part_a_stretch_without_a_gap(start_s: int, seconds: int, zone: str) -> None:
    """Every piece lies in one local day, and together they are the whole."""
    start, end = start_s * S, (start_s + seconds) * S
    pieces = split(start, end, zone)

    assert [start, *(piece.end_us for piece in pieces)] == [*(piece.start_us for piece in pieces), end]
    assert all(piece.day == day_of(piece.start_us, zone) == day_of(piece.end_us - 1, zone) for piece in pieces)
    assert all(day_start(piece.end_us - 1, zone) <= piece.start_us for piece in pieces)


def test_days_of_a_clock_change_have_23_and_25_hours() -> None:
    """Los Angeles in March and November 2026, Paris the same year."""
    for zone, day, hours in (
        ("America/Los_Angeles", 1_772_956_800, 23),  # 2026-03-08T08:00:00Z, its midnight
        ("America/Los_Angeles", 1_793_516_400, 25),  # 2026-11-01T07:00:00Z
        ("Europe/Paris", 1_774_738_800, 23),  # 2026-03-28T23:00:00Z
        ("Europe/Paris", 1_792_879_200, 25),  # 2026-10-24T22:00:00Z
    ):
        assert hours * HOUR == next_midnight(day * S, zone) - day * S


def test_searching_counts_as_time_and_holds_no_alert_back() -> None:
    """A list in front is time of its own kind; nothing runs, nothing waits, and its end releases nothing."""
    conn = memory()
    for second in (0, 20, 40):
        beat(conn, NOON + second * S, session="q1", task="", work="search")
    assert not working_now(conn, NOON + 45 * S)
    assert None is running(conn, NOON + 45 * S)
    assert 45 * S == active_on(conn, NOON + 45 * S, "UTC")

    beat(conn, NOON + 50 * S, "end", session="q1", task="", work="search")
    assert [("search", 50 * S)] == [tuple(row) for row in conn.execute("SELECT kind, active_us FROM interval")]


def test_a_qualification_is_worked_on_and_the_list_of_them_is_not() -> None:
    """Its own task is an attempt like any other; the page that lists them is time around tasks."""
    conn = memory()
    beat(conn, NOON, session="q1", task="", work="qualification")
    assert not working_now(conn, NOON + S)
    beat(conn, NOON, session="q2", work="qualification", id="other")
    assert working_now(conn, NOON + S)


def test_time_today_leaves_out_what_was_deleted_while_the_session_goes_on() -> None:
    """A correction counts at once, for the booked part of open work too."""
    conn = memory()
    for second in range(0, 61, 20):
        beat(conn, NOON + second * S)
    close_stale(conn, NOON + 10 * 60 * S)
    rows = named(conn, [row[0] for row in conn.execute("SELECT id FROM interval")])
    correct(conn, Context(now_us=NOON + HOUR), "delete", rows, [])
    beat(conn, NOON + HOUR)

    assert 10 * S == active_on(conn, NOON + HOUR + 10 * S, "UTC")
