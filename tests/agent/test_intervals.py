"""From pulses to intervals: every rule of the clock that concerns one session, and the arithmetic of ranges."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.worktime.intervals import LONGEST_REST_US, Pulse, Span, length, rests, shares, spans, subtract, union
from piecework.worktime.sessions import session_us

S = 1_000_000
PULSE = 30 * S
START = 1_764_000_000 * S


def at(seconds: float, state: str = "active", since: float | None = None, mono_ms: int = 0) -> Pulse:
    """A beat some seconds after the start."""
    since_us = None if since is None else START + round(since * S)
    return Pulse(START + round(seconds * S), state, since_us, mono_ms)


def found(*beats: Pulse) -> list[tuple[float, float]]:
    """Start and end of each span, in seconds after the start."""
    return [((span.start_us - START) / S, (span.end_us - START) / S) for span in spans(beats, PULSE)]


def test_beats_within_a_pulse_are_one_interval_that_ends_a_pulse_after_the_last() -> None:
    """Nobody said when the work ended: at most one pulse is believed."""
    assert [(0, 80)] == found(at(0), at(25), at(50))


def test_a_silence_longer_than_a_pulse_parts_two_intervals() -> None:
    """What happened in the silence is unknown and not counted."""
    assert [(0, 30), (100, 130)] == found(at(0), at(100))


def test_a_beat_that_is_a_moment_late_continues_its_interval() -> None:
    """Timers are never exact: a beat of a 30 s pulse that comes after 31 s is no break."""
    assert [(0, 61)] == found(at(0), at(31))
    assert [(0, 30), (33, 63)] == found(at(0), at(33))


@pytest.mark.parametrize("state", ["away", "end"])
def test_away_and_end_close_at_their_own_time(state: str) -> None:
    """The page said when it was left."""
    assert [(0, 12)] == found(at(0), at(12, state))


@pytest.mark.parametrize("state", ["away", "end"])
def test_a_late_close_does_not_stretch_the_interval(state: str) -> None:
    """An `end` an hour after the last beat is no proof of an hour's work."""
    assert [(0, 30)] == found(at(0), at(3600, state))


def test_coming_back_opens_a_new_interval() -> None:
    """Away for five seconds is five seconds not worked."""
    assert [(0, 10), (15, 45)] == found(at(0), at(10, "away"), at(15))


def test_idle_closes_at_the_last_input_and_voids_the_beats_after_it() -> None:
    """Beats went on for three minutes before the browser noticed that nobody was there."""
    beats = [at(0), at(20), at(40), at(60), at(80), at(100), at(205, "idle", since=25)]

    assert [(0, 25)] == found(*beats)


def test_work_goes_on_after_idle() -> None:
    """The first beat after an idle stretch opens a new interval at its own time."""
    assert [(0, 20), (300, 330)] == found(at(0), at(20), at(200, "idle", since=20), at(300))


def test_idle_dated_into_the_future_counts_as_now() -> None:
    """A clock that was set between input and report makes no interval longer than its beats."""
    assert [(0, 10)] == found(at(0), at(10, "idle", since=5000))


def test_a_suspend_closes_where_the_monotonic_clock_stood_still() -> None:
    """Two hours of sleep: the monotonic clock went on for four seconds."""
    beats = [at(0, mono_ms=1_000), at(20, mono_ms=21_000), at(7220, mono_ms=25_000)]

    assert [(0, 24), (7220, 7250)] == found(*beats)


def test_a_short_suspend_is_seen_within_a_pulse() -> None:
    """Beats 25 s apart by the wall clock, 5 s by the monotonic one: twenty seconds were slept."""
    assert [(0, 5), (25, 55)] == found(at(0, mono_ms=1_000), at(25, mono_ms=6_000))


def test_a_monotonic_clock_that_ran_through_the_sleep_still_closes_after_a_pulse() -> None:
    """Some systems count sleep as elapsed: the silence parts the intervals then."""
    assert [(0, 30), (7200, 7230)] == found(at(0, mono_ms=1_000), at(7200, mono_ms=7_201_000))


def test_idle_noticed_after_a_suspend_books_no_sleep() -> None:
    """On waking the browser dates idle back into the sleep; the monotonic clock knows better."""
    beats = [at(0, mono_ms=1_000), at(7200, "idle", since=7020, mono_ms=4_000)]

    assert [(0, 3)] == found(*beats)


def test_a_restarted_browser_does_not_look_like_a_suspend() -> None:
    """Its monotonic clock began anew and says nothing about the time between."""
    assert [(0, 50)] == found(at(0, mono_ms=900_000), at(20, mono_ms=500))


