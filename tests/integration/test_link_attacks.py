"""The attack table, at the level of the protocol: who is turned away, how, and that nobody else notices."""

import json

import pytest
from websockets.asyncio.client import ClientConnection

from piecework.app import Agent
from piecework.control import run
from piecework.control.clients import CLI_ORIGIN
from piecework.errors import NotPaired
from piecework.link.client import Closed, LinkClient, open_socket, receive, shake_hands
from piecework.link.handshake import answer
from piecework.protocol import messages, proof
from piecework.protocol.codec import encode
from tests.integration.conftest import Start
from tests.integration.rig import CHROMIUM, FIREFOX, STRANGER, ask_http, connect, issue, rows

UPGRADE = """Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="""


async def upgrade(port: int, host: str, *origins: str) -> int:
    """The status that an upgrade with these headers is answered with."""
    lines = [f"Host: {host}", *(f"Origin: {origin}" for origin in origins), UPGRADE]
    return (await ask_http(port, "GET /link HTTP/1.1\n" + "\n".join(lines)))[0]


async def hello(socket: ClientConnection, cid: str = "", **fields: object) -> str:
    """Greets on a bare socket; returns the nonce."""
    nonce = proof.new_nonce()
    await socket.send(encode(messages.Hello(**{"v": [1], "cid": cid, "nonce": nonce} | fields)))  # type: ignore[arg-type]
    return nonce


async def close_code(socket: ClientConnection) -> int:
    """Reads on until the agent closes; returns its code."""
    try:
        while True:
            await receive(socket)
    except Closed as closed:
        return closed.code


@pytest.mark.parametrize("host", ["evil.test:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:{port}"])
@pytest.mark.parametrize("path", ["/", "/link", "/no-such-page", "/static/x"])
async def test_a_rebound_name_reads_nothing(agent: Agent, host: str, path: str) -> None:
    """Every route, known or not, answers 421 to a Host that is not ours."""
    name = host.format(port=agent.port)
    status, headers, _ = await ask_http(agent.port, f"GET {path} HTTP/1.1\nHost: {name}\nConnection: close")

    assert 421 == status
    assert not [header for header in headers if header.startswith("access-control")]


async def test_a_request_without_or_with_two_hosts_is_misdirected(agent: Agent) -> None:
    """Neither is anything a browser sends."""
    own = f"127.0.0.1:{agent.port}"

    assert 421 == (await ask_http(agent.port, "GET / HTTP/1.0"))[0]
    assert (await ask_http(agent.port, f"GET / HTTP/1.1\nHost: {own}\nHost: evil.test"))[0] in {400, 421}


@pytest.mark.parametrize("origin", ["https://evil.test", "http://evil.test", "null", "http://127.0.0.1:{port}"])
async def test_a_page_gets_no_socket(agent: Agent, origin: str) -> None:
    """403 before the upgrade, be the page public, local, sandboxed or our own dashboard."""
    assert 403 == await upgrade(agent.port, f"127.0.0.1:{agent.port}", origin.format(port=agent.port))


async def test_without_an_origin_there_is_no_socket(agent: Agent) -> None:
    """A rebound page's own request carries none, nor does a program that never read the protocol."""
    assert 403 == await upgrade(agent.port, f"127.0.0.1:{agent.port}")


async def test_an_extension_under_a_rebound_name_gets_no_socket(agent: Agent) -> None:
    """Host comes before Origin."""
    assert 421 == await upgrade(agent.port, f"evil.test:{agent.port}", CHROMIUM)


async def test_a_simple_post_of_a_page_changes_nothing(agent: Agent) -> None:
    """mode: no-cors sends it without asking; the answer is 403, or 405 where nothing listens."""
    head = f"POST /link HTTP/1.1\nHost: 127.0.0.1:{agent.port}\nOrigin: https://evil.test\nContent-Length: 2"

    assert 403 == (await ask_http(agent.port, head, b"{}"))[0]


async def test_the_answer_names_no_program_versions(agent: Agent) -> None:
    """What listens is nobody's business."""
    _, headers, _ = await ask_http(agent.port, f"GET /nothing HTTP/1.1\nHost: 127.0.0.1:{agent.port}")

    assert "piecework" == headers["server"]


async def test_another_extension_never_gets_past_hello(start: Start) -> None:
    """It may wait in the anteroom, is asked for nothing, and goes after its time with 4401."""
    agent = await start(proof_s=0.05)
    socket = await open_socket(agent.port, STRANGER)
    await hello(socket)

    assert 4401 == await close_code(socket)


async def test_a_paired_clients_key_does_not_work_from_another_extension(agent: Agent) -> None:
    """The exact Origin is stored with the key."""
    cid, key = await issue(agent, FIREFOX)
    socket = await open_socket(agent.port, STRANGER)

    with pytest.raises(Closed) as closed:
        await shake_hands(socket, agent.port, cid, key)
    assert 4401 == closed.value.code


async def test_only_one_unpaired_socket_per_extension(agent: Agent) -> None:
    """The second is closed at once, the first stays."""
    first = await open_socket(agent.port, STRANGER)
    await hello(first)
    second = await open_socket(agent.port, STRANGER)

    assert 4401 == await close_code(second)
    assert "pairing" == await asks_to_be_paired(first)
    await first.close()


