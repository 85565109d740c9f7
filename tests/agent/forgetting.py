"""What forgetting is tried on: two platforms of two accounts, at two times, with a mark in every text there can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from piecework.ledger import edits
from piecework.ledger.reconcile import Settled
from piecework.now import day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.store.erase import CHOSEN, DERIVED
from piecework.worktime.tracker import apply_beat, close_stale
from tests.agent.books import HOUR, NOON, event, keep_all, take, usd, work

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

SITES = ("alpha", "beta")
ACCOUNTS = ("first", "second")


def mark(table: str, platform: str, account: str = "") -> str:
    """A text that stands nowhere else, put into one row."""
    return f"Mark-{table}-{platform}-{account}"


def fill(conn: sqlite3.Connection, place: int, platform: str, account: str, at_us: int) -> None:
    """History, time, money and sightings of one account at one time."""
    hash_ = f"hash-{platform}-{account}"
    more = {"platform": platform, "account": hash_}
    title, task = mark("title", platform, account), mark("task", platform, account)
    said = {"session": f"{task}{at_us}", "assignment": f"{task}{at_us}", "task": task, "title": title, "pay": "1"}
    for step, kind in enumerate((Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED, Kind.PAID)):
        take(conn, event(kind, at_us + step * HOUR, work(**said), **more))
    beat = bodies.Beat(session=f"{task}{at_us}", task=task)
    ctx = Context(now_us=at_us)
    apply_beat(conn, ctx, event(Kind.BEAT, at_us, beat, **more), beat)
    close_stale(conn, at_us + HOUR)
    apply_beat(conn, ctx, event(Kind.BEAT, at_us + 2, beat, **more), beat)
    note = bodies.Note(text=mark("note", platform, account))
    take_note = event(Kind.NOTE, at_us, note, **more)
    take(conn, take_note)
    total = bodies.Total("approved", usd("1"))
    take(conn, event(Kind.STATEMENT, at_us, bodies.Statement(task, f"period{at_us}", [total]), **more))
    correct(conn, title, more, at_us)
    history(conn, f"{place}", {"platform": platform, "account": hash_}, at_us)
    sight(conn, f"{place}", {"platform": platform, "account": hash_}, at_us)


def correct(conn: sqlite3.Connection, title: str, more: dict[str, str], at_us: int) -> None:
    """The person's words on the attempt and on the statement, one of them taken back."""
    own = conn.execute("SELECT id FROM assignment WHERE title = ? ORDER BY rowid DESC", (title,)).fetchone()[0]
    edit = event(
        Kind.EDIT, at_us + 4 * HOUR, edits.Edit(own, title=title, requester=f"{title}-by", reason=title), **more
    )
    back = event(Kind.UNDO, at_us + 5 * HOUR, edits.Undo(edit.id, own, title), **more)
    total = conn.execute("SELECT id FROM event WHERE kind = 'statement' ORDER BY seq DESC").fetchone()[0]
    kept = Settled(total, title, "USD", "kept", {"approved": 1}, title)
    typed = bodies.Adjust(micro=3, currency="USD", state="bonus", only=True, reason=title, statement=total)
    gone = event(Kind.ADJUST, at_us + HOUR, typed, **more)
    facts = [edit, back, event(Kind.SETTLED, at_us + HOUR, kept, **more), gone]
    keep_all(conn, [*facts, event(Kind.UNDO, at_us + 2 * HOUR, edits.Undo(gone.id, "", title), **more)])


def age(at_us: int) -> str:
    """How old a row is that was planted at one of the two times."""
    return "old" if at_us == NOON else "new"


