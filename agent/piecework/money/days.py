"""How many days a site gives for something, purely: "7", "7 days", "72 hours", "within 2 weeks"."""

from typing import Final

from piecework.money.duration import parse_time

DAY_S: Final = 86_400
MOST: Final = 366
"""Days beyond which nothing is believed: no site takes a year to decide."""
_LONGEST: Final = 200


def parse_days(text: str, *, lang: str = "en") -> int | None:
    """Whole days, the last begun one counted; None where the text says none. A bare number counts days.

    >>> parse_days("7"), parse_days("1 day rate"), parse_days("within 60 hours"), parse_days("soon"), parse_days("0")
    (7, 1, 3, None, None)
    """
    bare = text.strip()[:_LONGEST]
    if bare.isascii() and bare.isdigit():
        days = int(bare)
    else:
        found = parse_time(bare, lang=lang)
        seconds = found.max_s if found.state == "stated" and found.kind == "duration" else None
        days = 0 if seconds is None else -(-seconds // DAY_S)
    return days if 0 < days <= MOST else None
