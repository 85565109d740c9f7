"""The agent is killed between the sighting of a task and its delivery: the next one tells it, once."""

import json
import signal
from pathlib import Path

import pytest

from piecework.control import offline
from piecework.link.client import LinkClient
from piecework.protocol.bodies import Beat, Delivery
from piecework.protocol.messages import Alert
from piecework.settings import Paths
from tests.integration.faulty import WAIT_S, command
from tests.integration.rig import FIREFOX, PLATFORM, see, until
from tests.integration.serve import Process, serving
from tests.integration.test_link_kill import issue

DIES_BEFORE_IT_TELLS = """
import os, signal
from piecework.link.delivery import Delivery
def offer(self, ids):
    if list(ids):
        os.kill(os.getpid(), signal.SIGKILL)
Delivery.offer = offer
"""
DIES_IN_THE_CHANNEL = """
import os, signal
from piecework.link import push
def send(address, title, text, link):
    os.kill(os.getpid(), signal.SIGKILL)
push.send = send
"""
WRITES_DOWN = """
from pathlib import Path
from piecework.link import push
def send(address, title, text, link):
    with Path({told!r}).open("a") as file:
        file.write(title + chr(10))
push.send = send
"""


async def connect(agent: Process, who: tuple[str, str]) -> LinkClient:
    """What the extension does when the agent is there again: it holds nothing that it has not sent."""
    return await LinkClient.connect(agent.port, *who, origin=FIREFOX)


async def sight(client: LinkClient) -> None:
    """A list that is watched shows a task that was not there."""
    await see(client, 1, "old", baseline=True)
    await client.until_acked()
    await see(client, 2, "old", "fresh")


async def deliveries(paths: Paths) -> list[tuple[str, str, str]]:
    """(task, channel, state) of every delivery, as the command prints them."""
    code, out, err = await command(paths, "alerts", "--json")
    assert 0 == code, err
    return [(row["task"], one["channel"], one["state"]) for row in json.loads(out) for one in row["deliveries"]]


@pytest.mark.kill
@pytest.mark.parametrize("ordered", [False, True], ids=["before the order to show", "before anybody confirmed"])
async def test_a_killed_agents_alert_is_told_once(tmp_path: Path, *, ordered: bool) -> None:
    """The sighting is committed with its alert: after the restart the browser is told, and never again."""
    paths = Paths(tmp_path)
    who = await issue(paths)
    async with serving(tmp_path, first="" if ordered else DIES_BEFORE_IT_TELLS) as agent:
        async with await connect(agent, who) as client:
            await sight(client)
            if ordered:
                await client.next(Alert)
                await agent.kill()
            await client.until_closed()
            assert ordered or not [message for message in client.inbox if isinstance(message, Alert)]
        assert -signal.SIGKILL == await agent.process.wait()
    async with serving(tmp_path) as again:
        async with await connect(again, who) as client:
            assert 2 == client.welcome.last
            alert = await client.next(Alert)
            await client.send_event("shown", Delivery(alert=alert.alert), platform=PLATFORM)
            await client.until_acked()
            others = [message for message in client.inbox if isinstance(message, Alert)]
        async with await connect(again, who) as client:
            await client.send_event("note")
            await client.until_acked()
            others += [message for message in client.inbox if isinstance(message, Alert)]

    assert ("fresh", []) == (alert.task, others)
    assert [("fresh", "extension", "shown")] == await deliveries(paths)


@pytest.mark.kill
async def test_what_was_held_during_work_outlives_a_kill(tmp_path: Path) -> None:
    """Kept in sight while the person worked, its agent killed: told when the work is handed in, once."""
    paths = Paths(tmp_path)
    who = await issue(paths)
    async with serving(tmp_path) as agent, await connect(agent, who) as client:
        await client.send_event("beat", Beat(session="s", task="t"), platform=PLATFORM, account="-")
        await sight(client)
        held = await client.next(Alert)
        await client.send_event("shown", Delivery(alert=held.alert, state="held"), platform=PLATFORM)
        await client.until_acked()
        await agent.kill()
    async with serving(tmp_path) as again, await connect(again, who) as client:
        await client.send_event("beat", Beat(session="s", task="t", state="end"), platform=PLATFORM, account="-")
        told = await client.next(Alert)
        await client.send_event("shown", Delivery(alert=told.alert), platform=PLATFORM)
        await client.until_acked()
        others = [message for message in client.inbox if isinstance(message, Alert)]

    assert (True, False, []) == (held.hold, told.hold, others)
    assert held.alert == told.alert
    assert [("fresh", "extension", "shown")] == await deliveries(paths)


@pytest.mark.kill
async def test_a_channel_whose_agent_was_killed_is_told_once(tmp_path: Path) -> None:
    """Killed as it turned to the phone: the next agent tells the phone, in one message."""
    paths, told = Paths(tmp_path / "data"), tmp_path / "told"
    who = await issue(paths)
    async with offline(paths) as services:
        services.secrets.set_channel("push-1", "json://nowhere")
        row = "INSERT INTO channel (name, kind, label) VALUES ('push-1', 'push', 'mine')"
        await services.store.write(lambda conn: conn.execute(row).rowcount)
    async with serving(paths.data, first=DIES_IN_THE_CHANNEL) as agent:
        async with await connect(agent, who) as client:
            await sight(client)
            alert = await client.next(Alert)
            await client.send_event("shown", Delivery(alert=alert.alert), platform=PLATFORM)
            await client.until_closed()
        assert -signal.SIGKILL == await agent.process.wait()
    async with serving(paths.data, first=WRITES_DOWN.format(told=str(told))) as again:
        await until(told.exists, wait_s=WAIT_S)
        async with await connect(again, who) as client:
            await see(client, 3, "old", "fresh", "more")
            await until(lambda: len(told.read_text().splitlines()) > 1, wait_s=WAIT_S)

    # One message for what the killed agent left, one for what came after it.
    assert 2 == len(told.read_text().splitlines())
    assert ("fresh", "push-1", "shown") in await deliveries(paths)
