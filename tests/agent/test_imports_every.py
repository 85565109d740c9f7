"""What holds for every format there is: bad files are refused with a row and a cause, and nothing of them is kept."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piecework.errors import PieceworkError
from piecework.imports import FORMATS
from piecework.views.exports import export
from tests.agent.import_samples import SAMPLES, Entry
from tests.agent.importing import Person, causes

if TYPE_CHECKING:
    from piecework.imports import Answer

FORMULAS = ('=HYPERLINK("http://evil.example","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\uff1d1")
TABLES = [name for name in FORMATS if SAMPLES[name].kind == "table"]
DOCUMENTS = [name for name in FORMATS if SAMPLES[name].kind == "json"]
MONEY = [name for name in FORMATS if SAMPLES[name].money]


def tried(person: Person, data: bytes | str, name: str) -> tuple[Answer | None, str]:
    """What an import answers, or why the file was refused as a whole: then nothing of it is in the books."""
    try:
        return person.take(data, **SAMPLES[name].options), ""
    except PieceworkError as refused:
        if person.events():
            pytest.fail(f"refused, and yet taken: {refused.text}")
        return None, refused.text


def test_every_format_is_tried() -> None:
    """A new one without a file here fails this."""
    assert sorted(FORMATS) == sorted(SAMPLES)


@pytest.mark.parametrize("name", FORMATS)
def test_what_it_is_shows_and_twice_changes_nothing(name: str) -> None:
    """All rows are taken; the second time all are known; the books follow from the history."""
    sample, person = SAMPLES[name], Person()
    first, second = (person.take(sample.text(12), **sample.options) for _ in "ab")

    assert (name, 12, 12, 0, {}) == (first.form, first.rows, first.new, first.known, causes(first))
    assert (12, 0, 12) == (second.rows, second.new, second.known)
    assert bool(first.sums) is sample.money
    assert first.sums == second.sums
    assert [] == person.differences()


@pytest.mark.parametrize("day", ["0000-01-01", "9999-12-31", "1999-12-31", "2026-02-30", "2026-13-13"])
@pytest.mark.parametrize("name", FORMATS)
def test_days_that_are_none(name: str, day: str) -> None:
    """Year 0, year 9999, before any site, no day of the calendar: the row is named, the others are taken."""
    sample = SAMPLES[name]
    answer = Person().take(sample.text([Entry(), Entry(day=day), Entry()]), **sample.options, dates="")

    assert (3, 2, [sample.row_of(2)]) == (answer.rows, answer.new, list(causes(answer)))
    assert causes(answer)[sample.row_of(2)]


@pytest.mark.parametrize("amount", ["1e400", "-1e400", "NaN", "1" * 80, "0x10", '"=1+2"', "1.2.3.4,5", "9999999999"])
@pytest.mark.parametrize("name", MONEY)
def test_amounts_that_are_none(name: str, amount: str) -> None:
    """Infinite, no number, a formula, more than any pay: refused by row, or as a file that is no JSON at all."""
    sample = SAMPLES[name]
    answer, refused = tried(Person(), sample.text([Entry(), Entry(amount=amount), Entry()]), name)
    if answer is None:
        assert sample.kind == "json"
        assert re.match(r"Row \d", refused)
        return

    assert (3, 2, [sample.row_of(2)]) == (answer.rows, answer.new, list(causes(answer)))
    assert {2_500_000} == set(answer.sums.values())


@pytest.mark.parametrize("name", FORMATS)
def test_a_cell_of_ten_megabytes(name: str) -> None:
    """The row is named and the others are taken, or the whole file is refused with the row; nothing of it is kept."""
    sample = SAMPLES[name]
    answer, refused = tried(Person(), sample.text([Entry(), Entry(title="x" * 10_000_000), Entry()]), name)
    if answer is None:
        assert refused.startswith(f"Row {sample.row_of(2)}: ")
        return

    assert (2, [sample.row_of(2)]) == (answer.new, list(causes(answer)))
    assert "more than" in causes(answer)[sample.row_of(2)]


@pytest.mark.parametrize("name", FORMATS)
def test_a_formula_is_a_title(name: str) -> None:
    """It is taken as the text it is, and no cell of a table that is written of it begins as one."""
    sample, person = SAMPLES[name], Person()
    answer = person.take(sample.text([Entry(title=title) for title in FORMULAS]), **sample.options)
    assert (len(FORMULAS), {}) == (answer.new, causes(answer))
    for table in ("assignments", "intervals", "events", "postings"):
        try:
            text = export(person.conn, "csv", what=table)
        except PieceworkError:
            continue
        rows = [*csv.reader(io.StringIO(text, newline=""))]
        cells = [cell for row in rows for cell in row]
        assert not any(re.match(r"\s*[=+@\uff1d]|\s*-(?![\d.]+$)", cell) for cell in cells)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("name", FORMATS)
def test_encodings(name: str, encoding: str) -> None:
    """All that can be told apart are read alike, JSON too."""
    sample, person = SAMPLES[name], Person()
    text = sample.text([Entry(title="Étude à 10 £"), Entry(), Entry()]).replace("\\u00c9tude \\u00e0", "Étude à")
    answer = person.take(text.encode(encoding), **sample.options)

    assert (name, 3, {}) == (answer.form, answer.new, causes(answer))
    assert 0 == person.take(text.encode(), **sample.options).new


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_off(name: str) -> None:
    """Wherever: it is refused with a row, or its last row is named; what a cut row says is never guessed at."""
    sample = SAMPLES[name]
    text = sample.text(4)
    for end in range(len(text) - len(text) // 3, len(text) - 3, 7):
        answer, refused = tried(Person(), text[:end], name)
        if answer is None:
            assert "Row" in refused
        else:
            assert sample.kind != "json"
            assert answer.rows == answer.new + len(answer.left)
            assert len(answer.left) <= 1


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_parted_otherwise(name: str) -> None:
    """Semicolons in a file of commas: the row is named, with how many cells it has, or where its quotes go wrong."""
    sample = SAMPLES[name]
    lines = sample.text(3).split("\r\n")
    lines[2] = lines[2].replace(",", ";")
    answer, refused = tried(Person(), "\r\n".join(lines), name)
    if answer is None:
        assert refused.startswith("Row 3: ")
        return

    assert (3, 2, [3]) == (answer.rows, answer.new, list(causes(answer)))
    assert "cut off, or another separator" in causes(answer)[3]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_within_documents(name: str) -> None:
    """Lists in lists without end in the place of a title: the row is named, or the file refused."""
    deep = "[" * 5000 + "]" * 5000
    text = SAMPLES[name].text([Entry(), Entry(title="DEEP"), Entry()]).replace('"DEEP"', deep)
    answer, refused = tried(Person(), text, name)
    if answer is None:
        assert "Row" in refused
        return

    assert (2, [2]) == (answer.new, list(causes(answer)))


HOSTILE = st.sampled_from(
    ['"', "\0", "\ufeff", "\ud800", "\u2028", "1e400", "99999999999999999999", "=1+1", "\n\n", "-", "{", "]", ";", "\t"]
)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.one_of(HOSTILE, st.text(max_size=6))), min_size=1, max_size=4
)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=25, deadline=None)
@given(CHANGES)
def test_a_changed_file_is_read_or_refused(name: str, changes: list[tuple[float, int, str]]) -> None:
    """Pieces cut out, others put in: never a trace, never a part; what is taken adds up and is known the next time."""
    sample, person = SAMPLES[name], Person()
    text = sample.text([Entry(title=f"Task {number}") for number in range(6)])
    for place, length, put in changes:
        at = int(place * len(text))
        text = text[:at] + put + text[at + length :]
    data = text.encode("utf-8", "surrogatepass")
    answer, refused = tried(person, data, name)
    if answer is None:
        assert refused
        return

    again = person.take(data, **sample.options)
    assert answer.rows == answer.new + answer.known + len(answer.left)
    assert (0, answer.sums) == (again.new, again.sums)
    assert [] == person.differences()
