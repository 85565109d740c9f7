"""Tables for people. Every cell may hold a stranger's words: nothing in it moves the cursor or turns the line round."""

from __future__ import annotations

import unicodedata
from typing import Any

import click

from piecework.now import SECOND_US, utc

WIDEST = 60
"""Columns of the terminal that one cell may take."""
SPANS = frozenset({"active_us", "site_us"})
"""Columns whose microseconds are a length of time; others that end in `_us` are moments."""
GAP = "  "


def print_table(rows: list[dict[str, Any]], columns: list[str]) -> None:
    """One line a row under the columns' names; moments in the machine's own zone, lengths as hours and minutes."""
    head = [column.removesuffix("_us") for column in columns]
    cells = [head, *([cell(row.get(column), column) for column in columns] for row in rows)]
    widths = [max(width(line[at]) for line in cells) for at in range(len(columns))]
    for line in cells:
        padded = (text + " " * (most - width(text)) for text, most in zip(line, widths, strict=True))
        click.echo(GAP.join(padded).rstrip())


def cell(value: object, column: str = "") -> str:
    """A value as the text of one cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and column.endswith("_us"):
        return span(value) if column in SPANS else moment(value)
    return cut(plain(str(value)), WIDEST)


def plain(text: str) -> str:
    r"""The text without what a terminal would obey: controls, marks of direction, lone surrogates, stacked accents.

    >>> plain("a" + chr(27) + "[2J")
    'a�[2J'
    >>> plain("KES\N{NO-BREAK SPACE}5")
    'KES 5'
    """
    kept: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if unicodedata.combining(letter) and (not kept or unicodedata.combining(kept[-1])):
            continue
        blank = unicodedata.category(letter) == "Zs"
        kept.append(" " if blank else letter if letter.isprintable() else "�")
    return "".join(kept)


def cut(text: str, most: int) -> str:
    """At most so many columns of it, with a mark where something is left out."""
    if width(text) <= most:
        return text
    kept = text[: most - 1]
    while width(kept) > most - 1:
        kept = kept[:-1]
    return f"{kept}…"


def width(text: str) -> int:
    """Columns a terminal takes for it: two for wide letters, none for combining ones."""
    return sum(_columns(letter) for letter in text)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def moment(at_us: int) -> str:
    """A moment in the machine's own zone, to the second; a number that is no date as it is."""
    try:
        return utc(at_us).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return str(at_us)


def span(length_us: int) -> str:
    """A length of time.

    >>> span(3_725_000_000), span(42_000_000)
    ('1:02:05', '0:00:42')
    """
    minutes, seconds = divmod(length_us // SECOND_US, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
