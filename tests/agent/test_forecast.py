"""When tasks come: counts are kept whole, nobody's hours are no quiet hours, and little is said of little."""

from __future__ import annotations

import csv
import json
import math
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.cli.keys import ANSWERS
from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, SystemClock
from piecework.store import migrations
from piecework.watch.coverage import foresee, note_arrival, note_watched, platforms, week_of
from piecework.watch.forecast import (
    HOURS,
    LONGEST_GAP_US,
    PRIOR_TASKS,
    Arrival,
    exposure,
    forecast,
    hour_of,
    spread,
)
from tests.agent.books import memory
from tests.agent.cli_rig import Cli

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from piecework.settings import Paths
    from piecework.store import Store

MONDAY = 1_794_787_200 * SECOND_US
"""2026-11-16T00:00:00Z, a Monday."""
WEEK = 7 * DAY_US
ARRIVAL_WEEK = 12
"""The version that counts arrivals by the week."""
PARIS = "Europe/Paris"
ALWAYS = {MONDAY + hour * HOUR_US: HOUR_US for hour in range(4 * HOURS)}
"""Four weeks watched without a break."""
END = MONDAY + 4 * WEEK

moments = st.integers(0, 4 * HOURS * 60 - 1).map(lambda minute: MONDAY + minute * MINUTE_US)
gaps = st.one_of(st.none(), st.integers(0, 14 * 60).map(lambda minute: minute * MINUTE_US))
arrivals_of = st.lists(st.builds(Arrival, moments, gaps, st.integers(1, 3)), max_size=60)


def every_day(hours: tuple[int, ...], weeks: int = 4) -> list[Arrival]:
    """Two tasks in each of these hours of every day."""
    return [
        Arrival(MONDAY + day * DAY_US + hour * HOUR_US + 20 * MINUTE_US, 15 * SECOND_US, 2)
        for day in range(7 * weeks)
        for hour in hours
    ]


@given(arrivals_of, st.sampled_from(["UTC", PARIS, "Asia/Kolkata", "America/Los_Angeles", "no/zone"]))
def test_every_task_is_counted_once_or_said_to_be_unknown(arrivals: list[Arrival], zone: str) -> None:
    """However long the pause before it, in whatever zone: hours add up to the tasks, and watching to the watched."""
    found = forecast(arrivals, ALWAYS, zone=zone, now_us=END)

    assert math.isclose(found.tasks, sum(hour.tasks for hour in found.hours), abs_tol=1e-6)
    assert found.tasks + found.unknown == sum(one.n for one in arrivals)
    assert math.isclose(4 * HOURS, sum(hour.watched_h for hour in found.hours), abs_tol=1e-6)
    assert all(one.gap_us is None or one.gap_us > LONGEST_GAP_US for one in arrivals if not spread(one))


@given(arrivals_of)
def test_an_estimate_lies_in_its_interval_and_more_evidence_narrows_it(arrivals: list[Arrival]) -> None:
    """No rate below nothing; the same weeks twice over leave the rate near and the interval narrower."""
    once = forecast(arrivals, ALWAYS, zone="UTC", now_us=END)
    twice = forecast(arrivals * 3, {at: 3 * us for at, us in ALWAYS.items()}, zone="UTC", now_us=END)
    for one, more in zip(once.hours, twice.hours, strict=True):
        if one.rate is None or one.low is None or one.high is None:
            continue
        assert 0 <= one.low < one.rate < one.high
        assert more.low is not None
        assert more.high is not None
        assert (more.high - more.low) / (more.rate or 1) < (one.high - one.low) / one.rate


@given(moments, st.integers(1, 20 * 60))
def test_a_pause_is_shared_out_over_its_hours(at_us: int, minutes: int) -> None:
    """Shares add up to one and lie inside the pause; of a pause beyond twelve hours nobody can say."""
    pieces = spread(Arrival(at_us, minutes * MINUTE_US))
    if minutes > 12 * 60:
        assert [] == pieces
        return
    assert math.isclose(1, sum(share for _, share in pieces))
    assert all(at_us - minutes * MINUTE_US <= start <= at_us for start, _ in pieces)


