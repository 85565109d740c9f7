"""The background's link in real browsers: pairing, named states, and delivery over kills of either side."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from piecework.demo.browser import agent_state, ask, until
from piecework.drive import Browser
from piecework.practice.control import command
from piecework.protocol import proof
from piecework.protocol.codec import decode, encode
from piecework.protocol.messages import Challenge, Hello
from tests.e2e.harness import NOBODY, Rig, kept, stand_in

NOW_US = 1_790_000_000_000_000


@asynccontextmanager
async def pretender(answer: str) -> AsyncIterator[int]:
    """Something else on an agent's port: it answers `hello` in one wrong way. Yields its port."""

    async def talk(connection: ServerConnection) -> None:
        hello = decode(await connection.recv())
        assert isinstance(hello, Hello)
        if answer == "another key":
            nonce = proof.new_nonce()
            mac = proof.mac("agent", bytes(32), hello.cid, port, hello.nonce, nonce)
            await connection.send(encode(Challenge(nonce=nonce, mac=mac)))
            heard.append(await connection.recv())
        else:
            await connection.close(int(answer), "as the test wants it")

    heard: list[str | bytes] = []
    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield port
    assert [] == heard


async def store(browser: Browser, ids: list[str]) -> list[bool]:
    """Hands facts over as a page does: a message each, told "stored" or not."""
    facts = [
        {"id": one, "kind": "note", "at_us": NOW_US, "platform": "practice", "who": "-", "body": {"text": "x"}}
        for one in ids
    ]
    answers = [await ask(browser, {"do": "store", "facts": [fact]}) for fact in facts]
    return [answer["stored"] for answer in answers]


def held(rig: Rig) -> list[str]:
    """Ids of the notes the agent has, as often as it has them."""
    rows = rig.now(lambda conn: conn.execute("SELECT id FROM event WHERE kind = 'note'").fetchall())
    return sorted(row["id"] for row in rows)


async def test_the_root_loads_and_answers(lonely: Rig) -> None:
    """Loaded as it is, the background is up, alone, and knows every platform it carries."""
    now = await lonely.state()

    assert "alone" == now["agent"]["state"]
    assert {"practice", "prolific", "microworkers", "sproutgigs"} <= {one["id"] for one in now["platforms"]}
    assert [] == [one["id"] for one in now["platforms"] if one["on"]]


async def test_nothing_is_asked_of_any_port_before_pairing(lonely: Rig) -> None:
    """An extension that was never paired opens no socket by itself."""
    asked = asyncio.Event()
    async with serve(lambda _: asked.set(), "127.0.0.1", 0) as server:  # type: ignore[arg-type, return-value]  # hangs up
        port = next(iter(server.sockets)).getsockname()[1]
        await stand_in(lonely.browser, ports=[port])
        assert [True] == await store(lonely.browser, [str(uuid.uuid4())])
        await lonely.state()
        await lonely.browser.stop_background()
        await lonely.state()

    assert not asked.is_set()


async def test_an_agent_that_ends_is_missed_and_found_again(rig: Rig) -> None:
    """The state follows the agent, and what was stored meanwhile arrives once."""
    await rig.stop()
    await agent_state(rig.browser, "not_running")
    ids = sorted(str(uuid.uuid4()) for _ in range(5))
    assert [True] * 5 == await store(rig.browser, ids)
    assert 5 == (await rig.state())["unsent"]
    await rig.start()
    await rig.point()
    await agent_state(rig.browser, "connected")
    await rig.sent()

    assert ids == held(rig)


async def test_a_pairing_taken_back_is_named_and_ends_by_pairing_anew(rig: Rig) -> None:
    """Revoked while linked: the state says so, nothing more is sent, and pairing again delivers what waited."""
    (cid,) = rig.now(
        lambda conn: [row["cid"] for row in conn.execute("SELECT cid FROM client WHERE cid <> 'cli'").fetchall()]
    )
    await rig.cli("pair", "--revoke", cid)
    await agent_state(rig.browser, "revoked")
    one = str(uuid.uuid4())
    await store(rig.browser, [one])
    await rig.pair()
    await rig.sent()

    assert [one] == held(rig)


@pytest.mark.parametrize(
    ("answer", "state", "cause"),
    [
        ("4401", "not_paired", "unknown_here"),
        ("4403", "revoked", "revoked"),
        ("4426", "too_old", "too_old"),
        ("another key", "not_running", "port_taken"),
    ],
)
async def test_what_listens_there_is_named(rig: Rig, answer: str, state: str, cause: str) -> None:
    """Each way of being turned away has its own name; a program without the key gets no proof and no fact."""
    await store(rig.browser, [str(uuid.uuid4())])
    await rig.stop()
    async with pretender(answer) as port:
        await stand_in(rig.browser, ports=[port])
        seen = await agent_state(rig.browser, state)

    assert cause == seen["agent"]["cause"]


async def test_a_request_to_be_paired_survives_the_background(lonely: Rig) -> None:
    """Ended while four digits are shown, the background asks anew, and Allow leads to a link."""
    await lonely.start()
    await lonely.point(granted=("data_collection",))
    await lonely.ask(do="pair")
    await agent_state(lonely.browser, "pairing")
    await lonely.browser.stop_background()
    await agent_state(lonely.browser, "pairing")

    async def code() -> str:
        shown = (await lonely.state())["agent"]["code"]
        waiting = lonely.agent.services.desk.pending()
        return str(shown) if waiting and waiting.code == shown else ""

    await lonely.agent.services.desk.approve(await until(code, "both sides show the same digits"))
    await agent_state(lonely.browser, "connected")


