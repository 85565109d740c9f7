"""Whether a rule meets a piece of news. Pure: rates, the person's own wage and the hour are handed in.

What can't be known is not guessed: a rule whose condition lacks a rate, or five own tasks, does not match, and the
verdict says what was lacking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from piecework.rates import Rate, convert
from piecework.store.worked import LEAST
from piecework.watch.patterns import Words, compile_words, find, folded
from piecework.watch.tongue import language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from piecework.watch.rulebook import Rule, Sum

_HOUR_MIN = 60


class Own(NamedTuple):
    """The person's own wage: micro-units an hour, the median over `n` tasks of theirs."""

    micro: int
    currency: str
    n: int


class Facts(NamedTuple):
    """What is known of the news. Money in micro-units; None is what nobody said."""

    reason: str
    platform: str
    requester: str = ""
    title: str = ""
    pay_micro: int | None = None
    pay_currency: str | None = None
    pay_per: str = "task"
    hourly_micro: int | None = None
    hourly_currency: str | None = None
    minutes: int | None = None
    places: int | None = None
    qualified: bool | None = None


class World(NamedTuple):
    """What surrounds it. `rate(from, to)` and `own()` answer None where they don't know; `minute` of the local day.

    `own` is asked only by a rule that needs it: it costs a look into the books.
    """

    rate: Callable[[str, str], Rate | None]
    own: Callable[[], Own | None]
    minute: int


class Verdict(NamedTuple):
    """Whether it is met; `lacks` names what a condition lacked, "" where it simply does not hold.

    "rate", "few" (own tasks), "pay", "hourly", "minutes", "places", "language", "qualified" or "pattern" (too slow).
    `rate_day`: the day of the rate that decided.
    """

    met: bool
    lacks: str = ""
    rate_day: str = ""


NO = Verdict(met=False)
_MET = Verdict(met=True)


def judge(rule: Rule, facts: Facts, world: World) -> Verdict:
    """Whether the rule wants to tell of this. Conditions that plainly fail come before those that lack something."""
    if facts.reason not in rule.reasons or not _named(rule, facts) or not _active(rule, world.minute):
        return NO
    lacking = ""
    rate_day = ""
    for condition in (_words, _counts, _language, _qualified, _pay, _hourly):
        verdict = condition(rule, facts, world)
        if not verdict.met and not verdict.lacks:
            return NO
        lacking = lacking or verdict.lacks
        rate_day = rate_day or verdict.rate_day
    return Verdict(not lacking, lacking, rate_day)


def within(begin: str, end: str, minute: int) -> bool:
    """Whether a minute of the day lies in ["HH:MM", "HH:MM"), which may cross midnight; empty is always."""
    if not begin or not end:
        return True
    first, last = _minute(begin), _minute(end)
    return first <= minute < last if first <= last else minute >= first or minute < last


def _named(rule: Rule, facts: Facts) -> bool:
    if rule.platforms and facts.platform not in rule.platforms:
        return False
    if facts.platform in rule.not_platforms:
        return False
    if rule.currencies and facts.pay_currency not in rule.currencies:
        return False
    who = folded(facts.requester)
    if rule.requesters and not _among(rule.requesters, who):
        return False
    return not (rule.not_requesters and _among(rule.not_requesters, who))


def _among(names: Sequence[str], who: str) -> bool:
    return any(folded(name.strip()) == who for name in names)


def _active(rule: Rule, minute: int) -> bool:
    return within(rule.active_from, rule.active_to, minute)


def _minute(clock: str) -> int:
    return int(clock[:2]) * _HOUR_MIN + int(clock[3:])


def _words(rule: Rule, facts: Facts, _world: World) -> Verdict:
    if rule.words:
        wanted = find(_compiled(rule.words), facts.title)
        if not wanted.any:
            return Verdict(met=False, lacks="pattern" if wanted.slow else "")
    if rule.not_words:
        unwanted = find(_compiled(rule.not_words), facts.title)
        if unwanted.any:
            return NO
        if unwanted.slow:
            return Verdict(met=False, lacks="pattern")
    return _MET


def _compiled(words: Sequence[str]) -> Words:
    return compile_words(tuple(words))


def _counts(rule: Rule, facts: Facts, _world: World) -> Verdict:
    for low, high, value, name in (
        (rule.min_minutes, rule.max_minutes, facts.minutes, "minutes"),
        (rule.min_places, None, facts.places, "places"),
    ):
        if low is None and high is None:
            continue
        if value is None:
            return Verdict(met=False, lacks=name)
        if (low is not None and value < low) or (high is not None and value > high):
            return NO
    return _MET


def _language(rule: Rule, facts: Facts, _world: World) -> Verdict:
    if not rule.languages:
        return _MET
    language = language_of(facts.title)
    return Verdict(met=language in rule.languages, lacks="" if language else "language")


def _qualified(rule: Rule, facts: Facts, _world: World) -> Verdict:
    if not rule.qualified:
        return _MET
    return Verdict(met=facts.qualified is True, lacks="qualified" if facts.qualified is None else "")


def _pay(rule: Rule, facts: Facts, world: World) -> Verdict:
    if rule.min_pay is None:
        return _MET
    if facts.pay_micro is None or facts.pay_currency is None or facts.pay_per != "task":
        return Verdict(met=False, lacks="pay")
    return _at_least(rule.min_pay, facts.pay_micro, facts.pay_currency, world)


def _hourly(rule: Rule, facts: Facts, world: World) -> Verdict:
    if rule.min_hourly is None:
        return _MET
    own = world.own() if rule.hourly_from != "stated" else None
    if own is not None and own.n >= LEAST:
        return _at_least(rule.min_hourly, own.micro, own.currency, world)
    if rule.hourly_from == "own":
        return Verdict(met=False, lacks="few")
    stated = _stated(facts)
    if stated is None:
        return Verdict(met=False, lacks="hourly")
    return _at_least(rule.min_hourly, *stated, world)


def _stated(facts: Facts) -> tuple[int, str] | None:
    """The pay an hour the site states, else its pay by its own minutes; micro-units."""
    if facts.hourly_micro is not None and facts.hourly_currency:
        return facts.hourly_micro, facts.hourly_currency
    if facts.pay_micro is None or not facts.pay_currency:
        return None
    if facts.pay_per == "hour":
        return facts.pay_micro, facts.pay_currency
    if facts.pay_per != "task" or not facts.minutes:
        return None
    return facts.pay_micro * _HOUR_MIN // facts.minutes, facts.pay_currency


def _at_least(wanted: Sum, micro: int, currency: str, world: World) -> Verdict:
    if currency == wanted.currency:
        return Verdict(met=micro >= wanted.micro)
    rate = world.rate(currency, wanted.currency)
    if rate is None:
        return Verdict(met=False, lacks="rate")
    return Verdict(met=convert(micro, rate) >= wanted.micro, rate_day=rate.day)
