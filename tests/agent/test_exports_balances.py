"""Statements that agreed with the books, as balance assertions that each program proves by itself."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from beancount import loader
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.views.exports import export
from tests.agent.books import DAY, NOON, S, event, memory, take, usd, work
from tests.agent.exported import books, program, wanted_sums
from tests.agent.test_exports_read_back import READERS, named_for_beancount, saved

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

CHECKS = {"hledger": ("hledger", "check", "-f"), "ledger": ("ledger", "balance", "-f"), "beancount": ("bean-check",)}


def stated(conn: sqlite3.Connection, at_us: int, period: str = "", **figures: str) -> None:
    """The platform's own page, in dollars: of one of its days, else its balances."""
    totals = [bodies.Total(name=name, pay=usd(amount)) for name, amount in figures.items()]  # type: ignore[arg-type]
    take(conn, event(Kind.STATEMENT, at_us, bodies.Statement(list="earnings", period=period, totals=totals)))


def judged(folder: Path, form: str, text: str) -> int:
    """What the program ends with."""
    name, *words = CHECKS[form]
    journal = folder / f"books.{form}"
    journal.write_text(text, encoding="utf-8")
    done = subprocess.run([program(name), *words, str(journal)], capture_output=True, check=False, timeout=60)
    return done.returncode


@pytest.mark.parametrize("form", CHECKS)
def test_a_program_proves_what_a_statement_said(tmp_path: Path, form: str) -> None:
    """It takes the balance as it is, and refuses one that is a millionth off."""
    conn = books()
    stated(conn, NOON + 4 * DAY + S, pending="2.005", available="0.00")
    take(conn, event(Kind.APPROVED, NOON + 6 * DAY, work(task="b", assignment="b")))
    text = export(conn, form)
    amount = "2.005 ~ 0 USD" if form == "beancount" else "= 2.005 USD"

    assert 1 == text.count(amount)
    assert 0 == judged(tmp_path, form, text)
    assert 0 != judged(tmp_path, form, text.replace(amount, amount.replace("2.005", "2.005001")))


@pytest.mark.parametrize("form", CHECKS)
def test_what_does_not_agree_is_said_and_not_asserted(tmp_path: Path, form: str) -> None:
    """A difference stays open on the page that reconciles; the program reads the journal all the same."""
    conn = books()
    stated(conn, NOON + 4 * DAY + S, pending="2.01")
    text = export(conn, form)

    assert "; site balance pending: the platform states 2.01 USD, the books 2.005: not settled\n" in text
    assert 1 == text.count("2.01 ")
    assert 0 == judged(tmp_path, form, text)
    assert 0 != judged(tmp_path, form, export(conn, form, strict=True))


def test_a_journal_that_begins_later_has_no_balances() -> None:
    """What was there before is not in it."""
    conn = books()
    stated(conn, NOON + 4 * DAY + S, pending="2.005")

    assert "= 2.005 USD" in export(conn, "hledger")
    assert "= 2.005 USD" not in export(conn, "hledger", from_day="2025-11-22")


@pytest.mark.parametrize("form", CHECKS)
def test_a_program_proves_the_figures_of_a_day(tmp_path: Path, form: str) -> None:
    """Of the work submitted on it, as it stood when the page was read: what came later is not in them."""
    conn = books()
    stated(conn, NOON + 5 * DAY, "2025-11-22", submitted="0.005", pending="0.005", approved="0.00")
    stated(conn, NOON + 5 * DAY, "2025-11-21", submitted="0.495", approved="0.495", pending="0.00")
    take(conn, event(Kind.REJECTED, NOON + 6 * DAY, work(task="b", assignment="b")))
    text = export(conn, form)
    balance = "  0.495 ~ 0 USD" if form == "beancount" else "= 0.495 USD"

    assert 6 == text.count(" balance Equity:Statement" if form == "beancount" else "]  0 USD = ")
    assert 0 == judged(tmp_path, form, text)
    assert 0 != judged(tmp_path, form, text.replace(balance, balance.replace("0.495", "0.495001"), 1))


