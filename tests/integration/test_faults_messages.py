"""Everything a client can get wrong, at once and again: answered, kept once, logged once, and nobody else notices."""

import asyncio
import json
from typing import Any

import pytest

from piecework.app import Agent
from piecework.control import run
from piecework.link.client import Closed, LinkClient, open_socket
from piecework.protocol.codec import MAX_BYTES
from tests.integration.rig import FIREFOX, connect, issue, rows

GOOD = 40
ROUNDS = 3


def event(seq: int, **fields: object) -> str:
    """A note as JSON text, with some fields changed."""
    told: dict[str, Any] = {
        "t": "event",
        "seq": seq,
        "id": f"bad-{seq}",
        "at_us": 1_795_258_800_000_000,
        "kind": "note",
    }
    return json.dumps(told | fields)


def storm(first: int) -> list[str]:
    """One of each sort of mistake; those that carry a number count on from `first`."""
    return [
        "{",
        "[]",
        '{"t":"moon"}',
        '{"t":"hello","v":[1]}',
        '{"t":"ack","seq":9}',
        "\0",
        event(first, at_us="yesterday"),
        event(first + 1, body={"text": "half an emoji \ud83d"}),
        event(first + 2, kind="correction"),
        event(first + 3, kind="submitted", body={"task": 7}),
        event(first + 4, platform="../../etc"),
        event(first + 5, at_us=2**62),
        event(first + 6, id=""),
        event(first + 7, body={"text": "x" * 900_000}, kind="submitted"),
    ]


NUMBERED = 8


def log_lines(agent: Agent) -> list[str]:
    """What the agent had to say so far."""
    return agent.services.paths.log.read_text(encoding="utf-8").splitlines()


async def test_a_storm_of_mistakes_costs_only_itself(agent: Agent) -> None:
    """Good events between them arrive, another browser is served meanwhile, and said again nothing more is kept."""
    who, other = await issue(agent), await issue(agent)
    async with await connect(agent, who) as client, await connect(agent, other) as neighbour:
        refused = []
        kept = []
        lines = []
        for number in range(ROUNDS):
            # The same mistakes again, with the same ids and numbers, as a client would that repeats what was refused.
            for text in storm(1):
                await client._socket.send(text)
            await client.send_event("note", seq=100 + number, id=f"good-{number}")
            await neighbour.send_event("note")
            await client.until_acked()
            await neighbour.until_acked()
            refused.append(len(client.refused))
            kept.append(len(rows(agent, "SELECT 1 FROM refused")))
            lines.append(len(log_lines(agent)))
        assert client.closed is None
        assert neighbour.closed is None

    taken = rows(agent, "SELECT id FROM event WHERE kind = 'note' AND id LIKE 'good-%' ORDER BY seq")
    assert [f"good-{number}" for number in range(ROUNDS)] == [row["id"] for row in taken]
    assert len(storm(1)) == refused[0]
    assert [refused[0], refused[0] * 2, refused[0] * 3] == refused
    assert [kept[0]] * ROUNDS == kept
    assert [lines[0]] * ROUNDS == lines
    assert 0 == len(neighbour.refused)


async def test_what_was_refused_is_done_with(agent: Agent) -> None:
    """The next welcome asks for nothing of it: an extension's outbox gets rid of what the agent can't take."""
    who = await issue(agent)
    async with await connect(agent, who) as client:
        for text in storm(1)[6:]:
            await client._socket.send(text)
        await client.send_event("note", seq=NUMBERED + 1)
        await client.until_acked()
    async with await connect(agent, who) as again:
        assert NUMBERED + 1 == again.welcome.last
        await again.send_event("note", seq=NUMBERED + 2)
        assert NUMBERED + 2 == await again.until_acked()


