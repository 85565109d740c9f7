"""A rule in a few words, for the list of rules. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from piecework import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from piecework.watch.rulebook import Rule
    from piecework.words import Words

MOST = 3
"""So many names of a kind are shown, the rest is counted."""


def gist(rule: Rule, words: Words, platform_name: Callable[[str], str]) -> list[str]:
    """What the rule asks and where it tells, condition by condition; empty for one that asks nothing."""
    return [*_conditions(rule, words, platform_name), *_ways(rule, words)]


def _conditions(rule: Rule, words: Words, platform_name: Callable[[str], str]) -> Iterator[str]:
    named = [*(platform_name(one) for one in rule.platforms), *rule.requesters]
    unnamed = [*(platform_name(one) for one in rule.not_platforms), *rule.not_requesters]
    texts = {"from": named, "never": unnamed, "words": rule.words, "never_words": rule.not_words}
    for name, entries in (texts | {"currencies": rule.currencies}).items():
        if entries:
            yield words.t(f"gist.{name}", text=_some(entries))
    if rule.languages:
        yield _some([words.t(f"tongue.{one}") for one in rule.languages])
    for name, limit in (("pay", rule.min_pay), ("hour", rule.min_hourly)):
        if limit is not None:
            yield words.t(f"gist.{name}", pay=figures.amount(limit.micro, limit.currency, words.language))
    for name, count in (("longer", rule.min_minutes), ("shorter", rule.max_minutes), ("places", rule.min_places)):
        if count is not None:
            yield words.t(f"gist.{name}", n=count)
    if rule.qualified:
        yield words.t("gist.qualified")


def _ways(rule: Rule, words: Words) -> Iterator[str]:
    if rule.sound and rule.level == "sound":
        yield words.t(f"sound.{rule.sound}")
    if rule.open_tab:
        yield words.t("gist.tab")


def _some(entries: Iterable[str]) -> str:
    shown = list(entries)
    rest = len(shown) - MOST
    return ", ".join(shown[:MOST]) + (f" +{rest}" if rest > 0 else "")
