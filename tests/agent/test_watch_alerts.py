"""Who is told of what: one alert per news, one delivery that moves on, nothing late and nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from piecework.protocol.bodies import Delivery, PayText, Told, Work
from piecework.watch import alerts
from tests.agent.sender import Sender, row

if TYPE_CHECKING:
    import sqlite3

    from piecework.now import FixedClock
    from piecework.store import Store


@pytest.fixture
def browser(store: Store, clock: FixedClock) -> Sender:
    """One paired browser."""
    return Sender(store, clock)


def test_a_new_task_raises_one_alert(browser: Sender) -> None:
    """The alert says what the page says, when it was drawn, seen and stored; its delivery waits in the same commit."""
    at_us = browser.clock.now_us()
    effects = browser.look(
        row("a", system="hit", requester="A lab", url="https://site.example/a", dom_at_us=at_us - 5_000),
        event={"at_us": at_us - 3_000},
    )
    assert [
        ("site", "hit", "a", "new", "default", "Task a", "A lab · $0.05", "https://site.example/a", "c1")
    ] == browser.all("SELECT platform, system, task, reason, rule, title, text, url, cid FROM alert")
    assert [(effects.alerts[0], at_us - 3_000, at_us - 5_000, at_us, None)] == browser.all(
        "SELECT id, at_us, dom_at_us, stored_us, shown_us FROM alert"
    )
    assert [(effects.alerts[0], "extension", "queued", at_us)] == browser.all(
        "SELECT alert, channel, state, at_us FROM delivery"
    )


def test_a_baseline_is_one_line(browser: Sender) -> None:
    """The first look after a start writes down how many tasks there are, and tells nobody; later ones are news."""
    effects = browser.look(*(row(str(n)) for n in range(12)), row("full", places_raw="0"), baseline=True)
    assert [("main", "digest", "12 tasks")] == browser.all("SELECT task, reason, title FROM alert")
    assert [] == browser.deliveries()
    assert [] == effects.alerts
    assert [] == browser.look(same=[f":{n}" for n in range(12)], baseline=True).alerts
    assert 1 == len(browser.look(row("a"), same=[f":{n}" for n in range(12)]).alerts)


def test_a_baseline_in_parts_is_one_line(browser: Sender) -> None:
    """Its parts are counted together, once all are there."""
    assert [] == browser.look(row("a"), look="L", part=1, of=2, baseline=True).alerts
    browser.look(row("b"), row("c"), look="L", part=2, of=2, baseline=True)
    assert [("3 tasks",)] == browser.all("SELECT title FROM alert")


def test_an_empty_baseline_says_nothing(browser: Sender) -> None:
    """No task, or none with a free place: no line. The next task is news."""
    browser.look(baseline=True)
    browser.look(row("full", places_raw="30/30"), baseline=True)
    assert [] == browser.reasons()
    browser.look(row("a"), row("full", places_raw="30/30"))
    assert [("a", "new")] == browser.reasons()


def test_a_full_task_is_told_when_a_place_comes_free(browser: Sender) -> None:
    """Full at the first look: silence. Places again: told, once an episode."""
    browser.look(row("a", places_raw="0"))
    assert [] == browser.reasons()
    browser.look(row("a", places_raw="2"))
    browser.look(row("a", places_raw="0"))
    browser.look(row("a", places_raw="3"))
    assert [("a", "places")] == browser.reasons()


def test_every_kind_of_news(browser: Sender) -> None:
    """New, topped up, better paid, back again: an alert each; the same again is none."""
    browser.look(row("a", places_raw="10"))
    browser.look(row("a", places_raw="11"))
    browser.look(row("a", places_raw="30"))
    browser.look(row("a", places_raw="30", pay=PayText(raw="$0.07", currency="USD")))
    browser.look(row("a", places_raw="30", pay=PayText(raw="ask me")))
    browser.look()
    browser.wait(3)
    browser.look(row("a", places_raw="30"))
    assert [("a", "new"), ("a", "places"), ("a", "pay"), ("a", "reopened")] == browser.reasons()


def test_what_the_person_works_on_is_no_news(browser: Sender) -> None:
    """More places or another pay of a task in work says nothing; done and back again does."""
    browser.look(row("a", places_raw="1"))
    browser.send("accepted", Work(task="a", session="s"))
    browser.look(row("a", places_raw="90"))
    browser.send("submitted", Work(task="a", session="s"))
    browser.look(row("a", places_raw="200"))
    assert [("a", "new")] == browser.reasons()
    browser.look()
    browser.wait(3)
    browser.look(row("a", places_raw="200"))
    assert [("a", "new"), ("a", "reopened")] == browser.reasons()
    assert "open" == browser.one("SELECT state FROM task")


def test_told_while_the_agent_was_away(browser: Sender) -> None:
    """The extension alerted by itself, then both reach the agent: kept as told, delivered to nobody."""
    told_us = browser.clock.now_us()
    browser.send("told", Told(task="a", system="hit", list="main"), alone=True)
    effects = browser.look(row("a", system="hit"), event={"alone": True})
    assert [] == effects.alerts
    assert ["told"] == browser.deliveries()
    assert told_us == browser.one("SELECT shown_us FROM alert")


def test_told_after_the_agent_queued_its_own(browser: Sender) -> None:
    """Another browser had told it already: what was not delivered yet no longer is."""
    browser.look(row("a"))
    browser.send("told", Told(task="a"))
    assert ["told"] == browser.deliveries()


def test_told_does_not_silence_the_next_episode(browser: Sender) -> None:
    """A task that comes back later is news again."""
    browser.send("told", Told(task="a"))
    browser.look(row("a"))
    browser.look()
    browser.wait(10)
    browser.look(row("a"))
    assert ["told", "queued"] == browser.deliveries()


def test_seen_alone_and_not_told_is_never_late(browser: Sender) -> None:
    """A look made while no agent could be reached raises no alert now: it is counted, as gone."""
    assert [] == browser.look(row("a"), event={"alone": True}).alerts
    assert ["gone"] == browser.deliveries()
    assert 1 == browser.one("SELECT count(*) FROM arrival")


def test_a_vanished_task_withdraws_its_alert(browser: Sender) -> None:
    """Nobody is told of what is gone; what was shown is marked and taken away."""
    queued = browser.look(row("a"), row("b")).alerts
    shown = browser.look(row("c"), same=[":a", ":b"]).alerts
    browser.send("shown", Delivery(alert=shown[0]))
    effects = browser.look(same=[":b"])
    assert {queued[0], shown[0]} == set(effects.gone)
    assert ["gone", "queued", "shown"] == browser.deliveries()
    assert 2 == browser.one("SELECT count(*) FROM alert WHERE gone_us IS NOT NULL")


def test_a_digest_outlives_its_tasks(browser: Sender) -> None:
    """The line of a baseline is about the moment, not about tasks that may go."""
    browser.look(row("a"), baseline=True)
    assert [] == browser.look().gone
    assert [(None,)] == browser.all("SELECT gone_us FROM alert")


def test_deliveries_move_on(browser: Sender) -> None:
    """Shown, then clicked; the first showing is the moment that counts; later words take nothing back."""
    (alert,) = browser.look(row("a")).alerts
    shown_us = browser.clock.now_us()
    effects = browser.send("shown", Delivery(alert=alert))
    assert [alert] == effects.shown
    browser.send("clicked", Delivery(alert=alert))
    assert ["clicked"] == browser.deliveries()
    for state in ("shown", "held", "failed"):
        assert [] == browser.send("shown", Delivery(alert=alert, state=state)).shown
    assert ["clicked"] == browser.deliveries()
    assert shown_us == browser.one("SELECT shown_us FROM alert")


def test_a_delivery_said_twice_is_said_once(browser: Sender) -> None:
    """The same confirmation again changes nothing, not even its time."""
    (alert,) = browser.look(row("a")).alerts
    shown = browser.event("shown", Delivery(alert=alert))
    browser.deliver(shown)
    browser.wait(1)
    assert [] == browser.deliver(shown).shown
    assert shown.at_us == browser.one("SELECT at_us FROM delivery")


def test_every_channel_has_its_own_delivery(browser: Sender) -> None:
    """The desktop shows what the extension could not; a channel's failure keeps its cause."""
    (alert,) = browser.look(row("a")).alerts
    browser.send("shown", Delivery(alert=alert, state="failed", cause="no permission"))
    browser.send("shown", Delivery(alert=alert, channel="desktop"))
    assert [("desktop", "shown", ""), ("extension", "failed", "no permission")] == browser.all(
        "SELECT channel, state, cause FROM delivery ORDER BY channel"
    )


