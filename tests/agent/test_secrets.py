"""Keys and salt: in the keyring where one answers, else in one private file."""

import json
import stat
import sys
import threading
from pathlib import Path

import pytest

from piecework import secrets
from piecework.errors import PieceworkError, SecretsUnavailable
from piecework.protocol.proof import key_bytes
from piecework.secrets import Keyring, Secrets
from piecework.settings import Paths


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service_name: str, username: str, /) -> str | None:
        """The kept text."""
        return self.kept.get((service_name, username))

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        """Keeps a text."""
        self.kept[service_name, username] = password

    def delete_password(self, service_name: str, username: str, /) -> None:
        """Forgets a text."""
        del self.kept[service_name, username]


def no_ring() -> Keyring:
    """A machine without a keyring."""
    raise RuntimeError("no backend")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data folder that does not exist yet."""
    return Paths(tmp_path / "data")


def test_a_fresh_folder_gets_a_key_and_a_salt_of_its_own(paths: Paths) -> None:
    """Both stay the same from then on."""
    first = Secrets.open(paths, keyring_allowed=False)
    again = Secrets.open(paths, keyring_allowed=False)

    assert (first.cli_key, first.salt) == (again.cli_key, again.salt)
    assert first.cli_key != first.salt
    assert 32 == len(key_bytes(first.cli_key)) == len(key_bytes(first.salt))


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_others_can_not_read_the_file(paths: Paths) -> None:
    """0600 in a folder of 0700, before and after a change."""
    Secrets.open(paths, keyring_allowed=False).set_client_key("c1", "key")

    assert 0o600 == stat.S_IMODE(paths.secrets.stat().st_mode)
    assert 0o700 == stat.S_IMODE(paths.data.stat().st_mode)


def test_with_a_folder_of_its_own_no_keyring_is_asked(paths: Paths) -> None:
    """The keyring knows one Piecework per person, not one per folder."""
    ring = Ring()
    Secrets.open(paths, keyring_allowed=False, keyring=lambda: ring).set_client_key("c1", "key")

    assert {} == ring.kept
    assert "key" == Secrets.open(paths, keyring_allowed=False).client_key("c1")


def test_the_keyring_keeps_link_keys_where_it_may(paths: Paths) -> None:
    """The file then holds none of them."""
    ring = Ring()
    Secrets.open(paths, keyring_allowed=True, keyring=lambda: ring).set_client_key("c1", "key")
    again = Secrets.open(paths, keyring_allowed=True, keyring=lambda: ring)

    assert "key" == again.client_key("c1")
    assert {} == json.loads(paths.secrets.read_text())["clients"]
    assert "" == again.notice


def test_without_a_keyring_the_file_keeps_them_and_a_notice_says_so(paths: Paths) -> None:
    """A headless machine, say."""
    kept = Secrets.open(paths, keyring_allowed=True, keyring=no_ring)
    kept.set_client_key("c1", "key")

    assert "key" == Secrets.open(paths, keyring_allowed=True, keyring=no_ring).client_key("c1")
    assert "no backend" in kept.notice


def test_a_keyring_that_never_answers_does_not_hang_the_agent(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given its time, then the file takes over."""
    monkeypatch.setattr(secrets, "KEYRING_S", 0.05)
    never = threading.Event()

    def locked() -> Keyring:
        never.wait()
        return Ring()

    kept = Secrets.open(paths, keyring_allowed=True, keyring=locked)
    kept.set_client_key("c1", "key")
    never.set()

    assert "key" == Secrets.open(paths, keyring_allowed=False).client_key("c1")
    assert "did not answer" in kept.notice


def test_a_shut_keyring_is_no_missing_key(paths: Paths) -> None:
    """A paired browser must not be told that it is not paired."""
    ring = Ring()
    Secrets.open(paths, keyring_allowed=True, keyring=lambda: ring).set_client_key("c1", "key")
    shut = Secrets.open(paths, keyring_allowed=True, keyring=no_ring)

    with pytest.raises(SecretsUnavailable):
        shut.client_key("c1")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_dropped_key_is_gone_everywhere(paths: Paths, *, allowed: bool) -> None:
    """From the keyring or from the file."""
    ring = Ring()
    kept = Secrets.open(paths, keyring_allowed=allowed, keyring=lambda: ring)
    kept.set_client_key("c1", "key")
    kept.drop_client("c1")

    assert None is kept.client_key("c1")
    assert None is Secrets.open(paths, keyring_allowed=allowed, keyring=lambda: ring).client_key("c1")
    assert {} == ring.kept


def test_a_damaged_file_is_named_and_left_alone(paths: Paths) -> None:
    """Writing a fresh one over it would unpair every browser silently."""
    Secrets.open(paths, keyring_allowed=False)
    paths.secrets.write_text('{"cli": ')

    with pytest.raises(PieceworkError, match=r"secrets\.json"):
        Secrets.open(paths, keyring_allowed=False)

    assert '{"cli": ' == paths.secrets.read_text()
