"""The person's rules at work: what is told, how, and what is kept quiet, in the transaction that saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from piecework.now import DAY_US, HOUR_US, MINUTE_US
from piecework.protocol.bodies import Message, PayText, Record, Work
from piecework.store import Context
from piecework.store.worked import ATTEMPT_US, WORTH
from piecework.views.reports import tasks
from piecework.watch.digest import digest
from piecework.watch.preview import preview
from piecework.watch.record import own_wage, record
from piecework.watch.rulebook import Rule, Sum
from tests.agent import panel
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from piecework.now import FixedClock
    from piecework.store import Store


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One paired browser."""
    return Sender(store, clock)


@pytest.fixture
def rule(store: Store) -> Callable[..., None]:
    """Puts a rule in, under the name `own`."""

    def put(own: str, made: Rule, *, on: bool = True) -> None:
        body = msgspec.json.encode(made).decode()
        store.write_now(
            lambda conn: conn.execute("INSERT OR REPLACE INTO rule VALUES (?, ?, ?, ?)", (own, own, body, int(on)))
        )

    return put


def test_one_alert_by_the_loudest_rule(browser: Sender, rule: Callable[..., None]) -> None:
    """Three rules are met: one alert, in the channels of all that tell."""
    browser.store.write_now(lambda conn: conn.execute("INSERT INTO channel (name, kind) VALUES ('push-1', 'push')"))
    rule("default", Rule(level="digest"))
    rule("quiet", Rule(level="quiet", channels=["push-1"]))
    rule("loud", Rule(sound="bell", volume=30, channels=["extension"], open_tab=True))
    effects = browser.look(row("a"))
    assert 1 == len(effects.alerts)
    assert [("loud", "sound", "bell", 30, 1)] == browser.all("SELECT rule, level, sound, volume, opens FROM alert")
    assert [("extension",), ("push-1",)] == browser.all("SELECT channel FROM delivery ORDER BY channel")


def test_digest_tells_nobody(browser: Sender, rule: Callable[..., None]) -> None:
    """The alert is written down; no channel has it."""
    rule("default", Rule(level="digest"))
    assert [] == browser.look(row("a")).alerts
    assert [("a", "new")] == browser.reasons()
    assert [] == browser.deliveries()


def test_the_desktop_alone(browser: Sender, rule: Callable[..., None]) -> None:
    """Where the browser is switched off, the desktop is asked at once."""
    browser.store.write_now(lambda conn: conn.execute("UPDATE channel SET on_ = 0 WHERE name = 'extension'"))
    browser.look(row("a"))
    assert [("desktop", "queued")] == browser.all("SELECT channel, state FROM delivery")


def test_pay_in_another_currency_needs_a_rate(browser: Sender, rule: Callable[..., None]) -> None:
    """Without one the rule stays silent; with one it tells, and keeps the rate's day."""
    rule("default", Rule(min_pay=Sum(1_000_000, "USD")))
    pay = PayText(raw="1,00 €", currency="EUR")
    browser.look(row("a", pay=pay))
    assert [] == browser.reasons()
    browser.store.write_now(lambda conn: conn.execute("INSERT INTO rate VALUES ('USD', '2025-11-20', 'ecb', '1.1000')"))
    browser.look(row("b", pay=pay), same=[":a"])
    assert [("b", "new")] == browser.reasons()
    assert "2025-11-20" in browser.one("SELECT told FROM alert")


def test_blocked_and_snoozed_requesters_stay_on_the_board_unheard(browser: Sender) -> None:
    """Nobody is told; a snooze ends by itself."""
    until_us = browser.clock.now_us() + HOUR_US

    def job(conn: object) -> None:
        conn.execute("INSERT INTO requester VALUES ('site', 'Bad lab', '', 1)")  # type: ignore[attr-defined]
        conn.execute("INSERT INTO snooze VALUES ('requester', 'site', 'Slow lab', ?)", (until_us,))  # type: ignore[attr-defined]

    browser.store.write_now(job)
    browser.look(row("a", requester="Bad lab"), row("b", requester="Slow lab"))
    assert [] == browser.reasons()
    browser.wait(61)
    browser.look(row("c", requester="Slow lab"), row("d", requester="Bad lab"), same=[":a", ":b"])
    assert [("c", "new")] == browser.reasons()
    assert 4 == browser.one("SELECT count(*) FROM task WHERE state = 'open'")


