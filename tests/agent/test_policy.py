"""Looks are spent where they are worth most, and no host is ever asked more than it bears."""

from __future__ import annotations

import itertools
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import BadUsage
from piecework.watch.policy import ListSpec, Policy
from piecework.watch.policy.even import even_period
from piecework.watch.policy.lives import Lives
from piecework.watch.policy.spec import WEEK_S
from piecework.watch.policy.value import caught, fall, rise

START = 1_767_571_200.0
"""A Monday, 00:00 UTC."""


def policy(
    *specs: tuple[str, str, float], per_hour: float = 120, seed: int = 7, learn_after_s: float = WEEK_S
) -> Policy:
    """A policy of these lists."""
    return Policy([ListSpec(*spec) for spec in specs], per_hour, seed, learn_after_s=learn_after_s)


def drive(
    own: Policy, until_s: float, *, at_s: float = START, http: int = 200, retry_after_s: float | None = None
) -> list[tuple[str, float]]:
    """Looks where and when it is told to, and answers the same each time; a new task a minute is in view for five."""
    looks = []
    while True:
        name, not_before_s = own.next(at_s)
        at_s = max(at_s, not_before_s)
        if at_s >= until_s:
            return looks
        looks.append((name, at_s))
        seen = {f"{name} {int(at_s // 60) - back}": 1.0 for back in range(5)}
        own.observe(name, at_s, seen, http, retry_after_s)


def gaps(looks: list[tuple[str, float]], *names: str) -> list[float]:
    """Seconds between the looks at these lists."""
    times = [at_s for name, at_s in looks if name in names]
    return [later - earlier for earlier, later in itertools.pairwise(times)]


lists = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 5.0, 60.0, 300.0])), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(lists, st.sampled_from([6.0, 60.0, 240.0]), st.integers(0, 99), st.sampled_from([0.0, WEEK_S]))
def test_a_host_is_never_asked_sooner_than_it_bears(
    drawn: list[tuple[int, float]], per_hour: float, seed: int, after_s: float
) -> None:
    """Whatever lists share a host: two requests are at least the longest of their gaps apart."""
    specs = [(f"l{number}", f"h{host}", gap) for number, (host, gap) in enumerate(drawn)]
    own = policy(*specs, per_hour=per_hour, seed=seed, learn_after_s=after_s)
    looks = drive(own, START + 3 * 3600)
    for host in {spec[1] for spec in specs}:
        least = max(spec[2] for spec in specs if spec[1] == host)
        between = gaps(looks, *(spec[0] for spec in specs if spec[1] == host))
        assert [] == [gap for gap in between if gap < least - 1e-6]


@pytest.mark.parametrize("after_s", [0.0, WEEK_S])
def test_the_budget_is_held(after_s: float) -> None:
    """Over two days a budget of 60 an hour is neither overdrawn nor left lying, evenly spaced or not."""
    own = policy(*((f"l{n}", f"h{n}", 5.0) for n in range(6)), per_hour=60, learn_after_s=after_s)
    looks = drive(own, START + 48 * 3600)
    assert 0.9 < len(looks) / (48 * 60) < 1.1


@pytest.mark.parametrize("after_s", [0.0, WEEK_S])
def test_no_list_is_forgotten(after_s: float) -> None:
    """A list that never shows anything waits seven fair intervals at most."""
    own = policy(("busy", "a", 1.0), ("dead", "b", 1.0), per_hour=20, learn_after_s=after_s)
    at_s, last_s, longest = START, START, 0.0
    while at_s < START + 24 * 3600:
        name, not_before_s = own.next(at_s)
        at_s = max(at_s, not_before_s)
        seen = {f"t{int(at_s // 300)}": 1.0} if name == "busy" else {}
        if name == "dead":
            longest, last_s = max(longest, at_s - last_s), at_s
        own.observe(name, at_s, seen, 200, None)
    assert 7 * 2 * 180 + 1 >= longest


def test_the_first_week_is_evenly_spaced() -> None:
    """Nothing is known yet: every list gets its share, a tenth of jitter apart."""
    own = policy(("a", "a", 5.0), ("b", "b", 5.0), ("c", "c", 5.0), per_hour=60)
    looks = drive(own, START + 6 * 3600)
    counts = [sum(name == one for name, _ in looks) for one in "abc"]
    assert max(counts) - min(counts) <= 3
    assert not own.outlook(START + 6 * 3600).learned