def test_a_clock_set_back_counts_every_second_at_most_once() -> None:
    """The clock is set back by an hour during work: two intervals, none negative, none overlapping."""
    beats = [at(3600, mono_ms=1_000), at(3620, mono_ms=21_000), at(40, mono_ms=41_000), at(60, mono_ms=61_000)]

    assert [(40, 90), (3600, 3650)] == found(*beats)


def test_nothing_but_a_close_is_no_work() -> None:
    """A page that is left without ever being active counts nothing."""
    assert [] == found(at(0, "away"), at(5, "end"), at(9, "idle", since=2))


def rested(*beats: Pulse) -> list[tuple[float, float]]:
    """Start and end of each idle stretch, in seconds after the start."""
    return [((start - START) / S, (end - START) / S) for start, end in rests(beats, spans(beats, PULSE))]


def awake(seconds: float, state: str = "active", since: float | None = None) -> Pulse:
    """A beat of a machine that has not slept: both clocks went on alike."""
    return at(seconds, state, since, 1_000 + round(seconds * 1000))


def test_idleness_at_a_task_is_known_from_the_last_input_to_the_return() -> None:
    """Reading a long text looks like that: uncounted, and there for the person to call it work."""
    beats = [awake(0), awake(20), awake(200, "idle", since=30), awake(290), awake(300, "end")]

    assert [(30, 290)] == rested(*beats)
    assert [(0, 30), (290, 300)] == found(*beats)


@pytest.mark.parametrize(
    "beats",
    [
        [awake(0), awake(200, "idle", since=20)],
        [awake(0), awake(200, "idle", since=20), awake(210, "away"), awake(220)],
        [awake(0), awake(200, "idle", since=20), awake(3700)],
        [awake(0), at(200, "idle", since=20), awake(220)],
        [awake(0), awake(200, "idle", since=20), at(900, mono_ms=230_000)],
        [at(0, mono_ms=1_000), at(900, "idle", since=700, mono_ms=201_000), at(920, mono_ms=221_000)],
        [awake(100), awake(200, "idle", since=20), awake(220)],
    ],
    ids=["never back", "left", "over an hour", "clock unknown", "slept after", "slept before", "not begun"],
)
def test_what_nobody_can_vouch_for_is_no_idle_stretch(beats: list[Pulse]) -> None:
    """Somebody who did not come back, a sleep on the way, a clock that says nothing."""
    assert [] == rested(*beats)


beats_of = st.lists(
    st.builds(
        Pulse,
        at_us=st.integers(START, START + 600 * S),
        state=st.sampled_from(["active", "active", "active", "away", "idle", "end"]),
        since_us=st.none() | st.integers(START - 60 * S, START + 700 * S),
        mono_ms=st.just(0) | st.integers(1, 700_000),
    ),
    max_size=40,
)


@given(beats_of)
def test_spans_never_overlap_and_never_outlast_their_last_beat(beats: list[Pulse]) -> None:
    """In order, apart, positive, begun by an active beat, ended at most a pulse after their last one."""
    result = spans(beats, PULSE)
    active = {beat.at_us for beat in beats if beat.state == "active"}

    assert all(left.end_us <= right.start_us for left, right in pairwise(result))
    assert all(0 < span.active_us == span.end_us - span.start_us for span in result)
    assert all(span.start_us in active and span.last_us in active for span in result)
    assert all(span.last_us <= span.end_us <= span.last_us + PULSE for span in result)


@given(beats_of, st.randoms(use_true_random=False), st.integers(0, 10))
def test_order_and_repetition_make_no_difference(beats: list[Pulse], chance: random.Random, repeated: int) -> None:
    """Beats may come twice and in any order."""
    again = [*beats, *beats[:repeated]]
    chance.shuffle(again)

    assert spans(beats, PULSE) == spans(again, PULSE)


@given(beats_of, st.randoms(use_true_random=False))
def test_idle_stretches_lie_beside_work_and_depend_on_no_order(beats: list[Pulse], chance: random.Random) -> None:
    """Never over work, never longer than an hour, the same however the beats arrive."""
    worked = spans(beats, PULSE)
    idle = rests(beats, worked)
    again = beats[:]
    chance.shuffle(again)

    assert idle == rests(again, worked)
    assert length(idle) == length(subtract(idle, [(span.start_us, span.end_us) for span in worked]))
    assert all(0 < end - start <= LONGEST_REST_US for start, end in idle)


