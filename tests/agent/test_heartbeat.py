"""A list that reads itself anew and falls silent is told of once; a closed tab, an absent browser, a sleep are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.app.chores import Awake
from piecework.now import MINUTE_US, SECOND_US
from piecework.platforms import load_platforms
from piecework.protocol.bodies import Health
from piecework.store import Context
from piecework.views import reports
from piecework.watch.expected import SLOWEST_US, STEADY, Rhythm, heard, overdue_us
from piecework.watch.health import Moment
from piecework.watch.heartbeat import Late, Presence, keep_next, late_lists, note_next, tell_overdue, to_confirm
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.store import Store


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One browser, with one list in a tab that nobody has before them."""
    return Sender(store, clock)


def watch(browser: Sender, looks: int = STEADY + 1, *, visible: bool = False) -> None:
    """A page that reads itself anew each half minute and finds the same; then its browser stays as it is."""
    browser.look(row("a"), visible=visible)
    for _ in range(looks):
        browser.wait(0.5)
        browser.look(same=[":a"], visible=visible)


def late(browser: Sender, **more: object) -> list[Late]:
    """What is overdue now, the browser having been there all the time."""
    presence = {"since_us": {"c1": 0}, "platforms": {}, "woke_us": 0} | more
    with browser.store.read() as conn:
        return late_lists(conn, Presence(browser.clock.now_us(), **presence))  # type: ignore[arg-type]  # fields by name


def tell(browser: Sender) -> list[str]:
    """Tells of what is overdue; ids of the alerts that were not there yet."""
    found = late(browser)
    return browser.store.write_now(lambda conn: tell_overdue(conn, Context(browser.clock.now_us()), found))


def state(browser: Sender, **more: object) -> tuple[str, str]:
    """The list's state and cause at this moment."""
    moment = Moment(browser.clock.now_us(), **({"browsers": frozenset({"c1"})} | more))  # type: ignore[arg-type]  # fields by name
    with browser.store.read() as conn:
        [found] = reports.health(conn, moment)
    return found["state"], found["cause"]


def test_a_silent_page_is_told_once_and_taken_back(browser: Sender) -> None:
    """Ten looks made its rhythm; six minutes without one are an alert and a state; the next look ends both."""
    watch(browser)
    browser.wait(5)
    assert [] == late(browser)
    assert ("watching", "") == state(browser)
    browser.wait(1)
    assert ("not_refreshing", "overdue") == state(browser)
    assert 1 == len(tell(browser))
    browser.wait(60)
    assert [] == tell(browser)
    effects = browser.look(same=[":a"], visible=False)
    assert 1 == len(effects.gone)
    assert ("watching", "") == state(browser)
    told = "SELECT delivery.state FROM delivery JOIN alert ON alert.id = alert WHERE reason = 'health'"
    assert [("gone",)] == browser.all(told)


def test_a_rhythm_that_ended_has_to_be_shown_anew(browser: Sender) -> None:
    """After a silence one look is no promise: the page may have been loaded by hand."""
    watch(browser)
    browser.wait(60)
    browser.look(same=[":a"], visible=False)
    browser.wait(60)
    assert [] == late(browser)
    watch(browser)
    browser.wait(60)
    assert 1 == len(late(browser))


def test_what_the_person_does_is_no_rhythm(browser: Sender) -> None:
    """Looks of a page in front of somebody, and looks that had news, promise nothing."""
    watch(browser, visible=True)
    for number in range(20):
        browser.wait(0.5)
        browser.look(row("a"), row(f"news {number}"), visible=False)
    browser.wait(60)
    assert [] == late(browser)
    assert ("not_refreshing", "old") == state(browser)


def test_a_closed_tab_is_no_silence(browser: Sender) -> None:
    """Its browser says that nobody has the list open: that is its state, and nothing is overdue."""
    watch(browser)
    browser.send("health", Health("main", "resting", "no_tab"))
    browser.wait(600)
    assert [] == late(browser)
    assert ("resting", "no_tab") == state(browser)


def test_a_browser_that_is_closed_is_not_missed(browser: Sender) -> None:
    """Nor is one that came back just now; another browser's presence does not count for it."""
    watch(browser)
    browser.wait(600)
    now_us = browser.clock.now_us()
    assert [] == late(browser, since_us={})
    assert [] == late(browser, since_us={"c2": 0})
    assert ("offline", "no_browser") == state(browser, browsers=frozenset({"c2"}))
    assert [] == late(browser, since_us={"c1": now_us - 5 * MINUTE_US})
    assert 1 == len(late(browser, since_us={"c1": now_us - 6 * MINUTE_US}))


