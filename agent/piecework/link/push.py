"""Any of apprise's services: imported when the first message goes out, in the channel's own thread."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import re
from typing import Any
from urllib.parse import quote

from piecework.link.desktop import Unavailable

MISSING = "the part for phones and chats is not installed: pip install 'piecework[push]'"
_WEB = ("https://", "http://")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def installed() -> bool:
    """Whether the extra is there; asked without importing it."""
    return importlib.util.find_spec("apprise") is not None


def send(address: str, title: str, text: str, link: str) -> None:
    """Hands one message over. Raises Unavailable with what the service said, without its address."""
    package = _package()
    service = package.Apprise.instantiate(_with_link(address, link), suppress_exceptions=True)
    if service is None:
        raise Unavailable("unavailable: apprise does not know such an address")
    with package.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
        taken = service.notify(body=text or title, title=title if text else "")
        words = said.getvalue().strip().splitlines()
    if not taken:
        cause = _URL.sub("…", words[0])[:160] if words else "the service did not take it"
        raise Unavailable(f"unavailable: {cause}")


def known(address: str) -> bool:
    """Whether an address is one of a service. Takes a second the first time: call it in a thread."""
    return _package().Apprise.instantiate(address, suppress_exceptions=True) is not None


def _package() -> Any:  # noqa: ANN401 - an optional package
    try:
        return importlib.import_module("apprise")
    except ImportError as cause:
        raise Unavailable(f"unavailable: {MISSING}") from cause


def _with_link(address: str, link: str) -> str:
    """A message of ntfy opens a page when it is pressed; other services have no such thing."""
    if not link.startswith(_WEB) or not address.startswith(("ntfy://", "ntfys://")) or "click=" in address:
        return address
    quoted = quote(link, safe="")
    return f"{address}{'&' if '?' in address else '?'}click={quoted}"
