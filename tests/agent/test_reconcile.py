"""Theirs against ours: figures of a moment and of a period, and what the person makes of a difference."""

import sqlite3

import msgspec
import pytest

from piecework.ledger.balances import reconciled_balances
from piecework.ledger.ours import Whose, of_balance, of_period
from piecework.ledger.periods import BALANCE, UNKNOWN, Period, read_period
from piecework.ledger.reconcile import Asked, Reckoning, reckon, stated
from piecework.platforms import Platform, load_platforms
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.protocol.messages import Event
from tests.agent.books import DAY, HOUR, NOON, event, flows, keep_all, memory, take_all, usd, work

DAY_1 = "2025-11-21"
ME = Whose("site", "me", "USD", "UTC", marks_paid=True)
UHRS = "2025-11-19"


@pytest.mark.parametrize(
    ("text", "reckoning", "before", "period"),
    [
        ("", "day", "", BALANCE),
        ("2025-11-21", "day", "", Period("day", DAY_1, DAY_1)),
        ("Nov 21, 2025", "none", "", Period("day", DAY_1, DAY_1)),
        (UHRS, "week", "", Period("week", "2025-11-16", "2025-11-22")),
        ("2025-11-16", "week", "", Period("week", "2025-11-16", "2025-11-22")),
        ("2025-W47", "week", "", Period("week", "2025-11-17", "2025-11-23")),
        ("2025-11", "day", "", Period("month", "2025-11-01", "2025-11-30")),
        ("2025-11-21", "month", "", Period("month", "2025-11-01", "2025-11-30")),
        ("2025-11-20", "bill run", "2025-11-13", Period("span", "2025-11-14", "2025-11-20")),
        ("2025-11-20", "bill run", "", Period("span", "", "2025-11-20")),
        ("2025-11-01/2025-11-14", "none", "", Period("span", "2025-11-01", "2025-11-14")),
        ("1 Nov 2025 \N{EN DASH} 14 Nov 2025", "none", "", Period("span", "2025-11-01", "2025-11-14")),
        ("2025-11-14/2025-11-01", "none", "", UNKNOWN),
        ("2025-W60", "none", "", UNKNOWN),
        ("last week", "week", "", UNKNOWN),
        ("11/12/2025", "day", "", UNKNOWN),
    ],
)
def test_periods_as_platforms_write_them(text: str, reckoning: str, before: str, period: Period) -> None:
    """A day, UHRS's week from Sunday, a bill run since the one before; what could mean two periods is none."""
    assert period == read_period(text, reckoning, "UTC", before)


def statement(at_us: int, period: str = "", name: str = "totals", **totals: str) -> Event:
    """An earnings page of the platform, with dollars by name."""
    found = [bodies.Total(key, usd(text)) for key, text in totals.items()]  # type: ignore[arg-type]
    return event(Kind.STATEMENT, at_us, bodies.Statement(name, period, found))


def worked(*pays: str) -> list[Event]:
    """One submission a pay, an hour apart, the first one approved the next day."""
    facts = [
        event(Kind.SUBMITTED, NOON + n * HOUR, work(task=f"t{n}", assignment=f"A{n}", pay=pay))
        for n, pay in enumerate(pays)
    ]
    return [*facts, event(Kind.APPROVED, NOON + DAY, work(task="t0", assignment="A0"))]


def only(conn: sqlite3.Connection, period: str = "", platforms: dict[str, Platform] | None = None) -> Reckoning:
    """The one reckoning of a period."""
    (one,) = reckon(conn, Asked("site", "me", period, 0), platforms or {})
    return one


def test_a_balance_is_of_the_moment_it_was_read() -> None:
    """What was submitted, approved or paid after the page was read is not held against it."""
    conn = memory()
    take_all(conn, [*worked("1", "2"), statement(NOON + 2 * HOUR, pending="3", available="0")])

    assert ("agrees", {}) == (only(conn).state, only(conn).differences)
    assert {"pending": 2_000_000, "available": 1_000_000} == {
        name: figure.micro
        for name, figure in of_balance(conn, ME, NOON + DAY).items()
        if name in {"pending", "available"}
    }


def test_a_day_is_of_the_work_submitted_in_it() -> None:
    """By what had become of it when the page was read: later decisions count as pending still."""
    conn = memory()
    take_all(conn, [*worked("1", "2"), event(Kind.SUBMITTED, NOON + 2 * DAY, work(task="t9", pay="9"))])
    period = Period("day", DAY_1, DAY_1)
    early, late = (of_period(conn, ME, period, at_us) for at_us in (NOON + 2 * HOUR, NOON + 3 * DAY))

    assert (3_000_000, 2) == early["submitted"]
    assert (3_000_000, 2) == early["pending"]
    assert (2_000_000, 1) == late["pending"]
    assert (1_000_000, 1) == late["approved"]


