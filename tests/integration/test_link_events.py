"""Events over a real socket: kept once, acknowledged when durable, refused without harm."""

import asyncio
import json
import uuid

import msgspec
import pytest

from piecework.app import Agent
from piecework.control import run
from piecework.link.client import LinkClient, open_socket, shake_hands
from piecework.protocol import messages
from piecework.protocol.bodies import Note
from piecework.protocol.codec import MAX_BYTES
from piecework.protocol.kinds import AGENT_ONLY
from tests.integration.conftest import Start
from tests.integration.rig import FIREFOX, connect, issue, rows, until


def event(**changes: object) -> str:
    """JSON of a well-formed note, with some fields changed."""
    fields = {"t": "event", "seq": 1, "id": str(uuid.uuid4()), "at_us": 1_800_000_000_000_000, "kind": "note"}
    return json.dumps(fields | {"body": {"text": "words"}} | changes)


def kept(agent: Agent) -> list[str]:
    """Ids of the history, in order."""
    return [row["id"] for row in rows(agent, "SELECT id FROM event ORDER BY seq")]


async def test_what_is_acknowledged_is_kept(agent: Agent, client: LinkClient) -> None:
    """One cumulative acknowledgement, after the commit."""
    ids = [str(uuid.uuid4()) for _ in range(500)]
    for one in ids:
        await client.send_event("note", Note(text="words"), id=one)

    assert 500 == await client.until_acked()
    assert ids == kept(agent)


async def test_an_event_sent_twice_is_kept_once(agent: Agent, client: LinkClient) -> None:
    """The id was made where the fact was seen; a repetition is acknowledged like the first."""
    for seq in (1, 2, 1):
        await client.send_event("note", id="the-same", seq=seq)
    await client.send_event("note", id="the-last", seq=3)
    await client.until_acked(3)

    assert ["the-same", "the-last"] == kept(agent)


async def test_the_welcome_says_where_to_go_on(agent: Agent) -> None:
    """The highest number the agent holds of this client, not of another."""
    who, other = await issue(agent), await issue(agent)
    async with await connect(agent, who) as client:
        for _ in range(3):
            await client.send_event("note")
        await client.until_acked()

    async with await connect(agent, who) as again, await connect(agent, other) as fresh:
        assert (3, 0) == (again.welcome.last, fresh.welcome.last)


async def test_a_client_is_greeted_with_settings_and_state(client: LinkClient) -> None:
    """Right after the welcome, before anything was asked."""
    assert 180 == (await client.next(messages.Settings)).idle_s
    assert isinstance(await client.next(messages.State), messages.State)


async def test_an_unknown_kind_is_kept_raw(agent: Agent, client: LinkClient) -> None:
    """A newer extension's facts wait for a newer agent."""
    await client.send_event("moon_phase", {"phase": "full", "days": 3})
    await client.until_acked()

    assert [{"kind": "moon_phase", "body": '{"phase":"full","days":3}'}] == rows(agent, "SELECT kind, body FROM event")


async def test_unknown_fields_are_ignored(agent: Agent, client: LinkClient) -> None:
    """In the envelope as in the body."""
    await client._socket.send(event(colour="red", body={"text": "words", "mood": "good"}))

    await client.until(lambda: client.acked == 1)
    assert [] == client.refused


