"""Commands about a running agent: status, open, pair, account, doctor, stop; and what they say where none runs."""

import sqlite3
import urllib.request
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection

from piecework.link.client import Closed, LinkClient, open_socket, receive
from piecework.protocol import messages, proof
from piecework.protocol.codec import encode
from piecework.settings import Paths
from tests.agent.cli_rig import AgentThread, Cli
from tests.agent.panel import put

FIREFOX = "moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e"
HASH = "91ab22cd44ef0011"


@pytest.fixture
def cli(paths: Paths) -> Cli:
    """The command line on the folder."""
    return Cli(paths.data)


@pytest.fixture
def served(paths: Paths) -> Iterator[AgentThread]:
    """An agent that serves the folder."""
    with AgentThread(paths.data) as running:
        yield running


async def ask(port: int, name: str = "Firefox on Linux") -> tuple[ClientConnection, str]:
    """An extension asks to be paired; returns its socket and the digits it shows."""
    socket = await open_socket(port, FIREFOX)
    await socket.send(encode(messages.Hello(v=[1], nonce=proof.new_nonce())))
    await socket.send(encode(messages.Pair(name=name, browser="firefox")))
    shown = await receive(socket)
    assert isinstance(shown, messages.Pairing)
    return socket, shown.code


def test_status_of_a_running_agent(cli: Cli, served: AgentThread) -> None:
    """Where it listens, since when, who is connected."""
    answer = cli.json("status")

    assert answer["running"]
    assert served.agent.port == answer["port"]
    assert {"pid", "started_us", "connected", "notices", "version", "data"} <= set(answer)
    assert f"port: {served.agent.port}" in cli("status").out


def test_status_where_none_runs(cli: Cli) -> None:
    """An answer, not a failure, and no folder."""
    assert not cli.json("status")["running"]
    assert "piecework run" in cli("status").out
    assert not cli.data.exists()


@pytest.mark.parametrize(
    "words", [("open",), ("stop",), ("pair", "--approve", "1234"), ("pair", "--deny"), ("doctor",)]
)
@pytest.mark.parametrize("known", [False, True], ids=["no folder", "a folder"])
def test_what_needs_an_agent_says_how_to_start_one(cli: Cli, words: tuple[str, ...], *, known: bool) -> None:
    """Exit code 4; nothing is made by asking."""
    if known:
        cli("backup")
    done = cli(*words)

    assert 4 == done.code
    assert "piecework run" in done.err + done.out
    assert known == cli.data.exists()


def test_open_gives_an_address_that_works_once(cli: Cli, served: AgentThread) -> None:
    """It signs a browser in, and nobody after it."""
    url = cli.json("open")["url"]
    assert url.startswith(f"http://127.0.0.1:{served.agent.port}/")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    with opener.open(url, timeout=10) as answer:
        assert "<h1" in answer.read().decode()
    fresh = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    with pytest.raises(urllib.error.HTTPError) as refused:
        fresh.open(url, timeout=10)
    refused.value.close()
    assert 401 == refused.value.code


def test_open_can_leave_the_browser_alone(cli: Cli, served: AgentThread) -> None:
    """For a machine without one."""
    assert cli("open", "--no-browser").out.startswith(f"http://127.0.0.1:{served.agent.port}/")


def test_a_key_that_is_issued_works(cli: Cli, served: AgentThread) -> None:
    """{"cid", "key", "origin", "port"} is all a program of one's own needs; revoked, it is of no use."""
    issued = cli.json("pair", "--issue", "my program")

    async def send() -> int:
        async with await LinkClient.connect(
            issued["port"], issued["cid"], issued["key"], origin=issued["origin"]
        ) as one:
            await one.send_event("note", {"text": "hello"})
            return await one.until_acked()

    assert {"cid", "key", "origin", "port"} == set(issued)
    assert 1 == served.run(send())
    assert {"cid": issued["cid"]} == cli.json("pair", "--revoke", issued["cid"])
    with pytest.raises(Closed):
        served.run(send())