@given(moments, st.integers(1, 15 * 3600))
def test_a_look_vouches_for_no_more_than_it_can_see(at_us: int, seconds: int) -> None:
    """Seconds ago is watched whole; of hours only what is still there; each part lies in its own hour."""
    gap = seconds * SECOND_US
    parts = dict(exposure(at_us - gap, at_us))

    if gap > LONGEST_GAP_US:
        assert {} == parts
        return
    assert sum(parts.values()) <= min(gap, HOUR_US) + len(parts)
    assert all(at_us - gap < hour + HOUR_US and hour <= at_us and hour % HOUR_US == 0 for hour in parts)
    if seconds <= 30:
        assert sum(parts.values()) >= gap * 99 // 100


def test_the_busy_hours_win() -> None:
    """Tasks that come from 14 to 17 every day: the window of the next day is that, and clearly so."""
    found = forecast(every_day((14, 15, 16)), ALWAYS, zone="UTC", now_us=END)

    assert "clear" == found.state
    assert found.best is not None
    assert END + 14 * HOUR_US == found.best.start_us
    assert 3.5 < found.best.low < found.best.expected < found.best.high < 6
    quiet, busy = found.hours[3].rate, found.hours[15].rate
    assert quiet is not None
    assert busy is not None
    assert quiet < busy / 5


def test_even_weeks_have_no_best_hours() -> None:
    """Where every hour brings the same, none is said to be better."""
    found = forecast(every_day(tuple(range(24))), ALWAYS, zone="UTC", now_us=END)

    assert "even" == found.state


def test_little_is_said_of_little() -> None:
    """Few tasks, little watching or few days: counts, and no rate; nothing at all is no error."""
    for arrivals, watched, now_us in (
        (every_day((14,))[:9], ALWAYS, END),
        (every_day((14, 15)), {MONDAY: HOUR_US}, END),
        (
            every_day((14, 15, 16), 1)[:18],
            {at: us for at, us in ALWAYS.items() if at < MONDAY + 6 * DAY_US},
            MONDAY + 6 * DAY_US,
        ),
        ([], {}, END),
    ):
        found = forecast(arrivals, watched, zone="UTC", now_us=now_us)
        assert ("too_little", None, None) == (found.state, found.mean, found.best)
        assert all(hour.rate is None for hour in found.hours)


