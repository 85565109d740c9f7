"""Proving the books: a replay finds every row that was changed by hand, and puts it right."""

import sqlite3

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.ledger.replay import rebuild, verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.worktime.tracker import apply_beat, close_stale
from tests.agent.books import DAY, HOUR, NOON, S, derived_tables, event, memory, take, take_all, usd, work

COPY_LINES = """
INSERT INTO posting SELECT txn || 'x', line, 999, at_us, platform, account, book, micro, currency, assignment,
  day_platform, day_local FROM posting
"""
COPY_ATTEMPT = """
INSERT INTO assignment SELECT 'ghost', platform, account, task, site_id, session, title, requester, state, accepted_us,
  submitted_us, decided_us, paid_us, ended_us, pay_micro, pay_currency, bonus_micro, code, day_platform, day_local,
  due_us FROM assignment
"""


def full() -> sqlite3.Connection:
    """A store with a bit of everything that is derived."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.ACCEPTED, NOON, work(session="s1", pay="1")),
            event(Kind.SUBMITTED, NOON + HOUR, work(session="s1", pay="1")),
            event(Kind.APPROVED, NOON + DAY, work(session="s1")),
            event(Kind.PAYOUT, NOON + 2 * DAY, bodies.Payout(id="p", amount=usd("1"), fee=usd("0.10"))),
            event(Kind.STATEMENT, NOON, bodies.Statement("earnings", "2025-11", [bodies.Total("approved", usd("1"))])),
        ],
    )
    beat = bodies.Beat(session="s1", task="t1")
    apply_beat(conn, Context(now_us=NOON), event(Kind.BEAT, NOON, beat), beat)
    close_stale(conn, NOON + HOUR)
    return conn


def test_untouched_books_have_no_differences() -> None:
    """Events and postings are counted, nothing differs, and nothing is changed."""
    conn = full()
    before = derived_tables(conn)

    assert {"events": 6, "postings": 8, "differences": []} == verify(conn)
    assert before == derived_tables(conn)
    assert not conn.in_transaction


@pytest.mark.parametrize(
    ("table", "harm"),
    [
        ("posting", "UPDATE posting SET micro = micro + 1 WHERE line = 0"),
        ("posting", "DELETE FROM posting WHERE line = 0"),
        (
            "posting",
            COPY_LINES,
        ),
        ("assignment", "UPDATE assignment SET state = 'paid'"),
        ("assignment", "UPDATE assignment SET pay_micro = 2"),
        ("assignment", "DELETE FROM assignment"),
        (
            "assignment",
            COPY_ATTEMPT,
        ),
        ("sum_day", "UPDATE sum_day SET micro = micro + 1"),
        ("sum_day", "UPDATE sum_day SET n = n + 1"),
        ("sum_month", "DELETE FROM sum_month"),
        ("statement", "UPDATE statement SET micro = 7"),
        ("interval", "UPDATE interval SET end_us = end_us + 1"),
        ("interval", "DELETE FROM interval"),
        ("sum_time_day", "UPDATE sum_time_day SET active_us = 1"),
        ("sum_time_wall", "UPDATE sum_time_wall SET active_us = 1 WHERE platform = ''"),
        ("sum_time_wall", "DELETE FROM sum_time_wall WHERE platform <> ''"),
    ],
)
def test_a_row_changed_by_hand_is_found_and_rebuilt(table: str, harm: str) -> None:
    """Whatever is touched outside the program: verify names the table, rebuild mends it."""
    conn = full()
    before = derived_tables(conn)
    conn.execute(harm)

    assert table in {one["what"] for one in verify(conn)["differences"]}

    rebuild(conn)
    assert [] == verify(conn)["differences"]
    assert before == derived_tables(conn)


HARMS = [
    ("posting", "UPDATE posting SET micro = micro + 1 WHERE assignment = ? AND line = 0"),
    ("posting", "UPDATE posting SET event_seq = event_seq + 3 WHERE assignment = ?"),
    ("posting", "DELETE FROM posting WHERE assignment = ? AND line = 1"),
    ("assignment", "UPDATE assignment SET title = 'another' WHERE id = ?"),
    ("assignment", "UPDATE assignment SET id = id || 'x' WHERE id = ?"),
    ("assignment", "DELETE FROM assignment WHERE id = ?"),
]


@settings(max_examples=60)
@given(st.integers(1, 5), st.integers(0, 6), st.sampled_from(HARMS))
def test_a_difference_is_found_wherever_a_batch_ends(size: int, which: int, harm: tuple[str, str]) -> None:
    """Seven attempts, gone through one to five at a time: the first, the last, any between."""
    conn = memory()
    facts = [
        event(kind, NOON + number * HOUR + place, work(task=f"t{number}", assignment=f"A{number}", pay="1.25"))
        for number in range(7)
        for place, kind in enumerate((Kind.SUBMITTED, Kind.APPROVED))
    ]
    take_all(conn, facts)
    before = derived_tables(conn)
    own = conn.execute("SELECT id FROM assignment ORDER BY submitted_us LIMIT 1 OFFSET ?", (which,)).fetchone()[0]
    table, sql = harm
    conn.execute(sql, (own,))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("piecework.ledger.replay._AT_ONCE", size)
        assert table in {one["what"] for one in verify(conn)["differences"]}
        rebuild(conn)
        assert [] == verify(conn)["differences"]
    assert before == derived_tables(conn)


def test_lines_in_the_place_of_others_are_named() -> None:
    """As many rows as there should be, all of them somewhere else: no count can tell, each key does."""
    conn = full()
    conn.execute("UPDATE posting SET event_seq = 999")
    found = verify(conn)["differences"]

    assert 8 == len([one for one in found if one["found"] is None])
    assert ["999"] == [one["key"] for one in found if one["found"] == "a row without an event"]


def test_a_statement_nobody_read_is_named() -> None:
    """Rows of a statement the history has not, before and behind those it has."""
    conn = full()
    seq = conn.execute("SELECT event_seq FROM statement").fetchone()[0]
    for other in (seq - 1, seq + 1):
        conn.execute(
            "INSERT INTO statement SELECT ?, platform, account, period, name, micro, currency, count, at_us "
            "FROM statement WHERE event_seq = ?",
            (other, seq),
        )

    assert [None, None] == [one["expected"] for one in verify(conn)["differences"] if one["what"] == "statement"]


def test_time_that_was_noted_twice_or_of_nothing_is_compared() -> None:
    """A body whose keys are written with escapes says the same."""
    conn = full()
    (body,) = conn.execute("SELECT body FROM event WHERE kind = 'interval'").fetchone()
    fields = msgspec.json.decode(body) | {"replaces": [conn.execute("SELECT id FROM interval").fetchone()[0]]}
    text = msgspec.json.encode(fields).decode().replace("replaces", "repl\\u0061ces")
    conn.execute(
        "INSERT INTO event (id, at_us, recv_us, source, platform, account, kind, body, day_platform, day_local) "
        "SELECT 'later', at_us, recv_us, source, platform, account, kind, ?, day_platform, day_local "
        "FROM event WHERE kind = 'interval'",
        (text,),
    )

    assert "interval" in {one["what"] for one in verify(conn)["differences"]}
    rebuild(conn)
    assert [] == verify(conn)["differences"]
    assert ["later"] == [row[0] for row in conn.execute("SELECT id FROM interval")]


@pytest.mark.parametrize("temp_store", [0, 1, 2])
def test_a_rebuild_leaves_every_index_as_it_was(temp_store: int) -> None:
    """They are left out while the tables are filled, where SQLite sorts on the disk."""
    conn = full()
    conn.execute(f"PRAGMA temp_store = {temp_store}")
    conn.execute("CREATE TEMP TABLE so_that_it_stays (one)")
    before = conn.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    rebuild(conn)

    assert [] == verify(conn)["differences"]
    assert (temp_store,) == tuple(conn.execute("PRAGMA temp_store").fetchone())
    assert list(map(tuple, before)) == list(
        map(tuple, conn.execute("SELECT name, sql FROM sqlite_schema ORDER BY name"))
    )


def test_a_transaction_that_does_not_add_up_is_named() -> None:
    """The sum of its lines is shown beside the nothing it should be."""
    conn = full()
    conn.execute("DELETE FROM posting WHERE line = 1 AND txn LIKE '%:fee:%'")
    wrong = [one for one in verify(conn)["differences"] if one["expected"] == 0]

    assert [100_000] == [one["found"] for one in wrong]


def test_no_money_column_can_hold_a_float() -> None:
    """The tables are strict; verify looks at the type of every amount all the same."""
    conn = full()
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute("UPDATE posting SET micro = 0.5")
    conn.execute("PRAGMA writable_schema = ON")
    conn.execute("UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'sum_day'")
    conn.execute("PRAGMA writable_schema = RESET")
    conn.execute("UPDATE sum_day SET micro = 0.5")

    assert "integer" in {one["expected"] for one in verify(conn)["differences"] if one["what"] == "sum_day"}


def test_verify_reads_through_a_connection_that_can_not_write() -> None:
    """The command line asks while the agent runs."""
    conn = full()
    conn.execute("PRAGMA query_only = ON")

    assert [] == verify(conn)["differences"]


def test_rebuild_tells_how_far_it_is() -> None:
    """The last thing told is that all is done."""
    told: list[tuple[int, int]] = []
    rebuild(full(), lambda done, of: told.append((done, of)))

    assert (1, 1) == told[-1]


def test_rows_with_strange_bodies_do_not_stop_a_replay() -> None:
    """A derived column of an unknown shape counts as nothing settled."""
    conn = full()
    conn.execute(
        "INSERT INTO event (id, at_us, recv_us, source, platform, kind, assignment, body, derived, day_platform, "
        "day_local) VALUES ('odd', 1, 1, 'page', 'site', 'submitted', 'odd', '[]', 'no json', 'a day', 'a day')"
    )
    rebuild(conn)

    assert [] == verify(conn)["differences"]


@settings(max_examples=40)
@given(st.permutations(range(6)), st.permutations(range(6)))
def test_attempts_do_not_depend_on_one_another(left: list[int], right: list[int]) -> None:
    """The events of different attempts may come interleaved in any way: the same tables."""
    way = [Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED]
    facts = [
        event(kind, NOON + place * HOUR, work(task=name, session=name, assignment=name, pay="1.25"))
        for name in ("A", "B")
        for place, kind in enumerate(way)
    ]
    tables = []
    for order in (left, right):
        conn = memory()
        take_all(conn, [facts[place] for place in order])
        tables.append(derived_tables(conn, without_seq=True))

    assert tables[0] == tables[1]


@given(st.integers(0, 3), st.integers(1, 30))
def test_days_and_months_agree_in_any_zone(zone: int, days: int) -> None:
    """The sum of a month's days is the month, whoever's days they are."""
    conn = memory()
    name = ["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati"][zone]
    for place in range(days):
        fact = event(
            Kind.SUBMITTED, NOON + place * DAY + place * 7 * HOUR, work(session=str(place), pay="0.10"), zone=name
        )
        take(conn, fact)
    by_day = conn.execute("SELECT substr(day, 1, 7), sum(micro), sum(n) FROM sum_day GROUP BY 1").fetchall()
    by_month = conn.execute("SELECT month, micro, n FROM sum_month").fetchall()

    assert sorted(map(tuple, by_day)) == sorted(map(tuple, by_month))
    assert 100_000 * days == sum(micro for _, micro, _ in by_month)
    assert S * days * 100_000 == sum(micro for _, micro, _ in by_day) * S
