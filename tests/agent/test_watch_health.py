"""A list's state at a moment, and the heartbeat that misses it."""

import json
from typing import Any, get_args

import pytest

from piecework.now import MINUTE_US, FixedClock
from piecework.protocol.bodies import ListState
from piecework.resources import locales_dir
from piecework.store import Context, Store
from piecework.watch.health import Moment, at_present
from piecework.watch.heartbeat import Presence, late_lists, note_next, note_state, tell_overdue
from tests.agent.sender import Sender, row

NOW = 1_000 * MINUTE_US
STEADY = {"every_us": MINUTE_US, "steady": 10}


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One browser."""
    return Sender(store, clock)


@pytest.mark.parametrize(
    ("fields", "moment", "expected"),
    [
        ({}, {}, ("watching", "")),
        ({"state": "empty"}, {}, ("empty", "")),
        ({}, {"agent": False}, ("agent_off", "")),
        ({}, {"browsers": frozenset()}, ("offline", "no_browser")),
        ({}, {"browsers": frozenset({"c2"})}, ("offline", "no_browser")),
        ({}, {"browsers": frozenset({"c1", "c2"})}, ("watching", "")),
        ({"cid": ""}, {"browsers": frozenset({"c2"})}, ("watching", "")),
        ({"state": "challenge", "cause": "marker"}, {"browsers": frozenset()}, ("challenge", "marker")),
        ({"last_good_us": NOW - 11 * MINUTE_US}, {}, ("not_refreshing", "old")),
        ({"last_good_us": NOW - 11 * MINUTE_US, "next_look_us": NOW + MINUTE_US}, {}, ("watching", "")),
        ({"last_good_us": NOW - 11 * MINUTE_US, "next_look_us": NOW - 2 * MINUTE_US}, {}, ("not_refreshing", "old")),
        ({"next_look_us": NOW - 6 * MINUTE_US, "last_look_us": NOW - 7 * MINUTE_US}, {}, ("not_refreshing", "overdue")),
        (STEADY | {"last_look_us": NOW - 6 * MINUTE_US}, {}, ("watching", "")),
        (STEADY | {"last_look_us": NOW - 7 * MINUTE_US}, {}, ("not_refreshing", "overdue")),
    ],
)
def test_nobody_watches_what_nobody_reads(
    fields: dict[str, object], moment: dict[str, Any], expected: tuple[str, str]
) -> None:
    """Well when it was last read is not watching now: without agent, without browser, or when it is old."""
    last = {
        "platform": "site",
        "state": "watching",
        "cause": "",
        "last_good_us": NOW - MINUTE_US,
        "last_look_us": NOW - MINUTE_US,
        "next_look_us": None,
        "cid": "c1",
        "every_us": None,
        "steady": 0,
    }
    assert expected == at_present(last | fields, Moment(NOW, **moment))


def there(now_us: int) -> Presence:
    """The browser has been connected all the time."""
    return Presence(now_us, {"c1": 0}, {})


def test_an_overdue_heartbeat_is_told_once(browser: Sender, store: Store, clock: FixedClock) -> None:
    """A look that was due and did not come is an alert of its own, once for each silence."""
    browser.look(row("a"))
    store.write_now(lambda conn: note_next(conn, {("site", "main"): clock.now_us() + MINUTE_US}))
    with store.read() as conn:
        assert [] == late_lists(conn, there(clock.now_us() + 5 * MINUTE_US))
        [late] = late_lists(conn, there(clock.now_us() + 20 * MINUTE_US))
    ctx = Context(clock.now_us())
    assert 1 == len(store.write_now(lambda conn: tell_overdue(conn, ctx, [late])))
    assert [] == store.write_now(lambda conn: tell_overdue(conn, ctx, [late]))
    assert [("health", "quiet", "queued")] == browser.all(
        "SELECT reason, level, delivery.state FROM alert JOIN delivery ON alert = id "
        "WHERE channel = 'extension' AND reason = 'health'"
    )


def test_a_list_that_says_what_is_wrong_is_not_late(browser: Sender, store: Store, clock: FixedClock) -> None:
    """Its state tells already; and a state of the scheduler's changes the row, not the age."""
    browser.look(row("a"))
    good_us = browser.one("SELECT last_good_us FROM list_state")
    store.write_now(lambda conn: note_next(conn, {("site", "main"): clock.now_us()}))
    store.write_now(lambda conn: note_state(conn, ("site", "main"), "rate_limited", "backing_off", clock.now_us()))
    with store.read() as conn:
        assert [] == late_lists(conn, there(clock.now_us() + 600 * MINUTE_US))
    assert ("rate_limited", "backing_off", good_us) == browser.all("SELECT state, cause, last_good_us FROM list_state")[
        0
    ]


CAUSES = [
    "address",
    "asks",
    "backing_off",
    "crashed",
    "discarded",
    "drifted",
    "frozen",
    "marker",
    "no_list",
    "no_network",
    "no_rows",
    "no_tab",
    "rows_unreadable",
    "tab_closed",
    "unhealthy",
]
TITLES = ["answers_unseen", "empty_unknown", "no_browser", "old", "overdue", "shape_unknown"]
"""Causes that are a list's title: nothing has broken, or nobody looks."""


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whatever_a_list_can_say_has_words(language: str) -> None:
    """Each state its title and what helps, each cause its words: pages and popup read the same ones."""
    words = json.loads((locales_dir() / f"{language}.json").read_text(encoding="utf-8"))
    states = get_args(ListState)
    named = [f"list.{name}" for name in (*states, *TITLES)]
    helped = [f"list.{name}_help" for name in (*states, *TITLES) if name not in {"watching", "empty"}]
    told = [key for key in (*named, *helped) if not words.get(key)]
    told += [name for name in CAUSES if not words.get(f"dash.cause_{name}") and not words.get(f"list.{name}")]

    assert [] == told
