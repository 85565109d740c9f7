"""SproutGigs' wallet page, copied as text: its dates are UTC; what is taken out is a payout, all else is earned.

The site has no export, and no recorded page: what is known of the wallet is its date, its text and its amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from piecework.imports.formats.pasted import lines
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Left, Payment, Work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.formats.pasted import Line
    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "sproutgigs"
PLATFORM: Final = "sproutgigs"
_OUT: Final = ("withdraw", "payout", "cash out", "retrait")
_BACK: Final = ("deposit", "refund", "top up", "fee", "job posted", "purchase")
_LATER: Final = ("will be credited", "credited in", "pending")
_BANKS: Final = ("PayPal", "Payoneer", "Wise", "Skrill", "Litecoin", "Airtm")


def fits(source: Source) -> bool:
    """A text that names the site in its head."""
    return not source.is_json and b"sproutgigs" in source.data[:4096].lower()


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each line with a date and an amount."""
    names = Ordinals()
    for found in lines(source.text, PLATFORM, "UTC", options):
        yield found if isinstance(found, Left) else _row(*found, names)


def _row(row: int, line: Line, names: Ordinals) -> Row:
    text = line.title.casefold()
    key = names.key(PLATFORM, line.stamp, str(line.sign * line.amount.micro), line.title)
    if any(word in text for word in _OUT):
        bank = next((name for name in _BANKS if name.casefold() in text), "")
        return Payment(row, PLATFORM, key, line.amount, line.at, bank, title=line.title)
    if line.sign < 0 or any(word in text for word in _BACK):
        return Left(row, "is money put in or spent on the site, no pay")
    status = line.status or ("submitted" if any(word in text for word in _LATER) else "approved")
    return Work(row, PLATFORM, key, status, title=line.title, pay=line.amount, at=line.at, status_raw=line.status)
