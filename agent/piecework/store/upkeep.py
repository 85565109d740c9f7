"""Once a day, after the agent is ready, in a thread: old rows go, the file is checked and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.errors import StoreCorrupt
from piecework.settings import put_value
from piecework.store.backup import backup, damage
from piecework.store.connect import mark_damaged
from piecework.store.prune import prune

if TYPE_CHECKING:
    from pathlib import Path

    from piecework.store.database import Store

CHECKED = "upkeep.checked_us"
"""Setting: when the file was last found whole, µs UTC."""


class Upkeep(NamedTuple):
    """What one round did: rows removed per table, and the day's copy."""

    pruned: dict[str, int]
    copy: Path


def upkeep(store: Store) -> Upkeep:
    """One daily round; reads while others write.

    Raises StoreCorrupt where the file is damaged (the next start recovers it), DiskFull where there is no room for
    a copy, and what else the store says.
    """
    now_us = store.clock.now_us()
    if verdict := damage(store.paths.db):
        mark_damaged(store.paths.db)
        raise StoreCorrupt(
            f"{store.paths.db} is damaged ({verdict}). Stop Piecework and start it again: it keeps the damaged file "
            "and recovers what can be read, with the newest backup."
        )
    pruned = store.write_now(lambda conn: prune(conn, now_us))
    store.write_now(lambda conn: put_value(conn, CHECKED, str(now_us)))
    return Upkeep(pruned, backup(store.paths, now_us))
