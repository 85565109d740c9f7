"""Exports read back by the programs and libraries they are for: every sum is the one in the books."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import icalendar
import openpyxl
import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piecework.ledger.earnings import earnings
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.views import sheets
from piecework.views.agenda import folded
from piecework.views.dialects import beancount_name
from piecework.views.exports import export, write
from tests.agent.books import DAY, NOON, event, memory, take, work
from tests.agent.exported import HOSTILE, books, program, wanted_sums

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.workbook import Workbook

    Sums = dict[tuple[str, str], int]

ALL = ("", "9999-12-31")
MICRO = 1_000_000


def run(*words: str) -> str:
    """What a program prints; fails with what it complains of."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert 0 == done.returncode, done.stderr + done.stdout
    return done.stdout


def total(found: list[tuple[str, str, str]]) -> Sums:
    """Micro-units by (book, currency), without what is nothing."""
    sums: Counter[tuple[str, str]] = Counter()
    for book, currency, amount in found:
        micro = Decimal(amount) * MICRO
        assert micro == int(micro)
        sums[book, currency.strip('"')] += int(micro)
    return {key: micro for key, micro in sums.items() if micro}


def by_hledger(journal: Path) -> Sums:
    """Balances by hledger, once it has checked the file."""
    name = program("hledger")
    run(name, "check", "-f", str(journal))
    text = run(name, "balance", "-f", str(journal), "--flat", "-N", "-E", "-O", "csv", "--layout=bare")
    return total([(row["account"], row["commodity"], row["balance"]) for row in csv.DictReader(io.StringIO(text))])


def by_ledger(journal: Path) -> Sums:
    """Every posting as ledger takes it."""
    form = "%(account)\t%(commodity(amount))\t%(quantity(amount))\n"
    text = run(program("ledger"), "register", "--args-only", "-f", str(journal), "--format", form)
    return total([(book, code, amount) for book, code, amount in (line.split("\t") for line in text.splitlines())])


def by_beancount(journal: Path) -> Sums:
    """Every posting as beancount takes it, once its own checks have found nothing."""
    entries, errors, _ = loader.load_string(journal.read_text(encoding="utf-8"))
    assert [] == errors
    return total(
        [
            (posting.account, posting.units.currency, str(posting.units.number))
            for entry in entries
            if isinstance(entry, Transaction)
            for posting in entry.postings
        ]
    )


def by_csv(path: Path) -> Sums:
    """The table of postings."""
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    return total([(row["book"], row["currency"], row["amount"]) for row in rows])


def flows_by_openpyxl(path: Path, sheet: str) -> Sums:
    """Micro-units by (flow, currency) of a sheet of sums."""
    rows = records(openpyxl.load_workbook(path, read_only=True), sheet)
    return total([(flow, row["currency"], str(row[flow])) for row in rows for flow in FLOWS])


