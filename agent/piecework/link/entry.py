"""One message on its way through the line of a socket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from concurrent.futures import Future

T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Entry(Generic[T]):
    """One message: `work` runs in the writer's transaction; `seq` 0 where it could not be read.

    `data` are its bytes; `since_s` is when it was handed to the writer, by the loop's clock; `beside` tells that it is
    kept beside the store.
    """

    seq: int
    size: int
    work: Callable[[sqlite3.Connection], T]
    future: Future[T] | None = None
    data: bytes = b""
    since_s: float = 0.0
    beside: bool = False
