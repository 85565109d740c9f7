"""How hledger, ledger and beancount write names, commodities and words, purely."""

from __future__ import annotations

import re
from typing import Final

DIALECTS: Final = ("hledger", "ledger", "beancount")
_BREAKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MARKS: Final = re.compile(r"[;|\"\\]")
_NOT_IN_NAMES: Final = re.compile(r"[^\w-]+")
_LONGEST: Final = 120


def one_line(text: str) -> str:
    """A page's words as part of one line: no line break, and none of the signs that part fields."""
    return _MARKS.sub(" ", _BREAKS.sub(" ", text)).strip()[:_LONGEST]


def commodity(currency: str, dialect: str) -> str:
    """A currency's code; hledger and ledger want one with more than letters quoted, beancount none with "-" at its end.

    >>> commodity("PTS-", "beancount"), commodity("PTS-", "ledger")
    ('PTS-X', '"PTS-"')
    """
    if dialect == "beancount":
        return f"{currency}X" if currency.endswith("-") else currency
    return currency if currency.isalpha() else f'"{currency}"'


def beancount_name(book: str) -> str:
    """A book's name with every part capitalised.

    >>> beancount_name("assets:pending:practice")
    'Assets:Pending:Practice'
    """
    parts = (_NOT_IN_NAMES.sub("-", part).strip("-_") for part in book.split(":"))
    return ":".join(part[:1].upper() + part[1:].replace("_", "-") for part in parts if part)