def test_a_machine_that_slept_is_given_time(browser: Sender) -> None:
    """Nobody looked while it slept: lists are overdue five minutes after it woke up, if they are still silent then."""
    awake = Awake(browser.clock.now_us(), 5.0)
    watch(browser)
    awake.tick(browser.clock.now_us())
    for _ in range(3):
        browser.wait(0.9)
        awake.tick(browser.clock.now_us())
    slept_us = browser.clock.now_us()
    assert awake.woke_us < slept_us
    browser.wait(480)
    awake.tick(browser.clock.now_us())
    assert slept_us + 480 * MINUTE_US == awake.woke_us
    assert [] == late(browser, woke_us=awake.woke_us)
    for _ in range(6):
        browser.wait(0.9)
        awake.tick(browser.clock.now_us())
    assert 1 == len(late(browser, woke_us=awake.woke_us))


def test_another_browsers_closed_tab_says_nothing(browser: Sender, store: Store, clock: FixedClock) -> None:
    """One profile closes its tab while the other reads on."""
    watch(browser)
    other = Sender(store, clock, "c2")
    other.send("health", Health("main", "resting", "no_tab"))
    assert ("watching", "") == state(browser)
    browser.send("health", Health("main", "tab_asleep", "discarded"))
    assert ("tab_asleep", "discarded") == state(browser)


def test_a_list_that_is_kept_up_to_date_is_read_once_more(browser: Sender) -> None:
    """Where a definition says `live`, an unchanged page is confirmed each two minutes, and missed when it can't be."""
    platforms = load_platforms()
    browser.platform = "practice"
    browser.platforms = platforms
    browser.look(row("a"))
    browser.wait(3)
    presence = Presence(browser.clock.now_us(), {"c1": 0}, platforms)
    with browser.store.read() as conn:
        assert [("c1", "practice", "main")] == to_confirm(conn, presence)
        assert [] == to_confirm(conn, presence._replace(since_us={"c2": 0}))
        assert [] == to_confirm(conn, presence._replace(platforms={}))
    browser.wait(6)
    assert 1 == len(late(browser, platforms=platforms))
    assert ("not_refreshing", "overdue") == state(browser, platforms=platforms)


def test_looks_that_ended_are_waited_for_no_more(browser: Sender) -> None:
    """A platform that is switched off has no next look."""
    browser.look(row("a"))
    due_us = browser.clock.now_us() + MINUTE_US
    browser.store.write_now(lambda conn: note_next(conn, {("site", "main"): due_us}))
    browser.store.write_now(lambda conn: keep_next(conn, ["site:main"]))
    assert due_us == browser.one("SELECT next_look_us FROM list_state")
    browser.store.write_now(lambda conn: keep_next(conn, []))
    assert None is browser.one("SELECT next_look_us FROM list_state")
    browser.wait(60)
    assert [] == late(browser)


@pytest.mark.parametrize(
    ("refreshes", "expected_s"), [("every 60 s", 60 + 300), ("every 600 s", 600 + 1800), ("on load", None), ("", None)]
)
def test_a_definition_says_when_to_wait_for_a_page(refreshes: str, expected_s: int | None) -> None:
    """Five minutes late, or three times as late as its page takes."""
    known = {"state": "watching", "last_look_us": 0, "next_look_us": None, "every_us": None, "steady": 0}
    assert (None if expected_s is None else expected_s * SECOND_US) == overdue_us(known, refreshes)
    assert None is overdue_us(known | {"state": "signed_out"}, refreshes)


def test_a_page_that_slows_down_is_waited_for_longer() -> None:
    """The slowest of the last gaps counts, and fades; a gap nobody could rely on makes no rhythm."""
    quick = Rhythm()
    for _ in range(STEADY):
        quick = heard(quick, 15 * SECOND_US, by_itself=True)
    assert Rhythm(15 * SECOND_US, STEADY) == quick
    slow = heard(quick, MINUTE_US, by_itself=True)
    assert Rhythm(MINUTE_US, STEADY) == slow
    assert Rhythm(52_500_000, STEADY) == heard(slow, 15 * SECOND_US, by_itself=True)
    assert slow == heard(slow, SLOWEST_US + 1, by_itself=True)
    assert Rhythm() == heard(slow, 30 * MINUTE_US, by_itself=True)
