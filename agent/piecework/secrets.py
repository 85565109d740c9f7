"""Link keys and the salt of one data folder: in the system's keyring, or in one file that only its owner can read."""

from __future__ import annotations

import base64
import contextlib
import secrets as random_source
import threading
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from piecework.errors import PieceworkError, SecretsUnavailable
from piecework.oscalls import write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

KEY_BYTES = 32
KEYRING_S = 5.0
"""How long a keyring may take: a locked one waits for the person, or for ever where nobody sees its question."""
SERVICE = "piecework"
CHANNEL = "channel:"
"""Begins the keyring's name of a channel's address."""


class Places(Protocol):
    """The part of `settings.Paths` that is needed here."""

    @property
    def secrets(self) -> Path:
        """The file."""
        ...


class Keyring(Protocol):
    """What the package `keyring` offers."""

    def get_password(self, service_name: str, username: str, /) -> str | None:
        """The kept text, None where there is none."""
        ...

    def set_password(self, service_name: str, username: str, password: str, /) -> None:
        """Keeps a text."""
        ...

    def delete_password(self, service_name: str, username: str, /) -> None:
        """Forgets a text."""
        ...


class _Kept(msgspec.Struct):
    """The file's content. `clients` and `channels` hold what no keyring took."""

    cli: str
    salt: str
    clients: dict[str, str] = {}
    channels: dict[str, str] = {}


def new_key() -> str:
    """32 random bytes, base64url without padding: a link key or a salt."""
    return base64.urlsafe_b64encode(random_source.token_bytes(KEY_BYTES)).rstrip(b"=").decode()


def system_keyring() -> Keyring:
    """The machine's keyring; its import takes 0.2 s, so that it happens on first use."""
    import keyring  # noqa: PLC0415 - see above

    return keyring


class Secrets:
    """The secrets of one data folder.

    The command line's key and the salt always lie in the file: who can read the folder may use the command line.
    Link keys go to the keyring where `keyring_allowed`, else, or where it fails, to the file; `notice` then says why.
    Every call may block for up to 5 s: from an event loop, call it in a thread.
    """

    def __init__(self, path: Path, kept: _Kept, keyring: Callable[[], Keyring] | None) -> None:
        self._path = path
        self._kept = kept
        self._keyring = keyring
        self._cache: dict[str, str] = {}
        self._lock = threading.RLock()
        self.notice = ""

    @classmethod
    def open(cls, paths: Places, *, keyring_allowed: bool, keyring: Callable[[], Keyring] = system_keyring) -> Secrets:
        """Reads the file, or makes it with a fresh key and salt. Raises PieceworkError for a damaged file."""
        path = paths.secrets
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            kept = _Kept(cli=new_key(), salt=new_key())
            write_private(path, msgspec.json.encode(kept).decode())
        except (OSError, msgspec.DecodeError) as cause:
            raise PieceworkError(
                f"{path} can't be read ({cause}). Without it no browser can connect: restore it, "
                "or move it away and pair each browser again."
            ) from cause
        return cls(path, kept, keyring if keyring_allowed else None)

    @property
    def cli_key(self) -> str:
        """What the command line proves over the link."""
        return self._kept.cli

    @property
    def salt(self) -> str:
        """What account names are hashed with, one per data folder."""
        return self._kept.salt

    def new_salt(self) -> None:
        """Takes a fresh salt: hashes of account names made so far are not met again."""
        with self._lock:
            self._kept.salt = new_key()
            self._save()

    def client_key(self, cid: str) -> str | None:
        """The link key of a client, None where none is kept. Raises SecretsUnavailable where the keyring is shut."""
        with self._lock:
            known = self._kept.clients.get(cid) or self._cache.get(cid)
            if known is None and self._keyring is not None:
                known = self._ask(self._keyring, lambda ring: ring.get_password(SERVICE, cid))
                if known is not None:
                    self._cache[cid] = known
            return known

    def set_client_key(self, cid: str, key: str) -> None:
        """Keeps the link key of a client."""
        with self._lock:
            self._cache[cid] = key
            if not self._set_in_keyring(cid, key):
                self._kept.clients[cid] = key
                self._save()

    def drop_client(self, cid: str) -> None:
        """Forgets the link key of a client, wherever it lies."""
        with self._lock:
            self._cache.pop(cid, None)
            if self._kept.clients.pop(cid, None) is not None:
                self._save()
            elif self._keyring is not None:
                with contextlib.suppress(SecretsUnavailable):
                    self._ask(self._keyring, lambda ring: _delete(ring, cid))

    def channel(self, name: str) -> str | None:
        """The address of a channel, with its credentials. Raises SecretsUnavailable where the keyring is shut."""
        with self._lock:
            own = CHANNEL + name
            known = self._kept.channels.get(name) or self._cache.get(own)
            if known is None and self._keyring is not None:
                known = self._ask(self._keyring, lambda ring: ring.get_password(SERVICE, own))
                if known is not None:
                    self._cache[own] = known
            return known

    def set_channel(self, name: str, address: str) -> None:
        """Keeps the address of a channel."""
        with self._lock:
            self._cache[CHANNEL + name] = address
            if not self._set_in_keyring(CHANNEL + name, address):
                self._kept.channels[name] = address
                self._save()

    def drop_channel(self, name: str) -> None:
        """Forgets the address of a channel, wherever it lies."""
        with self._lock:
            self._cache.pop(CHANNEL + name, None)
            if self._kept.channels.pop(name, None) is not None:
                self._save()
            elif self._keyring is not None:
                with contextlib.suppress(SecretsUnavailable):
                    self._ask(self._keyring, lambda ring: _delete(ring, CHANNEL + name))

    def _save(self) -> None:
        write_private(self._path, msgspec.json.encode(self._kept).decode())

    def _set_in_keyring(self, cid: str, key: str) -> bool:
        if self._keyring is None:
            return False
        try:
            return self._ask(self._keyring, lambda ring: _put(ring, cid, key))
        except SecretsUnavailable:
            return False

    def _ask(self, keyring: Callable[[], Keyring], question: Callable[[Keyring], T]) -> T:
        answer = _within(KEYRING_S, keyring, question)
        if isinstance(answer, _Failed):
            self.notice = f"No keyring keeps the link keys ({answer.cause}): new ones lie in {self._path}."
            raise SecretsUnavailable(f"The system's keyring does not answer ({answer.cause}). Unlock it and try again.")
        return answer


class _Failed(msgspec.Struct):
    cause: str


def _put(ring: Keyring, cid: str, key: str) -> bool:
    ring.set_password(SERVICE, cid, key)
    return ring.get_password(SERVICE, cid) == key


def _delete(ring: Keyring, cid: str) -> None:
    if ring.get_password(SERVICE, cid) is not None:
        ring.delete_password(SERVICE, cid)


def _within(seconds: float, keyring: Callable[[], Keyring], question: Callable[[Keyring], T]) -> T | _Failed:
    answers: list[T | _Failed] = []

    def ask() -> None:
        try:
            answers.append(question(keyring()))
        except Exception as cause:  # noqa: BLE001 - every backend has errors of its own
            answers.append(_Failed(str(cause) or type(cause).__name__))

    thread = threading.Thread(target=ask, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    with contextlib.suppress(IndexError):
        return answers[0]
    return _Failed(f"it did not answer within {seconds:g} s")
