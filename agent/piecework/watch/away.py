"""Rules as far as an extension follows them by itself while the agent is away. Pure: rates are handed in.

What it can't know (a regular expression's time limit, a title's language, the person's own wage) is left out of the
rule, which is then told of quietly: a task too many without a sound is better than one too few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from piecework.protocol.messages import Amount, AwayRule
from piecework.rates import Rate, convert
from piecework.watch.patterns import folded
from piecework.watch.rulebook import TASK_REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from piecework.watch.rulebook import Rule, Sum

    FindRate = Callable[[str, str], Rate | None]


def away_rule(rule: Rule, currencies: Iterable[str], find: FindRate) -> AwayRule | None:
    """The rule for one that knows tasks only, None where it tells of none. `currencies`: what tasks may be paid in."""
    reasons: list[str] = [one for one in rule.reasons if one in TASK_REASONS]
    if not reasons:
        return None
    known = list(currencies)
    words, other_words = _plain(rule.words), _plain(rule.not_words)
    whole = len(words) == len(rule.words) and len(other_words) == len(rule.not_words)
    own = rule.min_hourly is not None and rule.hourly_from == "own"
    return AwayRule(
        reasons=reasons,
        platforms=list(rule.platforms),
        not_platforms=list(rule.not_platforms),
        requesters=[folded(one.strip()) for one in rule.requesters],
        not_requesters=[folded(one.strip()) for one in rule.not_requesters],
        words=words if len(words) == len(rule.words) else [],
        not_words=other_words,
        currencies=list(rule.currencies),
        min_pay=_least(rule.min_pay, known, find),
        min_hourly=None if own else _least(rule.min_hourly, known, find),
        min_minutes=rule.min_minutes,
        max_minutes=rule.max_minutes,
        min_places=rule.min_places,
        qualified=rule.qualified,
        active_from=rule.active_from,
        active_to=rule.active_to,
        level=rule.level,
        sound=rule.sound,
        volume=rule.volume,
        open=rule.open_tab,
        partly=bool(rule.languages) or own or not whole,
    )


def plain_words(entries: Iterable[str]) -> list[str]:
    """Words and phrases as they are looked for: folded, one blank between two words."""
    texts = (one[1:-1] if len(one) > 1 and one[0] == one[-1] == '"' else one for one in entries)
    return [found for text in texts if (found := " ".join(folded(text).split()))]


def size(rule: AwayRule) -> int:
    """Its bytes in a message."""
    return len(msgspec.json.encode(rule))


def _plain(entries: list[str]) -> list[str]:
    return plain_words(one for one in entries if not (len(one) > 1 and one[0] == one[-1] == "/"))


def _least(wanted: Sum | None, currencies: Iterable[str], find: FindRate) -> list[Amount] | None:
    """The smallest amount of each currency that comes to the wanted one; a currency without a rate is left out."""
    if wanted is None:
        return None
    found = [Amount(wanted.micro, wanted.currency)]
    for currency in sorted(set(currencies) - {wanted.currency}):
        rate = find(currency, wanted.currency)
        if rate is not None:
            found.append(Amount(_reach(wanted.micro, rate), currency))
    return found


def _reach(wanted: int, rate: Rate) -> int:
    """The smallest amount whose conversion, rounded, is not below the wanted one."""
    low, high = 0, int(wanted / rate.value) + 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if convert(middle, rate) >= wanted else (middle + 1, high)
    return low
