"""Income by month and platform, and the statement made of it."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework import rates
from piecework.ingest import apply
from piecework.ledger.income import by_month
from piecework.now import day_of
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.rates.reference import Row
from piecework.store import Context
from piecework.store.timesums import rebuild_sums
from piecework.views.income import statement
from tests.agent.books import DAY, NOON, event, memory, take_all, usd, work


def year() -> sqlite3.Connection:
    """A dollar approved every ten days for a year, from 21 November 2025."""
    conn = memory()
    take_all(
        conn,
        [event(Kind.PAID, NOON + n * DAY, work(task=f"t{n}", session=f"s{n}", pay="1")) for n in range(0, 365, 10)],
    )
    return conn


YEAR = year()


@settings(max_examples=80)
@given(st.integers(-40, 420), st.integers(0, 420))
def test_any_days_are_the_sum_of_their_days(start: int, length: int) -> None:
    """However whole months and single days are put together: no day is missing and none counts twice."""
    first, last = (day_of(NOON + n * DAY, "UTC") for n in (start, start + length))
    wanted = YEAR.execute(
        "SELECT total(micro) FROM sum_day WHERE state = 'paid' AND day BETWEEN ? AND ?", (first, last)
    )

    assert int(wanted.fetchone()[0]) == sum(row["paid"] for row in by_month(YEAR, first=first, last=last))


def test_all_of_it_comes_from_the_months() -> None:
    """One row a month, platform and currency, in order."""
    rows = by_month(YEAR)

    assert ["2025-11", "2025-12", "2026-01"] == [row["month"] for row in rows[:3]]
    assert 37 == sum(row["n"] for row in rows)
    assert [] == by_month(YEAR, platform="other")


def test_only_firm_rates_stand_in_a_statement() -> None:
    """A day without a rate of the last week stays in its own currency, beside the sum."""
    conn = memory()
    take_all(
        conn,
        [
            event(Kind.PAYOUT, NOON, bodies.Payout(id="a", amount=usd("10"))),
            event(Kind.PAYOUT, NOON + 20 * DAY, bodies.Payout(id="b", amount=usd("4"))),
            event(Kind.PAYOUT, NOON, bodies.Payout(id="c", amount=bodies.PayText(raw="3 €"))),
        ],
    )
    rates.add(conn, [Row("USD", "2025-11-20", "1.25")], rates.ECB)
    home = statement(conn, home="EUR")["home"]

    assert {
        "currency": "EUR",
        "received": 11_000_000,
        "unconverted": [{"currency": "USD", "micro": 4_000_000}],
    } == home
    assert None is statement(conn)["home"]


def test_a_statement_says_what_was_typed_and_imported_and_counts_time_once() -> None:
    """Two platforms at once are one hour; what no page said is named by its number."""
    conn = memory()
    for own, source in (("a", "page"), ("b", "import"), ("c", "typed"), ("d", "typed")):
        done = event(Kind.APPROVED, NOON, work(task=own, assignment=own, pay="1"))
        apply(conn, Context(now_us=NOON), done, source=source)
    for own, platform, start, end in (("a", "p", 0, 40), ("b", "q", 10, 60)):
        row = (own, platform, "me", "", "", own, "work", NOON + start, NOON + end, end - start, "agent", "2025-11-21")
        conn.execute("INSERT INTO interval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    rebuild_sums(conn)
    found = statement(conn)

    assert {"typed": 2, "import": 1} == found["told"]
    assert 60 == found["active_us"]
    assert 50 == statement(conn, platform="q")["active_us"]
    assert {"typed": 0, "import": 0} == statement(conn, last="2025-11-20")["told"]


@pytest.mark.parametrize(("platform", "count"), [("", 1), ("site", 1), ("none", 0)])
def test_a_statement_of_one_platform(platform: str, count: int) -> None:
    """Totals are of what was asked for."""
    assert count == len(statement(YEAR, platform=platform)["totals"])