@pytest.mark.parametrize("form", CHECKS)
def test_figures_beside_the_books_change_no_book(tmp_path: Path, form: str) -> None:
    """Every book has the same balance with and without them; together they are nothing."""
    conn = books()
    stated(conn, NOON + 5 * DAY, "2025-11-21", submitted="0.495", approved="0.495")
    found = READERS[form](saved(conn, tmp_path, form))
    beside = {key: micro for key, micro in found.items() if "statement" in key[0].casefold()}
    wanted = wanted_sums(conn)

    assert (named_for_beancount(wanted) if form == "beancount" else wanted) == {
        key: micro for key, micro in found.items() if key not in beside
    }
    assert 3 == len(beside)
    assert 0 == sum(beside.values())


def test_a_day_that_differs_and_a_part_of_the_books_have_no_figures() -> None:
    """A cent too much on the page; a journal that ends before the page was read."""
    conn = books()
    stated(conn, NOON + 5 * DAY, "2025-11-21", submitted="0.505")
    assert "statement" not in export(conn, "hledger")
    stated(conn, NOON + 6 * DAY, "2025-11-21", submitted="0.495")
    assert "equity:statement:site-me:2025-11-21:submitted" in export(conn, "hledger")
    assert "equity:statement" not in export(conn, "hledger", to_day="2025-11-21")


ENDS = st.sampled_from([None, Kind.APPROVED, Kind.REJECTED])


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**12), ENDS, st.integers(0, 20)), min_size=1, max_size=6), st.integers(0, 25)
)
def test_every_agreeing_statement_is_proven(attempts: list[tuple[int, Kind | None, int]], day: int) -> None:
    """Whenever the page was read: if its figure is the books' at that moment, beancount finds the same."""
    conn = memory()
    pending = 0
    for number, (micro, end, begun) in enumerate(attempts):
        said = {"task": f"t{number}", "assignment": f"a{number}"}
        body = bodies.Work(**said, pay=bodies.PayText(micro=micro, currency="USD"))
        take(conn, event(Kind.SUBMITTED, NOON + begun * DAY, body, id=f"s{number}"))
        ended = begun + 2
        if end is not None:
            take(conn, event(end, NOON + ended * DAY, work(**said), id=f"e{number}"))
        pending += micro if begun <= day and (end is None or ended > day) else 0
    total = bodies.Total(name="pending", pay=bodies.PayText(micro=pending, currency="USD"))
    take(conn, event(Kind.STATEMENT, NOON + day * DAY + S, bodies.Statement(list="earnings", totals=[total])))
    text = export(conn, "beancount")
    _, errors, _ = loader.load_string(text)

    assert [] == errors
    assert (any(begun <= day for _, _, begun in attempts)) == (" balance " in text)


@pytest.mark.parametrize("form", CHECKS)
def test_a_withdrawal_brings_its_price(tmp_path: Path, form: str) -> None:
    """In the words of each program, with what was lost; the program values one currency in the other by it."""
    conn = books()
    amounts = [bodies.PayText(micro=micro, currency=code) for micro, code in ((395_000, "USD"), (47_400_000, "KES"))]
    body = bodies.Exchange(amount=amounts[0], received=amounts[1], source="PayPal", to="M-Pesa")
    take(conn, event(Kind.RATE, NOON + 5 * DAY, body, platform="", account=""))
    text = export(conn, form)

    assert "price USD  120 KES" in text if form == "beancount" else "P 2025-11-26 USD 120 KES" in text
    assert "; your own rate; lost 0.0 %" in text
    assert 0 == judged(tmp_path, form, text)


def test_hledger_values_the_bank_at_the_own_rate(tmp_path: Path) -> None:
    """What was withdrawn is worth in dollars what left."""
    conn = books()
    amounts = [bodies.PayText(micro=micro, currency=code) for micro, code in ((395_000, "USD"), (47_400_000, "KES"))]
    take(conn, event(Kind.RATE, NOON + 5 * DAY, bodies.Exchange(*amounts, to="M-Pesa"), platform="", account=""))
    journal = tmp_path / "books.journal"
    journal.write_text(export(conn, "hledger"), encoding="utf-8")
    words = [
        program("hledger"),
        "balance",
        "-f",
        str(journal),
        "assets:bank:m-pesa",
        "-X",
        "USD",
        "-N",
        "--flat",
        "-O",
        "csv",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)

    assert '"assets:bank:m-pesa","0.395 USD"' in done.stdout
