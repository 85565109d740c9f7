"""What an amount is to the books: one exact sum of one currency, or unknown. Integers only, never a float."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from piecework.money.currency import NO_CURRENCY
from piecework.money.pay import parse_pay

if TYPE_CHECKING:
    from piecework.protocol.bodies import PayText

MOST: Final = 10**15
"""Largest amount believed, in micro-units: a billion. Keeps every sum far from the 64-bit limit."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


class Money(NamedTuple):
    """An exact amount: signed micro-units (1e-6) of a currency or points code."""

    micro: int
    currency: str


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """An amount as it was read, kept in `event.derived`: replay believes this and never parses again.

    `max_micro` is the upper end of a range, equal to `micro` for an exact amount, None where it is open.
    """

    state: Literal["stated", "none", "unreadable"] = "none"
    micro: int | None = None
    max_micro: int | None = None
    currency: str | None = None
    per: str = "task"


def read(text: PayText | None, currency: str | None = None) -> Reading | None:
    """Reads a pay as the page says it; None where the page says nothing.

    `currency` is the platform's only one, for amounts without a mark. Exact numbers of the page's own data win over
    its words.
    """
    if text is None:
        return None
    code = text.currency or currency
    if text.micro is not None:
        return Reading("stated", text.micro, text.micro, code, text.per or "task")
    pay = parse_pay(text.raw, lang=text.lang, currency=code)
    per = text.per if text.per and pay.per == "task" else pay.per
    return Reading(pay.state, pay.micro, pay.max_micro, pay.currency, per)


def exact(reading: Reading | None) -> Money | None:
    """The amount as money; None for a pay per hour or unit, a range, an unknown currency, or no number at all."""
    if reading is None or reading.state != "stated" or reading.per != "task":
        return None
    if reading.micro is None or reading.micro != reading.max_micro or not 0 <= reading.micro <= MOST:
        return None
    if reading.currency is None:
        return Money(0, NO_CURRENCY) if reading.micro == 0 else None
    return Money(reading.micro, reading.currency) if _is_code(reading.currency) else None


@lru_cache(maxsize=256)
def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def decimal_text(micro: int) -> str:
    """Micro-units as exact decimal text with at least two places.

    >>> decimal_text(1_250_000), decimal_text(-5), decimal_text(0)
    ('1.25', '-0.000005', '0.00')
    """
    whole, part = divmod(abs(micro), 1_000_000)
    digits = f"{part:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if micro < 0 else ''}{whole}.{digits}"
