"""Commands about the ways to reach the person: list, add, change, remove, test, and the phone by one scan."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import re
import secrets
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec

from piecework.control.arguments import read
from piecework.control.telling import PHONE_CODE_US, code_of
from piecework.errors import BadUsage, PieceworkError

if TYPE_CHECKING:
    import sqlite3

    from piecework.control.services import Services

PHONE = "phone"
SERVER = "https://ntfy.sh"
TOPIC_BYTES = 16
MOST_CHANNELS = 20
MISSING = "The part for phones and chats is not installed. Install it with: pip install 'piecework[push]'"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_LIST = "SELECT * FROM channel ORDER BY kind <> 'extension', kind <> 'desktop', kind <> 'phone', label, name"
Label = Annotated[str, msgspec.Meta(max_length=60)]


class Added(msgspec.Struct):
    """Arguments of channel.add: an address of apprise's, such as tgram://TOKEN/CHAT or mailto://USER:PASSWORD@HOST."""

    address: Annotated[str, msgspec.Meta(min_length=4, max_length=2000)]
    label: Label = ""


class Changed(msgspec.Struct):
    """Arguments of channel.set: what is left out stays."""

    name: str
    on: bool | None = None
    titles: bool | None = None
    at_work: bool | None = None


class Which(msgspec.Struct):
    """Arguments of channel.remove."""

    name: str


class Confirmed(msgspec.Struct):
    """Arguments of channel.confirm: the four digits of the test that came."""

    name: str
    code: Annotated[str, msgspec.Meta(max_length=20)]


class Phone(msgspec.Struct):
    """Arguments of channel.phone: the ntfy server the phone listens to."""

    server: Annotated[str, msgspec.Meta(max_length=200)] = SERVER


