"""What the ledger hands over at its borders: the context it is given, what it prepares, and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.platforms import Platform


class Context(Protocol):
    """What ingest knows beside the event."""

    @property
    def now_us(self) -> int:
        """When the event arrived, µs UTC."""
        ...

    @property
    def platforms(self) -> Mapping[str, Platform]:
        """Definitions by id."""
        ...


class Prepared(NamedTuple):
    """Columns of an event row that are settled before it is written, and never again.

    `task` is a `store.task_key`, `assignment` our own id of the attempt (both empty where none is meant),
    `derived` JSON text: what was parsed from the body, by which parser.
    """

    task: str = ""
    assignment: str = ""
    derived: str = "{}"


class LedgerEffects(NamedTuple):
    """What applying one event changed.

    `assignment` and `state` name the attempt and the state it is in now ("" where the event has none);
    `ended_work` is true for a step after which nobody works on it; `money` is true where sums changed.
    """

    assignment: str = ""
    state: str = ""
    ended_work: bool = False
    money: bool = False
