"""From one currency to another, purely: exact decimals, rounded once, with the rate's day and its age."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, NamedTuple

FIRM_DAYS: Final = 7
"""A rate this old still speaks for a day: weekends and the bank's holidays lie within. An older one is provisional."""
EURO: Final = "EUR"
ONE: Final = Decimal(1)
_EXACT: Final = Context(prec=40, rounding=ROUND_HALF_EVEN)


class Quote(NamedTuple):
    """Units of a currency for one euro, on a day "YYYY-MM-DD", by whose word."""

    per_eur: Decimal
    day: str
    source: str


class Rate(NamedTuple):
    """Units of `quote` for one unit of `base`: of which day, by whose word, and how old it is on the day asked for."""

    base: str
    quote: str
    value: Decimal
    day: str
    source: str
    age_days: int

    @property
    def firm(self) -> bool:
        """Whether it may stand in a statement."""
        return self.age_days <= FIRM_DAYS

    @property
    def text(self) -> str:
        """The rate as decimal text with at most ten significant digits: what is shown and kept.

        >>> Rate("USD", "EUR", Decimal("0.8951"), "2026-10-30", "ecb", 0).text
        '0.8951'
        """
        return plain(self.value)


def plain(value: Decimal, digits: int = 10) -> str:
    """A positive decimal without an exponent, at most that many significant digits, no zeros at its end.

    >>> plain(Decimal("129.5000")), plain(ONE / 3, 4), plain(Decimal("1E+3"))
    ('129.5', '0.3333', '1000')
    """
    text = format(Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def age(day: str, on: str) -> int:
    """Days between two days "YYYY-MM-DD"."""
    return (date.fromisoformat(on) - date.fromisoformat(day)).days


def cross(base: str, quote: str, one: Quote, other: Quote, on: str) -> Rate:
    """The rate of two currencies that are both quoted against the euro; as old as the older of the two."""
    older = min((one, other), key=lambda found: found.day)
    sources = sorted({found.source for found, code in ((one, base), (other, quote)) if code != EURO})
    value = _EXACT.divide(other.per_eur, one.per_eur)
    return Rate(base, quote, value, older.day, ", ".join(sources), age(older.day, on))


def inverse(rate: Rate) -> Rate:
    """The same rate seen from the other currency."""
    return rate._replace(base=rate.quote, quote=rate.base, value=_EXACT.divide(ONE, rate.value))


def chain(one: Rate, other: Rate) -> Rate:
    """From the first rate's base to the second's quote, where they meet; as old as the older of the two."""
    older = max((one, other), key=lambda rate: rate.age_days)
    sources = ", ".join(dict.fromkeys([*one.source.split(", "), *other.source.split(", ")]))
    return older._replace(
        base=one.base, quote=other.quote, value=_EXACT.multiply(one.value, other.value), source=sources
    )


def convert(micro: int, rate: Rate) -> int:
    """Micro-units of `rate.base` as micro-units of `rate.quote`, rounded once, half to even."""
    return int(_EXACT.multiply(Decimal(micro), rate.value).to_integral_value(ROUND_HALF_EVEN))