@pytest.mark.parametrize(("what", "platform", "name"), [("rule", "", "default"), ("platform", "site", "")])
def test_a_snoozed_rule_or_platform_is_silent(browser: Sender, what: str, platform: str, name: str) -> None:
    """Until its time is over."""
    until_us = browser.clock.now_us() + HOUR_US
    browser.store.write_now(
        lambda conn: conn.execute("INSERT INTO snooze VALUES (?, ?, ?, ?)", (what, platform, name, until_us))
    )
    browser.look(row("a"))
    assert [] == browser.reasons()


def test_disturbing_content_is_flagged_or_muted(browser: Sender) -> None:
    """As the person chose; a flag is part of the alert."""
    browser.look(row("a", title="Rate images: graphic content"))
    assert '"announced":true' in browser.one("SELECT told FROM alert")
    browser.store.write_now(lambda conn: conn.execute("INSERT INTO setting VALUES ('disturbing', '\"mute\"')"))
    browser.look(row("b", title="Rate images: graphic content"), same=[":a"])
    assert [("a", "new")] == browser.reasons()


def submitted(browser: Sender, count: int, *, requester: str = "A lab", pay: int = 1_000_000, first: int = 0) -> None:
    """Attempts of ten minutes each, approved a day after."""

    def job(conn: object) -> None:
        for number in range(first, first + count):
            at_us = browser.clock.now_us() - 9 * DAY_US + number * HOUR_US
            own = f"{requester}-{number}"
            panel.attempt(conn, own, at_us, "approved", requester=requester, pay_micro=pay)  # type: ignore[arg-type]
            conn.execute("UPDATE assignment SET decided_us = ? WHERE id = ?", (at_us + DAY_US, own))  # type: ignore[attr-defined]

    browser.store.write_now(job)


def test_ones_own_record_with_a_requester(browser: Sender) -> None:
    """Counts from the first task on; a median wait and a wage from five on."""
    submitted(browser, 4)
    with browser.store.read() as conn:
        few = record(conn, "site", "A lab")
        assert (4, 4, 0, None, None) == (few.done, few.approved, few.paid, few.wait_us, few.own)
        assert None is own_wage(conn, "site", "A lab", "")
        assert 0 == record(conn, "site", "").done
    submitted(browser, 1, first=4)
    with browser.store.read() as conn:
        enough = record(conn, "site", "A lab")
        assert (5, DAY_US) == (enough.done, enough.wait_us)
        assert (6_000_000, "GBP", 5) == enough.own
        assert (6_000_000, "GBP", 5) == own_wage(conn, "site", "A lab", "nothing")
    browser.look(
        row("a", requester="A lab"),
        row("b", requester="New"),
        row("c", requester="A lab", hourly=PayText(raw="£9.00/hr")),
    )
    with browser.store.read() as conn:
        own, stated = (
            {"micro": micro, "currency": "GBP", "from": said}
            for micro, said in ((6_000_000, "own"), (9_000_000, "stated"))
        )
        assert {"a": own, "b": None, "c": stated} == {one["id"]: one["hourly"] for one in tasks(conn)}


