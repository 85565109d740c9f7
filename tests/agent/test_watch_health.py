"""A list's state at a moment, and the heartbeat that misses it."""

import pytest

from piecework.now import MINUTE_US, FixedClock
from piecework.store import Context, Store
from piecework.watch.health import Moment, at_present
from piecework.watch.heartbeat import late_lists, note_next, note_state, tell_overdue
from tests.agent.sender import Sender
from tests.agent.test_watch_looks import row

NOW = 1_000 * MINUTE_US


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
        ({}, {"browser": False}, ("offline", "no_browser")),
        ({"state": "challenge", "cause": "marker"}, {"browser": False}, ("challenge", "marker")),
        ({"last_good_us": NOW - 11 * MINUTE_US}, {}, ("not_refreshing", "old")),
        ({"last_good_us": NOW - 11 * MINUTE_US, "next_look_us": NOW + MINUTE_US}, {}, ("watching", "")),
        ({"last_good_us": NOW - 11 * MINUTE_US, "next_look_us": NOW - 2 * MINUTE_US}, {}, ("not_refreshing", "old")),
    ],
)
def test_nobody_watches_what_nobody_reads(
    fields: dict[str, object], moment: dict[str, bool], expected: tuple[str, str]
) -> None:
    """Well when it was last read is not watching now: without agent, without browser, or when it is old."""
    last = {"state": "watching", "cause": "", "last_good_us": NOW - MINUTE_US, "next_look_us": None}
    assert expected == at_present(last | fields, Moment(NOW, **moment))


def test_an_overdue_heartbeat_is_told_once(browser: Sender, store: Store, clock: FixedClock) -> None:
    """A look that was due and did not come is an alert of its own, once for each silence."""
    browser.look(row("a"))
    store.write_now(lambda conn: note_next(conn, {("site", "main"): clock.now_us() + MINUTE_US}))
    with store.read() as conn:
        assert [] == late_lists(conn, clock.now_us() + 5 * MINUTE_US)
        [late] = late_lists(conn, clock.now_us() + 20 * MINUTE_US)
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
        assert [] == late_lists(conn, clock.now_us() + 600 * MINUTE_US)
    assert ("rate_limited", "backing_off", good_us) == browser.all("SELECT state, cause, last_good_us FROM list_state")[
        0
    ]