async def list_channels(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """`{channels, installed}`: each channel with its last success and its last failure."""
    with services.store.read() as conn:
        return {"channels": listed(conn), "installed": installed()}


def listed(conn: sqlite3.Connection) -> list[dict[str, Any]]:
    """Rows {name, kind, label, on, titles, at_work, confirmed_us, last_try_us, last_good_us, cause}."""
    return [
        {
            "name": row["name"],
            "kind": row["kind"],
            "label": row["label"],
            "on": bool(row["on_"]),
            "titles": bool(row["titles"]),
            "at_work": bool(row["at_work"]),
            "confirmed_us": row["confirmed_us"],
            "last_try_us": row["last_try_us"],
            "last_good_us": row["last_good_us"],
            "cause": row["cause"],
        }
        for row in conn.execute(_LIST)
    ]


def installed() -> bool:
    """Whether the extra `push` is there; asked without importing it."""
    return importlib.util.find_spec("apprise") is not None


async def add_channel(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Adds a channel: `{name}`. Its address goes to the keyring. Raises BadUsage for one that apprise doesn't know."""
    asked = read(args, Added)
    address = asked.address.strip()
    if not _ADDRESS.fullmatch(address) or not await asyncio.to_thread(_known, address):
        raise BadUsage("This is no address of a service. docs/channels.md shows what they look like.")
    name = f"push-{secrets.token_hex(3)}"
    label = asked.label.strip() or address.partition("://")[0]
    await _insert(services, name, "push", label, address)
    return {"name": name}


async def phone(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Makes the phone's channel with a new secret topic, or gives it another one: `{name, topic, server}`."""
    asked = read(args, Phone)
    if not installed():
        raise PieceworkError(MISSING)
    parts = urlsplit(asked.server.strip() or SERVER)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query:
        raise BadUsage("A server's address looks like https://ntfy.sh.")
    topic = f"piecework-{secrets.token_hex(TOPIC_BYTES)}"
    scheme = "ntfys" if parts.scheme == "https" else "ntfy"
    address = f"{scheme}://{parts.netloc}/{topic}"
    await _insert(services, PHONE, PHONE, parts.netloc, address)
    return {"name": PHONE, "topic": topic, "server": f"{parts.scheme}://{parts.netloc}"}


async def set_channel(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Switches a channel, its titles, or whether it tells during work. Raises BadUsage for an unknown one."""
    asked = read(args, Changed)
    pairs = {"on_": asked.on, "titles": asked.titles, "at_work": asked.at_work}
    chosen = {name: int(value) for name, value in pairs.items() if value is not None}

    def job(conn: sqlite3.Connection) -> int:
        done = conn.execute("SELECT count(*) FROM channel WHERE name = ?", (asked.name,)).fetchone()[0]
        for column, value in chosen.items():
            conn.execute(f"UPDATE channel SET {column} = ? WHERE name = ?", (value, asked.name))  # noqa: S608 - our columns
        return int(done)

    if not await services.store.write(job):
        raise BadUsage(f"There is no channel “{asked.name}”.")
    _changed(services)
    return {"name": asked.name}


async def remove_channel(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """Removes a channel and its address. Raises BadUsage for an unknown one and for those of the machine itself."""
    asked = read(args, Which)
    done = await services.store.write(
        lambda conn: (
            conn.execute("DELETE FROM channel WHERE name = ? AND kind IN ('push', 'phone')", (asked.name,)).rowcount
        )
    )
    if not done:
        raise BadUsage(f"There is no channel “{asked.name}” that could be removed.")
    await asyncio.to_thread(services.secrets.drop_channel, asked.name)
    _changed(services)
    return {"name": asked.name}


async def confirm_channel(services: Services, args: dict[str, Any]) -> dict[str, Any]:
    """The person types the digits that the last test carried. Raises BadUsage for others."""
    asked = read(args, Confirmed)
    now_us = services.clock.now_us()
    with services.store.read() as conn:
        row = conn.execute("SELECT id, at_us FROM alert WHERE reason = 'test' ORDER BY at_us DESC LIMIT 1").fetchone()
    if row is None or now_us - row["at_us"] > PHONE_CODE_US or asked.code.strip() != code_of(row["id"]):
        raise BadUsage("These are not the digits of the last test. Send another one and type what it says.")
    await services.store.write(
        lambda conn: conn.execute("UPDATE channel SET confirmed_us = ? WHERE name = ?", (now_us, asked.name)).rowcount
    )
    _changed(services)
    return {"name": asked.name}


async def send_test(services: Services, _args: dict[str, Any]) -> dict[str, Any]:
    """One alert the whole way to every channel that is on: `{channels: [{channel, state, cause, at_us}]}`."""
    return {"channels": await services.courier.test()}


def scan_of(address: str) -> dict[str, str] | None:
    """What a phone scans, and what can be typed instead: {link, web, topic, svg}; None for another address.

    The `ntfy://` link opens the app (Android; docs.ntfy.sh/subscribe/phone); iPhones take server and topic by hand.
    """
    parts = urlsplit(address)
    topic = parts.path.strip("/")
    if parts.scheme not in {"ntfy", "ntfys"} or not topic:
        return None
    web = "https" if parts.scheme == "ntfys" else "http"
    link = f"ntfy://{parts.netloc}/{topic}" + ("" if web == "https" else "?secure=false")
    return {"link": link, "web": f"{web}://{parts.netloc}/{topic}", "topic": topic, "svg": _svg(link)}


def _svg(text: str) -> str:
    """A QR code as an inline drawing, dark on white in every theme; "" where the extra is not installed."""
    try:
        segno = importlib.import_module("segno")
    except ImportError:
        return ""
    code = segno.make(text, error="m", micro=False)
    drawing: str = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    return drawing


async def _insert(services: Services, name: str, kind: str, label: str, address: str) -> None:
    if not installed():
        raise PieceworkError(MISSING)
    await asyncio.to_thread(services.secrets.set_channel, name, address)
    now_us = services.clock.now_us()

    def job(conn: sqlite3.Connection) -> None:
        if conn.execute("SELECT count(*) FROM channel WHERE name <> ?", (name,)).fetchone()[0] >= MOST_CHANNELS:
            raise BadUsage(f"There are {MOST_CHANNELS} channels already. Remove one first.")
        conn.execute(
            "INSERT INTO channel (name, kind, label, at_work, made_us) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO "
            "UPDATE SET label = excluded.label, made_us = excluded.made_us, confirmed_us = NULL, cause = ''",
            (name, kind, label, int(kind == PHONE), now_us),
        )

    await services.store.write(job)
    _changed(services)


def _changed(services: Services) -> None:
    services.courier.channels_changed()
    services.bus.publish("board", "platforms")


def _known(address: str) -> bool:
    """Whether apprise knows such an address. Its import takes seconds: called in a thread."""
    try:
        package = importlib.import_module("apprise")
    except ImportError as cause:
        raise PieceworkError(MISSING) from cause
    return package.Apprise.instantiate(address, suppress_exceptions=True) is not None


CHANNELS = {
    "channel.list": list_channels,
    "channel.add": add_channel,
    "channel.set": set_channel,
    "channel.remove": remove_channel,
    "channel.phone": phone,
    "channel.confirm": confirm_channel,
    "alert.test": send_test,
}
"""Their names, for `piecework.control.commands`."""
