"""A store in memory and the short way through the ledger, for the tests of money and time."""

import json
import sqlite3
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from piecework.ledger.book import apply_event, prepare
from piecework.ledger.records import news
from piecework.now import day_of
from piecework.protocol import bodies
from piecework.protocol.codec import BODIES, decode_body
from piecework.protocol.messages import Event
from piecework.store import Context
from piecework.store.events import EventRow, NewEvent, append
from piecework.store.migrations import migrate

S = 1_000_000
HOUR = 3600 * S
DAY = 24 * HOUR
NOON = 1_763_726_400 * S
"""2025-11-21T12:00:00Z."""
USD = "USD"


def memory() -> sqlite3.Connection:
    """An empty store as a fresh one is made, in memory, outside a transaction."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.row_factory = sqlite3.Row
    migrate(conn)
    return conn


def usd(text: str) -> bodies.PayText:
    """A pay as a page writes it in dollars."""
    return bodies.PayText(raw=f"${text}", currency=USD)


def work(**said: Any) -> bodies.Work:  # noqa: ANN401 - fields of bodies.Work
    """One step of the task "t1", with a pay where `pay` is given as text."""
    pay = said.pop("pay", None)
    bonus = said.pop("bonus", None)
    return bodies.Work(
        **{"task": "t1", **said}, pay=usd(pay) if pay is not None else None, bonus=usd(bonus) if bonus else None
    )


def event(kind: str, at_us: int, body: msgspec.Struct, **more: Any) -> Event:  # noqa: ANN401 - fields of Event
    """An event of the platform "site" and the account "me"."""
    name = more.pop("id", "") or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}{at_us}{body}"))
    fields = {"platform": "site", "account": "me", "zone": "UTC", **more}
    return Event(seq=1, id=name, at_us=at_us, kind=kind, body=msgspec.Raw(msgspec.json.encode(body)), **fields)


def keep(conn: sqlite3.Connection, ctx: Context, fact: Event) -> EventRow | None:
    """Stores one event as ingest does: prepared, written, booked. None where it was there already."""
    body = decode_body(fact.kind, fact.body) if fact.kind in BODIES else None
    prepared = prepare(conn, ctx, fact, body)
    row = append(
        conn,
        NewEvent(
            id=fact.id,
            at_us=fact.at_us,
            recv_us=ctx.now_us,
            source="page",
            kind=fact.kind,
            platform=fact.platform,
            account=fact.account,
            task=prepared.task,
            assignment=prepared.assignment,
            body=bytes(fact.body).decode(),
            derived=prepared.derived,
            zone=fact.zone,
            day_platform=ctx.day_platform(fact.at_us, fact.platform),
            day_local=day_of(fact.at_us, fact.zone),
        ),
    )
    if row is not None:
        apply_event(conn, row)
    return row


def keep_all(conn: sqlite3.Connection, facts: Iterable[Event]) -> list[EventRow | None]:
    """Stores several events as they are."""
    return [keep(conn, Context(now_us=fact.at_us), fact) for fact in facts]


def take(conn: sqlite3.Connection, fact: Event, ctx: Context | None = None) -> list[EventRow]:
    """Stores what is news in one event; returns the rows that were written."""
    around = ctx or Context(now_us=fact.at_us)
    body = decode_body(fact.kind, fact.body)
    return [row for one in news(conn, around, fact, body) if (row := keep(conn, around, one)) is not None]


def take_all(conn: sqlite3.Connection, facts: Iterable[Event]) -> list[EventRow]:
    """Stores several."""
    return [row for fact in facts for row in take(conn, fact)]


def balances(conn: sqlite3.Connection) -> dict[str, int]:
    """Micro-units by book, dollars only, without the books that are empty."""
    return dict(
        conn.execute(
            "SELECT book, sum(micro) FROM posting WHERE currency = 'USD' GROUP BY book HAVING sum(micro) <> 0"
        ).fetchall()
    )


def flows(conn: sqlite3.Connection, currency: str = USD) -> dict[str, int]:
    """Micro-units by flow over all days, without those that are nothing."""
    return dict(
        conn.execute(
            "SELECT state, sum(micro) FROM sum_day WHERE currency = ? GROUP BY state HAVING sum(micro) <> 0",
            (currency,),
        ).fetchall()
    )


DERIVED = (
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
)


def derived_tables(conn: sqlite3.Connection, *, without_seq: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every derived table, sorted; `without_seq` leaves out the place in the history."""
    found = {}
    for table in DERIVED:
        rows = [dict(row) for row in conn.execute(f"SELECT * FROM {table}")]  # noqa: S608 - names of our own tables
        if without_seq:
            rows = [{name: value for name, value in row.items() if name != "event_seq"} for row in rows]
        found[table] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found


def attempts(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Rows of table assignment, in the order of their submission."""
    return conn.execute(
        "SELECT * FROM assignment ORDER BY coalesce(submitted_us, decided_us, accepted_us), id"
    ).fetchall()


def body_of(row: EventRow) -> dict[str, Any]:
    """What an event row says."""
    found: dict[str, Any] = json.loads(row.body)
    return found