def test_a_livelier_list_is_looked_at_more_often() -> None:
    """After the first week the budget goes where tasks of value come and go."""
    own = policy(("lively", "a", 5.0), ("still", "b", 5.0), per_hour=30, learn_after_s=0.0)
    at_s, counts = START, {"lively": 0, "still": 0}
    while at_s < START + 48 * 3600:
        name, not_before_s = own.next(at_s)
        at_s = max(at_s, not_before_s)
        step = 300 if name == "lively" else 36_000
        own.observe(name, at_s, {f"{name}{int(at_s // step)}": 1.0}, 200, None)
        counts[name] += at_s > START + 24 * 3600
    assert counts["lively"] > 2 * counts["still"] > 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.lists(st.floats(0, 500), max_size=5))
def test_asking_changes_nothing(seed: int, waits: list[float]) -> None:
    """`next` may be asked as often as one likes: the same moment gets the same answer, and so does the same seed."""
    specs = [("a", "h", 30.0), ("b", "h", 30.0), ("c", "i", 5.0)]
    asked, other = policy(*specs, seed=seed), policy(*specs, seed=seed)
    first = asked.next(START)
    for wait in waits:
        asked.next(START + wait)
    assert first == asked.next(START) == asked.next(START) == other.next(START)
    assert drive(other, START + 3600) == drive(asked, START + 3600)


def test_a_refusal_waits_as_long_as_it_says() -> None:
    """Retry-After holds for the whole host, both its lists."""
    own = policy(("a", "h", 5.0), ("b", "h", 5.0))
    name, at_s = own.next(START)
    own.observe(name, at_s, {}, 429, 900.0)
    assert at_s + 900.0 == own.next(at_s)[1]


def test_a_refusal_without_a_time_doubles_and_halves_the_pace() -> None:
    """Two minutes, four, eight, and up to an hour; then the pace is half of what it was, and comes back bit by bit."""
    own = policy(("a", "h", 10.0), per_hour=360)
    at_s, waits = START, []
    for _ in range(8):
        own.observe("a", at_s, {}, 429, None)
        waits.append(own.next(at_s)[1] - at_s)
        at_s += waits[-1]
    assert [120.0, 240.0, 480.0, 960.0, 1920.0, 3600.0, 3600.0] == waits[:7]
    own = policy(("a", "h", 10.0), per_hour=360)
    drive(own, START + 600)
    own.observe("a", START + 600, {}, 503, 10.0)
    looks = drive(own, START + 7200, at_s=START + 600)
    assert min(gaps(looks, "a")[:3]) >= 1.5 * min(gaps(looks, "a")[-3:]) >= 15.0


@pytest.mark.parametrize("retry_after_s", [None, 1.0, 60.0])
@pytest.mark.parametrize("hosts", [1, 10])
def test_a_storm_of_refusals_is_met_with_silence(hosts: int, retry_after_s: float | None) -> None:
    """Everybody answers 429: in the ten minutes after the first at most five requests, however many the lists."""
    own = policy(*((f"l{n}", f"h{n % hosts}", 1.0) for n in range(10)), per_hour=600)
    at_s = START + 1800
    drive(own, at_s)
    looks = drive(own, at_s + 600, at_s=at_s, http=429, retry_after_s=retry_after_s)
    assert 1 <= len([one for one in looks if one[1] > looks[0][1]]) <= 5


@pytest.mark.parametrize("http", [401, 403, 302])
def test_a_challenge_or_sign_in_stops_the_host_until_the_person_looked(http: int) -> None:
    """No retry at a challenge; other hosts go on; the person's own load opens the way again."""
    own = policy(("a", "h", 5.0), ("b", "i", 5.0))
    own.observe("a", START, {}, http, None)
    assert {"b"} == {name for name, _ in drive(own, START + 7200)}
    own.observe("b", START + 7200, {}, http, None)
    assert math.inf == own.next(START + 9000)[1]
    own.spent("h", START + 9000, well=False)
    assert math.inf == own.next(START + 9000)[1]
    own.spent("h", START + 9000)
    assert ("a", START + 9005) <= own.next(START + 9000)