def own_tables(conn: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    """Every table of ours with its columns (name, type), as the schema has them: none is left out."""
    names = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    return {
        name: [(row[1], row[2]) for row in conn.execute(f"PRAGMA table_info({name})")]
        for name in names
        if not name.startswith(("sqlite_", "_sqlite_"))
    }


def texts_of(columns: list[tuple[str, str]]) -> list[str]:
    """Columns that can hold text."""
    return [name for name, kind in columns if kind in {"TEXT", "BLOB", "ANY"}]


def beside(conn: sqlite3.Connection) -> list[str]:
    """The tables that are neither the history, nor made from it, nor the person's choices."""
    return [table for table in own_tables(conn) if table not in {"event", "beat", *DERIVED, *CHOSEN}]


def sight(conn: sqlite3.Connection, name: str, who: dict[str, str], at_us: int) -> None:
    """One row of each table that is not history, with a mark in every text that a page could have written."""
    known = {**who, "at_us": at_us, "state": "open", "last_seen_us": at_us, "pay_state": "none"}
    short = who["account"].removeprefix("hash-" + who["platform"] + "-")
    for table in beside(conn):
        values: dict[str, object] = {}
        said = f"{mark(table, who['platform'], short)}-{{}}-{name}{age(at_us)}"
        for _, column, kind, not_null, default, key in conn.execute(f"PRAGMA table_info({table})"):
            if column in known:
                values[column] = known[column]
            elif kind == "TEXT":
                values[column] = said.format(column)
            elif kind == "BLOB":
                values[column] = said.format(column).encode()
            elif (not_null or key) and default is None and not (table == "arrival" and column == "id"):
                values[column] = at_us + int(name)
        if table == "snooze":
            values["what"] = "requester"
        if table == "delivery":
            values |= {"alert": f"{mark('alert', who['platform'], short)}-id-{name}{age(at_us)}", "state": "shown"}
        if table == "account":
            values |= {"account": who["account"], "state": "claimed", "alias_of": None}
        marks = ", ".join("?" * len(values))
        conn.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))  # noqa: S608


def history(conn: sqlite3.Connection, name: str, who: dict[str, str], at_us: int) -> None:
    """A fact of a kind nobody knows, with a mark in every text of its row."""
    short = who["account"].removeprefix("hash-" + who["platform"] + "-")
    said = f"{mark('event', who['platform'], short)}-{{}}-{name}{age(at_us)}"
    values: dict[str, object] = {
        column: said.format(column) if kind == "TEXT" else at_us
        for column, kind in own_tables(conn)["event"]
        if column not in {"seq", "assignment"}
    }
    day = day_of(at_us, "UTC")
    values |= {
        **who,
        "source": "page",
        "kind": "unheard of",
        "derived": "{}",
        "zone": "UTC",
        "day_platform": day,
        "day_local": day,
    }
    values["body"] = f'"{said.format("body")}"'
    marks = ", ".join("?" * len(values))
    conn.execute(f"INSERT INTO event ({', '.join(values)}) VALUES ({marks})", list(values.values()))  # noqa: S608


def choose(conn: sqlite3.Connection) -> None:
    """A mark in every text of the person's own choices, and choices that speak of platforms."""
    for table in sorted(CHOSEN):
        columns = own_tables(conn)[table]
        values: dict[str, object] = {name: f"Mark-{table}-chosen-{name}" for name in texts_of(columns)}
        values |= {row[1]: 1 for row in conn.execute(f"PRAGMA table_info({table})") if row[3] and row[1] not in values}
        if table == "channel":
            values["kind"] = "push"
        if table == "rule":
            values["body"] = '{"words": ["Mark-rule-chosen-body"]}'
        marks = ", ".join("?" * len(values))
        conn.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))  # noqa: S608
    for own, name, body in (
        ("one", "Only Alpha pays", {"platforms": ["alpha"], "words": ["Mark-rule-one"]}),
        ("alpha-and-beta", "Both", {"platforms": ["alpha", "beta"], "words": ["Mark-rule-both"]}),
        ("none", "Not there", {"not_platforms": ["alpha"], "words": ["Mark-rule-none"]}),
    ):
        conn.execute("INSERT INTO rule (id, name, body) VALUES (?, ?, ?)", (own, name, json.dumps(body)))
    for name, value in (
        ("look", ["alpha", "beta"]),
        ("looking.policy", {"lists": {"alpha:jobs": {"n": 1}, "beta:jobs": {"n": 2}}}),
        ("import.map.1", {"platform": "=The Alpha", "date": "Mark-map-date"}),
    ):
        conn.execute("INSERT INTO setting VALUES (?, ?)", (name, json.dumps(value)))
    conn.execute("INSERT INTO setting VALUES ('notice.shape', 'The page of Alpha is Mark-notice.')")


def everything_on_disk(data: Path) -> bytes:
    """The bytes of every file of a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())
