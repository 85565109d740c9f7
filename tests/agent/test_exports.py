"""Exports read back: every sum is the one in the books, and no cell is a formula."""

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import BadUsage, NothingToShow
from piecework.views.exports import export, safe_cell
from piecework.views.tables import NUMBERS
from tests.agent.books import balances
from tests.agent.exported import HOSTILE, books


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text)))


def test_assignments_as_csv() -> None:
    """One row per attempt, with its pay as exact text and the time it took."""
    rows = table(export(books(), "csv"))
    first = next(row for row in rows if row["site_id"] == "a")

    assert 4 == len(rows)
    assert ("0.495", "USD", "approved", "20.00") == tuple(
        first[name] for name in ("pay", "currency", "state", "active_s")
    )
    assert "2025-11-21T12:00:00+00:00" == first["submitted"]


def test_postings_as_csv_add_up_to_the_books() -> None:
    """Read back through Decimal: the balance of every book, to the micro-unit."""
    conn = books()
    found: Counter[str] = Counter()
    for row in table(export(conn, "csv", what="postings")):
        if row["currency"] == "USD":
            found[row["book"]] += int(Decimal(row["amount"]) * 1_000_000)

    assert balances(conn) == {book: micro for book, micro in found.items() if micro}


def test_json_holds_all_tables() -> None:
    """Events with their bodies as objects, amounts as text."""
    document = json.loads(export(books(), "json"))

    assert ["assignments", "intervals", "events", "postings"] == list(document)
    assert HOSTILE == document["assignments"][0]["title"]
    assert "0.495" == document["assignments"][0]["pay"]
    assert {"raw": "$0.495", "currency": "USD"} == next(
        row["body"]["pay"] for row in document["events"] if row["kind"] == "submitted"
    )


def test_a_period_holds_its_own_days() -> None:
    """Both ends belong to it."""
    conn = books()

    assert ["b"] == [
        row["site_id"]
        for row in table(export(conn, "csv", from_day="2025-11-22", to_day="2025-11-22"))
        if row["site_id"]
    ]
    with pytest.raises(NothingToShow):
        export(conn, "csv", from_day="2026-01-01")
    with pytest.raises(NothingToShow):
        export(conn, "json", from_day="2026-01-01")
    with pytest.raises(NothingToShow):
        export(conn, "hledger", from_day="2026-01-01")


@pytest.mark.parametrize(("form", "what"), [("pdf", "assignments"), ("csv", "secrets")])
def test_there_is_no_such_export(form: str, what: str) -> None:
    """The error names those there are."""
    with pytest.raises(BadUsage, match="hledger"):
        export(books(), form, what=what)


def test_no_cell_is_a_formula() -> None:
    """A title that a spreadsheet would run is text."""
    text = export(books(), "csv")
    cells = [value for row in table(text) for name, value in row.items() if name not in NUMBERS]

    assert any(value.startswith("'=HYPERLINK") for value in cells)
    assert not any(re.match(r"\s*[=+\-@\t\r]", value) for value in cells)


@settings(max_examples=200)
@given(st.text(max_size=20))
def test_a_cell_is_safe_and_keeps_its_text(text: str) -> None:
    """Whatever a page says: no formula, and the text can be had back."""
    cell = safe_cell(text)

    assert not re.match(r" *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]", cell)
    assert text == cell.removeprefix("'")


def read_journal(text: str) -> dict[tuple[str, str], int]:
    """Micro-units by (book, currency) of a journal, by the grammar all three programs share."""
    found: Counter[tuple[str, str]] = Counter()
    for line in text.splitlines():
        if match := re.fullmatch(r"    (\S+)  (-?[0-9]+\.[0-9]+) (\S+)", line):
            found[match[1].casefold(), match[3].strip('"')] += int(Decimal(match[2]) * 1_000_000)
    return {key: micro for key, micro in found.items() if micro}


@pytest.mark.parametrize("form", ["hledger", "ledger", "beancount"])
def test_journals_hold_the_balances_of_the_books(form: str) -> None:
    """Every book in every currency, to the micro-unit; no page breaks a line."""
    conn = books()
    text = export(conn, form)
    wanted = {
        (book, currency): micro
        for book, currency, micro in conn.execute(
            "SELECT book, currency, sum(micro) FROM posting GROUP BY book, currency HAVING sum(micro) <> 0"
        )
    }

    assert wanted == read_journal(text)
    assert all(
        re.match(r"$|    \S+  -?[0-9]|  event: |\d{4}-\d{2}-\d{2} (?:\*|open) ", line) for line in text.splitlines()
    )
