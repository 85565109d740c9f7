"""What the ledger hands over at its borders: what it settles before an event is written, and what it changed."""

from __future__ import annotations

from typing import NamedTuple


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
