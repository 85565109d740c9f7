"""Channels beside the screen, with a push server on loopback: sent once, folded, never waiting for one another."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from piecework.control import run
from piecework.control.telling import code_of
from piecework.errors import BadUsage
from piecework.link.desktop import Unavailable
from piecework.protocol.bodies import Beat, Delivery
from piecework.protocol.messages import Alert
from tests.integration.rig import PLATFORM, Screen, connect, issue, rows, see, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from piecework.app import Agent
    from tests.integration.conftest import Start


class Server:
    """A push service: keeps what it is sent, as apprise's json:// sends it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.address = ""

    async def take(self, request: web.Request) -> web.Response:
        """One message."""
        self.got.append(await request.json())
        return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Listens on a free port."""
    found = Server()
    application = web.Application()
    application.router.add_post("/{any:.*}", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.address = f"json://127.0.0.1:{runner.addresses[0][1]}/secret-word"
    yield found
    await runner.cleanup()


class Sent:
    """Stands in for every service: remembers who was told what, and hangs where it is told to."""

    def __init__(self, hangs: str = "", fails: int = 0) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.hangs = hangs
        self.fails = fails
        self.free = threading.Event()

    def __call__(self, address: str, title: str, text: str, link: str) -> None:  # noqa: ARG002 - a sender's own names
        """One message."""
        if self.hangs and self.hangs in address:
            self.free.wait()
        if self.fails:
            self.fails -= 1
            raise Unavailable("unavailable: not now")
        self.told.append((address, title, text))


async def add(agent: Agent, address: str) -> str:
    """A channel of that address; apprise itself is not asked."""
    name = f"push-{address[-3:]}"
    agent.services.secrets.set_channel(name, address)
    await agent.services.store.write(
        lambda conn: (
            conn.execute("INSERT INTO channel (name, kind, label) VALUES (?, 'push', ?)", (name, name)).rowcount
        )
    )
    agent.services.courier.channels_changed()
    return name


def outcome(agent: Agent, channel: str) -> list[str]:
    """States of a channel's deliveries."""
    return [row["state"] for row in rows(agent, "SELECT state FROM delivery WHERE channel = ? ORDER BY at_us", channel)]


async def test_a_service_is_told_without_titles(start: Start, server: Server) -> None:
    """Through apprise itself: how many, where and the best pay; the title only where the person says so."""
    agent = await start()
    name = (await run(agent.services, "channel.add", {"address": server.address, "label": "mine"}))["name"]
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "old", baseline=True)
        await see(client, 2, "old", "fresh")
        await until(lambda: server.got)
        assert "Task fresh" not in str(server.got)
        assert "$1.20" in server.got[0]["message"]
        await run(agent.services, "channel.set", {"name": name, "titles": True})
        await see(client, 3, "old", "fresh", "other")
        await until(lambda: len(server.got) > 1)
        assert "Task other" == server.got[1]["title"]
    await until(lambda: outcome(agent, name) == ["shown", "shown"])
    (told,) = [row for row in (await run(agent.services, "status", {}))["channels"] if row["name"] == name]
    assert told["last_good_us"]
    assert "secret-word" not in str(await run(agent.services, "channel.list", {}))


class Stuck(Screen):
    """A desktop that takes a notice and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = 0

    async def show(self, title: str, text: str, url: str | None) -> None:
        """One notice."""
        self.begun += 1
        await asyncio.Event().wait()
        await super().show(title, text, url)


async def test_a_channel_that_hangs_delays_no_other(start: Start) -> None:
    """A service and the desktop never answer; the next service and the browser are told at once; the agent can end."""
    sent, screen = Sent(hangs="hang"), Stuck()
    agent = await start(sender=sent, channel=screen, confirm_s=0.02)
    slow, quick = await add(agent, "json://hang"), await add(agent, "json://fine")
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "fresh")
        await client.next(Alert)
        await until(lambda: outcome(agent, quick) == ["shown"])
        await until(lambda: screen.begun == 1)
        assert ["queued"] == outcome(agent, slow)
        await see(client, 2, "fresh", "more")
        await client.next(Alert)
        await until(lambda: outcome(agent, quick) == ["shown", "shown"])
        await until(lambda: screen.begun == 2)
    await agent.stop()
    sent.free.set()


async def test_a_channel_that_answers_late_is_not_told_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hangs past every try and is said to have failed; what it took then in the end was told, once."""
    monkeypatch.setattr("piecework.link.outbox.SEND_S", 0.01)
    monkeypatch.setattr("piecework.link.outbox.AGAIN_S", (0.0, 0.0, 0.0))
    sent = Sent(hangs="hang")
    agent = await start(sender=sent)
    name = await add(agent, "json://hang")
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "fresh")
        await until(lambda: outcome(agent, name) == ["failed"])
        sent.free.set()
        await until(lambda: outcome(agent, name) == ["shown"])
        await see(client, 2, "fresh", "more")
        await until(lambda: outcome(agent, name) == ["shown", "shown"])

    assert 2 == len(sent.told)