def test_an_alert_nobody_raised(browser: Sender) -> None:
    """Confirming an unknown alert is no error and leaves nothing."""
    assert [] == browser.send("shown", Delivery(alert="nonsense")).shown
    assert [] == browser.deliveries()


def test_held_and_released(browser: Sender) -> None:
    """What was held while the person worked is queued again, oldest first."""
    found = [browser.look(row("a")).alerts[0], browser.look(row("b"), same=[":a"]).alerts[0]]
    now_us = browser.clock.now_us()

    def job(conn: sqlite3.Connection) -> list[str]:
        for alert in reversed(found):
            alerts.hold(conn, alert, now_us, "working")
        assert {"held"} == {state for (state,) in conn.execute("SELECT state FROM delivery")}
        return alerts.release_held(conn, now_us)

    assert found == browser.store.write_now(job)
    assert ["queued", "queued"] == browser.deliveries()


def test_the_rule_can_be_switched_off(browser: Sender) -> None:
    """Without a rule that is on there is no alert; the board and the arrivals go on."""
    browser.store.write_now(lambda conn: conn.execute("UPDATE rule SET on_ = 0"))
    assert [] == browser.look(row("a")).alerts
    assert [] == browser.reasons()
    assert "open" == browser.one("SELECT state FROM task")
