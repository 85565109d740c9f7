"""How a pretend site shows its world, and how its pages learn that something changed."""

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

from piecework.practice.things import Task
from piecework.practice.world import World


class Look(StrEnum):
    """What the person gets to see instead of, or as, the list."""

    NORMAL = "normal"
    EMPTY = "empty"
    SIGNED_OUT = "signed-out"
    CHALLENGE = "challenge"
    RATE_LIMITED = "rate-limited"
    CHANGED = "changed"


class Refresh(StrEnum):
    """When an open page takes in what is new: at once, every so often, or only when it is loaded."""

    LIVE = "live"
    EVERY = "every"
    ON_LOAD = "on-load"


@dataclass(frozen=True, slots=True)
class Face:
    """Everything about a site's looks that a driver may set.

    `every_s` belongs to Refresh.EVERY, `retry_after_s` to Look.RATE_LIMITED. `overlap` rows of a page stand
    on the next one too. `via` is how a single-page app gets its data: fetch, xhr, worker, or page (no answer
    at all). `opens` is how work on a partner's site opens: link, opener, popup or noopener. `show_full` keeps
    tasks without a free place on the list.
    """

    look: Look = Look.NORMAL
    refresh: Refresh = Refresh.LIVE
    every_s: float = 30.0
    retry_after_s: int = 263
    page_size: int = 100
    overlap: int = 0
    via: str = "fetch"
    opens: str = "link"
    show_full: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "look", Look(self.look))
        object.__setattr__(self, "refresh", Refresh(self.refresh))


class Stage:
    """One site's world and face. Belongs to the event loop that serves it."""

    def __init__(self, world: World, face: Face | None = None) -> None:
        self.world = world
        self.face = face or Face()
        self.version = 0
        self._waiting: set[asyncio.Future[None]] = set()
        world.watch(self.wake)

    def begin(self, world: World, face: Face | None = None) -> None:
        """Another world takes this one's place; open pages hear of it."""
        self.world = world
        self.face = face or Face()
        world.watch(self.wake)
        self.wake()

    def show(self, **changes: object) -> None:
        """Change the face: `show(look="empty")`, `show(refresh="every", every_s=1)`."""
        self.face = replace(self.face, **changes)  # type: ignore[arg-type] # names are checked by Face itself
        self.wake()

    def listed(self, face: Face | None = None) -> list[Task]:
        """The tasks the list shows just now, to a visitor who sees `face` (the stage's own if None)."""
        face = face or self.face
        return [] if face.look is Look.EMPTY else self.world.offered(full=face.show_full)

    def page(self, number: int) -> list[Task]:
        """Page `number` (from 1) of the list; it opens with the `overlap` last rows of the one before."""
        first = (number - 1) * self.face.page_size
        return self.listed()[max(0, first - self.face.overlap) : first + self.face.page_size]

    def pages(self) -> int:
        """How many pages the list has, 1 when it is empty."""
        return max(1, -(-len(self.listed()) // self.face.page_size))

    def wake(self) -> None:
        """Tell everyone who waits in `changed` that something is new."""
        self.version += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def changed(self, after: int) -> int:
        """Wait until the version is past `after`; gives the version."""
        while self.version <= after:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await future
            finally:
                self._waiting.discard(future)
        return self.version
