"""Taking history out of one store file: the only place where rows of the append-only table are deleted.

One transaction: what is named goes, what is derived is made anew, and a `forgotten` event keeps the sum per currency
of what was in each sort of book, so that balances stay what they were.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from piecework.now import day_of
from piecework.protocol.kinds import Kind
from piecework.store.choices import clear_choices
from piecework.store.events import NewEvent, append

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_SORTS: Final = {
    "assets:pending:": "pending",
    "assets:approved:": "approved",
    "assets:bank:": "bank",
    "expenses:fee:": "fee",
    "income:": "income",
    "equity:exchange": "exchange",
}
"""Beginnings of the names of books, and what a `forgotten` event calls them."""

WHEN: Final = {
    "beat": "at_us",
    "task": "last_seen_us",
    "look_part": "at_us",
    "arrival": "last_seen_us",
    "arrival_week": "week_us",
    "watched": "hour_us",
    "raw": "at_us",
    "alert": "at_us",
    "told": "at_us",
    "standing": "at_us",
    "refused": "at_us",
}
"""Tables beside the history whose rows have a time that "before" speaks of, and its column."""
DERIVED: Final = frozenset(
    {
        "assignment",
        "posting",
        "sum_day",
        "sum_month",
        "sum_site_day",
        "statement",
        "interval",
        "interval_before",
        "sum_time_day",
        "sum_time_wall",
    }
)
"""Made anew from what is left of the history."""
OF_NO_ONE: Final = frozenset({"arrival", "arrival_week", "watched", "definition", "requester", "snooze"})
"""Tables that speak of a platform and of none of its accounts."""
CHOSEN: Final = frozenset({"client", "setting", "rule", "channel", "rate"})
"""The person's own choices: they go with everything only."""

STAYS: Final = {
    "rule": "id IN ('default', 'money')",
    "channel": "kind IN ('extension', 'desktop')",
    "rate": "source = 'ecb'",
}
"""Rows that are every store's and nobody's own: they outlast even "everything"."""

_ATTEMPTS_BEFORE: Final = """
SELECT seq FROM event WHERE kind <> 'forgotten' AND (
  (assignment <> '' AND assignment IN
    (SELECT assignment FROM event WHERE assignment <> '' GROUP BY assignment HAVING max(at_us) < :before))
  OR (assignment = '' AND kind <> 'interval' AND at_us < :before)
  OR (assignment = '' AND kind = 'interval' AND json_extract(body, '$.session') IN
    (SELECT json_extract(body, '$.session') FROM event WHERE kind = 'interval' GROUP BY 1 HAVING max(at_us) < :before))
)
"""


class What(NamedTuple):
    """What is to be forgotten: all that is given must hold of a row. `everything` stands alone.

    Before `before_us` (µs UTC): an attempt goes when its last step lies before it, and not in parts. `names` are what
    the platform is called beside its id: choices and notices may say it so.
    """

    platform: str = ""
    account: str = ""
    before_us: int | None = None
    everything: bool = False
    names: tuple[str, ...] = ()


class Balance(NamedTuple):
    """What was in one sort of book (pending, approved, bank, fee, income, exchange), micro-units."""

    sort: str
    currency: str
    micro: int


class Erased(NamedTuple):
    """Rows removed per table, and the balances that the `forgotten` event keeps."""

    rows: dict[str, int]
    balances: list[Balance]


def erase(
    conn: sqlite3.Connection, what: What, now_us: int, zone: str, rebuild: Callable[[sqlite3.Connection], object]
) -> Erased:
    """Removes what is named from one opened file in one transaction; `rebuild` derives anew what follows.

    The connection must not be in a transaction. What was removed is overwritten in the file (secure_delete); the log
    and free pages beside it are the caller's to empty.
    """
    before = conn.execute("PRAGMA secure_delete").fetchone()[0]
    conn.execute("PRAGMA secure_delete = ON")
    try:
        conn.execute("BEGIN IMMEDIATE")
        found = _erase(conn, what, now_us, zone, rebuild)
        conn.execute("COMMIT")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        conn.execute(f"PRAGMA secure_delete = {int(before)}")
    return found


