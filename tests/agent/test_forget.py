"""The one door out of the history: what is named leaves every file, what stays still adds up."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from piecework.control import offline, run
from piecework.control.jobs import incoming
from piecework.errors import BadUsage
from piecework.ledger import edits
from piecework.ledger.earnings import earnings
from piecework.ledger.reconcile import Settled
from piecework.ledger.replay import rebuild, verify
from piecework.now import FixedClock, day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Context, Store
from piecework.store.backup import backup
from piecework.store.erase import CHOSEN, DERIVED, OF_NO_ONE, WHEN, What
from piecework.store.forget import Forgotten, forget, named
from piecework.worktime.tracker import apply_beat, close_stale
from tests.agent.books import DAY, HOUR, NOON, event, keep_all, memory, take, usd, work

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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with two platforms of two accounts each, at two times, and a backup of all of it."""
    paths = Paths(tmp_path / "data")
    opened = Store.open(paths, FixedClock(NOON + 40 * DAY))

    def all_of_it(conn: sqlite3.Connection) -> None:
        place = 0
        for platform in SITES:
            for account in ACCOUNTS:
                for at_us in (NOON, NOON + 30 * DAY):
                    place += 1
                    fill(conn, place, platform, account, at_us)
        choose(conn)

    opened.write_now(all_of_it)
    backup(paths, NOON + 39 * DAY)
    paths.log.write_text("Mark-log")
    paths.log.with_name(f"{paths.log.name}.1").write_text("Mark-log of alpha")
    (paths.data / "piecework.db.damaged-20251121-120000").write_text("Mark-damaged")
    yield opened
    opened.close()


def everything_on_disk(data: Path) -> bytes:
    """The bytes of every file of a folder."""
    return b"\n".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def read(store: Store, ask: Callable[[sqlite3.Connection], object]) -> object:
    """An answer from the store as it is on disk."""
    with store.read() as conn:
        return ask(conn)


def forgotten(store: Store, what: What) -> Forgotten:
    """Forgets, and checks what must hold after any forgetting: the books are proven, the door is shut again."""
    before = read(store, lambda conn: conn.execute("SELECT currency, sum(micro) FROM posting").fetchall())
    found = forget(store, what, "UTC", rebuild)
    with store.read() as conn:
        assert [] == verify(conn)["differences"]
        assert [(0,)] == [tuple(row) for row in conn.execute("SELECT sum(micro) FROM posting GROUP BY currency")]
    with pytest.raises(sqlite3.IntegrityError):
        store.write_now(lambda conn: conn.execute("DELETE FROM event"))
    assert before
    return found


def test_a_platform_leaves_no_byte_behind(store: Store) -> None:
    """Title, task, account, note, alert, raw text: nothing of it in the store, its log, its copies or beside it."""
    assert b"alpha" in everything_on_disk(store.paths.data)

    found = forgotten(store, What(platform="alpha", names=("The Alpha",)))
    left = everything_on_disk(store.paths.data)

    assert b"alpha" not in left.lower()
    assert b"Mark-log" not in left
    assert b"Mark-damaged" not in left
    assert all(
        mark(table, "beta", "first").encode() in left for table in ("title", "note", "alert", "raw", "definition")
    )
    assert found.rows["event"] > 0
    assert ["piecework-2025-12-30.db"] == found.rewritten


def test_every_column_that_can_hold_text_is_searched(store: Store) -> None:
    """The marks stand in every text of every table before anything is forgotten: a new column can't be left out."""
    there = everything_on_disk(store.paths.data)
    with store.read() as conn:
        tables = own_tables(conn)
        alone = beside(conn)
    known = {"platform", "account", "state", "pay_state", "alias_of"}
    missing = [
        f"{table}.{column}"
        for table in alone
        for column in texts_of(tables[table])
        if column not in known
        and not any(mark(table, "alpha", who).encode() + f"-{column}-".encode() in there for who in ACCOUNTS)
    ]
    missing += [
        f"{table}.{column}"
        for table in CHOSEN
        for column in texts_of(tables[table])
        if f"Mark-{table}-chosen-{column}".encode() not in there
    ]

    # The first is the alert's own id, the others are one of a few words.
    assert ["channel.kind", "delivery.alert", "snooze.what"] == sorted(missing)
    assert all(mark("event", site, who).encode() + b"-body-" in there for site in SITES for who in ACCOUNTS)


