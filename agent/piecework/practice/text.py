"""How a pretend site writes money and dates."""

from datetime import UTC, datetime, timedelta

from piecework.practice.things import MICRO

SYMBOLS = {"USD": "$", "GBP": "£", "EUR": "€", "CAD": "CA$", "AUD": "A$"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def amount(micro: int, currency: str = "USD", least: int = 2) -> str:
    """Micro-units as text: 41_000 USD is "$0.041"; at least `least` decimals, no needless zeros."""
    whole, part = divmod(abs(micro), MICRO)
    decimals = f"{part:06d}".rstrip("0").ljust(least, "0")
    sign = "-" if micro < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    return f"{sign}{symbol}{whole}.{decimals}" if decimals else f"{sign}{symbol}{whole}"


def instant(at_us: int | None) -> str:
    """µs UTC as ISO 8601 with six decimals and Z; nothing for None."""
    return "" if at_us is None else (EPOCH + timedelta(microseconds=at_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def us_date(at_us: int) -> str:
    """MM/DD/YYYY HH:MM:SS in UTC, as Microworkers writes it."""
    return (EPOCH + timedelta(microseconds=at_us)).strftime("%m/%d/%Y %H:%M:%S")


def age(at_us: int, now_us: int) -> str:
    """How long ago, in the words of a list: "38 mins ago", "2 hours ago", "3 days ago"."""
    minutes = max(0, now_us - at_us) // (60 * MICRO)
    for size, one in ((1440, "day"), (60, "hour"), (1, "min")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {one}{'s' if count > 1 else ''} ago"
    return "just now"
