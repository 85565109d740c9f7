"""Sending real host names to loopback ports, in each browser's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework.errors import BrowserFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HTTPS = 443


def resolver_rules(hosts: Mapping[str, int]) -> str:
    """Chromium's --host-resolver-rules; every name that isn't listed fails to resolve, so nothing leaves."""
    rules = [f"MAP {name}:{port} 127.0.0.1:{to}" if to else f"MAP {name} 127.0.0.1" for name, port, to in _each(hosts)]
    left_alone = ["127.0.0.1", "localhost"]
    # Names below localhost lead to loopback by themselves; an exclusion would outweigh a rule for one of them.
    if not any(name.endswith(".localhost") for name, _, _ in _each(hosts)):
        left_alone.append("*.localhost")
    return ", ".join([*rules, "MAP * ~NOTFOUND", *(f"EXCLUDE {name}" for name in left_alone)])


def firefox_prefs(hosts: Mapping[str, int]) -> dict[str, str]:
    """Firefox's two prefs; raises BrowserFailed when one port is to go to two places, which it can't do."""
    forced: dict[int, int] = {}
    for name, port, to in _each(hosts):
        if to and forced.setdefault(port, to) != to:
            raise BrowserFailed(f"Firefox sends port {port} of all hosts to one place, not {name} to port {to}")
    if not hosts:
        return {}
    return {
        "network.dns.localDomains": ",".join(sorted({name for name, _, _ in _each(hosts)})),
        "network.socket.forcePort": ";".join(f"{port}={to}" for port, to in sorted(forced.items())),
    }


def _each(hosts: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    for host, to in hosts.items():
        name, _, port = host.partition(":")
        yield name, int(port or _HTTPS), to
