"""Other programs on this computer: one that speaks as our extension, one that sits on the agent's port. Both browsers.

Neither holds the link key. The first hears every byte of a real handshake and plays it back; the second is whom the
extension calls while the agent is off, and may even pass every word on to the real agent.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.asyncio.server import ServerConnection, serve

from piecework.demo.browser import agent_state, until
from piecework.link.client import Closed, open_socket, receive
from piecework.protocol import proof
from piecework.protocol.codec import encode
from piecework.protocol.messages import Challenge, Proof
from tests.e2e.evil import Tap
from tests.e2e.harness import Rig, stand_in

Play = Callable[[ServerConnection, str], Awaitable[None]]


async def close_code(socket: ClientConnection) -> int:
    """Reads on until the agent closes; returns its code."""
    try:
        while True:
            await receive(socket)
    except Closed as closed:
        return closed.code


async def listened_to(lonely: Rig) -> list[bytes]:
    """Pairs the extension while somebody listens in; returns what it said from its hello to its proof."""
    tap = Tap()
    with tap.attached():
        await lonely.pair()
    return next(said[:2] for said in tap.heard if b'"proof"' in b"".join(said[:2]))


async def test_a_replayed_or_reflected_proof_is_none(lonely: Rig) -> None:
    """With the right Origin, the right client and every byte that was heard: 4401, and the person notices nothing."""
    hello, proven = await listened_to(lonely)
    port, origin = lonely.agent.port, lonely.browser.extension_origin
    for recorded in (proven, None):
        socket = await open_socket(port, origin)
        await socket.send(hello.decode())
        asked = await receive(socket)
        assert isinstance(asked, Challenge)
        await socket.send(recorded.decode() if recorded else encode(Proof(mac=asked.mac)))
        assert 4401 == await close_code(socket)

    assert "connected" == (await lonely.state())["agent"]["state"]
    await lonely.on("practice")
    await lonely.sent()


async def test_what_is_replayed_by_another_origin_gets_no_challenge(lonely: Rig) -> None:
    """The client's name alone opens nothing, whoever says it; without an Origin there is not even a socket."""
    hello, _ = await listened_to(lonely)
    port = lonely.agent.port
    for origin in ("chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba", "piecework-cli://local"):
        socket = await open_socket(port, origin)
        await socket.send(hello.decode())
        assert 4401 == await close_code(socket)
    for told in (None, "https://evil.test"):
        with pytest.raises(Closed) as closed:
            await open_socket(port, told)
        assert 403 == closed.value.code

    assert "connected" == (await lonely.state())["agent"]["state"]


class Squatter:
    """A program on the agent's port. `heard` is what the extension told it."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self.heard: list[dict[str, Any]] = []
        self.port = 0

    @contextlib.asynccontextmanager
    async def sitting(self) -> AsyncIterator["Squatter"]:
        """On a free port, for as long as the block runs."""
        async with serve(self._serve, "127.0.0.1", 0) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self

    async def _serve(self, socket: ServerConnection) -> None:
        async for text in socket:
            self.heard.append(json.loads(text))
            await self._play(socket, str(text))


async def welcomes(socket: ServerConnection, _text: str) -> None:
    """Lets everybody in, without a proof of its own."""
    await socket.send(json.dumps({"t": "welcome", "v": 1, "last": 0, "salt": "x", "agent": "9", "now_us": 1}))


async def guesses(socket: ServerConnection, _text: str) -> None:
    """A proof by a key of its own."""
    await socket.send(json.dumps({"t": "challenge", "nonce": proof.new_nonce(), "mac": proof.new_nonce()}))


async def reflects(socket: ServerConnection, text: str) -> None:
    """Everything that is said, said back."""
    told = json.loads(text)
    await socket.send(json.dumps({"t": "challenge", "nonce": told.get("nonce"), "mac": told.get("nonce")}))


def passing_on(port: int, origin: str) -> Play:
    """Every word to the real agent, and its every answer back."""

    async def play(socket: ServerConnection, text: str) -> None:
        agent = await open_websocket(f"ws://127.0.0.1:{port}/link", additional_headers={"Origin": origin}, proxy=None)
        async with agent:
            await agent.send(text)
            await socket.send(await agent.recv())

    return play


@pytest.mark.parametrize("name", ["welcomes", "guesses", "reflects", "passes on"])
async def test_a_squatter_hears_a_name_and_nothing_else(rig: Rig, name: str) -> None:
    """Proof first: a program that can't show the key is told neither a proof nor a fact, and the popup names it.

    The port is part of the proof, so that the real agent's own proof, passed on, is worth nothing on another port.
    """
    plays = {"welcomes": welcomes, "guesses": guesses, "reflects": reflects}
    play = plays.get(name) or passing_on(rig.agent.port, rig.browser.extension_origin)
    async with Squatter(play).sitting() as squatter:
        await stand_in(rig.browser, ports=[squatter.port])
        await forget_port(rig)
        await rig.on("practice")
        told = await agent_state(rig.browser, "not_running")
        await until(lambda: squatter.heard, "the extension knocks")

        assert "port_taken" == told["agent"]["cause"]
        assert {"hello"} == {message["t"] for message in squatter.heard}
        assert told["unsent"] > 0
    await asyncio.gather(rig.point(), agent_state(rig.browser, "connected"))
    await rig.sent()
    with rig.agent.services.store.read() as conn:
        assert 1 == conn.execute("SELECT count(*) FROM event WHERE kind = 'platform'").fetchone()[0]


async def forget_port(rig: Rig) -> None:
    """The extension remembers no port of its agent: it asks where it is told to."""
    await rig.browser.background_eval("""(async () => {
      const opened = indexedDB.open("piecework");
      const db = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
      const all = db.transaction("keys", "readwrite").objectStore("keys");
      const asked = all.get("link");
      const link = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
      link.kept.port = 0;
      await new Promise((done) => { all.put(link).onsuccess = done; });
      db.close();
    })()""")
    await rig.browser.stop_background()
