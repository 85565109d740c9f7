"""From events in the store to attempts, postings and sums, one event at a time."""

import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from piecework.ledger.book import apply_event, notes
from piecework.ledger.replay import rebuild, verify
from piecework.platforms import Platform
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from tests.agent.books import (
    DAY,
    HOUR,
    NOON,
    S,
    attempts,
    balances,
    body_of,
    derived_tables,
    event,
    flows,
    keep,
    memory,
    take,
    take_all,
    work,
)


def sighted(conn: sqlite3.Connection, pay: str = "stated", micro: int | None = 500_000, **more: object) -> None:
    """A row of table task for the task "t1", as a look leaves it."""
    row = {
        "platform": "site",
        "system": "",
        "id": "t1",
        "account": "me",
        "list": "tasks",
        "title": "Listed title",
        "requester": "Listed requester",
        "pay_state": pay,
        "pay_micro": micro,
        "pay_max_micro": micro,
        "pay_currency": "USD",
        "pay_per": "task",
        "pay_raw": "",
        "first_seen_us": NOON,
        "last_seen_us": NOON,
        "state": "open",
        "episode_us": NOON,
        **more,
    }
    columns = {name for (_, name, *_) in conn.execute("PRAGMA table_info(task)")}
    known = {name: value for name, value in row.items() if name in columns}
    conn.execute(
        f"INSERT OR REPLACE INTO task ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})",  # noqa: S608 - test
        list(known.values()),
    )


def test_the_rehearsed_way() -> None:
    """Accept, submit, approve, pay: one attempt, four events, the money agrees to the micro-unit."""
    conn = memory()
    way = [Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED, Kind.PAID]
    take_all(conn, [event(kind, NOON + place * S, work(session="s1", pay="0.495")) for place, kind in enumerate(way)])
    [attempt] = attempts(conn)

    assert ("paid", 495_000, "USD") == (attempt["state"], attempt["pay_micro"], attempt["pay_currency"])
    assert {"assets:bank:site": 495_000, "income:site": -495_000} == balances(conn)
    assert {"submitted": 495_000, "approved": 495_000, "paid": 495_000} == flows(conn)
    assert {"events": 4, "postings": 6, "differences": []} == verify(conn)


def test_the_sighted_pay_at_the_moment_of_submission_counts() -> None:
    """The page of the task says no pay: the list said one, and what the list says later changes nothing."""
    conn = memory()
    sighted(conn)
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1")))
    sighted(conn, micro=900_000)
    rebuild(conn)

    assert {"submitted": 500_000} == flows(conn)
    assert ("Listed title", "Listed requester") == tuple(attempts(conn)[0])[6:8]


@pytest.mark.parametrize(
    "task",
    [
        {"pay": "none", "micro": None},
        {"pay": "unreadable", "micro": None},
        {"pay_per": "hour"},
        {"pay_max_micro": 900_000},
        {"pay_currency": None},
    ],
)
def test_what_the_list_does_not_say_exactly_stays_unknown(task: dict[str, Any]) -> None:
    """No pay, an unreadable one, a pay per hour, a range, no currency: no posting."""
    conn = memory()
    sighted(conn, **task)
    take(conn, event(Kind.SUBMITTED, NOON, work(session="s1")))

    assert {} == balances(conn)
    assert attempts(conn)[0]["pay_micro"] is None


def test_an_event_keeps_its_reading_and_the_parsers_version() -> None:
    """What was read is stored beside what was written; replay believes the stored one."""
    conn = memory()
    [row] = take(conn, event(Kind.SUBMITTED, NOON, work(session="s1", pay="1.05")))
    derived = msgspec.json.decode(row.derived)

    assert "$1.05" == body_of(row)["pay"]["raw"]
    assert {"state": "stated", "micro": 1_050_000, "max_micro": 1_050_000, "currency": "USD"} == derived["pay"]
    assert derived["parser"] >= 1


