"""Pairing over a real socket: asked by the extension, decided by the person."""

import pytest
from websockets.asyncio.client import ClientConnection

from piecework.app import Agent
from piecework.control import run
from piecework.errors import BadUsage, NothingToShow
from piecework.link.client import Closed, LinkClient, open_socket, receive, shake_hands
from piecework.protocol import messages, proof
from piecework.protocol.codec import encode
from tests.integration.conftest import Start
from tests.integration.rig import CHROMIUM, FIREFOX, connect, until


async def ask(agent: Agent, origin: str = FIREFOX, name: str = "Firefox on Linux") -> ClientConnection:
    """An extension greets and asks to be paired."""
    socket = await open_socket(agent.port, origin)
    await socket.send(encode(messages.Hello(v=[1], nonce=proof.new_nonce())))
    await socket.send(encode(messages.Pair(name=name, browser="firefox")))
    return socket


async def test_from_four_digits_to_a_proven_link(agent: Agent) -> None:
    """Both sides show the same code; after Allow the same socket says hello with its key."""
    socket = await ask(agent)
    shown = await receive(socket)
    assert isinstance(shown, messages.Pairing)
    pending = (await run(agent.services, "pair.list", {}))["pending"]
    assert (shown.code, 120) == (pending["code"], shown.expires_s)
    allowed = await run(agent.services, "pair.approve", {"code": shown.code})
    paired = await receive(socket)
    assert isinstance(paired, messages.Paired)
    welcome = await shake_hands(socket, agent.port, paired.cid, paired.key)

    assert allowed["cid"] == paired.cid
    assert welcome.salt == paired.salt == agent.services.secrets.salt
    await socket.close()


async def test_a_paired_extension_comes_back_without_pairing(agent: Agent) -> None:
    """On a new socket, with the key it was given."""
    socket = await ask(agent)
    shown = await receive(socket)
    assert isinstance(shown, messages.Pairing)
    await run(agent.services, "pair.approve", {"code": shown.code})
    paired = await receive(socket)
    assert isinstance(paired, messages.Paired)
    await socket.close()

    async with await connect(agent, (paired.cid, paired.key)) as client:
        await client.send_event("note")
        assert 1 == await client.until_acked()


async def test_while_the_person_compares_digits_time_stands_still(start: Start) -> None:
    """A pending request outlives the time an unpaired socket has, and takes signs of life."""
    agent = await start(proof_s=0.5)
    socket = await ask(agent)
    shown = await receive(socket)
    assert isinstance(shown, messages.Pairing)
    other = await open_socket(agent.port, CHROMIUM)
    with pytest.raises(Closed):
        await receive(other)
    await socket.send(encode(messages.KeepAlive(at_us=1)))
    await run(agent.services, "pair.approve", {"code": shown.code})

    assert isinstance(await receive(socket), messages.Paired)
    await socket.close()


async def test_deny_closes_the_socket(agent: Agent) -> None:
    """The extension is told why before it goes."""
    socket = await ask(agent)
    await receive(socket)
    await run(agent.services, "pair.deny", {})

    assert messages.Denied(reason="denied") == await receive(socket)
    with pytest.raises(Closed) as closed:
        await receive(socket)
    assert 4401 == closed.value.code


async def test_a_second_request_is_busy(agent: Agent) -> None:
    """Another extension can neither replace the request nor learn its code."""
    first = await ask(agent)
    await receive(first)
    second = await ask(agent, CHROMIUM, "somebody else")

    assert messages.Denied(reason="busy") == await receive(second)
    assert "Firefox on Linux" == (await run(agent.services, "pair.list", {}))["pending"]["name"]
    await first.close()


async def test_a_closed_socket_takes_its_request_along(agent: Agent) -> None:
    """The next one starts with a code of its own."""
    socket = await ask(agent)
    shown = await receive(socket)
    assert isinstance(shown, messages.Pairing)
    await socket.close()
    await until(lambda: agent.services.desk.pending() is None)

    with pytest.raises(NothingToShow):
        await run(agent.services, "pair.approve", {"code": shown.code})


async def test_while_it_waits_an_extension_says_nothing_else(agent: Agent) -> None:
    """An event before the answer ends the request."""
    socket = await ask(agent)
    await receive(socket)
    await socket.send(encode(messages.Event(seq=1, id="a", at_us=1, kind="note")))

    with pytest.raises(Closed) as closed:
        await receive(socket)
    assert 4401 == closed.value.code
    assert None is agent.services.desk.pending()


async def test_another_profile_of_a_paired_browser_can_pair_too(agent: Agent) -> None:
    """In Chromium every profile has the same Origin."""
    cids = []
    for _ in range(2):
        socket = await ask(agent, CHROMIUM, "Chromium")
        shown = await receive(socket)
        assert isinstance(shown, messages.Pairing)
        cids.append((await run(agent.services, "pair.approve", {"code": shown.code}))["cid"])
        await receive(socket)
        await socket.close()

    assert 2 == len(set(cids))


async def test_pairings_survive_a_restart(start: Start) -> None:
    """Key, Origin and the number of the last event lie in the data folder."""
    agent = await start()
    issued = await run(agent.services, "pair.issue", {"name": "a browser", "origin": FIREFOX})
    async with await connect(agent, (issued["cid"], issued["key"])) as client:
        await client.send_event("note")
        await client.until_acked()
    await agent.stop()
    again = await start()

    async with await connect(again, (issued["cid"], issued["key"])) as client:
        assert 1 == client.welcome.last


async def test_two_connections_of_one_profile_become_one(agent: Agent, client: LinkClient) -> None:
    """The newer one stays: the older is a worker that was killed a moment ago."""
    cid = next(iter(agent.services.hub.connected()))
    key = agent.services.secrets.client_key(cid)
    assert key is not None
    async with await connect(agent, (cid, key)) as newer:
        assert 1000 == (await client.until_closed()).code
        await newer.send_event("note")
        assert 1 == await newer.until_acked()


@pytest.mark.parametrize("origin", ["https://evil.test", "", "moz-extension://x"])
async def test_no_key_is_issued_for_a_page(agent: Agent, origin: str) -> None:
    """Even by the person's own command."""
    with pytest.raises(BadUsage):
        await run(agent.services, "pair.issue", {"name": "x", "origin": origin or "null"})