def test_choices_lose_a_forgotten_platform(store: Store) -> None:
    """A list of platforms, a mapping, a notice, a rule: what says its name goes, what else was chosen stays."""
    forgotten(store, What(platform="alpha", names=("The Alpha",)))
    with store.read() as conn:
        rules = {json.loads(body)["words"][0]: (own, name, body) for own, name, body in _rules(conn)}
        chosen = dict(conn.execute("SELECT name, value FROM setting").fetchall())

    assert {"Mark-rule-both", "Mark-rule-none", "Mark-rule-chosen-body"} == set(rules)
    assert ["beta"] == json.loads(rules["Mark-rule-both"][2])["platforms"]
    assert [] == json.loads(rules["Mark-rule-none"][2])["not_platforms"]
    assert "Both" == rules["Mark-rule-both"][1]
    assert ["beta"] == json.loads(chosen["look"])
    assert {"lists": {"beta:jobs": {"n": 2}}} == json.loads(chosen["looking.policy"])
    assert {"date": "Mark-map-date"} == json.loads(chosen["import.map.1"])
    assert "notice.shape" not in chosen


def _rules(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    rows = conn.execute("SELECT id, name, body FROM rule WHERE id NOT IN ('default', 'money')").fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def test_an_account_leaves_and_the_other_stays(store: Store) -> None:
    """One sign-in of a platform; what the platform is made of stays."""
    forgotten(store, What("alpha", "hash-alpha-first"))
    left = everything_on_disk(store.paths.data)

    assert b"hash-alpha-first" not in left
    with store.read() as conn:
        columns = own_tables(conn)
        tables = set(beside(conn)) - OF_NO_ONE
    for table in ("title", "note", "event", *tables):
        assert mark(table, "alpha", "first").encode() not in left
        # What does not say whose it is goes with every account; what was told of an alert goes with the alert.
        whose = table in {"title", "note", "delivery"} or ("account", "TEXT") in columns[table]
        assert (mark(table, "alpha", "second").encode() in left) == (whose and table != "account")
    assert mark("title", "alpha", "second").encode() in left
    assert mark("definition", "alpha", "second").encode() in left


def test_what_is_older_leaves_in_whole_attempts(store: Store) -> None:
    """Before a day: everything whose last step lies before it, and nothing newer."""
    forgotten(store, What(before_us=NOON + DAY))

    with store.read() as conn:
        assert NOON + 30 * DAY == conn.execute("SELECT min(at_us) FROM event").fetchone()[0]
        assert 4 == conn.execute("SELECT count(*) FROM assignment").fetchone()[0]
        assert NOON + 30 * DAY <= conn.execute("SELECT min(last_seen_us) FROM task").fetchone()[0]
    left = everything_on_disk(store.paths.data)
    timed = b"|".join(table.encode() for table in sorted({"event", "delivery", *WHEN} - {"beat"}))
    assert [] == re.findall(rb"Mark-(?:" + timed + rb")-[a-z]+-[a-z]*-[a-z_]+-[0-9]+old", left)
    assert re.findall(rb"Mark-(?:" + timed + rb")-[a-z]+-[a-z]*-[a-z_]+-[0-9]+new", left)


def test_an_attempt_that_still_moved_stays_whole(store: Store) -> None:
    """Its pay would be torn from its approval otherwise."""
    forgotten(store, What(before_us=NOON + 2 * HOUR))

    with store.read() as conn:
        assert 8 == conn.execute("SELECT count(*) FROM assignment").fetchone()[0]


def test_everything_leaves_only_sums(store: Store) -> None:
    """Accounts, settings and paired browsers go too; what was earned stays as one sum per currency."""
    found = forgotten(store, What(everything=True))
    left = everything_on_disk(store.paths.data)

    assert b"Mark-" not in left
    assert b"hash-" not in left
    assert ["Mark-client-chosen-cid"] == found.clients
    with store.read() as conn:
        [row] = conn.execute("SELECT kind, platform, account, task, body FROM event").fetchall()
        books = dict(conn.execute("SELECT book, micro FROM posting").fetchall())
    assert (Kind.FORGOTTEN, "", "", "") == tuple(row)[:4]
    assert {"assets:bank:forgotten": 8_000_000, "income:forgotten": -8_000_000} == books
    assert {"events", "balances"} == set(msgspec.json.decode(row["body"]))


def test_what_was_forgotten_before_is_forgotten_with_everything(store: Store) -> None:
    """Sums are carried on, once."""
    forgotten(store, What(platform="alpha"))
    forgotten(store, What(everything=True))

    with store.read() as conn:
        assert 8_000_000 == conn.execute("SELECT sum(micro) FROM posting WHERE book LIKE 'assets:%'").fetchone()[0]
        assert 1 == conn.execute("SELECT count(*) FROM event").fetchone()[0]
        assert [] == earnings(conn)


def test_the_copy_is_a_whole_store_too(store: Store) -> None:
    """What would be restored passes verify, and lies alone in its folder."""
    forgotten(store, What(platform="alpha"))
    [copy] = store.paths.backups.iterdir()
    conn = sqlite3.connect(copy)
    conn.row_factory = sqlite3.Row

    assert [] == verify(conn)["differences"]
    assert {"beta", ""} == {platform for (platform,) in conn.execute("SELECT DISTINCT platform FROM event")}
    conn.close()


def test_a_copy_that_can_not_be_read_is_removed(store: Store) -> None:
    """It may hold anything."""
    (store.paths.backups / "piecework-2025-01-01.db").write_text("Mark-alpha " * 200)
    found = forgotten(store, What(platform="alpha"))

    assert "piecework-2025-01-01.db" in found.removed
    assert b"Mark-alpha " not in everything_on_disk(store.paths.data)


def test_forgetting_what_is_not_there_adds_nothing(store: Store) -> None:
    """No event, no sums."""
    found = forgotten(store, What(platform="gamma"))

    assert 0 == found.rows["event"]
    assert 0 == read(
        store, lambda conn: conn.execute("SELECT count(*) FROM event WHERE kind = 'forgotten'").fetchone()[0]
    )


def test_a_failed_forgetting_changes_nothing(store: Store) -> None:
    """The rebuild fails half way: everything is as it was, the history still append-only."""

    def fail(_conn: sqlite3.Connection) -> None:
        raise BadUsage("no")

    before = read(store, lambda conn: conn.execute("SELECT count(*) FROM event").fetchone()[0])
    with pytest.raises(BadUsage):
        forget(store, What(platform="alpha"), "UTC", fail)

    assert before == read(store, lambda conn: conn.execute("SELECT count(*) FROM event").fetchone()[0])
    with pytest.raises(sqlite3.IntegrityError):
        store.write_now(lambda conn: conn.execute("DELETE FROM event"))


def test_writing_goes_on_after_forgetting(store: Store) -> None:
    """The same connection takes the next fact."""
    forgotten(store, What(platform="alpha"))
    store.write_now(lambda conn: take(conn, event(Kind.SUBMITTED, NOON, work(session="new", pay="1"))))

    with store.read() as conn:
        assert [] == verify(conn)["differences"]
        assert "site" in {row["platform"] for row in earnings(conn)}


def test_every_table_has_a_rule_for_forgetting() -> None:
    """A table that is added later must say when its rows are meant."""
    conn = memory()
    tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    own = {name for name in tables if not name.startswith(("sqlite_", "_sqlite_"))}
    timeless = {"account", "list_state", "delivery"}

    assert own == {"event", *WHEN, *DERIVED, *CHOSEN, *OF_NO_ONE, *timeless}
    for table, column in WHEN.items():
        assert column in {row[1] for row in conn.execute(f"PRAGMA table_info({table})")}


def test_a_day_is_a_local_one() -> None:
    """Before the 21st in Paris is before 23 o'clock UTC of the 20th."""
    assert What(before_us=NOON - 13 * HOUR) == named(before="2025-11-21", zone="Europe/Paris")
    assert What("site", "me") == named(platform="site", account="me")


@pytest.mark.parametrize(
    "wanted",
    [{}, {"everything": True, "platform": "site"}, {"before": "yesterday"}, {"before": "2025-02-30"}],
)
def test_unclear_words_forget_nothing(wanted: dict[str, object]) -> None:
    """Nothing named, too much named, or no day."""
    with pytest.raises(BadUsage):
        named(**wanted)  # type: ignore[arg-type]


async def test_the_command_leaves_nothing_in_any_file(paths: Paths) -> None:
    """A mapping of columns that was remembered, a file that was handed in, a key: none of it in the data folder."""
    file = paths.data.parent / "mine.csv"
    file.write_text("Mark-day,Mark-net,Mark-what\n2026-01-02,1.50,Mark-title\n")
    async with offline(paths) as services:
        columns = {"date": "Mark-day", "amount": "Mark-net", "title": "Mark-what"}
        mapping = {**columns, "platform": "=Prolific", "currency": "=USD"}
        await run(services, "import", {"path": str(file), "map": mapping, "format": "generic"})
        issued = await run(services, "pair.issue", {"name": "Mark-browser"})
        handed = incoming(paths) / "left.file"
        handed.parent.mkdir(exist_ok=True)
        handed.write_text("Mark-handed-in")
        there = everything_on_disk(paths.data)
        assert all(word in there for word in (b"Mark-title", b"Mark-net", b"Mark-handed-in", b"Mark-browser"))

        await run(services, "forget", {"platform": "Prolific"})
        left = everything_on_disk(paths.data)
        assert b"Mark-title" not in left
        assert b"Mark-handed-in" not in left
        assert [b"prolific"] == re.findall(b"prolific", left.lower())
        assert b"Mark-net" in left

        await run(services, "forget", {"everything": True})
        left = everything_on_disk(paths.data)
        assert [] == re.findall(rb"Mark-[a-z-]+|prolific", left)
        assert issued["key"].encode() not in left
        with services.store.read() as conn:
            assert [] == verify(conn)["differences"]
