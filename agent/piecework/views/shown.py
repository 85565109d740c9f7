"""Figures as markup for one request: `<time>` and `<data>` carry the exact value, the text is the person's own."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup

from piecework import figures
from piecework.now import SECOND_US, day_of
from piecework.rates.convert import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.views.ask import Ask

_CENT = figures.MICRO // 100
_TIME = Markup('<time datetime="{}" title="{}">{}</time>')
_DATA = Markup('<data value="{}">{}</data>')


class Shown:
    """What templates call `f`. Every method escapes what it is given."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._words = ask.words
        self._language = ask.words.language

    def money(self, micro: int, currency: str) -> Markup:
        """An exact amount."""
        return _DATA.format(figures.micro_text(micro), figures.amount(micro, currency, self._language))

    def about(self, micro: int, currency: str) -> Markup:
        """A converted amount: to the hundredth, half to even, with all its digits for machines."""
        cents = int((Decimal(micro) / _CENT).to_integral_value(ROUND_HALF_EVEN)) * _CENT
        text = figures.amount(cents or micro, currency, self._language)
        return _DATA.format(figures.micro_text(micro), text)

    def pay(self, pay: Mapping[str, object]) -> Markup:
        """A stated pay, with its range and unit. Not for one that is not stated."""
        low, high, currency = pay["micro"], pay["max_micro"], str(pay["currency"] or "")
        text = self.money(int(str(low)), currency)
        if high is not None and high != low:
            text += Markup("\N{EN DASH}") + self.money(int(str(high)), currency)
        per = self._words.find(f"dash.per_{pay['per']}", "") if pay["per"] != "task" else ""
        return text + Markup(' <span class="soft">{}</span>').format(per) if per else text

    def number(self, number: int) -> str:
        """A whole number."""
        return figures.whole(number, self._language)

    def decimal(self, value: float) -> str:
        """A number that is no money, as exact as it deserves: "0.25", "3.1", "12"."""
        return figures.rough(value, self._language)

    def weekday(self, day: int) -> str:
        """The short name of a day of the week, 0 = Monday."""
        return self._words.listed("dash.weekdays")[day]

    def hours(self) -> list[str]:
        """The hours of a day as heads of columns."""
        return [f"{hour:02d}" for hour in range(24)]

    def rate(self, value: Decimal | str) -> Markup:
        """An exchange rate to six significant digits, with all that is known of it for machines."""
        exact = plain(Decimal(value))
        return _DATA.format(exact, figures.decimal(plain(Decimal(value), 6), self._language))

    def percent(self, share: Decimal) -> str:
        """A share as percent with one decimal: 0.0734 is "7.3 %"."""
        return f"{figures.decimal(f'{share * 100:.1f}', self._language)}\N{NO-BREAK SPACE}%"

    def length(self, us: int) -> Markup:
        """A length of time."""
        return Markup('<time datetime="PT{}S">{}</time>').format(max(us, 0) // SECOND_US, figures.length(us))

    def delay(self, us: int) -> Markup:
        """A short delay, to a tenth of a second."""
        return _DATA.format(us, figures.short(us, self._language))

    def ago(self, at_us: int) -> Markup:
        """How long ago, with the exact moment."""
        text = figures.ago(max(self._ask.now_us - at_us, 0), self._words)
        return _TIME.format(figures.iso(at_us), self._full(at_us), text)

    def clock(self, at_us: int) -> Markup:
        """The time of day alone: where the day stands elsewhere."""
        return _TIME.format(figures.iso(at_us), self._full(at_us), figures.clock(at_us, self._ask.zone))

    def moment(self, at_us: int) -> Markup:
        """Day and time; the day is left out where it is today."""
        day = day_of(at_us, self._ask.zone)
        time = figures.clock(at_us, self._ask.zone)
        text = time if day == self._ask.day else f"{figures.day_name(day, self._words, weekday=False)}, {time}"
        return _TIME.format(figures.iso(at_us), self._full(at_us), text)

    def day(self, day: str) -> Markup:
        """A calendar day "YYYY-MM-DD" in words."""
        return Markup('<time datetime="{}">{}</time>').format(day, figures.day_name(day, self._words))

    def month(self, month: str) -> str:
        """A month "2026-11" in words: "Nov 2026"."""
        return f"{self._words.listed('dash.months')[int(month[5:]) - 1]}\N{NO-BREAK SPACE}{month[:4]}"

    def link(self, **change: str | int) -> str:
        """This page's address with some of its parameters changed; an empty one is left out."""
        query = {name: str(value) for name, value in {**self._ask.query, **change}.items() if value != ""}
        return f"{self._ask.path}?{urlencode(query)}" if query else self._ask.path

    def account(self, account: str) -> str:
        """The beginning of an account's hash; "" where a platform shows none."""
        return f"#{account[:4]}" if account not in {"", "-"} else ""

    def address(self, url: str | None) -> str:
        """A site's address where a browser may open it, else ""."""
        try:
            return url if url and urlsplit(url).scheme in {"https", "http"} and urlsplit(url).hostname else ""
        except ValueError:
            return ""

    def _full(self, at_us: int) -> str:
        day = figures.day_name(day_of(at_us, self._ask.zone), self._words)
        return f"{day}, {figures.local(at_us, self._ask.zone):%H:%M:%S} ({self._ask.zone})"
