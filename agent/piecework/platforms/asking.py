"""How a look of our own at a list is made: by loading a tab anew, or by asking for its page once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from msgspec import UNSET

from piecework.platforms.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.platforms.definition import Listing, Looking, Platform

GAPS = frozenset("*{")
"""What stands in a URL pattern where an address has to be filled in."""


def asking(platform: Platform, name: str) -> Looking | None:
    """What the definition says of looks at one of its lists; None where it says nothing."""
    found = (one.looking for one in platform.listings if one.id == name and one.looking is not UNSET)
    return next(found, None)


def way(platform: Platform, name: str) -> Literal["reload", "fetch"]:
    """How the link's `lease` calls it. A list nothing is said of is loaded anew."""
    told = asking(platform, name)
    return "fetch" if told is not None and told.by == "request" else "reload"


def address_of(platform: Platform, name: str) -> str:
    """An address of a list that names no particular task or page; "" where the definition has none."""
    urls = next((one.urls for one in platform.listings if one.id == name), [])
    home = platform.home if isinstance(platform.home, str) else ""
    fixed = [home] if home and any(matches(url, home) for url in urls) else []
    return next((url for url in (*fixed, *urls) if not GAPS & set(url) and not _is_here(url)), "")


def _is_here(url: str) -> bool:
    """A site on this machine is at a port that no definition knows."""
    return (urlsplit(url).hostname or "").endswith(".localhost")


def looking_faults(platform: Platform) -> Iterator[str]:
    """What is wrong with the way a definition has its lists looked at."""
    ways: dict[str, str] = {}
    for listing in platform.listings:
        if listing.looking is UNSET:
            continue
        where = f"listings.{listing.id}.looking"
        if platform.manners.rule == "forbidden":
            yield f"{where}: the rule forbids looks"
        if ways.setdefault(listing.id, listing.looking.by) != listing.looking.by:
            yield f"{where}: two readers of one list are looked at in two ways"
        if listing.looking.by == "request":
            yield from (f"{where}: {fault}" for fault in _unfit(platform, listing))


def _unfit(platform: Platform, listing: Listing) -> Iterator[str]:
    """Why an answer to a request would not hold the list."""
    if listing.late is True or listing.shadow is True or listing.shape is not UNSET:
        yield "rows that scripts draw, or that nobody knows, are not in an answer"
    if listing.reader != "page-json":
        return
    if platform.manners.page_world != "allowed":
        yield "its own answers are never asked for where the page's world is not entered"
    own = {urlsplit(url).netloc for url in listing.urls}
    answers = [] if listing.answers is UNSET else listing.answers
    fixed = [url for url in answers if not GAPS & set(url)]
    if not fixed or urlsplit(fixed[0]).netloc not in own:
        yield "the answer asked for has an address without gaps, on the list's own host"