MALFORMED = {
    "no JSON": "{",
    "no object": "[1,2]",
    "empty": "",
    "no tag": '{"seq":1}',
    "unknown tag": '{"t":"moon"}',
    "a hello too late": '{"t":"hello","v":[1]}',
    "a message of the agent": '{"t":"ack","seq":9}',
    "NUL": "\x00",
    "deep": "[" * 20_000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
async def test_noise_is_refused_kept_and_the_link_goes_on(agent: Agent, client: LinkClient, text: str) -> None:
    """The bytes are kept with the reason; nothing is repeated for ever."""
    await client._socket.send(text)
    await client.send_event("note")
    await client.until_acked()

    assert 1 == len(client.refused)
    assert [text.encode()] == [row["bytes"] for row in rows(agent, "SELECT bytes FROM refused")]


BAD_EVENTS = {
    "a lone surrogate": event(body={"text": "cut \ud83d"}),
    "seq of another type": event(seq="1"),
    "a body that is none": event(kind="submitted", body={"task": 7}),
    "a body that is no object": event(kind="submitted", body=[1]),
    "no id": event(id=""),
    "an endless id": event(id="x" * 10_000),
    "an endless platform": event(platform="x" * 10_000),
    "a time before 1970": event(at_us=-1),
    "a time no calendar has": event(at_us=2**62),
    "a number beyond 64 bits": event(at_us=2**80),
    "a kind that is no word": event(kind="DROP TABLE"),
    "a platform that is no word": event(platform="../x"),
}


@pytest.mark.parametrize("text", BAD_EVENTS.values(), ids=BAD_EVENTS.keys())
async def test_a_bad_event_is_refused_by_its_number(agent: Agent, client: LinkClient, text: str) -> None:
    """It counts as acknowledged where its number can be read, so that the outbox gets rid of it."""
    await client._socket.send(text)
    await client.send_event("note", seq=2)
    await client.until_acked(2)

    assert 1 == len(client.refused)
    assert client.refused[0].seq in {0, 1}
    assert 1 == len(rows(agent, "SELECT * FROM refused"))
    assert 1 == len(kept(agent))


async def test_bytes_that_are_no_text_are_refused(agent: Agent, client: LinkClient) -> None:
    """Invalid UTF-8 in a binary frame."""
    await client._socket.send(b'{"t":"event","id":"\xff"}')
    await client.until(lambda: client.refused)

    assert [b'{"t":"event","id":"\xff"}'] == [row["bytes"] for row in rows(agent, "SELECT bytes FROM refused")]


@pytest.mark.parametrize("kind", sorted(AGENT_ONLY))
async def test_the_agents_own_kinds_are_refused(agent: Agent, client: LinkClient, kind: str) -> None:
    """No client writes corrections, rates or forgetting into the history."""
    await client.send_event(kind)
    await client.until(lambda: client.refused)

    assert 1 == client.refused[0].seq == client.acked
    assert [] == kept(agent)


async def test_the_same_noise_is_kept_and_logged_once(agent: Agent, client: LinkClient) -> None:
    """A broken extension fills neither the disk nor the log."""
    for _ in range(20):
        await client._socket.send('{"t":"moon"}')
    await client.until(lambda: len(client.refused) == 20)

    assert 1 == len(rows(agent, "SELECT * FROM refused"))
    lines = [json.loads(line) for line in agent.services.paths.log.read_text().splitlines()]
    assert 1 == len([line for line in lines if "moon" in line["text"]])


async def test_noise_that_differs_in_numbers_is_one_cause(agent: Agent, client: LinkClient) -> None:
    """A position in the text of the error is no news."""
    for length in range(1, 6):
        await client._socket.send(" " * length + "{")
    await client.until(lambda: len(client.refused) == 5)

    lines = [json.loads(line) for line in agent.services.paths.log.read_text().splitlines()]
    assert 1 == len([line for line in lines if "refused" in line["text"]])


async def test_a_broken_client_fills_no_disk(agent: Agent, client: LinkClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a limit only the beginning of what it sends is kept."""
    monkeypatch.setattr("piecework.link.keep.MOST_REFUSED", 2_500)
    for letter in "abcd":
        await client._socket.send(letter * 1_000)
    await client.until(lambda: len(client.refused) == 4)

    sizes = [row["size"] for row in rows(agent, "SELECT length(bytes) AS size FROM refused ORDER BY rowid")]
    assert [1_000, 1_000, 200, 200] == sizes


async def test_a_message_of_exactly_the_limit_is_taken(agent: Agent, client: LinkClient) -> None:
    """1 MiB; its body is too long for a note, so that it is refused, but the link stays."""
    await client._socket.send('{"t":"moon"}'.ljust(MAX_BYTES))
    await client.until(lambda: client.refused)

    assert None is client.closed


async def test_a_longer_message_ends_the_socket(agent: Agent, client: LinkClient) -> None:
    """With 1009, and the agent goes on serving."""
    await client._socket.send("x" * (MAX_BYTES + 1))

    assert 1009 == (await client.until_closed()).code
    async with await connect(agent, await issue(agent)) as again:
        await again.send_event("note")
        assert 1 == await again.until_acked()


async def test_a_bug_on_one_event_costs_that_event_alone(
    agent: Agent, client: LinkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are kept, its half-written rows are not, the next one is taken."""

    def broken(conn: object, ctx: object, event: messages.Event) -> None:
        conn.execute("INSERT INTO setting VALUES ('half', 'written')")  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("piecework.link.keep.apply", broken)
        await client.send_event("note")
        await client.until(lambda: client.refused)
    await client.send_event("note")
    await client.until_acked()

    assert "ZeroDivisionError" in client.refused[0].reason
    assert [] == rows(agent, "SELECT * FROM setting WHERE name = 'half'")
    assert 1 == len(kept(agent))


async def test_what_was_under_way_when_the_socket_broke_is_kept(agent: Agent) -> None:
    """The commit does not need the client; the next welcome tells it."""
    who = await issue(agent)
    socket = await open_socket(agent.port, FIREFOX)
    await shake_hands(socket, agent.port, *who)
    for seq in range(1, 201):
        await socket.send(event(seq=seq))
    await until(lambda: kept(agent))
    socket.transport.abort()
    await until(lambda: not agent.services.hub.connected())

    async with await connect(agent, who) as again:
        assert 0 < again.welcome.last
    (held,) = rows(
        agent,
        "SELECT last_seq, (SELECT count(*) FROM event WHERE kind = 'note') AS kept FROM client WHERE cid = ?",
        who[0],
    )
    assert held["last_seq"] == held["kept"]


async def test_stopping_loses_nothing_that_was_acknowledged(start: Start) -> None:
    """Clients see 1001, then the next agent goes on from the same number."""
    agent = await start()
    who = await issue(agent)
    async with await connect(agent, who) as client:
        for _ in range(300):
            await client.send_event("note")
        await client.until_acked(1)
        await agent.stop()
        assert 1001 == (await client.until_closed()).code
        promised = client.acked
    again = await start()

    assert promised <= len(kept(again))
    async with await connect(again, who) as client:
        assert len(kept(again)) == client.welcome.last


async def test_a_client_that_does_not_read_does_not_stop_the_others(
    agent: Agent, client: LinkClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits for it is bounded; then its socket is closed."""
    monkeypatch.setattr("piecework.link.wire.MOST_UNSENT", 20)
    cid, key = await issue(agent)
    socket = await open_socket(agent.port, FIREFOX)
    await shake_hands(socket, agent.port, cid, key)
    await until(lambda: cid in agent.services.hub.connected())
    socket.transport.pause_reading()
    (stuck,) = [peer for peer in agent.link.office.hub.peers() if peer.cid == cid]
    for _ in range(40):
        stuck.wire.send(messages.Open(url="x" * 900_000))
        await asyncio.sleep(0)
    await until(lambda: cid not in agent.services.hub.connected())
    socket.transport.abort()
    await client.send_event("note")

    assert 1 == await client.until_acked()


async def test_settings_reach_every_client_at_once(agent: Agent, client: LinkClient) -> None:
    """Without a reconnect."""
    await client.next(messages.Settings)
    await run(agent.services, "setting.set", {"name": "volume", "value": 30})

    assert 30 == (await client.next(messages.Settings)).volume


async def test_a_second_account_asks_and_a_claim_reaches_every_client(agent: Agent, client: LinkClient) -> None:
    """The first sign-in of a platform is claimed by itself; the second only once the person says so."""
    for account in ("aaaa", "bbbb"):
        await client.send_event("note", Note(text=account), platform="practice", account=account)
    await client.until_acked()
    assert [{"body": '{"text":"aaaa"}'}] == rows(agent, "SELECT body FROM event")
    await run(agent.services, "account.claim", {"platform": "practice", "account": "bbbb"})

    def told() -> bool:
        states = [message for message in client.inbox if isinstance(message, messages.Settings)]
        return bool(states) and ["claimed", "claimed"] == [one.state for one in states[-1].accounts]

    await client.until(told)


async def test_the_popup_may_ask_for_state_and_an_address(agent: Agent, client: LinkClient) -> None:
    """Only addresses of our own dashboard are made."""
    await client.next(messages.State)
    await client.send(messages.Ask(want="state"))
    assert isinstance(await client.next(messages.State), messages.State)
    for path in ("/ledger", "//evil.test/", "https://evil.test/"):
        await client.send(messages.Ask(want="open", path=path))
        url = (await client.next(messages.Open)).url
        assert url.startswith(f"http://127.0.0.1:{agent.port}/")


def test_the_rig_speaks_the_protocol() -> None:
    """The note the tests change is a message."""
    assert isinstance(msgspec.json.decode(event(), type=messages.FromExtension), messages.Event)
