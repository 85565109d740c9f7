"""A rule's week: what would have been told is what was told, as far as anything is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from piecework.control import Services
from piecework.control.reminders import remind
from piecework.now import DAY_US, HOUR_US, MINUTE_US, FixedClock
from piecework.platforms import load_platforms
from piecework.platforms.definition import Manners, Minimum, Money
from piecework.protocol.bodies import Bonus, Message, PayText, Record, Work
from piecework.secrets import Secrets
from piecework.settings import Settings
from piecework.store import Context
from piecework.watch.preview import Preview, preview
from piecework.watch.rulebook import MONEY_REASONS, REASONS, Rule
from tests.agent import panel
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    import sqlite3

    from piecework.platforms import Platform
    from piecework.settings import Paths
    from piecework.store import Store


def site() -> Platform:
    """Sessions of eight hours, five pounds before a payout."""
    known = load_platforms()["prolific"]
    manners: Manners = msgspec.structs.replace(known.manners, session_hours=8)
    money: Money = msgspec.structs.replace(known.money, payout_minimum=Minimum(micro=5_000_000, currency="GBP"))
    return msgspec.structs.replace(known, id="site", manners=manners, money=money)


@pytest.fixture
def services(paths: Paths, store: Store, clock: FixedClock) -> Services:
    """A folder in use, with one rule that tells of everything but tasks."""
    body = msgspec.json.encode({"reasons": MONEY_REASONS, "level": "quiet"}).decode()
    store.write_now(lambda conn: conn.execute("UPDATE rule SET body = ? WHERE id = 'money'", (body,)))
    return Services(
        paths=paths,
        clock=clock,
        store=store,
        platforms={"site": site()},
        secrets=Secrets.open(paths, keyring_allowed=False),
        settings=Settings(zone="UTC"),
    )


@pytest.fixture
def browser(services: Services, clock: FixedClock) -> Sender:
    """One paired browser that knows the platform."""
    made = Sender(services.store, clock)
    made.platforms = services.platforms
    return made


def week(services: Services, **conditions: Any) -> Preview:  # noqa: ANN401 - fields of Rule
    """What a rule would have told of."""
    with services.store.read() as conn:
        context = Context(services.clock.now_us(), platforms=services.platforms, zone="UTC")
        return preview(conn, context, Rule(**conditions))


def told(services: Services, reason: str) -> int:
    """How many alerts of a kind there are."""
    with services.store.read() as conn:
        return int(conn.execute("SELECT count(*) FROM alert WHERE reason = ?", (reason,)).fetchone()[0])


async def live(services: Services, browser: Sender) -> None:
    """Some days of work: decisions, bonuses, messages, a deadline that is kept and one that is not, a long session."""
    browser.look(row("kept", allotted_raw="40 min"), row("late", allotted_raw="40 min"))
    pay = PayText(raw="£3.00", currency="GBP")
    for own in ("kept", "late"):
        browser.send("accepted", Work(task=own, session=own, assignment=own))
    browser.wait(20)
    browser.send("submitted", Work(task="kept", session="kept", assignment="kept", pay=pay))
    browser.wait(15)
    await remind(services)
    browser.send("submitted", Work(task="late", session="late", assignment="late", pay=pay))
    for unread in (2, 2, 0, 1):
        browser.send("message", Message(unread=unread))
    for own, status in (("kept", "approved"), ("late", "approved")):
        browser.send("record", Record(list="h", status=status, assignment=own, task=own, pay=pay))
        await remind(services)
    browser.send("bonus", Bonus(task="kept", assignment="kept", pay=PayText(raw="£0.50", currency="GBP")))
    began_us = services.clock.now_us()

    def work(conn: sqlite3.Connection) -> None:
        for hour in range(8):
            panel.interval(conn, f"i{hour}", began_us + hour * HOUR_US, 50 * MINUTE_US)

    services.store.write_now(work)
    browser.wait(8 * 60 - 5)
    await remind(services)
    due_us = services.clock.now_us() + HOUR_US
    services.store.write_now(lambda conn: panel.attempt(conn, "slow", began_us, "submitted", due_us=due_us))
    browser.wait(120)
    await remind(services)


@pytest.mark.parametrize("reason", [one for one in MONEY_REASONS if one != "health"])
async def test_what_a_rule_would_have_told_is_what_was_told(services: Services, browser: Sender, reason: str) -> None:
    """Of every kind of news beside tasks; nothing of it a week later."""
    await live(services, browser)
    found = week(services, reasons=[reason])
    count = {"approved": 2, "rejected": 0, "message": 2}.get(reason, 1)
    assert (count, count) == (told(services, reason), found.fired)
    assert () == found.told_only
    services.clock.forward(us=8 * DAY_US)  # type: ignore[attr-defined]  # it is a fixed one
    assert 0 == week(services, reasons=[reason]).seen


def test_what_only_alerts_remember_is_said(services: Services, browser: Sender) -> None:
    """A list that needs the person, another pay, more places: counted where a rule told of it, and called so."""
    services.store.write_now(lambda conn: panel.alert(conn, "x", services.clock.now_us(), "shown", reason="health"))
    found = week(services, reasons=[*REASONS])
    assert (1, ("places", "pay", "health")) == (week(services, reasons=["health"]).fired, found.told_only)


def test_a_task_that_opened_twice_counts_twice(services: Services, browser: Sender) -> None:
    """Of its first opening the hour is kept, not the title: a rule that asks for the title says that it can't know."""
    browser.look(row("a"))
    browser.look()
    browser.wait(5)
    browser.look(row("a"))
    assert 2 == week(services).fired
    named = week(services, words=["Task"])
    assert (1, 2, {"kept": 1}) == (named.fired, named.seen, named.lacks)


def test_blocked_requesters_and_muted_content_are_not_counted_as_told(services: Services, browser: Sender) -> None:
    """No rule tells of them, so none would have."""

    def job(conn: sqlite3.Connection) -> None:
        conn.execute("INSERT INTO requester VALUES ('site', 'Bad lab', '', 1)")
        conn.execute("INSERT INTO setting VALUES ('disturbing', '\"mute\"')")

    services.store.write_now(job)
    browser.look(row("a", requester="Bad lab"), row("b", title="Graphic content"), row("c"))
    found = week(services)
    assert (1, 3, {"blocked": 2}) == (found.fired, found.seen, found.lacks)
