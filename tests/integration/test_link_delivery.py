"""Alerts: to the extension first, to the desktop when none confirms, held during work, never lost, never twice."""

from datetime import UTC, datetime

from piecework.app import Agent
from piecework.control import run
from piecework.control.clients import CLI_ORIGIN
from piecework.link.client import LinkClient
from piecework.now import FixedClock, to_us
from piecework.protocol.bodies import Beat, Delivery, Told
from piecework.protocol.messages import Alert, Lease, Settings, Withdraw
from tests.integration.conftest import Start
from tests.integration.rig import CHROMIUM, PLATFORM, Screen, connect, issue, rows, see, until


def states(agent: Agent) -> dict[str, str]:
    """Channel to state, of the only alert there is."""
    found = rows(agent, "SELECT channel, state FROM delivery")
    return {row["channel"]: row["state"] for row in found}


async def news(client: LinkClient, *tasks: str) -> None:
    """A list is looked at, then has these tasks more."""
    await see(client, 1, "old", baseline=True)
    await see(client, 2, "old", *tasks)
    await client.until_acked()


async def next_task(client: LinkClient) -> Alert:
    """The next alert that is about a task."""
    return await client.next(Alert)


async def beat(client: LinkClient, state: str = "active") -> None:
    """A pulse of work on a task page."""
    body = Beat(session="s1", task="other", state=state)  # type: ignore[arg-type]
    await client.send_event("beat", body, platform=PLATFORM, account="-")
    await client.until_acked()


async def settled(client: LinkClient, alert: Alert, state: str = "shown") -> None:
    """The extension says what became of an alert."""
    body = Delivery(alert=alert.alert, state=state)  # type: ignore[arg-type]
    await client.send_event("shown", body, platform=PLATFORM)
    await client.until_acked()


async def test_a_new_task_reaches_the_browser_that_saw_it(start: Start) -> None:
    """With everything a notification needs; the desktop stays quiet once it is confirmed."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=30)
    mine, other = await issue(agent), await issue(agent, CHROMIUM)
    async with await connect(agent, other, CHROMIUM) as bystander, await connect(agent, mine) as client:
        await news(client, "fresh")
        alert = await next_task(client)
        await settled(client, alert)
        await until(lambda: rows(agent, "SELECT 1 FROM alert WHERE shown_us IS NOT NULL"))

        assert ("fresh", PLATFORM, "new", "Task fresh", False) == (
            alert.task,
            alert.platform,
            alert.reason,
            alert.title,
            alert.hold,
        )
        assert "$1.20" in alert.text
        assert [] == [message for message in bystander.inbox if isinstance(message, Alert)]
        assert alert.alert not in agent.link.office.delivery._timers
    assert [] == screen.shown


async def test_another_browser_is_told_where_the_one_that_saw_it_is_gone(start: Start) -> None:
    """Whoever is connected can show it."""
    agent = await start(confirm_s=30)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await see(client, 1, "old", baseline=True)
        await client.until_acked()
    await until(lambda: not agent.services.hub.connected())
    async with await connect(agent, await issue(agent, CHROMIUM), CHROMIUM) as other:
        await see(other, 2, "old", "fresh")

        assert "fresh" == (await next_task(other)).task


async def test_the_desktop_tells_what_no_browser_confirms(start: Start) -> None:
    """After the time an extension has; the extension is then not asked again."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=0.02)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await see(client, 1, "fresh")
        await until(lambda: screen.shown)
        await until(lambda: states(agent) == {"extension": "failed", "desktop": "shown"})
    async with await connect(agent, who) as again:
        await again.send_event("note")
        await again.until_acked()

        assert ["Task fresh"] == screen.shown
        assert [] == [message for message in again.inbox if isinstance(message, Alert)]
    assert [] == rows(agent, "SELECT 1 FROM alert WHERE shown_us IS NULL")


async def test_where_nobody_can_tell_it_waits_for_the_next_connection(start: Start) -> None:
    """The desktop says why it could not; the row stays queued."""
    agent = await start(channel=Screen("no desktop session"), confirm_s=0.02)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await see(client, 1, "fresh")
        await until(lambda: states(agent) == {"extension": "queued", "desktop": "failed"})
    causes = rows(agent, "SELECT cause FROM delivery WHERE channel = 'desktop'")
    async with await connect(agent, who) as again:
        assert "fresh" == (await next_task(again)).task
    assert [{"cause": "unavailable: no desktop session"}] == causes


async def test_what_was_queued_goes_out_after_a_restart(start: Start) -> None:
    """A crash between commit and notification costs no alert."""
    agent = await start(confirm_s=30)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await see(client, 1, "fresh")
        await client.until_acked()
    await agent.stop()
    again = await start(confirm_s=30)

    async with await connect(again, who) as client:
        assert "fresh" == (await next_task(client)).task


async def test_a_task_that_is_gone_is_not_told_late(start: Start) -> None:
    """Its alert is gone as well; a notification that stands is taken away."""
    agent = await start(confirm_s=30)
    who = await issue(agent)
    async with await connect(agent, who) as client:
        await see(client, 1, "fresh")
        alert = await next_task(client)
        await see(client, 2, "another")
        assert alert.alert == (await client.next(Withdraw)).alert
        assert "another" == (await next_task(client)).task
        await see(client, 3)
        await client.until_acked()
    async with await connect(agent, who) as again:
        await again.send_event("note")
        await again.until_acked()

        assert [] == [message for message in again.inbox if isinstance(message, Alert)]
    assert {"gone"} == {row["state"] for row in rows(agent, "SELECT state FROM delivery")}