async def test_what_fails_is_tried_again_and_then_said(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice in vain, then it goes through; where nothing helps, the channel says why."""
    monkeypatch.setattr("piecework.link.outbox.AGAIN_S", (0.0, 0.0, 0.0))
    sent = Sent(fails=2)
    agent = await start(sender=sent)
    name = await add(agent, "json://one")
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "fresh")
        await until(lambda: outcome(agent, name) == ["shown"])
        assert 1 == len(sent.told)
        sent.fails = 99
        await see(client, 2, "fresh", "more")
        await until(lambda: "failed" in outcome(agent, name))
    assert "unavailable: not now" == rows(agent, "SELECT cause FROM channel WHERE name = ?", name)[0]["cause"]


async def test_five_hundred_new_tasks_are_one_message(start: Start) -> None:
    """Every sighting is stored; the browser is told once what to fold, with one sound; the service gets one line."""
    sent, screen = Sent(), Screen()
    agent = await start(sender=sent, channel=screen)
    name = await add(agent, "json://one")
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "old", baseline=True)
        names = [f"t{number}" for number in range(500)]
        for part in (0, 200, 400):
            body = {
                "list": "tasks",
                "look": "big",
                "part": part // 200 + 1,
                "of": 3,
                "rows": [{"id": one, "title": one} for one in names[part : part + 200]],
            }
            await client.send_event("look", body, platform=PLATFORM, account="-")
        alerts = [await client.next(Alert) for _ in names]
        await until(lambda: outcome(agent, name).count("shown") == 500)
    assert 500 == len(rows(agent, "SELECT 1 FROM task WHERE state = 'open' AND id LIKE 't%'"))
    assert {True} == {alert.fold for alert in alerts}
    assert 1 == sum(alert.sound != "" for alert in alerts)
    assert len(sent.told) <= 3
    assert sum(int(title.split()[0]) for _, title, _ in sent.told) == 500


async def test_without_a_browser_the_desktop_folds_too(start: Start) -> None:
    """Ten alerts of one moment are one notice."""
    screen = Screen()
    agent = await start(channel=screen, confirm_s=0.1)
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "old", baseline=True)
        await client.until_acked()
        await see(client, 2, "old", *map(str, range(10)))
        await client.until_acked()
    await until(lambda: screen.shown)
    await until(lambda: outcome(agent, "desktop").count("shown") == 10)
    assert 1 == len(screen.shown)


async def test_an_agent_that_is_killed_tells_once(start: Start, tmp_path: Any) -> None:  # noqa: ANN401 - a path
    """Between sighting and delivery it ends; the next one tells, once."""
    blocked, sent = Sent(hangs="one"), Sent()
    agent = await start(data=tmp_path / "d", sender=blocked)
    name = await add(agent, "json://one")
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "fresh")
        await client.next(Alert)
        await client.until_acked()
    await until(lambda: outcome(agent, name) == ["queued"])
    await agent.stop()
    again = await start(data=tmp_path / "d", sender=sent)
    await until(lambda: outcome(again, name) == ["shown"])
    assert 1 == len(sent.told)
    blocked.free.set()


async def test_during_work_only_the_phone_is_told(start: Start) -> None:
    """A channel that may tell during work does; another waits until the work is handed in."""
    sent = Sent()
    agent = await start(sender=sent)
    phone, other = await add(agent, "json://pho"), await add(agent, "json://oth")
    await run(agent.services, "channel.set", {"name": phone, "at_work": True})
    async with await connect(agent, await issue(agent)) as client:
        await see(client, 1, "old", baseline=True)
        await client.send_event("beat", Beat(session="s", task="t"), platform=PLATFORM, account="-")
        await see(client, 2, "old", "fresh")
        held = await client.next(Alert)
        assert held.hold
        assert not held.open
        await client.send_event("shown", Delivery(alert=held.alert, state="held"), platform=PLATFORM)
        await until(lambda: outcome(agent, phone) == ["shown"])
        await until(lambda: outcome(agent, other) == ["held"])
        await client.send_event("beat", Beat(session="s", task="t", state="end"), platform=PLATFORM, account="-")
        await until(lambda: outcome(agent, other) == ["shown"])
    assert 2 == len(sent.told)


async def test_a_test_goes_the_whole_way(start: Start, server: Server) -> None:
    """Each channel reports by itself: the browser shows, the desktop says why not, the service got it."""
    agent = await start()
    name = (await run(agent.services, "channel.add", {"address": server.address}))["name"]
    async with await connect(agent, await issue(agent)) as client:
        await client.send_event("note")
        await client.until_acked()
        testing = asyncio.create_task(run(agent.services, "alert.test", {}))
        alert = await client.next(Alert)
        assert ("test", "own") == (alert.reason, alert.sound)
        await client.send_event("shown", Delivery(alert=alert.alert))
        found = {row["channel"]: row["state"] for row in (await testing)["channels"]}
    assert {"extension": "shown", "desktop": "failed", name: "shown"} == found


async def test_the_phone_has_a_secret_topic_and_answers(start: Start) -> None:
    """A topic of 128 random bits; another at a press; the digits of the test are typed back."""
    sent = Sent()
    agent = await start(sender=sent)
    first = await run(agent.services, "channel.phone", {})
    assert len("piecework-") + 32 == len(first["topic"])
    address = agent.services.secrets.channel("phone")
    assert f"ntfys://ntfy.sh/{first['topic']}" == address
    second = await run(agent.services, "channel.phone", {"server": "http://127.0.0.1:9"})
    assert first["topic"] != second["topic"]
    with pytest.raises(BadUsage):
        await run(agent.services, "channel.confirm", {"name": "phone", "code": "0000"})
    await run(agent.services, "channel.set", {"name": "extension", "on": False})
    await run(agent.services, "alert.test", {})
    code = code_of(rows(agent, "SELECT id FROM alert WHERE reason = 'test'")[0]["id"])
    assert code in sent.told[0][2]
    await run(agent.services, "channel.confirm", {"name": "phone", "code": code})
    assert rows(agent, "SELECT confirmed_us FROM channel WHERE name = 'phone'")[0]["confirmed_us"]


async def test_an_address_nobody_knows_is_refused(agent: Agent) -> None:
    """Before anything is kept."""
    for wrong in ("not an address", "nosuchservice://x"):
        with pytest.raises(BadUsage):
            await run(agent.services, "channel.add", {"address": wrong})
    with pytest.raises(BadUsage):
        await run(agent.services, "channel.phone", {"server": "ftp://x"})
    assert 2 == len((await run(agent.services, "channel.list", {}))["channels"])


async def test_a_channel_leaves_with_its_address(start: Start) -> None:
    """Removed: its credentials are gone from the secrets too."""
    agent = await start(sender=Sent())
    name = await add(agent, "json://one")
    await run(agent.services, "channel.remove", {"name": name})
    assert agent.services.secrets.channel(name) is None
    with pytest.raises(BadUsage):
        await run(agent.services, "channel.remove", {"name": "extension"})


async def test_everything_forgotten_is_the_addresses_too(start: Start) -> None:
    """Nothing of a channel is left, neither its row nor its credentials."""
    agent = await start(sender=Sent())
    name = await add(agent, "json://one")
    await run(agent.services, "forget", {"everything": True})
    assert agent.services.secrets.channel(name) is None
    assert ["extension", "desktop"] == [
        row["name"] for row in (await run(agent.services, "channel.list", {}))["channels"]
    ]
