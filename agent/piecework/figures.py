"""Amounts, lengths of time and moments, as text of one language. Pure and exact: money never becomes a float."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from piecework.now import DAY_US, HOUR_US, MINUTE_US, SECOND_US, utc, zone

if TYPE_CHECKING:
    from datetime import datetime

    from piecework.words import Words

MICRO = 1_000_000
_DIGITS = 6
_LEAST = 2
_THOUSAND = 3
_ISO = 3
_NB = "\N{NO-BREAK SPACE}"
_THIN = "\N{NARROW NO-BREAK SPACE}"
_MARKS = {"en": (",", "."), "fr": (_THIN, ",")}
# As browsers' own Intl writes them, so that popup and dashboard agree; other codes stand for themselves.
_SIGNS = {
    language: dict(pair.split("=") for pair in pairs.split())
    for language, pairs in (
        ("en", "USD=$ EUR=€ GBP=£ CAD=CA$ AUD=A$ NZD=NZ$ HKD=HK$ MXN=MX$ BRL=R$ INR=₹ JPY=¥ CNY=CN¥ KRW=₩ PHP=₱ ILS=₪"),
        ("fr", "USD=$US EUR=€ GBP=£GB CAD=$CA AUD=$AU NZD=$NZ MXN=$MX BRL=R$ INR=₹ KRW=₩ ILS=₪ SGD=$SG"),
    )
}


def whole(number: int, language: str) -> str:
    """A whole number with its thousands set apart: "12,345", "12 345"."""
    mark = _MARKS[language][0]
    digits = str(abs(number))
    head = len(digits) % _THOUSAND
    groups = ([digits[:head]] if head else []) + [
        digits[at : at + _THOUSAND] for at in range(head, len(digits), _THOUSAND)
    ]
    return ("-" if number < 0 else "") + mark.join(groups)


def amount(micro: int, currency: str, language: str) -> str:
    """Micro-units as "$0.80", "0,80 $US", "120 PTS": as many digits as the amount has, money at least two."""
    is_money = len(currency) == _ISO and currency.isalpha() and currency.isupper() and currency != "PTS"
    number = _decimal(abs(micro), language, _LEAST if is_money else 0)
    sign = "-" if micro < 0 else ""
    mark = _SIGNS[language].get(currency, currency)
    if not currency:
        return f"{sign}{number}"
    if language == "en" and is_money:
        return f"{sign}{mark}{_NB if mark == currency else ''}{number}"
    return f"{sign}{number}{_NB}{mark}"


def micro_text(micro: int) -> str:
    """The amount as a plain decimal for machines: "0.8" for 800,000, "-12" for -12,000,000."""
    rest = f"{abs(micro) % MICRO:0{_DIGITS}d}".rstrip("0")
    return f"{'-' if micro < 0 else ''}{abs(micro) // MICRO}{'.' if rest else ''}{rest}"


def _decimal(micro: int, language: str, least: int) -> str:
    rest = f"{micro % MICRO:0{_DIGITS}d}".rstrip("0").ljust(least, "0")
    return whole(micro // MICRO, language) + (f"{_MARKS[language][1]}{rest}" if rest else "")


def rough(value: float, language: str) -> str:
    """A number that is no money, rounded: two digits behind the mark below 1, one below 10, none above.

    >>> rough(0.254, "en"), rough(0.997, "fr"), rough(12.4, "en"), rough(0.001, "en")
    ('0.25', '1,0', '12', '0')
    """
    digits = 2 if value < 0.995 else 1 if value < 9.95 else 0  # noqa: PLR2004 - what rounds to 1, to 10
    text = f"{value:.{digits}f}"
    return "0" if not float(text) else text.replace(".", _MARKS[language][1])


def decimal(text: str, language: str) -> str:
    """A decimal number as a language writes it, its thousands set apart.

    >>> decimal("1680.25", "en"), decimal("-0.5", "fr")
    ('1,680.25', '-0,5')
    """
    whole_part, _, rest = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{whole(int(whole_part), language)}" + (
        f"{_MARKS[language][1]}{rest}" if rest else ""
    )


def length(us: int) -> str:
    """A length of time, in whole seconds below a minute, else minutes: "45 s", "12 min", "1 h 05 min"."""
    if us < MINUTE_US:
        return f"{max(us, 0) // SECOND_US}{_NB}s"
    hours, minutes = divmod(us // MINUTE_US, 60)
    return f"{hours}{_NB}h{_NB}{minutes:02d}{_NB}min" if hours else f"{minutes}{_NB}min"


def short(us: int, language: str) -> str:
    """A short delay rounded to a tenth of a second: "0.2 s"."""
    tenths = (max(us, 0) + SECOND_US // 20) // (SECOND_US // 10)
    return f"{whole(tenths // 10, language)}{_MARKS[language][1]}{tenths % 10}{_NB}s"


def ago(us: int, words: Words) -> str:
    """How long ago something was: "just now", "3 min ago", "2 h ago", "5 days ago"."""
    if us < 10 * SECOND_US:
        return words.t("dash.ago_now")
    for unit, size, most in (("s", SECOND_US, MINUTE_US), ("min", MINUTE_US, HOUR_US), ("h", HOUR_US, 2 * DAY_US)):
        if us < most:
            return words.t(f"dash.ago_{unit}", n=us // size)
    return words.t("dash.ago_d", n=us // DAY_US)


def local(at_us: int, zone_name: str) -> datetime:
    """The moment on the person's own clock; UTC at the end of the calendar, which no zone can pass."""
    try:
        return utc(at_us).astimezone(zone(zone_name))
    except OverflowError:
        return utc(at_us)


def clock(at_us: int, zone_name: str) -> str:
    """Hour and minute on the person's own clock: "14:05"."""
    return f"{local(at_us, zone_name):%H:%M}"


def day_name(day: str, words: Words, *, weekday: bool = True) -> str:
    """A day "YYYY-MM-DD" in words: "Tue 3 Nov 2026", "mar. 3 nov. 2026"."""
    year, month, number = (int(part) for part in day.split("-"))
    text = f"{number}{_NB}{words.listed('dash.months')[month - 1]}{_NB}{year}"
    return f"{words.listed('dash.weekdays')[date.fromisoformat(day).weekday()]} {text}" if weekday else text


def iso(at_us: int) -> str:
    """The moment as `<time datetime>` takes it, to the second, UTC."""
    return f"{utc(at_us):%Y-%m-%dT%H:%M:%SZ}"