async def test_the_key_can_be_used_and_not_read(rig: Rig) -> None:
    """What is kept of the pairing is a key no script can export."""
    kind = await rig.browser.background_eval(
        """new Promise((done) => { const opened = indexedDB.open("piecework"); opened.onsuccess = () => {
          const asked = opened.result.transaction("keys").objectStore("keys").get("link");
          asked.onsuccess = () => {
            const { key } = asked.result.kept;
            crypto.subtle.exportKey("raw", key).then(() => done("read"), () => done([key.type, ...key.usages]));
          }; }; })"""
    )

    assert ["secret", "sign"] == kind
    assert ["cid", "key", "paired_us", "port", "salt"] == sorted((await kept(rig.browser, "keys"))[0]["kept"])


@pytest.mark.kill
async def test_nothing_is_lost_or_doubled_over_kills(rig: Rig) -> None:
    """Facts stored between kills of the background and of the agent are held once each, whoever died."""
    dice = random.Random(7)  # noqa: S311 - the same kills every time
    ids = [str(uuid.UUID(int=dice.getrandbits(128), version=4)) for _ in range(60)]
    for at, one in enumerate(ids):
        assert [True] == await store(rig.browser, [one])
        if at % 12 == 5:
            await rig.browser.stop_background()
        if at % 30 == 11:
            await rig.stop()
            await rig.start()
            await rig.point()
    # A page whose answer died with the background says everything once more.
    assert [True] * 60 == await store(rig.browser, ids)
    await agent_state(rig.browser, "connected")
    await rig.sent()

    assert sorted(ids) == held(rig)


async def test_told_alone_is_not_told_again_when_an_agent_comes(lonely: Rig) -> None:
    """What the extension told by itself is delivered with its true times and raises no second notification."""
    await lonely.on("practice")
    tab = await lonely.browser.new_tab(lonely.list_url("practice"))
    await lonely.says(lambda now: any(one["lists"] for one in now["platforms"]), "the list was looked at")
    command(lonely.practice.stage, {"do": "publish", "id": "early", "title": "Before the agent", "places": 3})
    await lonely.calls.notified("Before the agent")
    await lonely.pair()
    await lonely.task("early")
    await lonely.sent()
    command(lonely.practice.stage, {"do": "publish", "id": "late", "title": "After it", "places": 3})
    await lonely.alerted("late")
    await tab.close()

    titles = [f"{title} {text}" for _, title, text in await lonely.calls.of("notification")]
    assert 1 == sum("Before the agent" in one for one in titles)
    assert 1 == sum("After it" in one for one in titles)


async def test_a_port_nobody_listens_on_says_not_running(rig: Rig) -> None:
    """The cause names what else may stand in the way, and it is no failure of the store."""
    await rig.stop()
    await stand_in(rig.browser, ports=[NOBODY])
    seen = await agent_state(rig.browser, "not_running")

    assert "refused" == seen["agent"]["cause"]
    assert [True] == await store(rig.browser, [str(uuid.uuid4())])


async def test_a_write_happens_whole_or_not_at_all(lonely: Rig) -> None:
    """Where one record of a plan is refused, none of the others is kept."""
    page = await lonely.browser.new_tab(lonely.browser.extension_url("extension/pages/options.html"))
    left = await page.eval(
        """(async () => {
          const { openDatabase } = await import("/extension/lib/db.js");
          const db = await openDatabase("probe", 1, (fresh) => {
            for (const name of ["a", "b"]) fresh.createObjectStore(name, { keyPath: "id" });
          });
          await db.write({ add: { a: [{ id: 1 }] } });
          const refused = await db.write({ add: { a: [{ id: 2 }, { id: 1 }] }, put: { b: [{ id: 3 }] } })
            .then(() => "", (cause) => cause.name);
          const kept = [await db.count("a"), await db.count("b")];
          db.close();
          indexedDB.deleteDatabase("probe");
          return [refused, kept];
        })()"""
    )

    assert ["ConstraintError", [1, 0]] == left


async def test_what_is_forgotten_goes_from_the_extension_too(rig: Rig) -> None:
    """`piecework forget --platform` leaves nothing of it in this profile, and what comes after is kept again."""
    await rig.on("practice")
    command(rig.practice.stage, {"do": "publish", "id": "gone", "title": "To be forgotten", "places": 3})
    await rig.watch("practice")
    await rig.sent()
    assert [] != [one for one in await kept(rig.browser, "outbox") if one["platform"] == "practice"]
    await rig.cli("forget", "--platform", "practice", "--yes")

    async def nothing() -> bool:
        left = [one for one in await kept(rig.browser, "outbox") if one["platform"] == "practice"]
        return not left and not await kept(rig.browser, "watch")

    await until(nothing, "the extension has forgotten it")
    one = str(uuid.uuid4())
    await store(rig.browser, [one])
    await rig.sent()

    assert [one] == held(rig)