async def test_during_work_an_alert_is_only_kept_in_sight(start: Start) -> None:
    """`hold`, no sound, no desktop; told as soon as the work is done."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=0.02)
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "old", baseline=True)
        await beat(client)
        await see(client, 2, "old", "fresh")
        held = await next_task(client)
        assert (True, "") == (held.hold, held.sound)
        await settled(client, held, "held")
        await until(lambda: rows(agent, "SELECT 1 FROM delivery WHERE state = 'held'"))
        await beat(client, "end")
        told = await next_task(client)

        assert (held.alert, False, "own") == (told.alert, told.hold, told.sound)
        await settled(client, told)
    assert [] == screen.shown


async def test_an_unconfirmed_alert_is_held_by_the_agent_during_work(start: Start) -> None:
    """No extension said anything: the desktop still waits for the end of the work."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=0.02)
    async with await connect(agent, await issue(agent)) as client:
        await beat(client)
        await see(client, 1, "fresh")
        await until(lambda: rows(agent, "SELECT 1 FROM delivery WHERE state = 'held'"))
        assert [] == screen.shown
        await beat(client, "end")
        await until(lambda: screen.shown)

    assert ["Task fresh"] == screen.shown


async def test_quiet_hours_hold_delivery_not_watching(start: Start) -> None:
    """The task is on the board at once; it is told when the quiet hours are over."""
    agent = await start(confirm_s=0.02, tick_s=0.02)
    await run(agent.services, "setting.set", {"name": "zone", "value": "UTC"})
    await run(agent.services, "setting.set", {"name": "quiet_from", "value": "00:00"})
    await run(agent.services, "setting.set", {"name": "quiet_to", "value": "23:59:59.999999"})
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "fresh")
        assert (await next_task(client)).hold
        await until(lambda: rows(agent, "SELECT 1 FROM delivery WHERE state = 'held' AND cause = 'quiet'"))
        assert 1 == len(rows(agent, "SELECT 1 FROM task WHERE state = 'open'"))
        await run(agent.services, "setting.set", {"name": "quiet_to", "value": ""})

        assert not (await next_task(client)).hold


async def test_the_extension_learns_when_quiet_hours_begin(start: Start) -> None:
    """It keeps quiet by itself when the agent is away."""
    clock = FixedClock(to_us(datetime(2026, 6, 1, 21, 59, tzinfo=UTC)))
    agent = await start(clock=clock, tick_s=0.01)
    for name, value in (("zone", "UTC"), ("quiet_from", "22:00"), ("quiet_to", "07:00")):
        await run(agent.services, "setting.set", {"name": name, "value": value})
    async with await connect(agent, await issue(agent)) as client:
        assert 0 == (await client.next(Settings)).quiet_until_us
        clock.forward(120)

        assert to_us(datetime(2026, 6, 2, 7, tzinfo=UTC)) == (await client.next(Settings)).quiet_until_us


async def test_a_browser_is_asked_before_a_program(start: Start) -> None:
    """A program of the person's own may show nothing."""
    agent = await start(confirm_s=30)
    gone, program = await issue(agent), await issue(agent, CLI_ORIGIN)
    async with await connect(agent, gone) as client:
        await see(client, 1, "old", baseline=True)
        await client.until_acked()
    async with await connect(agent, program, CLI_ORIGIN) as quiet:
        await quiet.send_event("note")
        await quiet.until_acked()
        quiet.inbox.clear()
        async with await connect(agent, await issue(agent, CHROMIUM), CHROMIUM) as browser:
            await see(browser, 2, "old", "fresh")
            assert "fresh" == (await next_task(browser)).task
        assert [] == [message for message in quiet.inbox if isinstance(message, Alert)]


async def test_what_the_extension_told_alone_is_not_told_again(start: Start) -> None:
    """The agent waits until it has all that the profile held while it was away."""
    agent = await start(confirm_s=0.02)
    who = await issue(agent)
    async with await connect(agent, who, upto=3) as client:
        await see(client, 1, "old", baseline=True, alone=True)
        await client.send_event("told", Told(task="fresh"), platform=PLATFORM, account="-", alone=True)
        await see(client, 2, "old", "fresh", alone=True)
        await see(client, 3, "old", "fresh", "newest")
        await client.until_acked()

        assert "newest" == (await next_task(client)).task
        assert [] == [message for message in client.inbox if isinstance(message, Alert)]


async def test_alerts_wait_for_a_client_that_still_delivers(start: Start) -> None:
    """Neither it nor another browser nor the desktop is told before."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=0.02)
    who = await issue(agent)
    async with await connect(agent, await issue(agent, CHROMIUM), CHROMIUM) as other:
        async with await connect(agent, who, upto=2) as client:
            await see(client, 1, "fresh")
            await client.until_acked()
            assert [] == [message for message in client.inbox if isinstance(message, Alert)]
            await client.send_event("note")

            assert "fresh" == (await next_task(client)).task
            await client.close()
        assert [] == [message for message in other.inbox if isinstance(message, Alert)]


async def test_a_list_with_an_unknown_key_is_read_once_more(agent: Agent, client: LinkClient) -> None:
    """A row that was named but never sent in full costs the site nothing: the open tab is read again."""
    body = {"list": "tasks", "look": "l1", "same": [":never-seen"]}
    await client.send_event("look", body, platform=PLATFORM, account="-")
    lease = await client.next(Lease)

    assert (PLATFORM, "tasks", "reread") == (lease.platform, lease.list, lease.how)


async def test_a_click_is_kept(agent: Agent, client: LinkClient) -> None:
    """It outlasts `shown`, whichever comes first."""
    await see(client, 1, "fresh")
    alert = await next_task(client)
    await settled(client, alert)
    await client.send_event("clicked", Delivery(alert=alert.alert, state="clicked"), platform=PLATFORM)
    await client.until_acked()

    assert {"extension": "clicked"} == states(agent)