async def test_only_three_unpaired_sockets_in_all(agent: Agent) -> None:
    """And paired browsers do not notice."""
    sockets = [await open_socket(agent.port, f"chrome-extension://{letter * 32}") for letter in "abcd"]

    assert 4401 == await close_code(sockets[3])
    async with await connect(agent, await issue(agent)) as client:
        await client.send_event("note")
        assert 1 == await client.until_acked()
    for socket in sockets:
        await socket.close()


async def test_a_wrong_proof_is_not_paired(agent: Agent) -> None:
    """The right cid with a key of one's own."""
    cid, _ = await issue(agent)
    socket = await open_socket(agent.port, FIREFOX)
    await hello(socket, cid)
    await receive(socket)
    await socket.send(encode(messages.Proof(mac=proof.new_nonce())))

    assert 4401 == await close_code(socket)


async def test_a_replayed_conversation_fails(agent: Agent) -> None:
    """Every byte an eavesdropper recorded, played back."""
    cid, key = await issue(agent)
    greeting = messages.Hello(v=[1], cid=cid, nonce=proof.new_nonce())
    first = await open_socket(agent.port, FIREFOX)
    await first.send(encode(greeting))
    asked = await receive(first)
    assert isinstance(asked, messages.Challenge)
    recorded = encode(answer(key, greeting, agent.port, asked))
    await first.send(recorded)
    assert isinstance(await receive(first), messages.Welcome)
    again = await open_socket(agent.port, FIREFOX)
    await again.send(encode(greeting))
    assert isinstance(await receive(again), messages.Challenge)
    await again.send(recorded)

    assert 4401 == await close_code(again)
    await first.close()


async def test_a_reflected_proof_fails(agent: Agent) -> None:
    """The agent's own mac, sent back to it."""
    cid, _ = await issue(agent)
    socket = await open_socket(agent.port, FIREFOX)
    await hello(socket, cid)
    asked = await receive(socket)
    assert isinstance(asked, messages.Challenge)
    await socket.send(encode(messages.Proof(mac=asked.mac)))

    assert 4401 == await close_code(socket)


async def test_the_agent_proves_itself_first(agent: Agent) -> None:
    """A client with another key hears a mac it can refuse, before it has said anything of its own."""
    cid, _ = await issue(agent)
    socket = await open_socket(agent.port, FIREFOX)

    with pytest.raises(NotPaired):
        await shake_hands(socket, agent.port, cid, proof.new_nonce())
    await socket.close()


async def test_a_revoked_client_is_told_so(agent: Agent, client: LinkClient) -> None:
    """The open socket closes with 4403 at once, and so does every later one."""
    cid = rows(agent, "SELECT cid FROM client WHERE name = 'a browser'")[0]["cid"]
    await run(agent.services, "pair.revoke", {"cid": cid})

    assert 4403 == (await client.until_closed()).code
    socket = await open_socket(agent.port, FIREFOX)
    await hello(socket, cid)
    assert 4403 == await close_code(socket)


@pytest.mark.parametrize("versions", [[], [0], [2]])
async def test_a_client_of_another_version_is_told_so(agent: Agent, versions: list[int]) -> None:
    """4426, paired or not."""
    socket = await open_socket(agent.port, FIREFOX)
    await hello(socket, v=versions)

    assert 4426 == await close_code(socket)


@pytest.mark.parametrize(
    "first",
    [
        '{"t":"event","seq":1,"id":"a","at_us":1,"kind":"note"}',
        '{"t":"proof","mac":"x"}',
        '{"t":"command","id":"1","name":"status"}',
        '{"t":"ask","want":"open"}',
        '{"t":"nonsense"}',
        "[]",
        "",
        "\x00",
    ],
)
@pytest.mark.parametrize("origin", [STRANGER, CLI_ORIGIN])
async def test_before_the_proof_nothing_but_hello_is_handled(agent: Agent, first: str, origin: str) -> None:
    """Neither an event nor a command nor noise; nothing is stored."""
    socket = await open_socket(agent.port, origin)
    await socket.send(first)

    assert 4401 == await close_code(socket)
    assert [] == rows(agent, "SELECT * FROM event UNION ALL SELECT * FROM event")
    assert [] == rows(agent, "SELECT * FROM refused")


async def test_before_the_proof_messages_are_short(agent: Agent) -> None:
    """A stranger does not fill the memory."""
    socket = await open_socket(agent.port, STRANGER)
    await socket.send(json.dumps({"t": "hello", "v": [1], "browser": "x" * 10_000}))

    assert 1009 == await close_code(socket)


async def test_a_paired_browser_is_no_command_line(agent: Agent, client: LinkClient) -> None:
    """Its commands are refused: an extension can neither pair others nor forget anything."""
    await client.send(messages.Command(id="1", name="pair.issue", args={"name": "mine"}))
    await client.until(lambda: client.refused)

    assert "command" in client.refused[0].reason
    assert 1 == len(rows(agent, "SELECT cid FROM client WHERE name = 'a browser'"))


async def test_a_program_issued_a_key_is_no_command_line_either(agent: Agent) -> None:
    """The Origin alone gives no rights: commands need the command line's own key."""
    who = await issue(agent, CLI_ORIGIN)
    async with await connect(agent, who, CLI_ORIGIN) as program:
        await program.send(messages.Command(id="1", name="status"))
        await program.until(lambda: program.refused)


async def asks_to_be_paired(socket: ClientConnection) -> str:
    """What the agent answers to the wish to be paired."""
    await socket.send(encode(messages.Pair(name="an extension")))
    answered = await receive(socket)
    return type(answered).__name__.lower()
