"""Files that are cut off, huge, of another encoding, or meant to do harm: a row and a cause, and nothing taken."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from piecework.errors import BadFile, BadUsage, PieceworkError
from piecework.imports import FORMATS, open_file
from piecework.imports.bad import BadRow
from piecework.imports.rows import Options
from piecework.imports.values import number_micro
from tests.agent.importing import NOW_US, PAYPAL, PLATFORMS, PROLIFIC, Person, causes, suite, suite_hit

WHOLE = json.dumps(suite(*(suite_hit(number) for number in range(1, 40)))).encode()
TABLE = f"{PROLIFIC}\n" + "".join(
    f"Study {number},£1.00,£0.00,2026-03-{number:02} 10:00:00,,,APPROVED\n" for number in range(1, 20)
)


def bomb() -> bytes:
    """A spreadsheet of a few kilobytes that is 64 MiB when it is unpacked."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"PK\x03\x04rest", "never unpacked"),
        (gzip.compress(WHOLE, mtime=0), "never unpacked"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x00\x01\x02binary", "Row 1: a NUL byte"),
        (b"nothing of any kind", "Row 1: this is no file"),
        (b'{"a": 1}', "Row 1: this is no file"),
        (b"[]", "Row 1: this is no file"),
        (b'{"hits": 5}', "Row 1: there is no list"),
        (b"[" * 100_000, "lists within lists"),
        (WHOLE[: len(WHOLE) // 2], r"Row 2\d: .*cut off"),
        (WHOLE[:-1], "cut off"),
        (WHOLE.replace(b'"Task 7"', b'"Task \xff"', 1)[:2500], "Row"),
        (TABLE.replace("Study 5", '"Study 5').encode(), "Row 6: a quotation mark that is never closed"),
        (TABLE.replace("Study 5", f'"{"x" * 10_000_000}"').encode(), "Row 6: a cell of more than 131072"),
        (TABLE.replace("Study 5", "Étude").encode() + b"Study \xff,1", r"Row 21: the byte 0xff is no UTF-8"),
        (TABLE.encode() + b"," * (13 << 20), "Row 21: a line of more than 12582912"),
        (TABLE.encode("utf-16")[:-1], "Row 20: a byte that is no utf-16"),
        (TABLE.replace("Study 5", "Stu\0dy").encode(), "Row 6: a NUL"),
    ],
)
def test_a_damaged_file_is_refused_as_a_whole(data: bytes, says: str) -> None:
    """With the row where it ends to be one, and what to do; the books are as before."""
    person = Person()
    with pytest.raises(BadFile, match=says):
        person.take(data)

    assert 0 == person.events()


def test_a_bomb_is_never_unpacked() -> None:
    """Whatever it is called."""
    with pytest.raises(BadFile, match="never unpacked"):
        Person().take(bomb())


def test_a_file_that_is_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything of it is looked at."""
    monkeypatch.setattr("piecework.imports.text.MOST_BYTES", 100)
    with pytest.raises(BadFile, match="in parts"):
        Person().take(WHOLE)


def test_a_word_that_is_no_format() -> None:
    """Names those there are."""
    with pytest.raises(BadUsage, match=", ".join(FORMATS)):
        Person().take(WHOLE, form="excel")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"date": "00000101"}, "no day of the calendar"),
        ({"date": "99991231"}, "lies in the future"),
        ({"date": "19991231"}, "before 2000"),
        ({"date": "2024-1"}, "no date"),
        ({"state": "Dreamt"}, "state “Dreamt” is not known"),
        ({"state": ""}, "state is missing"),
        ({"hit_id": ""}, "no id"),
        ({"hit_id": "x" * 5000}, "no id"),
        ({"title": 5}, "Expected"),
        ({"reward": {"amount_in_dollars": 1e300}}, "more than any pay"),
        ({"reward": {"amount_in_dollars": "=1+2"}}, "can't be read as an amount"),
        ({"reward": {"amount_in_dollars": -1}}, "below nothing"),
        ({"reward": {"amount_in_dollars": 0.0000001}}, "more than six decimals"),
        ({"reward": {"amount_in_dollars": 1, "currency_code": "EUR"}}, "MTurk pays in USD"),
        ({"reward": [1]}, "no amount"),
        ({"reward": True}, "no amount"),
    ],
)
def test_one_bad_row_is_named_and_the_others_are_taken(said: dict[str, object], says: str) -> None:
    """Rows are named as the file counts them."""
    person = Person()
    answer = person.take(suite(suite_hit(1), suite_hit(2, **said), suite_hit(3)))

    assert (3, 2, 0) == (answer.rows, answer.new, answer.known)
    assert [2] == list(causes(answer))
    assert says in causes(answer)[2]
    assert [] == person.differences()


def test_a_number_that_is_none() -> None:
    """1e400 is no infinity here, and no pay."""
    person = Person()
    answer = person.take(json.dumps(suite(suite_hit(1), suite_hit(2))).replace("0.05", "1e400", 1))

    assert {1: "“1e400” is more than any pay"} == causes(answer)
    assert {"USD": 50_000} == answer.sums


def test_rows_that_are_cut_off_or_parted_by_another_sign() -> None:
    """Each is named with how many cells it has."""
    text = TABLE + "Study 20,£1.00\nStudy 21;£1.00;£0.00;2026-03-20 10:00:00;;;APPROVED\n" + "\n" + ",,,,,,\n"
    answer = Person().take(text)

    assert [21, 22] == sorted(causes(answer))
    assert "has 2 cells where the header has 7" in causes(answer)[21]


def test_a_long_cell_and_a_formula() -> None:
    """A long title is cut; a formula stays text, as a title, and is no amount."""
    person = Person()
    rows = (
        f'"{"x" * 30_000}",£1.00,£0.00,2026-03-01 10:00:00,,,APPROVED',
        '"=HYPERLINK(""http://evil.example"",""click"")",£1.00,£0.00,2026-03-02 10:00:00,,,APPROVED',
        "Sum,=1+2,£0.00,2026-03-03 10:00:00,,,APPROVED",
        f'"{"x" * 40_000}",£1.00,£0.00,2026-03-01 10:00:00,,,APPROVED',
    )
    answer = person.take("\n".join((PROLIFIC, *rows)))

    assert {4: "“=1+2” can't be read as an amount", 5: "has a cell of more than 32768 characters"} == causes(answer)
    assert [(300,), (41,)] == person.rows("SELECT length(title) FROM assignment ORDER BY title DESC")


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_encodings_that_can_be_told(name: str) -> None:
    """UTF-16 with and without its mark, a mark before UTF-8, and old Windows."""
    person = Person()
    answer = person.take(TABLE.replace("Study 5", "Étude").encode(name))

    assert (19, 19) == (answer.rows, answer.new)
    assert [("Étude",)] == person.rows("SELECT title FROM assignment WHERE title LIKE '_tude'")


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_a_trace(data: bytes) -> None:
    """Whatever is handed in is read, or refused with a cause of our own: any other error fails here."""
    for head in (b"", b'{"hits":[', b'{"HIT":[', b"[", PAYPAL.encode() + b"\n", PROLIFIC.encode() + b"\n", b"a,b,c\n"):
        with contextlib.suppress(PieceworkError):
            _read(head + data)


@given(st.integers(min_value=0, max_value=len(WHOLE)), st.integers(min_value=0, max_value=255))
def test_one_wrong_byte_makes_no_trace(place: int, byte: int) -> None:
    """A backup with a byte exchanged, and one cut there: read, or refused with a cause of our own."""
    for data in (WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :], WHOLE[:place]):
        with contextlib.suppress(PieceworkError):
            _read(data)


@given(st.decimals(min_value=0, max_value=1_000_000, places=6))
def test_numbers_are_kept_exactly(number: object) -> None:
    """Six decimals go in, six decimals come out, in both ways of writing them."""
    exact = int(str(f"{number:f}").replace(".", ""))

    assert exact == number_micro(f"{number:f}") == number_micro(str(number))


@pytest.mark.parametrize("token", ["nan", "inf", "-inf", "1e9999999", "0x10", "1_000", "", "1" * 61])
def test_words_that_are_no_numbers(token: str) -> None:
    """Decimal would take some of them."""
    with pytest.raises(BadRow):
        number_micro(token)


def _read(data: bytes) -> None:
    """All rows of a file, without books."""
    for platform in ("", "some-site"):
        list(open_file(data).rows(Options(now_us=NOW_US, platform=platform, platforms=PLATFORMS)))
