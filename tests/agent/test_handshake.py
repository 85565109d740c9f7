"""Who may open a link."""

import json
from dataclasses import replace

import pytest

from piecework.control.clients import CLI_ORIGIN, Client
from piecework.errors import NotPaired
from piecework.link import handshake
from piecework.link.handshake import Turned
from piecework.protocol import proof
from piecework.protocol.messages import Challenge, Hello, Proof
from piecework.resources import protocol_dir

PORT = 9675
CHROMIUM = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
FIREFOX = "moz-extension://0f8fad5b-d9cb-469f-a165-70867728950e"
CLIENT = Client("c1", FIREFOX, "Firefox on Linux", "firefox")
KEY = proof.new_nonce()


def hello(**changes: object) -> Hello:
    """A well-formed greeting of the client, with some fields changed."""
    fields: dict[str, object] = {"v": [1], "cid": "c1", "nonce": proof.new_nonce()} | changes
    return Hello(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:9675", "localhost:9675", "LOCALHOST:9675"])
def test_our_own_names_are_hosts(host: str) -> None:
    """This machine's loopback under its two names."""
    assert handshake.host_allowed([host], PORT)


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["127.0.0.1"],
        ["127.0.0.1:9676"],
        ["evil.test:9675"],
        ["localhost.evil.test:9675"],
        ["127.0.0.1:9675.evil.test"],
        ["[::1]:9675"],
        ["127.0.0.1:9675", "127.0.0.1:9675"],
        ["127.0.0.1:9675", "evil.test:9675"],
    ],
)
def test_any_other_host_is_turned_away(hosts: list[str]) -> None:
    """A rebound name, another port, no Host or two of them."""
    assert not handshake.host_allowed(hosts, PORT)


@pytest.mark.parametrize("origin", [CHROMIUM, FIREFOX, CLI_ORIGIN])
def test_extensions_and_the_command_line_may_knock(origin: str) -> None:
    """Schemes that no page can have."""
    assert handshake.origins_allowed([origin])


@pytest.mark.parametrize(
    "origins",
    [
        [],
        [""],
        ["null"],
        ["https://worker.example"],
        ["http://127.0.0.1:9675"],
        ["chrome-extension://abcdefghijklmnop"],
        ["chrome-extension://ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP"],
        [f"{CHROMIUM}.evil.test"],
        [f"{CHROMIUM}\n"],
        [f"https://evil.test/{CHROMIUM}"],
        ["moz-extension://0f8fad5b"],
        ["piecework-cli://local.evil"],
        [CHROMIUM, CHROMIUM],
    ],
)
def test_pages_and_nobody_may_not(origins: list[str]) -> None:
    """A page's origin, none, two, or one that only looks like an extension's."""
    assert not handshake.origins_allowed(origins)


def code_of(error: pytest.ExceptionInfo[Turned]) -> int:
    """The close code of a refusal."""
    return error.value.code


@pytest.mark.parametrize("versions", [[], [0], [2, 3]])
def test_a_client_that_does_not_speak_version_1_is_too_old(versions: list[int]) -> None:
    """4426, so that the popup can say what to update."""
    with pytest.raises(Turned) as error:
        handshake.check_version(hello(v=versions))

    assert 4426 == code_of(error)


def test_a_newer_client_that_still_speaks_version_1_is_welcome() -> None:
    """Extension and agent are updated at different times."""
    handshake.check_version(hello(v=[1, 2]))


@pytest.mark.parametrize(
    ("client", "origin", "code"),
    [
        (None, FIREFOX, 4401),
        (CLIENT, CHROMIUM, 4401),
        (replace(CLIENT, revoked=True), FIREFOX, 4403),
        (replace(CLIENT, revoked=True), CHROMIUM, 4401),
    ],
)
def test_unknown_foreign_and_revoked_clients_are_told_apart(client: Client | None, origin: str, code: int) -> None:
    """A key is good for the exact Origin it was paired with; another Origin does not even learn of a revocation."""
    with pytest.raises(Turned) as error:
        handshake.check_client(client, origin)

    assert code == code_of(error)


def test_both_sides_prove_the_key() -> None:
    """The agent first, then the client; each proof fits the other side's check."""
    greeting = hello()
    asked = handshake.challenge(KEY, greeting, PORT)

    asked.check(handshake.answer(KEY, greeting, PORT, asked.challenge))


def test_the_proof_is_the_one_other_languages_compute() -> None:
    """The vector in shared/protocol/examples."""
    vector = json.loads((protocol_dir() / "examples" / "proof.vector.json").read_text())
    greeting = hello(cid=vector["cid"], nonce=vector["nonce_e"])

    given = handshake.answer(vector["key"], greeting, vector["port"], Challenge(vector["nonce_a"], vector["mac_a"]))

    assert vector["mac_e"] == given.mac


@pytest.mark.parametrize("nonce", ["", "short", "A" * 44, "A" * 42 + "=", "é" * 43])
def test_a_nonce_has_32_bytes(nonce: str) -> None:
    """Anything else ends the handshake before a proof is given away."""
    with pytest.raises(Turned) as error:
        handshake.challenge(KEY, hello(nonce=nonce), PORT)

    assert 4401 == code_of(error)


def test_a_replayed_proof_fails() -> None:
    """The agent's nonce is fresh each time, even for the same greeting."""
    greeting = hello()
    first = handshake.challenge(KEY, greeting, PORT)
    recorded = handshake.answer(KEY, greeting, PORT, first.challenge)

    with pytest.raises(Turned) as error:
        handshake.challenge(KEY, greeting, PORT).check(recorded)

    assert 4401 == code_of(error)


def test_a_reflected_proof_fails() -> None:
    """The agent's own mac, sent back, is no proof: the two roles sign different texts."""
    asked = handshake.challenge(KEY, hello(), PORT)

    with pytest.raises(Turned):
        asked.check(Proof(mac=asked.challenge.mac))


def test_a_proof_for_another_port_fails() -> None:
    """What a squatter on a fallback port was told is worth nothing on ours."""
    greeting = hello()
    asked = handshake.challenge(KEY, greeting, PORT)
    words = (proof.key_bytes(KEY), "c1", PORT + 1, greeting.nonce, asked.challenge.nonce)

    with pytest.raises(Turned):
        asked.check(Proof(mac=proof.mac("extension", *words)))


def test_a_client_gives_no_proof_to_an_agent_without_the_key() -> None:
    """Whatever listens on the port while the agent is down learns nothing."""
    greeting = hello()
    squatter = handshake.challenge(proof.new_nonce(), greeting, PORT)

    with pytest.raises(NotPaired):
        handshake.answer(KEY, greeting, PORT, squatter.challenge)
