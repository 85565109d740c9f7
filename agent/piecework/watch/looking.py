"""Where looking by ourselves may be offered at all, how gently, and what a look's outcome means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from piecework.watch.policy import ListSpec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from piecework.platforms import Platform

LEAST_S = 60
"""Looks where no rule was found are never closer together, whatever else is written."""
STATUS: Mapping[str, int] = {"challenge": 403, "signed_out": 401, "rate_limited": 429, "watching": 200, "empty": 200}
"""What a list's state says of the host, in HTTP's words; any other state is no answer."""


def offered(platform: Platform) -> bool:
    """Whether the person may switch it on: never where a rule forbids it or accounts were punished for it."""
    return (
        platform.manners.rule != "forbidden"
        and platform.life.state == "live"
        and platform.route == "page"
        and bool(platform.listings)
    )


def gap_s(platform: Platform) -> float:
    """The least time between two requests to its host: a minute, unless the platform's own quoted rule allows less."""
    manners = platform.manners
    return float(manners.min_gap_s if manners.rule == "permitted" else max(LEAST_S, manners.min_gap_s))


def host_of(platform: Platform, name: str) -> str:
    """The host that a list costs a request; "" for a list that no definition names."""
    listing = next((one for one in platform.listings if one.id == name), None)
    return "" if listing is None else urlsplit(listing.urls[0]).hostname or ""


def hosts_at(platform: Platform, host: str) -> set[str]:
    """The hosts that pay for a load at one of a platform's hosts: a list may be at home on several names."""
    paid = {
        host_of(platform, one.id) for one in platform.listings if host in {urlsplit(url).hostname for url in one.urls}
    }
    return paid or {host}


def host_at(specs: Iterable[ListSpec], own: str) -> str:
    """The host of one of the scheduler's lists; "" for one it does not have."""
    return next((spec.host for spec in specs if spec.id == own), "")


def name_of(platform: str, name: str) -> str:
    """What the scheduler calls a list."""
    return f"{platform}:{name}"


def wanted(conn: sqlite3.Connection, platforms: Mapping[str, Platform], chosen: Iterable[str]) -> list[ListSpec]:
    """The lists of the platforms the person switched on that a page of theirs has shown."""
    found = conn.execute(
        "SELECT DISTINCT platform, list FROM list_state WHERE state <> 'account_asks' ORDER BY platform, list"
    ).fetchall()
    on = {name: platforms[name] for name in chosen if name in platforms and offered(platforms[name])}
    return [
        ListSpec(name_of(platform, name), host, gap_s(on[platform]))
        for platform, name in found
        if platform in on and (host := host_of(on[platform], name))
    ]
