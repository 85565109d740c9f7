"""Money as the ledger holds it: whole micro-units (a millionth of the unit) and a currency code. Never a float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from piecework.money.currency import is_points

MICRO: Final = 1_000_000
"""Micro-units of one unit: one dollar, one euro, one point."""

MAX_MICRO: Final = 2**63 - 1
MIN_MICRO: Final = -(2**63)
"""What a signed 64-bit column holds."""

_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_DECIMALS: Final = 6
_WHOLE: Final = frozenset(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG", "RWF"))
_THOUSANDTHS: Final = frozenset(("BHD", "IQD", "JOD", "KWD", "OMR", "TND"))
"""Currencies whose minor unit is not a hundredth (ISO 4217)."""

_SIGNS_EN: Final = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$"}
_SIGNS_FR: Final = {"EUR": "€", "USD": "$US", "CAD": "$CA", "AUD": "$AU", "NZD": "$NZ"}
_NARROW: Final = "\u202f"
_NO_BREAK: Final = "\u00a0"


class AmountError(ValueError):
    """A text or sum is no amount of money that can be kept exactly; its text says why."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount: `micro` whole micro-units of `currency` (ISO code, or "PTS…" for points)."""

    micro: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what no ledger column could hold. Raises AmountError."""
        if isinstance(self.micro, bool) or not isinstance(self.micro, int):
            raise AmountError(f"Money is whole micro-units, not {type(self.micro).__name__}.")
        checked(self.micro)

    def __add__(self, other: "Money") -> "Money":
        """Return the sum. Raises AmountError over two currencies: those need a rate, not a plus."""
        if other.currency != self.currency:
            raise AmountError(f"{self.currency} and {other.currency} can't be added without a rate.")
        return Money(self.micro + other.micro, self.currency)

    def __neg__(self) -> "Money":
        """Return the same sum the other way."""
        return Money(-self.micro, self.currency)


def checked(micro: int) -> int:
    """Return `micro` itself. Raises AmountError outside signed 64 bits."""
    if not MIN_MICRO <= micro <= MAX_MICRO:
        raise AmountError(f"{micro} micro-units don't fit into signed 64 bits.")
    return micro


def to_micro(decimal_text: str) -> int:
    """Return the micro-units of a plain decimal text such as "-12.50", exactly.

    Raises AmountError for any other form ("1e5", "1,5", "NaN"), for more than six decimals that count, and outside
    signed 64 bits; nothing is ever rounded here.
    """
    if _PLAIN.fullmatch(decimal_text) is None:
        raise AmountError(f"{decimal_text[:40]!r} is no plain decimal number such as 12.50.")
    whole, _, rest = decimal_text.partition(".")
    if len(rest.rstrip("0")) > _DECIMALS:
        raise AmountError(f"{decimal_text[:40]!r} has more than six decimals: it can't be kept exactly.")
    # Text is put together, so no context precision of Decimal can ever cut a digit.
    return checked(int(Decimal(whole + rest[:_DECIMALS].ljust(_DECIMALS, "0"))))


def minor_to_micro(minor: int, currency: str) -> int:
    """Return the micro-units of an amount that a page's data gives in cents, pence or, for yen, whole units."""
    return checked(minor * 10 ** (_DECIMALS - digits_of(currency)))


def plain(micro: int) -> str:
    """Return the exact decimal text of an amount, the inverse of `to_micro`: 5000 is "0.005"."""
    whole, rest = divmod(abs(micro), MICRO)
    decimals = f"{rest:06d}".rstrip("0")
    return f"{'-' if micro < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def digits_of(currency: str) -> int:
    """Return the decimals of a currency's minor unit; points have none."""
    if currency in _THOUSANDTHS:
        return 3
    return 0 if is_points(currency) or currency in _WHOLE else 2


def _rounded(micro: int, digits: int) -> str:
    """Return the decimal text with `digits` decimals, half to even; an amount below one unit stays exact."""
    exact = plain(abs(micro))
    decimals = len(exact.partition(".")[2])
    if decimals > digits and abs(micro) < MICRO:
        return exact
    step = Decimal(1).scaleb(-digits)
    return format(Decimal(exact).quantize(step, rounding=ROUND_HALF_EVEN), "f")


def show(micro: int, currency: str | None, locale: str) -> str:
    """Return an amount for people, the one place where money is rounded (half to even).

    `locale` is "en" ("$1,234.50") or "fr" ("1 234,50 $US" with no-break spaces). Below one unit every decimal is
    shown, so a reward of half a cent never reads as nothing. A currency that is not known is left out.
    """
    whole, _, rest = _rounded(micro, digits_of(currency or "USD")).partition(".")
    french = locale.lower().startswith("fr")
    grouped = f"{int(whole):,}".replace(",", _NARROW if french else ",")
    number = grouped + (("," if french else ".") + rest if rest else "")
    minus = "-" if micro < 0 and number.strip("0,.") else ""
    if currency is None:
        return minus + number
    name = "pts" if currency == "PTS" else currency
    if french:
        return f"{minus}{number}{_NO_BREAK}{_SIGNS_FR.get(currency, name)}"
    if currency in _SIGNS_EN:
        return f"{minus}{_SIGNS_EN[currency]}{number}"
    return f"{minus}{number} {name}" if is_points(currency) else f"{minus}{name}{_NO_BREAK}{number}"
