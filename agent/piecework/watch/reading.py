"""From a row as a page says it to the columns of a task: cut, cleaned, parsed. Nothing here can fail on a row."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from piecework.money import Duration, Pay, parse_days, parse_pay, parse_places, parse_time

if TYPE_CHECKING:
    from piecework.protocol.bodies import PayText, Row

TITLE = 300
REQUESTER = 200
URL = 2_000
RAW = 200
ID = 200
"""Longest texts kept, in characters."""
EXACT = 2**53
"""An amount beyond this many micro-units is a mistake of the page: 9 billion of any currency."""
NO_PAY = Pay("none", None, None, None, "task", "")

_pay = lru_cache(maxsize=8192)(parse_pay)
_places = lru_cache(maxsize=8192)(parse_places)


class Sight(NamedTuple):
    """One row, ready for table `task`. Money in micro-units; None is what the row does not say."""

    system: str
    id: str
    title: str
    requester: str
    pay_state: str
    pay_micro: int | None
    pay_max_micro: int | None
    pay_currency: str | None
    pay_per: str
    pay_raw: str
    hourly_micro: int | None
    hourly_currency: str | None
    minutes: int | None
    places: int | None
    url: str | None
    page: int | None
    allotted_s: int | None = None
    qualified: int | None = None
    rated_days: int | None = None


def cut(text: str, most: int) -> str:
    """At most `most` characters, without NUL and outer blanks: sent texts are cut already, and not believed."""
    if "\0" in text:
        text = text.replace("\0", "")
    return text.strip()[:most]


def seen(text: str, most: int) -> str:
    """The same, and nothing where no character of it can be seen: marks and blanks alone are no name."""
    words = cut(text, most)
    return words if any(letter.isprintable() and not letter.isspace() for letter in words) else ""


def read_row(row: Row, currency: str | None, page: int | None) -> Sight | None:
    """The columns of one row; None for a row without an id. `currency` is what an unmarked amount is in."""
    own = short_id(row.id)
    if not own:
        return None
    pay = read_pay(row.pay, currency)
    hourly = read_pay(row.hourly, currency)
    return Sight(
        system=cut(row.system, RAW),
        id=own,
        title=seen(row.title, TITLE),
        requester=seen(row.requester, REQUESTER),
        pay_state=pay.state,
        pay_micro=pay.micro,
        pay_max_micro=pay.max_micro,
        pay_currency=pay.currency,
        pay_per=pay.per,
        pay_raw=cut(pay.raw, RAW),
        hourly_micro=hourly.micro if hourly.state == "stated" else None,
        hourly_currency=hourly.currency if hourly.state == "stated" else None,
        minutes=_minutes(row.minutes_raw, row.pay.lang if row.pay else "en"),
        places=_places(cut(row.places_raw, RAW)).left if row.places_raw else None,
        url=web_address(row.url),
        page=page,
        allotted_s=_seconds(row.allotted_raw, row.pay.lang if row.pay else "en"),
        qualified=None if row.qualified is None else int(row.qualified),
        rated_days=_days(row.rated_raw, row.pay.lang if row.pay else "en") if row.rated_raw else None,
    )


def short_id(text: str) -> str:
    """A site's id as it is; one too long for any site becomes its hash, so that two never become one."""
    own = cut(text, len(text))
    return own if len(own) <= ID else "sha256-" + hashlib.sha256(own.encode()).hexdigest()


def read_pay(pay: PayText | None, currency: str | None) -> Pay:
    """A pay as stated: exact numbers of the page's own data win where their currency is known, else the text."""
    if pay is None:
        return NO_PAY
    code = pay.currency or currency
    raw = cut(pay.raw, RAW)
    if pay.micro is not None and code is not None:
        if 0 <= pay.micro < EXACT:
            return Pay("stated", pay.micro, pay.micro, cut(code, 12), cut(pay.per or "task", 12), raw)
        return Pay("unreadable", None, None, None, "task", raw or str(pay.micro))
    read = _pay(raw, lang=pay.lang[:20], currency=code)
    if pay.per and read.per == "task" and read.state == "stated":
        return Pay(read.state, read.micro, read.max_micro, read.currency, cut(pay.per, 12), read.raw, read.parser)
    return read


def web_address(url: str | None) -> str | None:
    """An address a browser may open; a longer one than `URL` would be a broken one and is left out."""
    if not url or len(url) > URL or not url.startswith(("https://", "http://")) or "\0" in url:
        return None
    return url


@lru_cache(maxsize=8192)
def _time(raw: str, lang: str) -> Duration:
    return parse_time(raw, lang=lang, unit="minutes")


def _days(raw: str, lang: str) -> int | None:
    return parse_days(cut(raw, RAW), lang=lang[:20])


def _seconds(raw: str | None, lang: str) -> int | None:
    if not raw:
        return None
    read = _time(cut(raw, RAW), lang[:20])
    return (read.max_s if read.max_s is not None else read.min_s) if read.state == "stated" else None


def _minutes(raw: str | None, lang: str) -> int | None:
    seconds = _seconds(raw, lang)
    return None if seconds is None else max(1, (seconds + 30) // 60)
