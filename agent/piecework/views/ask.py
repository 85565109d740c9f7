"""What a page is handed: the question as it came, and what of the agent is not in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from piecework.views.weeks import Weeks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from piecework.control import PairRequest
    from piecework.platforms import Platform
    from piecework.views.session import Said
    from piecework.words import Words

MOST_PAGES = 100_000


@dataclass(frozen=True)
class Ask:
    """One request for a page. `partial` asks for the part that changes, `day` is the person's today.

    `address` asks the keyring for a channel's: it may take seconds, pages are made in a thread.
    """

    path: str
    words: Words
    zone: str
    now_us: int
    day: str
    query: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False
    csrf: str = ""
    platforms: Mapping[str, Platform] = field(default_factory=dict)
    connected: frozenset[str] = frozenset()
    pending: PairRequest | None = None
    notices: Mapping[str, str] = field(default_factory=dict)
    said: Sequence[Said] = ()
    address: Callable[[str], str | None] = lambda _name: None
    weeks: Weeks = field(default_factory=Weeks)

    def page(self) -> int:
        """Which page of a long table is asked for, from 1."""
        text = self.query.get("page", "1")
        return min(max(int(text), 1), MOST_PAGES) if text.isascii() and text.isdigit() else 1

    def platform_name(self, platform: str) -> str:
        """How people know a platform."""
        found = self.platforms.get(platform)
        return found.name if found else platform

    def list_name(self, platform: str, name: str) -> str:
        """How people know a list of a platform."""
        found = self.platforms.get(platform)
        for listing in found.listings if found else ():
            if listing.id == name and isinstance(listing.name, str):
                return listing.name
        return name


class Page(NamedTuple):
    """One page: its template is `name`.html; it is asked for anew when one of `topics` changes.

    `script` is a module of static/ that makes it easier to use; without it the page does the same.
    """

    name: str
    path: str
    topics: tuple[str, ...]
    load: Callable[[sqlite3.Connection, Ask], dict[str, Any]]
    script: str = ""


class Section(NamedTuple):
    """Pages that belong together in the menu; its words are `dash.section_` and its name."""

    name: str
    pages: tuple[Page, ...]

    def holds(self, page: Page) -> bool:
        """Whether a page is one of these, or leads on from one of them."""
        return any(
            page is own or page.path.startswith(own.path + "/") for own in self.pages if own.path != "/" or page is own
        )
