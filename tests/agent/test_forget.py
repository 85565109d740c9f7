"""The one door out of the history: what is named leaves every file, what stays still adds up."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from piecework.errors import BadUsage
from piecework.ledger import edits
from piecework.ledger.earnings import earnings
from piecework.ledger.reconcile import Settled
from piecework.ledger.replay import rebuild, verify
from piecework.now import FixedClock
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


def sight(conn: sqlite3.Connection, name: str, who: dict[str, str], at_us: int) -> None:
    """One row of each table that is not history, with a mark in every text that a page could have written."""
    known = {**who, "at_us": at_us, "state": "open", "last_seen_us": at_us, "pay_state": "none"}
    short = who["account"].removeprefix("hash-" + who["platform"] + "-")
    for table in sorted({*WHEN, "list_state", "definition", "delivery", "account"} - {"beat"}):
        values: dict[str, object] = {}
        for _, column, kind, not_null, default, key in conn.execute(f"PRAGMA table_info({table})"):
            if column in known:
                values[column] = known[column]
            elif kind == "TEXT":
                values[column] = f"{mark(table, who['platform'], short)}-{column}-{name}"
            elif kind == "BLOB":
                values[column] = f"{mark(table, who['platform'], short)}-{column}-{name}".encode()
            elif (not_null or key) and default is None and not (table == "arrival" and column == "id"):
                values[column] = at_us + int(name)
        if table == "delivery":
            values |= {"alert": f"{mark('alert', who['platform'], short)}-id-{name}", "state": "shown"}
        if table == "account":
            values |= {"account": who["account"], "state": "claimed", "alias_of": None}
        marks = ", ".join("?" * len(values))
        conn.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))  # noqa: S608


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
        conn.execute("INSERT INTO client (cid, origin, name, paired_us) VALUES ('Mark-cid', 'o', 'Mark-browser', 1)")

    opened.write_now(all_of_it)
    backup(paths, NOON + 39 * DAY)
    paths.log.write_text("Mark-log")
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

    found = forgotten(store, What(platform="alpha"))
    left = everything_on_disk(store.paths.data)

    assert b"alpha" not in left
    assert b"Mark-log" not in left
    assert b"Mark-damaged" not in left
    assert all(
        mark(table, "beta", "first").encode() in left for table in ("title", "note", "alert", "raw", "definition")
    )
    assert found.rows["event"] > 0
    assert ["piecework-2025-12-30.db"] == found.rewritten


def test_an_account_leaves_and_the_other_stays(store: Store) -> None:
    """One sign-in of a platform; what the platform is made of stays."""
    forgotten(store, What("alpha", "hash-alpha-first"))
    left = everything_on_disk(store.paths.data)

    assert b"hash-alpha-first" not in left
    for table in ("title", "task", "note", "alert", "raw", "standing", "list_state"):
        assert mark(table, "alpha", "first").encode() not in left
    assert mark("title", "alpha", "second").encode() in left
    assert mark("definition", "alpha", "second").encode() in left


def test_what_is_older_leaves_in_whole_attempts(store: Store) -> None:
    """Before a day: everything whose last step lies before it, and nothing newer."""
    forgotten(store, What(before_us=NOON + DAY))

    with store.read() as conn:
        assert NOON + 30 * DAY == conn.execute("SELECT min(at_us) FROM event").fetchone()[0]
        assert 4 == conn.execute("SELECT count(*) FROM assignment").fetchone()[0]
        assert NOON + 30 * DAY <= conn.execute("SELECT min(last_seen_us) FROM task").fetchone()[0]


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
    assert ["Mark-cid"] == found.clients
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