def test_the_persons_own_loads_count() -> None:
    """F5 is a request as well: the host's gap runs from it; a hundred of them starve no other host."""
    own = policy(("a", "h", 60.0), ("b", "i", 5.0), per_hour=60)
    for second in range(100):
        own.spent("h", START + second)
    looks = drive(own, START + 1800, at_s=START + 99)
    assert START + 159 <= min(at_s for name, at_s in looks if name == "a")
    assert [one for one in looks if one[0] == "b"]


def test_a_look_under_way_is_not_given_twice() -> None:
    """A lease is one look of one list, paid when it is given; once lost it may come again, after the gap."""
    own = policy(("a", "h", 30.0), ("b", "i", 30.0))
    name, at_s = own.next(START)
    own.sent(name, at_s)
    assert name != own.next(at_s)[0]
    own.lost(name)
    assert name in {own.next(at_s)[0], drive(own, at_s + 3600)[1][0]}
    assert ("", math.inf) == policy().next(START)


def test_what_is_unknown_or_out_of_order_does_no_harm() -> None:
    """Answers of lists that are no more, times that run backwards and values that are none change nothing."""
    own, other = policy(("a", "h", 5.0)), policy(("a", "h", 5.0))
    own.observe("gone", START, {"t": 1.0}, 429, 5.0)
    own.spent("nobody", START)
    own.lost("gone")
    assert other.next(START) == own.next(START)
    own.observe("a", START + 100, {"t": math.nan, "u": -1.0}, 200, None)
    own.observe("a", START + 50, {"t": 2.0}, 200, math.nan)
    assert START + 105 <= own.next(START + 60)[1]


@pytest.mark.parametrize(
    ("specs", "per_hour"),
    [([("a", "h", 5.0), ("a", "i", 5.0)], 60.0), ([("a", "h", -1.0)], 60.0), ([("a", "h", 5.0)], 0.0)],
)
def test_what_makes_no_sense_is_refused(specs: list[tuple[str, str, float]], per_hour: float) -> None:
    """Two lists of one name, a gap below zero, no budget; and moments that are none."""
    with pytest.raises(BadUsage):
        policy(*specs, per_hour=per_hour)
    with pytest.raises(BadUsage):
        policy(("a", "h", 5.0)).next(math.nan)


def test_a_restart_keeps_budgets_and_lessons() -> None:
    """What was dumped as JSON and read back answers the same: a wait is no shorter for a restart."""
    own = policy(("a", "h", 30.0), ("b", "i", 5.0))
    drive(own, START + 3600)
    own.observe("a", START + 3600, {}, 429, 1800.0)
    own.observe("b", START + 3600, {}, 403, None)
    other = policy(("a", "h", 30.0), ("b", "i", 5.0), ("c", "new", 5.0))
    other.load(json.loads(json.dumps(own.dump())))
    assert "c" == other.next(START + 3601)[0]
    other.sent("c", START + 3601)
    assert ("a", START + 5400) == own.next(START + 3601) == other.next(START + 3601)


def test_what_is_promised_is_what_the_pace_makes_likely() -> None:
    """The share that is expected to be seen follows (1 - e^-x)/x, and says what holds a list back."""
    own = policy(("a", "h", 600.0), ("b", "i", 5.0), per_hour=60)
    drive(own, START + 7200)
    own.observe("b", START + 7200, {}, 403, None)
    outlook = own.outlook(START + 7200)
    assert "host" == outlook.lists["a"].held
    assert ("person", 0.0) == (outlook.lists["b"].held, outlook.lists["b"].share)
    assert 0.0 < outlook.share < outlook.lists["a"].share < 1.0


def test_the_figures_behind_it() -> None:
    """The index rises from 0 to 1 and is undone exactly; half of even spacing's catches at one gap a life; lives."""
    assert [0.0, 1.0] == [rise(0.0), round(rise(60.0), 9)]
    assert [0.5, 1.0, 3.0] == [round(fall(rise(z)), 3) for z in (0.5, 1.0, 3.0)]
    assert math.inf == fall(1.0)
    assert 0.632 == round(caught(1 / 60, 60.0), 3)
    assert 90.0 == round(even_period({"a": 1.0, "b": 1.0, "c": 1.0}, 120))
    assert 60.0 == round(even_period({"slow": 300.0, "a": 1.0}, 72))
    lives = Lives()
    for _ in range(400):
        lives.saw(300.0, 61, 39)
    assert 590 < 1 / lives.mu < 625