def _erase(
    conn: sqlite3.Connection, what: What, now_us: int, zone: str, rebuild: Callable[[sqlite3.Connection], object]
) -> Erased:
    triggers: list[tuple[str, str]] = conn.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall()
    for name, _ in triggers:
        conn.execute(f'DROP TRIGGER "{name}"')
    conn.execute("CREATE TEMP TABLE going (seq INTEGER PRIMARY KEY)")
    try:
        _choose(conn, what)
        balances = _balances(conn)
        rows = {"event": conn.execute("DELETE FROM event WHERE seq IN (SELECT seq FROM going)").rowcount}
        for table in _tables(conn):
            if (gone := _clear(conn, table, what)) > 0:
                rows[table] = gone
        whole = what.platform and not what.account and what.before_us is None
        if whole and (changed := clear_choices(conn, (what.platform, *what.names))) > 0:
            rows["chosen"] = changed
        if rows["event"]:
            append(conn, _forgotten(rows["event"], balances, now_us, zone))
        rebuild(conn)
    finally:
        conn.execute("DROP TABLE IF EXISTS going")
    for _, sql in triggers:
        conn.execute(sql)
    return Erased(rows, balances)


def _choose(conn: sqlite3.Connection, what: What) -> None:
    if what.everything:
        conn.execute("INSERT INTO going SELECT seq FROM event")
        return
    chosen = "SELECT seq FROM event WHERE kind <> 'forgotten'" if what.before_us is None else _ATTEMPTS_BEFORE
    conn.execute(
        f"INSERT INTO going SELECT seq FROM event WHERE seq IN ({chosen}) "  # noqa: S608 - fixed texts
        "AND (:platform = '' OR platform = :platform) AND (:account = '' OR account = :account)",
        {"platform": what.platform, "account": what.account, "before": what.before_us},
    )


def _balances(conn: sqlite3.Connection) -> list[Balance]:
    """What the lines of the events that go have left in each sort of book."""
    found: dict[tuple[str, str], int] = {}
    for book, currency, micro in conn.execute(
        "SELECT book, currency, sum(micro) FROM posting WHERE event_seq IN (SELECT seq FROM going) GROUP BY 1, 2"
    ):
        sort = next((sort for start, sort in _SORTS.items() if book.startswith(start)), "income")
        found[sort, currency] = found.get((sort, currency), 0) + micro
    return [Balance(sort, currency, micro) for (sort, currency), micro in sorted(found.items()) if micro]


def _forgotten(events: int, balances: list[Balance], now_us: int, zone: str) -> NewEvent:
    body = {"events": events, "balances": [one._asdict() for one in balances]}
    return NewEvent(
        id=str(uuid.uuid4()),
        at_us=now_us,
        recv_us=now_us,
        source="agent",
        kind=Kind.FORGOTTEN,
        body=msgspec.json.encode(body).decode(),
        zone=zone,
        day_platform=day_of(now_us, zone),
        day_local=day_of(now_us, zone),
    )


def _tables(conn: sqlite3.Connection) -> list[str]:
    """Every table but those of SQLite and of the migrations, the history, and what is derived from it."""
    names = conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    apart = {"event", *DERIVED}
    return [name for (name,) in names if name not in apart and not name.startswith(("sqlite_", "_sqlite_"))]


def _clear(conn: sqlite3.Connection, table: str, what: What) -> int:
    """Removes what is named from one table beside the history; returns how many rows went.

    A table without the columns that are named loses every row that could be meant.
    """
    if what.everything:
        where = f" WHERE NOT ({STAYS[table]})" if table in STAYS else ""
        return conn.execute(f"DELETE FROM {table}{where}").rowcount  # noqa: S608 - names from the schema itself
    if table in CHOSEN or (table in OF_NO_ONE and what.account):
        return 0
    if table == "delivery":
        return conn.execute("DELETE FROM delivery WHERE alert NOT IN (SELECT id FROM alert)").rowcount
    columns = {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}
    wheres = [f"{name} = :{name}" for name in ("platform", "account") if getattr(what, name) and name in columns]
    if what.before_us is not None:
        if table not in WHEN:
            return 0
        wheres.append(f"{WHEN[table]} < :before")
    condition = " AND ".join(wheres) or "1"
    return conn.execute(
        f"DELETE FROM {table} WHERE {condition}",  # noqa: S608 - names from the schema itself
        {"platform": what.platform, "account": what.account, "before": what.before_us},
    ).rowcount