async def test_a_client_that_is_revoked_in_the_middle_keeps_what_was_taken(agent: Agent) -> None:
    """4403 now and at every knock after it; what had been acknowledged stays, another client goes on."""
    who, other = await issue(agent), await issue(agent)
    async with await connect(agent, who) as client, await connect(agent, other) as neighbour:
        for number in range(GOOD):
            await client.send_event("note", id=f"good-{number}")
        await client.until_acked()
        await run(agent.services, "pair.revoke", {"cid": who[0]})
        assert 4403 == (await client.until_closed()).code
        before = len(log_lines(agent))
        for _ in range(ROUNDS):
            with pytest.raises(Closed) as closed:
                await connect(agent, who)
            assert 4403 == closed.value.code
        assert len(log_lines(agent)) <= before + 1
        await neighbour.send_event("note")
        assert 1 == await neighbour.until_acked()
    assert GOOD == len(rows(agent, "SELECT 1 FROM event WHERE id LIKE 'good-%'"))


async def test_a_message_too_long_costs_the_socket_and_nothing_else(agent: Agent) -> None:
    """1009 each time; what was sent before it is there, and the next socket goes on behind it."""
    who = await issue(agent)
    for number in range(ROUNDS):
        async with await connect(agent, who) as client:
            assert number == client.welcome.last
            await client.send_event("note", id=f"good-{number}")
            await client.until_acked()
            await client._socket.send("x" * (MAX_BYTES + 1))
            assert 1009 == (await client.until_closed()).code
    assert ROUNDS == len(rows(agent, "SELECT 1 FROM event WHERE id LIKE 'good-%'"))


async def test_a_conversation_played_twice_is_kept_once(agent: Agent) -> None:
    """Every event again, by the same client in another order, and by another that claims the same ids."""
    who, other = await issue(agent), await issue(agent)
    ids = [f"good-{number}" for number in range(GOOD)]
    async with await connect(agent, who) as client:
        for one in ids:
            await client.send_event("note", id=one)
        await client.until_acked()
        for seq, one in reversed(list(enumerate(ids, start=1))):
            await client.send_event("note", id=one, seq=seq)
        await client.send_event("note", id="last", seq=GOOD + 1)
        assert GOOD + 1 == await client.until_acked()
    async with await connect(agent, other) as thief:
        for one in ids:
            await thief.send_event("note", {"text": "mine"}, id=one)
        await thief.until_acked()

    held = rows(agent, "SELECT id, body FROM event WHERE kind = 'note' ORDER BY seq")
    assert [*ids, "last"] == [row["id"] for row in held]
    assert not [row for row in held if "mine" in row["body"]]


async def test_who_never_proves_is_logged_once(agent: Agent) -> None:
    """A program that knocks again and again fills neither the log nor the waiting room."""
    before = len(log_lines(agent))
    for _ in range(ROUNDS * 3):
        socket = await open_socket(agent.port, FIREFOX)
        await socket.send('{"t":"hello","v":[1],"cid":"nobody","nonce":"x"}')
        await socket.wait_closed()
        assert 4401 == socket.close_code
    assert len(log_lines(agent)) <= before + 1

    async with await LinkClient.connect(agent.port, key=agent.services.secrets.cli_key) as program:
        assert (await program.command("status"))["running"]


NOISE = [
    b"\x16\x03\x01 a handshake of another protocol\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.test\r\n\r\n",
    b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: \x00\r\n\r\n",
]


async def test_what_is_no_request_is_logged_once(agent: Agent, capfd: pytest.CaptureFixture[str]) -> None:
    """A port scanner writes neither stack traces into the terminal nor page upon page into the log."""
    before = len(log_lines(agent))
    for noise in NOISE * ROUNDS:
        reader, writer = await asyncio.open_connection("127.0.0.1", agent.port)
        writer.write(noise)
        answered = await reader.read()
        assert b" 400 " in answered[:20]
        assert b"Traceback" not in answered
        writer.close()
        await writer.wait_closed()

    assert len(log_lines(agent)) <= before + len(NOISE)
    assert "Traceback" not in "".join(log_lines(agent))
    assert ("", "") == capfd.readouterr()
    async with await connect(agent, await issue(agent)) as client:
        await client.send_event("note")
        assert 1 == await client.until_acked()
