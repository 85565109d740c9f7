"""Figures as markup for one request: `<time>` and `<data>` carry the exact value, the text is the person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup

from piecework.now import SECOND_US, day_of
from piecework.views import figures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.views.ask import Ask

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
