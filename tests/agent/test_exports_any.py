"""Books of any kind, out to every format and back by the program it is for: the same sums, the same time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import icalendar
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from piecework.ledger.earnings import earnings
from piecework.ledger.replay import verify
from piecework.protocol import bodies
from piecework.protocol.kinds import Kind
from piecework.store import Context
from piecework.views.exports import export
from piecework.worktime.tracker import apply_beat
from tests.agent.books import DAY, NOON, S, event, memory, take
from tests.agent.exported import program, wanted_sums
from tests.agent.test_exports_read_back import FLOWS, MICRO, READERS, named_for_beancount, records, run, saved, total

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

HOSTILE = (
    '=HYPERLINK("http://evil.test","x")',
    "+1 -1 @SUM(A1)",
    "-2+3",
    "@x",
    "; comment | bar\n2026-01-01 * evil\n    assets:bank:me  9 USD",
    "} ~ ! * # % {account} \\N \\n",
    "END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x",
    "\u202e\u2066\u00e9\u4f60\u597d \U0001f4b8 \u0000\u001b[31m",
    "x" * 400,
    "  spaced  \t out  ",
    "",
)
WORDS = st.sampled_from(HOSTILE) | st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)
CODES = st.sampled_from(["USD", "EUR", "JPY", "KES", "PTS", "PTS-CLICK", "X-"])
PLATFORMS = st.sampled_from(["site", "1-2-3", "a-platform-whose-name-is-as-long-as-can-be"])
PAY = st.integers(1, 10**12)
ENDS = st.sampled_from([None, Kind.APPROVED, Kind.REJECTED, Kind.PAID, Kind.RETURNED])
ATTEMPTS = st.lists(st.tuples(PAY, CODES, WORDS, WORDS, ENDS, st.integers(0, 40), PLATFORMS), max_size=6)
PAYOUTS = st.lists(st.tuples(PAY, st.integers(0, 3), CODES, WORDS, PLATFORMS), max_size=3)
SPANS = st.lists(st.tuples(st.integers(1, 170), WORDS, st.integers(0, 40)), min_size=1, max_size=4)
SLOW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def money(micro: int, currency: str) -> bodies.PayText:
    """An exact amount."""
    return bodies.PayText(micro=micro, currency=currency)


def filled(drawn: Drawn) -> sqlite3.Connection:
    """Books with attempts of any title and requester, bonuses, payouts with fees to any bank, and time."""
    attempts, payouts, spans = drawn
    conn = memory()
    for number, (micro, currency, title, requester, end, day, platform) in enumerate(attempts):
        said = {"task": f"t{number}", "assignment": f"a{number}", "title": title, "requester": requester}
        at = NOON + day * DAY
        body = bodies.Work(**said, pay=money(micro, currency))
        take(conn, event(Kind.SUBMITTED, at, body, id=f"s{number}", platform=platform))
        if end is not None:
            take(conn, event(end, at + DAY, bodies.Work(**said), id=f"e{number}", platform=platform))
        if number % 2:
            bonus = bodies.Bonus(task=f"t{number}", assignment=f"a{number}", pay=money(micro // 2 + 1, currency))
            take(conn, event(Kind.BONUS, at + 2 * DAY, bonus, id=f"b{number}", platform=platform))
    for number, (micro, part, currency, bank, platform) in enumerate(payouts):
        fee = money(micro * part // 10, currency) if part else None
        paid = bodies.Payout(id=f"p{number}", amount=money(micro, currency), fee=fee, to=bank)
        take(conn, event(Kind.PAYOUT, NOON + (50 + number) * DAY, paid, id=f"p{number}", platform=platform))
    for number, (length, title, day) in enumerate(spans):
        begun = NOON + day * DAY + number * 1000 * S
        accepted = bodies.Work(task=f"c{number}", session=f"c{number}", title=title)
        take(conn, event(Kind.ACCEPTED, begun, accepted, id=f"c{number}"))
        for second, state in ((0, "active"), (length, "end")):
            beat = bodies.Beat(session=f"c{number}", task=f"c{number}", state=state)  # type: ignore[arg-type]
            at = begun + second * S
            apply_beat(conn, Context(now_us=at), event(Kind.BEAT, at, beat), beat)
    return conn


BOOKS = st.tuples(ATTEMPTS, PAYOUTS, SPANS)
Drawn = tuple[
    list[tuple[int, str, str, str, Kind | None, int, str]],
    list[tuple[int, int, str, str, str]],
    list[tuple[int, str, int]],
]


@pytest.mark.parametrize("form", READERS)
@SLOW
@given(BOOKS)
def test_any_books_come_back(tmp_path: Path, form: str, drawn: Drawn) -> None:
    """Each real program takes the journal without complaint and finds every balance, to the micro-unit."""
    conn = filled(drawn)
    wanted = wanted_sums(conn)
    if not conn.execute("SELECT count(*) FROM posting").fetchone()[0]:
        return
    if form == "beancount":
        # A code may not end with a hyphen there.
        wanted = {(book, f"{code}X" if code.endswith("-") else code): micro for (book, code), micro in wanted.items()}
        wanted = named_for_beancount(wanted)

    assert wanted == READERS[form](saved(conn, tmp_path, form))
    assert [] == verify(conn)["differences"]


@SLOW
@given(BOOKS)
def test_any_journal_passes_bean_check(tmp_path: Path, drawn: Drawn) -> None:
    """The program itself."""
    conn = filled(drawn)
    if conn.execute("SELECT count(*) FROM posting").fetchone()[0]:
        assert "" == run(program("bean-check"), str(saved(conn, tmp_path, "beancount")))


@settings(max_examples=40, deadline=None)
@given(BOOKS)
def test_any_books_come_back_from_json(drawn: Drawn) -> None:
    """All four tables as they are: sums of postings, titles and requesters letter by letter."""
    conn = filled(drawn)
    document = json.loads(export(conn, "json"))

    assert wanted_sums(conn) == total([(row["book"], row["currency"], row["amount"]) for row in document["postings"]])
    names = "SELECT title, requester FROM assignment ORDER BY id"
    assert [tuple(row) for row in conn.execute(names)] == [
        (row["title"], row["requester"]) for row in sorted(document["assignments"], key=lambda one: str(one["id"]))
    ]
    assert conn.execute("SELECT count(*) FROM event").fetchone()[0] == len(document["events"])


@settings(max_examples=40, deadline=None)
@given(BOOKS)
def test_any_table_is_safe_to_open(drawn: Drawn) -> None:
    """No cell of any table is a formula, and each text can be had back."""
    conn = filled(drawn)
    for what in ("assignments", "intervals", "events", "postings"):
        if not conn.execute(f"SELECT count(*) FROM {what.rstrip('s')}").fetchone()[0]:  # noqa: S608 - our own names
            continue
        cells = [cell for row in csv.reader(io.StringIO(export(conn, "csv", what=what), newline="")) for cell in row]
        assert not any(re.match(r"\s*[=+@\uff1d\uff0b\uff20]|\s*[-\uff0d](?![\d.]+$)", cell) for cell in cells)
    titles = {str(row[0]) for row in conn.execute("SELECT title FROM assignment")}
    if titles:
        rows = csv.DictReader(io.StringIO(export(conn, "csv"), newline=""))
        assert titles == {
            row["title"].removeprefix("'") if row["title"][1:] in titles else row["title"] for row in rows
        }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BOOKS)
def test_any_books_come_back_from_a_spreadsheet(tmp_path: Path, drawn: Drawn) -> None:
    """Sums, time, and no cell but numbers and texts."""
    conn = filled(drawn)
    book = openpyxl.load_workbook(saved(conn, tmp_path, "xlsx"))
    flows = [(flow, row["currency"], str(Decimal(row[flow]) / MICRO)) for row in earnings(conn) for flow in FLOWS]
    found = records(book, "sums") if "sums" in book.sheetnames else []

    assert total(flows) == total([(flow, row["currency"], str(row[flow])) for row in found for flow in FLOWS])
    (active,) = conn.execute("SELECT sum(active_us) FROM interval").fetchone()
    assert active == round(sum(row["active_s"] for row in records(book, "intervals")) * MICRO)
    kinds = {cell.data_type for name in book.sheetnames for line in book[name].iter_rows() for cell in line}
    assert kinds <= {"n", "s"}


@settings(max_examples=40, deadline=None)
@given(BOOKS)
def test_any_time_comes_back_from_a_calendar(drawn: Drawn) -> None:
    """One event for each interval, its title as one line, its active time exactly."""
    conn = filled(drawn)
    found = icalendar.Calendar.from_ical(export(conn, "ics")).walk("VEVENT")
    wanted = Counter(int(row[0]) for row in conn.execute("SELECT active_us FROM interval"))

    assert wanted == Counter(int(one["X-PIECEWORK-ACTIVE-US"]) for one in found)
    assert all("\n" not in str(one["SUMMARY"]) for one in found)


@pytest.mark.parametrize("form", READERS)
@SLOW
@given(BOOKS, st.integers(0, 45), st.integers(0, 45))
def test_two_periods_make_the_whole(tmp_path: Path, form: str, drawn: Drawn, first: int, second: int) -> None:
    """`--from` and `--to`: both ends belong to it; what is before, within and after adds up to all of it."""
    conn = filled(drawn)
    one, two = sorted((first, second))
    periods = (("", _day(one)), (_day(one + 1), _day(two)), (_day(two + 1), ""))
    parts: Counter[tuple[str, str]] = Counter()
    for number, (start, end) in enumerate(periods):
        counted = "SELECT count(*) FROM posting WHERE day_local BETWEEN ? AND ?"
        if conn.execute(counted, (start, end or "9999-12-31")).fetchone()[0]:
            path = tmp_path / f"{number}.{form}"
            path.write_text(export(conn, form, what="postings", from_day=start, to_day=end), encoding="utf-8")
            parts.update(READERS[form](path))

    wanted: dict[Any, int] = wanted_sums(conn)
    if form == "beancount":
        wanted = {(book, f"{code}X" if code.endswith("-") else code): micro for (book, code), micro in wanted.items()}
        wanted = named_for_beancount(wanted)
    assert wanted == {key: micro for key, micro in parts.items() if micro}


def _day(number: int) -> str:
    return (date(2025, 11, 21) + timedelta(days=number)).isoformat()