def test_an_hour_is_worth_what_came_of_it(browser: Sender) -> None:
    """A rejected attempt is worth nothing, a bonus counts, overlaps of one attempt count once, added time counts."""
    submitted(browser, 5)

    def job(conn: sqlite3.Connection) -> None:
        start = browser.clock.now_us() - 9 * DAY_US
        conn.execute("UPDATE assignment SET state = 'rejected' WHERE id IN ('A lab-0', 'A lab-1')")
        conn.execute("UPDATE assignment SET bonus_micro = 500000 WHERE id = 'A lab-2'")
        conn.execute("UPDATE assignment SET session = '' WHERE id = 'A lab-3'")
        panel.interval(conn, "more", start + 3 * HOUR_US, 5 * MINUTE_US, assignment="A lab-3")
        panel.interval(conn, "again", start + 3 * HOUR_US, 20 * MINUTE_US, assignment="A lab-3")
        panel.interval(conn, "rest", start + 4 * HOUR_US, HOUR_US, assignment="A lab-4", kind="idle")

    browser.store.write_now(job)
    with browser.store.read() as conn:
        rates = f"SELECT {WORTH}, {ATTEMPT_US} FROM assignment WHERE requester = 'A lab' ORDER BY id"  # noqa: S608 - fixed texts
        found = [(micro, us // MINUTE_US) for micro, us in conn.execute(rates)]
        assert [(0, 10), (0, 10), (1_500_000, 10), (1_000_000, 30), (1_000_000, 10)] == found
        assert (2_000_000, "GBP", 5) == record(conn, "site", "A lab").own


def test_the_own_wage_decides(browser: Sender, rule: Callable[..., None]) -> None:
    """A requester that pays too little for the person's own hour is not told of."""
    submitted(browser, 5, requester="Good", pay=3_000_000)
    submitted(browser, 5, requester="Poor", pay=10_000)
    rule("default", Rule(min_hourly=Sum(10_000_000, "GBP"), hourly_from="own"))
    browser.look(row("a", requester="Good"), row("b", requester="Poor"), row("c", requester="New"))
    assert [("a", "new")] == browser.reasons()


def test_the_week_before_a_rule_is_kept(browser: Sender) -> None:
    """Counted over stored tasks, at the hour each came; what it could not decide is named."""
    browser.look(row("old"), baseline=True)
    browser.look(row("a"), row("b", pay=None), same=[":old"])
    now_us = browser.clock.now_us()
    with browser.store.read() as conn:
        found = preview(conn, Context(now_us), Rule(min_pay=Sum(10_000, "USD")))
        assert (1, 2, {"pay": 1}) == (found.fired, found.seen, found.lacks)
        night = preview(conn, Context(now_us), Rule(active_from="22:00", active_to="06:00"))
        assert (0, 2) == (night.fired, night.seen)
        assert 0 == preview(conn, Context(now_us + 8 * DAY_US), Rule()).seen


def test_a_decision_is_told_of_work_that_was_known(browser: Sender, rule: Callable[..., None]) -> None:
    """Rejected: told at once. The first reading of an old history tells nothing."""
    rule("money", Rule(reasons=["approved", "rejected"], level="quiet"))
    old = [Record(list="h", status="approved", assignment=f"x{n}", task=f"x{n}", title="Old") for n in range(3)]
    for one in old:
        browser.send("record", one)
    assert [] == browser.reasons()
    browser.send("submitted", Work(task="a", assignment="mine", session="s", title="Mine", requester="A lab"))
    effects = browser.send("record", Record(list="h", status="rejected", assignment="mine", task="a", title="Mine"))
    assert 1 == len(effects.alerts)
    assert [("rejected", "Mine", "quiet")] == browser.all("SELECT reason, title, level FROM alert")


def test_more_unread_messages_are_told_once(browser: Sender) -> None:
    """Two, still two, none, one: told twice, and the first taken back when they were read; a repeat is no history."""
    gone = [browser.send("message", Message(unread=unread)).gone for unread in (2, 2, 0, 1)]
    assert ["message", "message"] == [reason for _, reason in browser.reasons()]
    assert [0, 0, 1, 0] == [len(one) for one in gone]
    assert 3 == browser.one("SELECT count(*) FROM event WHERE kind = 'message'")


def test_what_came_and_went(browser: Sender) -> None:
    """A task that vanished before anybody was told is counted as such, with the reason."""
    start_us = browser.clock.now_us()
    browser.look(row("a"), row("b"))
    browser.store.write_now(lambda conn: conn.execute("UPDATE delivery SET cause = 'quiet'"))
    browser.look(same=[":b"])
    browser.wait(1)
    with browser.store.read() as conn:
        (found,) = digest(conn, start_us, start_us + 5 * MINUTE_US)
    assert ("site", 2, 1, 0, 1, (("quiet", 1),)) == found