def test_one_attempt_through_session_and_site_id() -> None:
    """Accepted by session, submitted with both names, approved by the site's name alone."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.ACCEPTED, NOON, work(session="s1")),
            event(Kind.SUBMITTED, NOON + S, work(session="s1", assignment="X9", pay="1")),
            event(Kind.APPROVED, NOON + DAY, work(task="", assignment="X9")),
        ],
    )
    [attempt] = attempts(conn)

    assert ("approved", "X9", "s1", ":t1") == tuple(attempt[name] for name in ("state", "site_id", "session", "task"))


def test_two_sites_ids_are_two_attempts() -> None:
    """A batch of one task: each assignment by itself."""
    conn = memory()
    for name in ("A", "B"):
        take(conn, event(Kind.ACCEPTED, NOON, work(session=name, assignment=name)))
        take(conn, event(Kind.SUBMITTED, NOON + S, work(session=name, assignment=name, pay="1")))

    assert 2 == len(attempts(conn))
    assert {"submitted": 2_000_000} == flows(conn)


def test_two_tabs_submit_the_same_task_twice() -> None:
    """Without any name of the site, each session's submission is one."""
    conn = memory()
    for place, (kind, session) in enumerate(
        [(Kind.ACCEPTED, "a"), (Kind.ACCEPTED, "b"), (Kind.SUBMITTED, "a"), (Kind.SUBMITTED, "b")]
    ):
        take(conn, event(kind, NOON + place * S, work(session=session, pay="1")))

    assert {"submitted": 2_000_000} == flows(conn)


def test_a_submission_seen_in_two_tabs_counts_once() -> None:
    """The same session reports it twice, under two event ids."""
    conn = memory()
    take_all(conn, [event(Kind.SUBMITTED, NOON + second * S, work(session="s1", pay="1")) for second in (0, 3)])

    assert 1 == len(attempts(conn))
    assert {"submitted": 1_000_000} == flows(conn)


def test_a_step_without_a_name_belongs_to_the_attempt_that_waits_for_it() -> None:
    """Approval names only the task: it is the submitted attempt's; the next acceptance begins a new one."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.SUBMITTED, NOON, work(session="s1", pay="1")),
            event(Kind.ACCEPTED, NOON + HOUR, work(session="s2", pay="1")),
            event(Kind.APPROVED, NOON + 2 * HOUR, work()),
        ],
    )

    assert ["approved", "accepted"] == [attempt["state"] for attempt in attempts(conn)]


def test_an_acceptance_delivered_last_joins_its_attempt() -> None:
    """The other browser was off for a day."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON + HOUR, work(assignment="X9", pay="1")))
    take(conn, event(Kind.ACCEPTED, NOON, work(session="s1")))
    [attempt] = attempts(conn)

    assert (NOON, "approved", "s1") == (attempt["accepted_us"], attempt["state"], attempt["session"])


def test_accounts_do_not_mix() -> None:
    """The same task of two sign-ins is two attempts, even with the same names."""
    conn = memory()
    for account in ("me", "other"):
        take(
            conn, event(Kind.SUBMITTED, NOON, work(session="s1", assignment="X9", pay="1"), account=account, id=account)
        )

    assert 2 == len(attempts(conn))


def test_sums_go_by_the_persons_own_day() -> None:
    """Half past eleven in the evening in Paris is the next day in Kolkata."""
    conn = memory()
    late = NOON + 10 * HOUR + HOUR // 2
    take(conn, event(Kind.SUBMITTED, late, work(session="a", pay="1"), zone="Europe/Paris"))
    take(conn, event(Kind.SUBMITTED, late, work(session="b", pay="2", task="t2"), zone="Asia/Kolkata"))
    rows = conn.execute("SELECT day, micro, n FROM sum_day ORDER BY day").fetchall()
    months = conn.execute("SELECT month, micro, n FROM sum_month").fetchall()

    assert [("2025-11-21", 1_000_000, 1), ("2025-11-22", 2_000_000, 1)] == [tuple(row) for row in rows]
    assert [("2025-11", 3_000_000, 2)] == [tuple(row) for row in months]


