"""Amounts as files write them, exactly: numbers of JSON, cells with a point or a comma, pays with a sign. Purely."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from piecework.imports.bad import BadRow
from piecework.imports.rows import Amount
from piecework.money import Pay, parse_pay
from piecework.money.currency import NO_CURRENCY
from piecework.money.numbers import read_number, to_units

if TYPE_CHECKING:
    from collections.abc import Iterable

MICRO: Final = 1_000_000
MOST: Final = 10**12
"""Largest amount believed, in micro-units: a million."""
_LONGEST: Final = 60
_BINARY_DIGITS: Final = 15
"""A number with this many digits was counted in binary, and means the nearest millionth."""
_CODE: Final = re.compile(r"[A-Z]{3}|PTS(?:-[A-Z0-9]{1,8})?")
_TAIL: Final = re.compile(r"([.,])(\d+)\D*$")
_NUMBERS: Final = re.compile(r"\d[\d.,'\u00a0\u202f]*(?: \d{3}(?:[.,]\d+)?)*")
_SPACES: Final = re.compile(r"[\s\u00a0\u202f']")


@lru_cache(maxsize=4096)
def number_micro(token: str) -> int:
    """Micro-units of a JSON number such as 0.03 or 1.5e-1. Raises BadRow for what is no believable amount.

    >>> number_micro("0.03"), number_micro("0.30000000000000004"), number_micro("-1")
    (30000, 300000, -1000000)
    """
    try:
        number = Decimal(token) if len(token) <= _LONGEST and "_" not in token else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise BadRow(f"“{token[:_LONGEST]}” is no amount")
    if number and number.adjusted() > len(str(MOST)):
        raise BadRow(f"“{token}” is more than any pay")
    with localcontext() as exactly:
        exactly.prec = 4 * _LONGEST
        micro = number.scaleb(6)
        nearest = micro.to_integral_value()
        off = abs(micro - nearest)
    if off and (len(number.as_tuple().digits) < _BINARY_DIGITS or off > Decimal("0.01")):
        raise BadRow(f"“{token}” has more than six decimals: it can't be kept exactly")
    return believed(int(nearest), token)


def believed(micro: int, text: str) -> int:
    """The amount itself. Raises BadRow for one no pay reaches."""
    if abs(micro) > MOST:
        raise BadRow(f"“{text[:_LONGEST]}” is more than any pay")
    return micro


def json_amount(raw: msgspec.Raw, currency: str) -> Amount | None:
    """An amount of a JSON text: a number, or a text such as "$0.50"; None for null. Raises BadRow."""
    token = bytes(raw).decode("utf-8", "replace")
    if token in {"null", '""'}:
        return None
    if token.startswith('"'):
        return pay_amount(msgspec.json.decode(raw, type=str), currency)
    if token[:1] not in "-0123456789":
        raise BadRow(f"“{token[:_LONGEST]}” is no amount")
    return positive(Amount(number_micro(token), currency, token))


def positive(amount: Amount) -> Amount:
    """The amount itself. Raises BadRow for one below nothing."""
    if amount.micro < 0:
        raise BadRow(f"the pay “{amount.raw}” is below nothing")
    return amount


def pay_amount(text: str, currency: str | None = None) -> Amount | None:
    """A pay with its sign, "$7.50" or "1,20 €"; None for an empty cell. Raises BadRow for what could mean two sums."""
    if not text.strip():
        return None
    pay = _pay(text.strip(), currency)
    if pay.state == "none":
        return None
    several = len(_NUMBERS.findall(text)) > 1
    if pay.state != "stated" or pay.micro is None or pay.micro != pay.max_micro or pay.per != "task" or several:
        raise BadRow(f"“{text[:_LONGEST]}” can't be read as an amount")
    if pay.currency is None and pay.micro:
        raise BadRow(f"“{text[:_LONGEST]}” names no currency; say which (--map currency==CODE)")
    return Amount(believed(pay.micro, text), pay.currency or currency or NO_CURRENCY, text[:_LONGEST])


@lru_cache(maxsize=4096)
def _pay(text: str, currency: str | None) -> Pay:
    """As an English page writes it, else as a French one does: "1 234,50 €"."""
    if text.startswith("("):
        return Pay("unreadable", None, None, None, "task", text)
    pay = parse_pay(text, currency=currency)
    return parse_pay(text, lang="fr", currency=currency) if pay.state == "unreadable" and "," in text else pay


def point_of(texts: Iterable[str]) -> str:
    """The decimal sign of a column of plain numbers, decided from all of them: "." where nothing speaks against it."""
    votes = {".": 0, ",": 0}
    for text in texts:
        found = _TAIL.search(text)
        if found is None:
            continue
        both = "." in text and "," in text
        if both or len(found[2]) != 3:  # noqa: PLR2004 - three digits may be thousands
            votes[found[1]] += 1
    return "," if votes[","] > votes["."] else "."


def cell_micro(text: str, point: str) -> int:
    """Micro-units of a cell such as "-1,234.56" or "(12,50)". Raises BadRow."""
    bare = _SPACES.sub("", text).replace("\u2212", "-").strip("$€£¥₹")
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    number = read_number(bare.strip("()+-").strip("$€£¥₹"), point) if len(bare) <= _LONGEST else None
    micro = None if number is None else to_units(number, MICRO)
    if micro is None:
        raise BadRow(f"“{text[:_LONGEST]}” can't be read as an amount")
    return believed(-micro if negative else micro, text)


def currency_code(text: str) -> str:
    """An ISO code or a points' code. Raises BadRow."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadRow(f"“{text[:20]}” is no currency" if code else "the currency is missing")
    return code
