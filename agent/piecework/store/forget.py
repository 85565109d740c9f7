"""`piecework forget`: what the person names leaves every file of the data folder. It can't be undone.

The store is rewritten (secure_delete, an empty log, VACUUM), and so is each of its copies. A copy that can't be
opened, a damaged store that was moved aside and the agent's log may hold anything: they are removed.
"""

from __future__ import annotations

import sqlite3
from datetime import date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from piecework.errors import BadUsage, StoreBusy
from piecework.now import to_us
from piecework.now import zone as zone_of
from piecework.store.connect import connect_writer
from piecework.store.erase import Balance, Erased, What, erase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from piecework.settings import Paths
    from piecework.store.database import Store

SIDE = ("-wal", "-shm", "-journal")


class Forgotten(NamedTuple):
    """Rows removed from the store per table, the balances that stay, files rewritten and files removed.

    `clients` are the cids that are no longer paired (everything only): drop their keys and connections.
    """

    rows: dict[str, int]
    balances: list[Balance]
    rewritten: list[str]
    removed: list[str]
    clients: list[str]


def named(
    *, platform: str = "", account: str = "", before: str = "", everything: bool = False, zone: str = "UTC"
) -> What:
    """What a command names; `before` is a local day "YYYY-MM-DD" of `zone`. Raises BadUsage."""
    if everything and (platform or account or before):
        raise BadUsage("Everything is everything: name no platform, account or day beside it.")
    if not (everything or platform or account or before):
        raise BadUsage("Say what to forget: a platform, an account, what is before a day, or everything.")
    if not before:
        return What(platform, account, None, everything)
    try:
        midnight = datetime.combine(date.fromisoformat(before), time(), zone_of(zone))
    except ValueError as cause:
        raise BadUsage(f"“{before}” is no day: write it as 2026-11-21.") from cause
    return What(platform, account, to_us(midnight), everything)


def forget(store: Store, what: What, zone: str, rebuild: Callable[[sqlite3.Connection], object]) -> Forgotten:
    """Removes what is named from the store, its copies and what lies beside them; waits until it is done.

    `rebuild` derives anew what follows from the history (`ledger.replay.rebuild`); `zone` is the person's. Raises
    StoreBusy where another program keeps reading: what was named is gone from the store then, but not yet
    overwritten; the same command once more finishes it.
    """
    now_us = store.clock.now_us()
    return store.writer.exclusive(lambda conn: forget_in(conn, store.paths, what, (now_us, zone), rebuild)).result()


def forget_in(
    conn: sqlite3.Connection,
    paths: Paths,
    what: What,
    when: tuple[int, str],
    rebuild: Callable[[sqlite3.Connection], object],
) -> Forgotten:
    """The same on the store's writing connection, which must not be in a transaction. `when`: (now µs UTC, zone)."""
    clients = [str(cid) for (cid,) in conn.execute("SELECT cid FROM client")] if what.everything else []
    found = erase(conn, what, *when, rebuild)
    _rewrite(conn, paths.db)
    rewritten, removed = [], []
    for path in sorted(_copies(paths)):
        if _erase_copy(path, what, when, rebuild):
            rewritten.append(path.name)
        else:
            _remove(path)
            removed.append(path.name)
    for path in sorted(_leftovers(paths)):
        _remove(path)
        removed.append(path.name)
    if paths.log.exists():
        # The running agent writes to it: emptied, not removed.
        _empty(paths.log)
    return Forgotten(found.rows, found.balances, rewritten, removed, clients)


def _rewrite(conn: sqlite3.Connection, path: Path) -> None:
    """Leaves no old page behind: neither in the log nor among the free ones."""
    for step in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        answer = conn.execute(step).fetchone()
        if answer is not None and answer[0]:
            raise StoreBusy(f"Another program reads {path}. Close it, then forget the same once more to finish.")


def _erase_copy(
    path: Path, what: What, when: tuple[int, str], rebuild: Callable[[sqlite3.Connection], object]
) -> Erased | None:
    """Rewrites one copy of the store; None where it is none, is damaged, or is of a version that can't be derived."""
    try:
        conn = connect_writer(path)
    except sqlite3.Error:
        return None
    try:
        found = erase(conn, what, *when, rebuild)
        conn.execute("PRAGMA journal_mode = DELETE")
        conn.execute("VACUUM")
    except sqlite3.Error:
        return None
    finally:
        conn.close()
    return found


def _copies(paths: Paths) -> Iterator[Path]:
    for path in paths.backups.rglob("*") if paths.backups.is_dir() else ():
        if path.is_file() and not path.name.endswith(SIDE):
            yield path


def _leftovers(paths: Paths) -> Iterator[Path]:
    """Files beside the store that were made from it (damaged ones, unfinished ones), and older logs of the agent."""
    own = {paths.log, paths.db, *(paths.db.with_name(paths.db.name + end) for end in SIDE)}
    for beginning in (paths.db.name, paths.log.name):
        for path in paths.data.glob(f"{beginning}*"):
            if path.is_file() and path not in own:
                yield path


def _remove(path: Path) -> None:
    """Removes a file and what SQLite keeps beside it; one that is in use is emptied."""
    for one in (path, *(path.with_name(path.name + end) for end in SIDE)):
        try:
            one.unlink(missing_ok=True)
        except OSError:
            _empty(one)


def _empty(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate()
