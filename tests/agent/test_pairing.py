"""Four digits and Allow."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from piecework.control import Services
from piecework.control.clients import find, listed
from piecework.control.offline import gather
from piecework.errors import BadUsage, NothingToShow, Refused
from piecework.link.pairing import Pairings, Waiting
from piecework.now import FixedClock
from piecework.protocol.messages import Denied, Pair, Paired
from piecework.secrets import Secrets
from piecework.settings import Paths
from piecework.store import Store

ORIGIN = "moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e"
OTHER = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"


class Asker:
    """An extension's socket: what it was told, and whether it is still there."""

    def __init__(self) -> None:
        self.told: list[Paired | Denied] = []
        self.there = True

    def __call__(self, outcome: Paired | Denied) -> bool:
        """Takes the outcome, if anybody is there."""
        if self.there:
            self.told.append(outcome)
        return self.there


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(1_800_000_000_000_000)


@pytest.fixture
def services(tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """A fresh data folder."""
    paths = Paths(tmp_path)
    store = Store.open(paths, clock)
    yield gather(paths, store, Secrets.open(paths, keyring_allowed=False), clock)
    store.close()


@pytest.fixture
def desk(services: Services) -> Pairings:
    """Where requests wait."""
    return Pairings(services)


def ask(desk: Pairings, asker: Asker, origin: str = ORIGIN, name: str = "Firefox on Linux") -> Waiting:
    """An extension asks and is shown a code."""
    waiting = desk.ask(origin, Pair(name=name, browser="firefox", platforms=["practice"]), asker)
    assert waiting is not None
    return waiting


def wrong(code: str) -> str:
    """Four digits that are not these."""
    return f"{(int(code) + 1) % 10_000:04d}"


def test_the_desk_shows_who_asks_and_for_how_long(desk: Pairings, clock: FixedClock) -> None:
    """The same four digits as the extension."""
    waiting = ask(desk, Asker())
    pending = desk.pending()

    assert pending is not None
    assert (waiting.code, ORIGIN, "Firefox on Linux", ("practice",)) == (
        pending.code,
        pending.origin,
        pending.name,
        pending.platforms,
    )
    assert 4 == len(pending.code)
    assert clock.now_us() + 120_000_000 == pending.expires_us


async def test_allow_hands_over_a_key_that_only_this_origin_can_use(desk: Pairings, services: Services) -> None:
    """The client row keeps the exact Origin, the secrets keep the key."""
    asker = Asker()
    cid = await desk.approve(ask(desk, asker).code)
    paired = asker.told[0]

    assert isinstance(paired, Paired)
    assert (cid, services.secrets.client_key(cid), services.secrets.salt) == (paired.cid, paired.key, paired.salt)
    with services.store.read() as conn:
        client = find(conn, cid)
    assert client is not None
    assert (ORIGIN, "Firefox on Linux", "firefox") == (client.origin, client.name, client.browser)
    assert None is desk.pending()


async def test_every_pairing_has_a_key_of_its_own(desk: Pairings) -> None:
    """Two profiles of one browser are two clients."""
    first, second = Asker(), Asker()
    await desk.approve(ask(desk, first).code)
    await desk.approve(ask(desk, second).code)
    told = [*first.told, *second.told]

    assert 2 == len({outcome.cid for outcome in told if isinstance(outcome, Paired)})
    assert 2 == len({outcome.key for outcome in told if isinstance(outcome, Paired)})


def test_only_one_request_waits(desk: Pairings) -> None:
    """A second one is told that the desk is busy and changes nothing."""
    waiting = ask(desk, Asker())

    assert None is desk.ask(OTHER, Pair(name="another"), Asker())
    pending = desk.pending()
    assert pending is not None
    assert waiting.code == pending.code


def test_deny_tells_the_extension(desk: Pairings) -> None:
    """And frees the desk."""
    asker = Asker()
    ask(desk, asker)
    desk.deny()

    assert [Denied(reason="denied")] == asker.told
    assert None is desk.pending()


async def test_after_two_minutes_the_request_is_over(desk: Pairings, clock: FixedClock) -> None:
    """Its code is worth nothing then."""
    asker = Asker()
    code = ask(desk, asker).code
    clock.forward(120)

    with pytest.raises(NothingToShow):
        await desk.approve(code)
    assert [Denied(reason="expired")] == asker.told


async def test_a_clock_set_back_does_not_prolong_a_request(desk: Pairings, clock: FixedClock) -> None:
    """The two minutes are counted by the monotonic clock."""
    ask(desk, Asker())
    clock.forward(120)
    clock.set_wall(clock.now_us() - 3_600_000_000)

    assert None is desk.pending()


async def test_the_third_wrong_code_ends_the_request(desk: Pairings) -> None:
    """Guessing four digits has three tries, not ten thousand."""
    asker = Asker()
    code = ask(desk, asker).code
    for _ in range(2):
        with pytest.raises(BadUsage):
            await desk.approve(wrong(code))
    with pytest.raises(Refused):
        await desk.approve(wrong(code))

    assert [Denied(reason="denied")] == asker.told
    with pytest.raises(NothingToShow):
        await desk.approve(code)


async def test_one_wrong_code_is_forgiven(desk: Pairings) -> None:
    """A typing error is no attack."""
    asker = Asker()
    code = ask(desk, asker).code
    with pytest.raises(BadUsage):
        await desk.approve(wrong(code))
    await desk.approve(f" {code} ")

    assert isinstance(asker.told[0], Paired)


async def test_nobody_inherits_the_request_of_a_closed_socket(desk: Pairings) -> None:
    """The code died with the socket that showed it."""
    waiting = ask(desk, Asker())
    desk.leave(waiting)

    with pytest.raises(NothingToShow):
        await desk.approve(waiting.code)


async def test_a_key_nobody_took_is_revoked(desk: Pairings, services: Services) -> None:
    """The extension vanished in the moment of Allow."""
    asker = Asker()
    waiting = ask(desk, asker)
    asker.there = False

    with pytest.raises(NothingToShow):
        await desk.approve(waiting.code)
    assert [True] == [client["revoked"] for client in listed(services)]


def test_a_strangers_words_are_cut(desk: Pairings) -> None:
    """A name of a megabyte does not fill the dashboard."""
    ask(desk, Asker(), name="x" * 1_000_000)
    pending = desk.pending()

    assert pending is not None
    assert "x" * 80 == pending.name


@pytest.mark.parametrize("what", ["approve", "deny"])
async def test_without_a_request_there_is_nothing_to_decide(desk: Pairings, what: str) -> None:
    """The text says where to press."""
    with pytest.raises(NothingToShow, match="Pair"):
        await desk.approve("1234") if what == "approve" else desk.deny()
