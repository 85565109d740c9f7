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
from piecework.ledger.earnings import earnings
from piecework.ledger.replay import rebuild, verify
from piecework.now import FixedClock
from piecework.protocol.kinds import Kind
from piecework.settings import Paths
from piecework.store import Store
from piecework.store.backup import backup
from piecework.store.erase import CHOSEN, DERIVED, OF_NO_ONE, WHEN, What
from piecework.store.forget import Forgotten, forget, named
from tests.agent.books import DAY, HOUR, NOON, event, memory, take, work
from tests.agent.forgetting import ACCOUNTS, SITES, beside, choose, everything_on_disk, fill, mark, own_tables, texts_of


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
