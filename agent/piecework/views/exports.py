"""The books as files: every amount as exact decimal text, every cell of a table safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING, Final, NamedTuple, TextIO

import msgspec

from piecework.errors import BadUsage, NothingToShow
from piecework.ledger.earnings import LAST_DAY
from piecework.views.agenda import write_agenda
from piecework.views.dialects import DIALECTS
from piecework.views.journals import write_journal
from piecework.views.tables import NUMBERS, TABLES, Days, Row, rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from piecework.platforms import Platform


class Asked(NamedTuple):
    """What is to be in the file: a table (for `csv`), the days, and for a journal how it is to be proven."""

    what: str
    days: Days
    platforms: Mapping[str, Platform]
    strict: bool


class Form(NamedTuple):
    """How a format is handed over: its media type, and the ending of its file's name."""

    media: str
    ending: str


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("text/csv", "csv"),
    "json": Form("application/json", "json"),
    "xlsx": Form("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "hledger": Form("text/plain", "journal"),
    "ledger": Form("text/plain", "ledger"),
    "beancount": Form("text/plain", "beancount"),
    "ics": Form("text/calendar", "ics"),
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula; the last four are the wide forms of = + - and @."""
_QUOTE: Final = "'"
_OBJECTS: Final = frozenset({"body", "derived"})


def export(  # noqa: PLR0913 - what is asked for, word by word
    conn: sqlite3.Connection,
    form: str,
    *,
    what: str = "assignments",
    from_day: str = "",
    to_day: str = "",
    platforms: Mapping[str, Platform] | None = None,
    strict: bool = False,
) -> str:
    """The books of the person's days from_day to to_day as one text; see `write`. Not for `xlsx`, which is none."""
    out = io.BytesIO()
    write(conn, out, form, what=what, days=(from_day, to_day or LAST_DAY), platforms=platforms, strict=strict)
    return out.getvalue().decode()


def write(  # noqa: PLR0913 - the same
    conn: sqlite3.Connection,
    out: IO[bytes],
    form: str,
    *,
    what: str,
    days: Days,
    platforms: Mapping[str, Platform] | None = None,
    strict: bool = False,
) -> None:
    """The books of some days into an open file, row by row.

    `csv` holds one table (`what`: assignments, intervals, events or postings), `json` all of them, `xlsx` sums and the
    first two,
    `hledger`, `ledger` and `beancount` the postings as a journal, `ics` the intervals as a calendar. Text is UTF-8.
    `platforms` tell a journal how statements are to be read; a `strict` one asserts open differences too.
    Raises BadUsage, and NothingToShow for days without a row.
    """
    if form not in FORMS or what not in TABLES:
        raise BadUsage(f"There is no export of {what} as {form}. Formats: {', '.join(FORMS)}; {', '.join(TABLES)}.")
    own = not conn.in_transaction
    if own:
        # All tables of a file are of one moment, whatever is written meanwhile.
        conn.execute("BEGIN")
    try:
        found = _write(conn, out, form, Asked(what, days, platforms or {}, strict))
    finally:
        if own:
            conn.execute("ROLLBACK")
    if not found:
        raise NothingToShow("Nothing is in the books for these days.")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that could be is set behind an apostrophe.

    >>> safe_cell("=1+1"), safe_cell("plain")
    ("'=1+1", 'plain')
    """
    return _QUOTE + text if text.lstrip(" ").startswith((*FORMULA, _QUOTE)) else text


def _write(conn: sqlite3.Connection, out: IO[bytes], form: str, asked: Asked) -> int:
    if form == "xlsx":
        from piecework.views.sheets import write_sheets  # noqa: PLC0415 - costs 0.1 s, and few ask for it

        return write_sheets(conn, out, asked.days)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return _write_text(conn, text, form, asked)
    finally:
        text.flush()
        text.detach()


def _write_text(conn: sqlite3.Connection, out: TextIO, form: str, asked: Asked) -> int:
    what, days, platforms, strict = asked
    if form in DIALECTS:
        return write_journal(conn, out, form, days, platforms, strict=strict)
    if form == "ics":
        return write_agenda(conn, out, days)
    return _write_json(conn, out, days) if form == "json" else _write_csv(out, rows(conn, what, days))


def _write_csv(out: TextIO, found: Iterator[Row]) -> int:
    count = 0
    writer: csv.DictWriter[str] | None = None
    for row in found:
        if writer is None:
            writer = csv.DictWriter(out, list(row))
            writer.writeheader()
        writer.writerow(
            {name: value if name in NUMBERS or value is None else safe_cell(str(value)) for name, value in row.items()}
        )
        count += 1
    return count


def _write_json(conn: sqlite3.Connection, out: TextIO, days: Days) -> int:
    count = 0
    encode = msgspec.json.Encoder().encode
    for place, what in enumerate(TABLES):
        out.write(f'{"{" if place == 0 else ","}\n"{what}": [')
        for index, row in enumerate(rows(conn, what, days)):
            for name in _OBJECTS & row.keys():
                row[name] = _object(row[name])
            out.write("\n" if index == 0 else ",\n")
            out.write(encode(row).decode())
            count += 1
        out.write("\n]")
    out.write("\n}\n")
    return count


def _object(text: str) -> msgspec.Raw | str:
    """JSON as it is stored, without building what it says; as text where it is none."""
    try:
        return msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeError):
        return text