@given(beats_of)
def test_no_span_lies_where_there_was_no_input(beats: list[Pulse]) -> None:
    """From the last input to the moment idle was noticed nothing counts."""
    quiet = [(min(one.since_us, one.at_us), one.at_us) for one in beats if one.state == "idle" and one.since_us]
    ranges = [(span.start_us, span.end_us) for span in spans(beats, PULSE)]

    assert length(ranges) == length(subtract(ranges, quiet))


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=20),
    st.integers(0, 19),
    st.integers(3, 40_000),
    st.integers(0, 40),
)
def test_a_sleep_is_never_booked(gaps: list[int], place: int, slept_s: int, woken_s: int) -> None:
    """However long the machine slept, no more is counted than the time it was awake, plus the last pulse."""
    wall, mono, beats = 0, 1_000, [at(0, mono_ms=1_000)]
    for index, gap in enumerate(gaps):
        asleep = slept_s if index == place % len(gaps) else 0
        step = gap + (woken_s if asleep else 0)
        wall, mono = wall + step + asleep, mono + step * 1_000
        beats.append(at(wall, mono_ms=mono))
    active = sum(span.active_us for span in spans(beats, PULSE))

    assert active <= (mono - 1_000) * 1_000 + PULSE


@given(st.lists(st.tuples(st.integers(1, 29), st.integers(-4000, 4000)), max_size=20))
def test_a_clock_that_jumps_never_adds_time(steps: list[tuple[int, int]]) -> None:
    """Each jump of the wall clock can cost or add one pulse at most, whichever way it goes."""
    wall, mono, beats = 0, 1_000, [at(0, mono_ms=1_000)]
    for gap, jump in steps:
        wall, mono = wall + gap + jump, mono + gap * 1_000
        beats.append(at(wall, mono_ms=mono))
    active = sum(span.active_us for span in spans(beats, PULSE))

    assert active <= (mono - 1_000) * 1_000 + PULSE * (1 + len(steps))


@given(st.lists(st.tuples(st.integers(1, 25), st.just(0) | st.integers(1, 7200)), max_size=30), st.integers(0, 24))
def test_a_kill_between_two_beats_costs_one_pulse_at_most(gaps: list[tuple[int, int]], late: int) -> None:
    """The browser is killed and begins anew, again and again: each time the clock is wrong by a pulse at most."""
    wall, worked, born, kills, beats = 0, 0, -1, 0, [awake(0)]
    for gap, down in gaps:
        wall, worked, kills = wall + gap + down, worked + gap, kills + (down > 0)
        # A new run of the browser counts its monotonic clock from its own beginning.
        born = wall - 1 if down else born
        beats.append(at(wall, mono_ms=(wall - born) * 1_000))
    active = sum(span.active_us for span in spans(beats, PULSE))

    assert abs(active - (worked + late) * S) <= PULSE * (1 + kills)


ranges_of = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=12)


def moments(ranges: list[tuple[int, int]]) -> set[int]:
    """The integer moments a list of ranges covers."""
    return {moment for start, end in ranges for moment in range(start, end)}


@given(ranges_of, ranges_of)
def test_ranges_behave_like_sets(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    """Union, length and difference agree with sets of single moments."""
    assert moments(left) == moments(union(left))
    assert len(moments(left)) == length(left)
    assert moments(left) - moments(right) == moments(subtract(left, right))
    assert all(one[1] < other[0] for one, other in pairwise(union(left)))


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=2), ranges_of, max_size=4))
def test_shares_add_up_to_the_wall_time(work: dict[str, list[tuple[int, int]]]) -> None:
    """Overlapping work is shared evenly; nothing is lost, nothing counted twice."""
    result = shares(work)
    wall = length([one for ranges in work.values() for one in ranges])

    assert wall == sum(result.values())
    assert all(result[name] <= length(ranges) for name, ranges in work.items())


def test_shares_split_an_overlap_evenly() -> None:
    """Ten alone and ten together: fifteen and five."""
    assert {"a": 15, "b": 5} == shares({"a": [(0, 20)], "b": [(10, 20)]})


def test_a_span_tells_whether_its_end_may_still_move() -> None:
    """A page that was left has ended; a silence may be a beat that is still on its way."""
    [closed] = spans([at(0), at(10, "end")], PULSE)
    [unclear] = spans([at(0)], PULSE)

    assert Span(START, START + 10 * S, 10 * S, START, open=False) == closed
    assert unclear.open


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 60)), min_size=1), st.integers(0, 90), st.integers(0, 90))
def test_a_session_never_shrinks_as_pauses_grow(pieces: list[tuple[int, int]], pause: int, more: int) -> None:
    """Without pauses it is the union; with all of them it is from the first start to the last end."""
    ranges = [(start, start + long) for start, long in pieces]

    assert length(ranges) == session_us(ranges, 0)
    assert session_us(ranges, pause) <= session_us(ranges, pause + more)
    assert max(end for _, end in ranges) - min(start for start, _ in ranges) == session_us(ranges, 10_000)