def test_a_browser_is_allowed_by_its_digits(cli: Cli, served: AgentThread) -> None:
    """The list shows who asks and what to type; the same socket is told its key."""
    socket, code = served.run(ask(served.agent.port, "Fire\x1b[2Jfox\u202e"))
    waiting = cli.json("pair", "--list")["pending"]
    shown = cli("pair").out
    allowed = cli.json("pair", "--approve", code)
    paired = served.run(receive(socket))
    served.run(socket.close())

    assert (code, FIREFOX) == (waiting["code"], waiting["origin"])
    assert f"piecework pair --approve {code}" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
    assert isinstance(paired, messages.Paired)
    assert paired.cid == allowed["cid"]
    (row,) = cli.json("pair", "--list")["clients"]
    assert (paired.cid, FIREFOX, False) == (row["cid"], row["origin"], row["revoked"])


def test_wrong_digits_allow_nobody(cli: Cli, served: AgentThread) -> None:
    """Bad usage; the browser waits on, until it is turned down."""
    socket, code = served.run(ask(served.agent.port))
    wrong = cli("pair", "--approve", "0000" if code != "0000" else "1111")
    denied = cli("pair", "--deny")
    told = served.run(receive(socket))
    served.run(socket.close())

    assert 2 == wrong.code
    assert 0 == denied.code
    assert messages.Denied(reason="denied") == told
    assert 3 == cli("pair", "--deny").code


@pytest.mark.parametrize(
    "words",
    [
        ("pair", "--deny", "--list"),
        ("pair", "--revoke", "nobody"),
        ("pair", "--approve", ""),
        ("account", "--claim", "practice"),
        ("account", "--claim", "practice", "nobody"),
        ("account", "--list", "--release", "practice", "nobody"),
    ],
)
def test_a_wrong_order_is_bad_usage(cli: Cli, served: AgentThread, words: tuple[str, ...]) -> None:
    """Exit code 2 and a cause."""
    done = cli(*words)

    assert (2, "") == (done.code, done.out)
    assert done.err


@pytest.mark.parametrize("running", [False, True])
def test_accounts_are_claimed_and_released(cli: Cli, paths: Paths, *, running: bool) -> None:
    """By the platform's name and the hash that the list shows."""
    cli("backup")
    with sqlite3.connect(paths.db) as conn:
        put(conn, "account", platform="practice", account=HASH, state="asks", first_seen_us=1)
    conn.close()
    states = []
    if running:
        with AgentThread(paths.data):
            states += [_claim_and_release(cli)]
    else:
        states += [_claim_and_release(cli)]

    assert [["asks", "claimed", "released"]] == states


def _claim_and_release(cli: Cli) -> list[str]:
    answers = [
        cli.json("account", "--list"),
        cli.json("account", "--claim", "Practice", HASH),
        cli.json("account", "--release", "practice", HASH),
    ]
    return [row["state"] for (row,) in answers]


def test_doctor_walks_the_link(cli: Cli, served: AgentThread) -> None:
    """Down to a durable acknowledgement; that nobody is paired yet is no fault."""
    checks = {check["name"]: check for check in cli.json("doctor")["checks"]}

    assert {"python", "disk", "store", "agent", "link", "browsers"} == set(checks)
    assert {"browsers"} == {name for name, check in checks.items() if check["state"] != "ok"}
    assert "open" == checks["browsers"]["state"]
    assert "committed" in checks["link"]["detail"]
    assert all(check["ok"] for check in checks.values())


def test_doctor_finds_what_is_wrong(cli: Cli) -> None:
    """Exit code 4, and each fault says what to do."""
    done = cli("doctor", "--json")
    wrong = [check for check in done.json["checks"] if not check["ok"]]

    assert 4 == done.code
    assert {"agent", "link"} == {check["name"] for check in wrong}
    assert all("piecework run" in check["detail"] for check in wrong)


def test_stop_ends_the_agent(cli: Cli, served: AgentThread) -> None:
    """The answer comes first."""
    assert {"stopping": True} == cli.json("stop")
    served.run(served.agent.stopped.wait())