def test_a_late_step_moves_money_back_to_its_day() -> None:
    """Approved without a pay today; the submission of yesterday arrives and says it."""
    conn = memory()
    take(conn, event(Kind.APPROVED, NOON + DAY, work(assignment="X9")))
    assert {} == flows(conn)

    take(conn, event(Kind.SUBMITTED, NOON, work(assignment="X9", pay="1")))
    rows = conn.execute("SELECT day, state FROM sum_day ORDER BY day").fetchall()

    assert [("2025-11-21", "submitted"), ("2025-11-22", "approved")] == [tuple(row) for row in rows]


def test_the_platforms_only_currency_marks_an_unmarked_amount(tmp_path: Path) -> None:
    """A site that pays in one currency only may write "0.10"."""
    definition = msgspec.convert(
        {
            "id": "site",
            "name": "Site",
            "aliases": [],
            "life": {"state": "live", "date": "2026-11", "source": "test"},
            "route": "page",
            "origins": ["https://site.test/*"],
            "account": {"shown": False},
            "listings": [],
            "work": {"pages": [], "signals": []},
            "earnings": [],
            "money": {"currencies": ["USD"], "zone": "America/Los_Angeles"},
            "manners": {
                "rule": "no rule found",
                "quote": "",
                "source": "",
                "date": "2026-11",
                "min_gap_s": 60,
                "refreshes": "unknown",
                "page_world": "never",
                "nda": False,
            },
            "quality": {"tier": "listed", "evidence": "none", "source": "", "date": "2026-11"},
        },
        Platform,
    )
    conn = memory()
    fact = event(Kind.SUBMITTED, NOON, bodies.Work(task="t1", session="s1", pay=bodies.PayText(raw="0.10")))
    row = keep(conn, Context(now_us=NOON, platforms={"site": definition}), fact)

    assert row is not None
    assert "2025-11-21" == row.day_platform
    assert {"submitted": 100_000} == flows(conn)


def test_a_step_that_can_not_be_is_kept_and_noted() -> None:
    """Returned after it was paid: the history holds it, the state does not move, and one can ask why."""
    conn = memory()
    take(conn, event(Kind.PAID, NOON, work(session="s1", pay="1")))
    [row] = take(conn, event(Kind.RETURNED, NOON + S, work(session="s1")))

    assert "paid" == attempts(conn)[0]["state"]
    assert {row.id: "returned after paid"} == notes(conn, row.assignment)


def test_only_the_step_that_ends_the_work_says_so() -> None:
    """Alerts were held during work: submission lets them go, an approval weeks later has nothing to let go."""
    conn = memory()
    facts = [
        event(kind, NOON + place * S, work(session="s1", pay="1"))
        for place, kind in enumerate([Kind.ACCEPTED, Kind.SUBMITTED, Kind.APPROVED])
    ]
    rows = take_all(conn, facts)

    assert [False, True, False] == [apply_event(conn, row).ended_work for row in rows]


def test_a_repeated_delivery_changes_nothing() -> None:
    """The same id again is not even booked."""
    conn = memory()
    fact = event(Kind.SUBMITTED, NOON, work(session="s1", pay="1"))
    take(conn, fact)
    before = derived_tables(conn)

    assert [] == take(conn, fact)
    assert before == derived_tables(conn)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM event WHERE assignment = ? AND assignment <> '' ORDER BY at_us", "event_assignment"),
        ("SELECT * FROM event WHERE assignment <> '' ORDER BY assignment, at_us", "event_assignment"),
        ("SELECT * FROM assignment WHERE session = ? AND session <> ''", "assignment_session"),
        ("SELECT * FROM assignment WHERE platform = ? AND site_id = ? AND site_id <> ''", "assignment_site"),
        ("SELECT * FROM assignment WHERE platform = ? AND task = ?", "assignment_task"),
        ("SELECT * FROM posting WHERE event_seq = ?", "posting_event"),
        ("SELECT * FROM beat WHERE session = ?", "beat_session"),
    ],
)
def test_the_questions_of_every_event_are_answered_by_an_index(query: str, index: str) -> None:
    """A ledger of years must not make the next submission slower."""
    plan = memory().execute(f"EXPLAIN QUERY PLAN {query}", ["x"] * query.count("?")).fetchall()

    assert [True] == [index in row["detail"] for row in plan]