def test_a_difference_is_named_by_state() -> None:
    """Theirs less ours, figure by figure, in the order of money's way."""
    conn = memory()
    take_all(
        conn, [*worked("1", "2"), statement(NOON + 2 * DAY, DAY_1, pending="2", approved="1.50", submitted="3.50")]
    )
    one = only(conn, DAY_1)

    assert "differs" == one.state
    assert [("submitted", 500_000), ("pending", 0), ("approved", 500_000)] == [
        (cell.name, cell.difference) for cell in one.cells
    ]


def test_what_can_not_be_read_is_neither_right_nor_wrong() -> None:
    """An unreadable figure, or a period nobody understands, is said to be so."""
    conn = memory()
    odd = bodies.Statement("l", "", [bodies.Total("paid", bodies.PayText(raw="a lot"))])
    take_all(conn, [event(Kind.STATEMENT, NOON, odd), statement(NOON, "last week", paid="1")])

    assert ["unread", "unread"] == [only(conn).state, only(conn, "last week").state]
    assert [None] == [cell.difference for cell in only(conn).cells]


def test_each_currency_is_reckoned_by_itself() -> None:
    """A page with dollars and euros makes two."""
    conn = memory()
    totals = [bodies.Total("pending", usd("1")), bodies.Total("paid", bodies.PayText(raw="2 €"))]
    take_all(conn, [event(Kind.STATEMENT, NOON, bodies.Statement("l", "", totals))])

    assert ["EUR", "USD"] == [one.currency for one in reckon(conn, Asked("site", "me", "", 0), {})]


def test_only_the_newest_reading_counts() -> None:
    """A page that was read again is the platform's last word; both readings stay in the history."""
    conn = memory()
    take_all(conn, [statement(NOON, pending="5"), statement(NOON + HOUR, pending="0")])

    assert "agrees" == only(conn).state
    assert 2 == conn.execute("SELECT count(*) FROM event WHERE kind = 'statement'").fetchone()[0]


def test_the_same_figures_again_are_news_once_the_books_have_moved() -> None:
    """A second look at an unchanged page is kept when something happened between, or on another day."""
    conn = memory()
    take_all(conn, [statement(NOON - HOUR, pending="1"), statement(NOON - HOUR + 1, pending="1")])
    assert 1 == conn.execute("SELECT count(*) FROM event").fetchone()[0]

    take_all(conn, [*worked("1")[:1], statement(NOON + 2 * HOUR, pending="1")])
    assert "agrees" == only(conn).state

    take_all(conn, [statement(NOON + 3 * DAY, pending="1")])
    assert 3 == conn.execute("SELECT count(*) FROM event WHERE kind = 'statement'").fetchone()[0]


def test_the_list_of_what_was_stated() -> None:
    """Balances first, then periods by when they were read."""
    conn = memory()
    take_all(conn, [statement(NOON, DAY_1, paid="1"), statement(NOON - HOUR, paid="1")])

    assert ["", DAY_1] == [asked.period for asked in stated(conn)]


def test_a_proven_balance_is_what_the_book_holds_at_the_end_of_that_day() -> None:
    """Reconciled at noon, asserted at midnight: what the books say of the afternoon is in it."""
    conn = memory()
    take_all(conn, [*worked("1", "2")[:1], statement(NOON + 1, pending="1", available="0.50")])
    take_all(conn, [event(Kind.SUBMITTED, NOON + HOUR, work(task="x", pay="4"))])

    assert [("assets:pending:site", DAY_1, 5_000_000)] == [
        (one.book, one.period_end, one.micro) for one in reconciled_balances(conn, {})
    ]
    assert 5_000_000 == flows(conn)["submitted"]


def test_a_platform_that_marks_what_is_paid() -> None:
    """Its definition says so by the words of its own history."""
    practice = load_platforms()["practice"]
    conn = memory()
    fact = msgspec.structs.replace(
        statement(NOON + 3 * DAY, DAY_1, paid="1", bonus="0.10", available="0"), platform="practice"
    )
    paid = [event(Kind.PAID, NOON + 2 * DAY, work(assignment="A", pay="1", bonus="0.10"), platform="practice")]
    take_all(conn, [event(Kind.SUBMITTED, NOON, work(assignment="A", pay="1"), platform="practice"), *paid])
    keep_all(conn, [fact])
    (one,) = reckon(conn, Asked("practice", "me", DAY_1, 0), {"practice": practice})
    assert {} == one.differences

    keep_all(
        conn, [msgspec.structs.replace(statement(NOON + 3 * DAY, "", paid="1", bonus="0.10"), platform="practice")]
    )
    (one,) = reckon(conn, Asked("practice", "me", "", 0), {"practice": practice})
    assert {} == one.differences