def records(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by the names of its columns."""
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def saved(conn: sqlite3.Connection, folder: Path, form: str, what: str = "postings") -> Path:
    """The export as a file."""
    path = folder / f"books.{form}"
    with path.open("wb") as file:
        write(conn, file, form, what=what, days=ALL)
    return path


def named_for_beancount(sums: Sums) -> Sums:
    """The same sums under the names that beancount wants."""
    return {(beancount_name(book), currency): micro for (book, currency), micro in sums.items()}


READERS: dict[str, Callable[[Path], Sums]] = {
    "hledger": by_hledger,
    "ledger": by_ledger,
    "beancount": by_beancount,
    "csv": by_csv,
}
FLOWS = ("submitted", "approved", "rejected", "bonus", "paid", "fee")


def wanted_flows(conn: sqlite3.Connection) -> Sums:
    """What the sums of a spreadsheet must be."""
    return total([(flow, row["currency"], str(Decimal(row[flow]) / MICRO)) for row in earnings(conn) for flow in FLOWS])


@pytest.mark.parametrize("form", READERS)
def test_the_real_programs_find_the_sums_of_the_books(tmp_path: Path, form: str) -> None:
    """Each takes the file without complaint and adds up to the same, to the micro-unit."""
    conn = books()
    wanted = wanted_sums(conn)

    assert (named_for_beancount(wanted) if form == "beancount" else wanted) == READERS[form](
        saved(conn, tmp_path, form)
    )


def test_bean_check_takes_the_journal(tmp_path: Path) -> None:
    """The program itself, not only its library."""
    assert "" == run(program("bean-check"), str(saved(books(), tmp_path, "beancount")))


PAY = st.integers(1, 10**13)
WORDS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
CODES = st.sampled_from(["USD", "EUR", "JPY", "PTS-CLICK", "P2P", "X-"])
ENDS = st.sampled_from([None, Kind.APPROVED, Kind.REJECTED, Kind.PAID])
ATTEMPTS = st.lists(st.tuples(PAY, CODES, WORDS, ENDS, st.integers(0, 400)), min_size=1, max_size=8)


def filled(attempts: list[tuple[int, str, str, Kind | None, int]]) -> sqlite3.Connection:
    """Books with these attempts: micro-units, currency, title, how it ended, and on which day."""
    conn = memory()
    for number, (micro, currency, title, end, day) in enumerate(attempts):
        pay = bodies.PayText(micro=micro, currency=currency)
        said = {"task": f"t{number}", "assignment": f"a{number}", "title": title}
        body = bodies.Work(**said, pay=pay)
        take(conn, event(Kind.SUBMITTED, NOON + day * DAY, body, id=f"s{number}"))
        if end is not None:
            take(conn, event(end, NOON + (day + 1) * DAY, work(**said), id=f"e{number}"))
    return conn


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ATTEMPTS)
def test_any_books_come_back_from_tables(
    tmp_path: Path, attempts: list[tuple[int, str, str, Kind | None, int]]
) -> None:
    """Whatever titles say and whatever the currency: CSV and spreadsheet hold the sums of the books."""
    conn = filled(attempts)

    assert wanted_sums(conn) == by_csv(saved(conn, tmp_path, "csv"))
    path = saved(conn, tmp_path, "xlsx")
    for sheet in ("sums", "months"):
        assert wanted_flows(conn) == flows_by_openpyxl(path, sheet)


@pytest.mark.parametrize("form", ["hledger", "ledger", "beancount"])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ATTEMPTS)
def test_any_books_come_back_from_journals(
    tmp_path: Path, form: str, attempts: list[tuple[int, str, str, Kind | None, int]]
) -> None:
    """The same through each program itself: no title ends a line, opens a comment or names a book."""
    conn = filled(attempts)
    wanted = wanted_sums(conn)
    if form == "beancount":
        # A code may not end with a hyphen there.
        wanted = {(book, code + "X" if code.endswith("-") else code): n for (book, code), n in wanted.items()}
        wanted = named_for_beancount(wanted)

    assert wanted == READERS[form](saved(conn, tmp_path, form))


def test_a_journal_is_in_the_order_of_its_days(tmp_path: Path) -> None:
    """Ledger checks balances in the order of the file."""
    days = re.findall(r"(?m)^\d{4}-\d{2}-\d{2}", saved(books(), tmp_path, "ledger").read_text(encoding="utf-8"))

    assert sorted(days) == days
    assert 7 == len(days)


def test_a_spreadsheet_holds_sums_work_and_time(tmp_path: Path) -> None:
    """Sums first; amounts are numbers, and what a page said is text and never a formula."""
    conn = books()
    book = openpyxl.load_workbook(saved(conn, tmp_path, "xlsx"))
    (row,) = [row for row in records(book, "sums") if row["currency"] == "USD"]
    (first,) = [row for row in records(book, "assignments") if row["site_id"] == "a"]
    (interval,) = records(book, "intervals")
    (money,) = [row for row in earnings(conn) if row["currency"] == "USD"]

    assert ["sums", "months", "assignments", "intervals"] == book.sheetnames
    assert (2.5, 0.495, 0.395, 0.1) == tuple(row[name] for name in ("submitted", "approved", "paid", "fee"))
    assert money["submitted"] == Decimal(str(row["submitted"])) * MICRO
    assert HOSTILE == first["title"]
    assert 20 == interval["active_s"]
    assert {"n", "s"} == {
        cell.data_type for name in book.sheetnames for line in book[name].iter_rows() for cell in line
    }


def test_a_long_table_goes_on_on_a_next_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is lost where a sheet is full."""
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    conn = books()
    book = openpyxl.load_workbook(saved(conn, tmp_path, "xlsx"))
    found = [row["site_id"] for name in ("assignments", "assignments 2") for row in records(book, name)]

    assert ["a", "b", "c"] == sorted(name for name in found if name)
    assert 4 == len(found)


def test_a_calendar_holds_the_intervals() -> None:
    """One event each, whose exact active time adds up to the clock's."""
    conn = books()
    (found,) = icalendar.Calendar.from_ical(export(conn, "ics")).walk("VEVENT")
    (active,) = conn.execute("SELECT sum(active_us) FROM interval").fetchone()

    assert active == int(found["X-PIECEWORK-ACTIVE-US"])
    assert 20 == found.duration.total_seconds()
    assert str(found["SUMMARY"]).startswith('=HYPERLINK("http://evil.test") ; 2025-01-01')
    assert ["work"] == [str(one) for one in found["CATEGORIES"].cats]
    assert "20251121T120000Z" == found["DTSTART"].to_ical().decode()


@given(WORDS.map(lambda text: f"SUMMARY:{text * 20}"))
def test_a_folded_line_is_short_and_unfolds_to_itself(line: str) -> None:
    """At most 75 octets, and no character cut in two."""
    parts = folded(line).split("\r\n ")

    assert line == "".join(parts)
    assert all(len(part.encode()) <= 75 for part in parts)