def test_an_hour_that_nobody_watched_is_unknown_and_not_quiet() -> None:
    """It gets no rate, and no window is recommended with it inside."""
    days = {at: us for at, us in ALWAYS.items() if 8 <= (at - MONDAY) // HOUR_US % 24 < 20}
    found = forecast(every_day((9, 10, 11)), days, zone="UTC", now_us=END)

    assert None is found.hours[3].rate
    assert found.hours[9].rate is not None
    assert found.best is not None
    assert 9 * HOUR_US == (found.best.start_us - MONDAY) % DAY_US


def test_the_prior_is_worth_four_tasks() -> None:
    """An hour watched once without a task is not said to be dead."""
    watched = {at: us for at, us in ALWAYS.items() if (at - MONDAY) // HOUR_US % HOURS != 5}
    found = forecast(every_day((14,)), {**watched, MONDAY + 5 * HOUR_US: 1}, zone="UTC", now_us=END)

    assert found.mean is not None
    assert found.hours[5].rate is not None
    assert 0 < found.hours[5].rate < found.mean
    assert 4 == PRIOR_TASKS


@pytest.mark.parametrize(
    ("at", "zone", "hour"),
    [
        (MONDAY, "UTC", 0),
        (MONDAY, PARIS, 1),
        (MONDAY, "Asia/Kolkata", 5),
        (MONDAY, "America/Los_Angeles", 160),
        (1_792_888_200 * SECOND_US, PARIS, 146),
        (1_792_891_800 * SECOND_US, PARIS, 146),
        (1_774_747_800 * SECOND_US, PARIS, 147),
    ],
)
def test_hours_are_those_of_the_persons_clock(at: int, zone: str, hour: int) -> None:
    """Half hours of a zone included; an hour that comes twice is the same, one that is left out never comes."""
    assert hour == hour_of(at, zone)


def test_zones_of_half_hours_share_an_hour_out() -> None:
    """An hour of UTC lies half in each of two hours in Kolkata."""
    found = forecast([], {MONDAY: HOUR_US}, zone="Asia/Kolkata", now_us=END)

    assert {5: 0.5, 6: 0.5} == {hour.hour: hour.watched_h for hour in found.hours if hour.watched_h}


def test_the_store_counts_what_was_watched_and_what_came() -> None:
    """Lists watched at once are one hour of watching; baselines are no arrivals; kinds are told apart."""
    conn = memory()
    for name in ("a", "b"):
        for step in range(240):
            at_us = MONDAY + step * 15 * SECOND_US
            note_watched(conn, "site", name, at_us - 15 * SECOND_US, at_us)
    note_watched(conn, "site", "a", None, MONDAY)
    for kind, gap in (("new", 15), ("new", 3600), ("reopened", None), ("baseline", 5)):
        put(conn, kind, MONDAY + 30 * MINUTE_US, gap)

    assert ["site"] == platforms(conn, MONDAY + DAY_US)
    one = foresee(conn, "site", "all", zone="UTC", now_us=MONDAY + DAY_US).forecast
    assert (2, 1) == (one.tasks, one.unknown)
    assert 0.99 < one.hours[0].watched_h <= 1
    assert (1.5, 0.5) == (one.hours[0].tasks, one.hours[167].tasks)
    assert 1 == foresee(conn, "site", "reopened", zone="UTC", now_us=MONDAY + DAY_US).forecast.unknown


@given(
    st.lists(st.builds(Arrival, moments, gaps, st.integers(1, 3)), max_size=40),
    st.dictionaries(st.sampled_from(sorted(ALWAYS)), st.integers(1, HOUR_US), max_size=60),
    st.sampled_from(["UTC", PARIS, "Asia/Kolkata", "Australia/Lord_Howe", "America/Los_Angeles"]),
    st.sampled_from([0, -26 * WEEK, -4 * WEEK - DAY_US]),
)
def test_counted_by_the_week_is_counted_one_by_one(
    arrivals: list[Arrival], watched: dict[int, int], zone: str, shift: int
) -> None:
    """The sums of the store say what the arrivals themselves say, also over a change of the clocks."""
    conn = memory()
    moved = [one._replace(first_seen_us=one.first_seen_us + shift) for one in arrivals]
    seen = {at_us + shift: us for at_us, us in watched.items()}
    for one in moved:
        note_arrival(conn, "site", "new", one)
    conn.executemany("INSERT INTO watched VALUES ('site', 'main', ?, ?)", seen.items())
    now_us = END + shift
    direct = forecast(moved, seen, zone=zone, now_us=now_us)
    summed = foresee(conn, "site", "new", zone=zone, now_us=now_us).forecast

    assert (direct.tasks, direct.unknown) == (summed.tasks, summed.unknown)
    for first, second in zip(direct.hours, summed.hours, strict=True):
        assert math.isclose(first.tasks, second.tasks, abs_tol=1e-3)
        assert math.isclose(first.watched_h, second.watched_h, abs_tol=1e-6)


@given(arrivals_of)
@settings(max_examples=20)
def test_a_store_of_before_is_counted_by_its_migration(arrivals: list[Arrival]) -> None:
    """The migration's sums are those of the program, arrival by arrival; first looks are none."""
    old, new = memory(), memory()
    old.execute("DROP TABLE arrival_week")
    for one in arrivals:
        gap_s = None if one.gap_us is None else one.gap_us // SECOND_US
        for _ in range(one.n):
            put(new, "new", one.first_seen_us, gap_s)
            put_row(old, "new", one.first_seen_us, gap_s)
        put_row(old, "baseline", one.first_seen_us, gap_s)
    script = migrations.versions()[ARRIVAL_WEEK].read_text(encoding="utf-8")
    for statement in migrations.statements(script):
        old.execute(statement)

    def sums(conn: sqlite3.Connection) -> dict[int, tuple[int, int, dict[str, int]]]:
        found = conn.execute("SELECT week_us, tasks, unknown, quarters FROM arrival_week")
        return {week: (tasks, unknown, json.loads(quarters)) for week, tasks, unknown, quarters in found}

    mine, theirs = sums(new), sums(old)
    assert set(mine) == set(theirs)
    for week, (tasks, unknown, quarters) in mine.items():
        assert (tasks, unknown) == theirs[week][:2]
        assert set(quarters) == set(theirs[week][2])
        assert all(abs(parts - theirs[week][2][name]) <= 200 for name, parts in quarters.items())
    assert all(week == week_of(week) for week in mine)


def put(conn: sqlite3.Connection, kind: str, at_us: int, gap_s: int | None) -> None:
    """One arrival, as the program stores it."""
    put_row(conn, kind, at_us, gap_s)
    if kind != "baseline":
        note_arrival(conn, "site", kind, Arrival(at_us, None if gap_s is None else gap_s * SECOND_US))


def put_row(conn: sqlite3.Connection, kind: str, at_us: int, gap_s: int | None) -> None:
    """Its row alone, as older programs left it."""
    conn.execute(
        "INSERT INTO arrival (platform, list, kind, first_seen_us, last_seen_us, gap_before_us) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        ("site", "a", kind, at_us, at_us, None if gap_s is None else gap_s * SECOND_US),
    )


def test_the_command_says_the_same_and_no_more_than_it_knows(paths: Paths, store: Store) -> None:
    """Every hour of the week with its keys as documented; for people a line a platform; nothing where nothing came."""
    now_us = SystemClock().now_us()

    def job(conn: sqlite3.Connection) -> None:
        for hour in range(3):
            put(conn, "new", now_us - hour * HOUR_US, 15)

    store.write_now(job)
    store.close()
    cli = Cli(paths.data)

    [row] = cli.json("forecast")
    documented = set(
        re.findall(r"[a-z_]+", re.sub(r": (?:\[.*?\]|\{.*?\} or null|[a-z_ |]+)", "", ANSWERS["forecast"]))
    )
    assert documented == set(row)
    assert ("too_little", 3, None, HOURS) == (row["state"], row["tasks"], row["best"], len(row["hours"]))
    assert {"hour", "tasks", "watched_h", "rate", "low", "high"} == set(row["hours"][0])
    assert "too little yet" in cli("forecast", "--kind", "new").out
    assert [] == cli.json("forecast", "--platform", "other", code=3)


@pytest.mark.parametrize("part", range(4))
def test_recorded_rhythm_is_found_again(recorded: Callable[[str], Path], part: int) -> None:
    """Learned on the other three quarters of the recorded posts, the busiest hours bring far more than their share."""
    with (recorded("arrivals") / "hwtf_posts_2012_2013.csv").open(encoding="utf-8") as lines:
        posts = [int(row["created_utc"]) * SECOND_US for row in csv.DictReader(lines)]
    posts.sort()
    cut = [posts[len(posts) * place // 4] for place in range(4)] + [posts[-1] + 1]
    learned = [at for at in posts if not cut[part] <= at < cut[part + 1]]
    others = [at for at in posts if cut[part] <= at < cut[part + 1]]
    span = range(posts[0] // HOUR_US, posts[-1] // HOUR_US + 1)
    found = forecast(
        [Arrival(at, 0) for at in learned], {at * HOUR_US: HOUR_US for at in span}, zone="UTC", now_us=posts[-1]
    )

    assert found.state != "too_little"
    ranked = sorted(found.hours, key=lambda hour: -(hour.rate or 0))
    best = {hour.hour for hour in ranked[: HOURS // 4]}
    assert sum(hour_of(at, "UTC") in best for at in others) > 1.4 * len(others) / 4
