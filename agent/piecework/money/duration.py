"""Reading durations, ages and time left as a page writes them, in whole seconds."""

import re
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import msgspec

from piecework.money.bounds import (
    bound_before,
    bound_behind,
    connector,
    is_between,
    is_minus,
    words_before,
    words_behind,
)
from piecework.money.currency import SIGNS
from piecework.money.numbers import Page, Token, clean, fold, is_blank, is_disguised, page_of, tokenise, words_only
from piecework.money.spells import Ratio, Spell, bare_count, spell_at
from piecework.money.words import values, words

LONGEST_S: Final = 100 * 31_536_000
"""A hundred years: whatever is longer was read wrong."""

_NONE_TEXTS: Final = words("none_texts")
_NOW: Final = words("now")
_YESTERDAY: Final = values("yesterday")
_AGO_AHEAD: Final = words("ago_ahead")
_AGO_BEHIND: Final = words("ago_behind")
_ABOUT: Final = words("about")
_LEFT: Final = words("left")
_LEFT_IN: Final = words("left_in")
_UP_TO: Final = words("time_up_to")
_FEW: Final = words("few")
_SECONDS: Final = words("unit_1")
_TIME_OF_DAY: Final = words("time_of_day")
_BESIDE_ROWS: Final = ("time_labels", "about", "between", "up_to", "at_least", "left", "left_in", "time_up_to")
_BESIDE: Final = frozenset(part for row in _BESIDE_ROWS for phrase in words(row) for part in phrase.split("_"))
_ISO: Final = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,6})W)?(?:([0-9]{1,6})D)?(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
)
_ISO_SIZES: Final = (604800, 86400, 3600, 60, 1)

Kind = Literal["duration", "ago", "left"]


class Duration(msgspec.Struct, frozen=True):
    """A time as stated, or why there is none; whole seconds, half rounded up.

    `stated`: `min_s` and `max_s` are equal for an exact time; `max_s` is None where it is open ("over 5 min").
    `kind` tells a duration from an age ("2 days ago") and from what is left ("expires in 3 h"). A month counts 30
    days, a year 365. `none`: the text is empty. `unreadable`: it holds something else, a date or a time of day too.
    """

    state: Literal["stated", "none", "unreadable"]
    min_s: int | None
    max_s: int | None
    kind: Kind
    raw: str


class _Range(NamedTuple):
    start: int
    end: int
    low: Ratio
    high: Ratio


def parse_time(text: str, *, lang: str = "en", unit: Literal["", "seconds", "minutes"] = "") -> Duration:
    """Read a time out of a page's text. Never raises; see `Duration` for the answer.

    `unit` is what a definition says a bare number counts ("7" in a column of minutes).
    """
    raw = clean(text)
    page = page_of(lang)
    folded = fold(raw)
    tokens = tokenise(folded, page.lang)
    said = words_only(tokens)
    if is_blank(tokens) or said in _NONE_TEXTS:
        return Duration("none", None, None, "duration", raw)
    found = None if is_disguised(raw) else _whole(tokens, folded, page) or _find(tokens, page)
    if found is None and unit and said is None and not is_disguised(raw):
        found = _find([*tokens, Token("w", "min" if unit == "minutes" else "s", gap=True, upper=False)], page)
    if found is None or max(found[0], found[1] or 0) > LONGEST_S:
        return Duration("unreadable", None, None, "duration", raw)
    return Duration("stated", *found, raw)


def _whole(tokens: list[Token], folded: str, page: Page) -> tuple[int, int | None, Kind] | None:
    """Read what only a whole text says: "just now", "yesterday", "a few seconds ago", "PT15M"."""
    iso = _ISO.fullmatch(folded.strip(" \u00a0"))
    if iso is not None and any(iso.groups()):
        seconds = sum(int(part or 0) * size for part, size in zip(iso.groups(), _ISO_SIZES, strict=True))
        return seconds, seconds, "duration"
    if any(token.kind == "n" for token in tokens):
        return None
    said = [token.text for token in tokens if token.kind == "w"]
    if "_".join(said) in _NOW:
        return 0, 0, "ago"
    if said and len(said) <= 3 and _YESTERDAY.get(said[-1]) == page.lang:  # noqa: PLR2004 - "posted yesterday"
        return 86400, 86400, "ago"
    for at, (few, unit) in enumerate(pairwise(tokens)):
        if few.text in _FEW and unit.text in _SECONDS:
            return 0, 59, _kind(tokens, at, at + 2)
    return None


def _find(tokens: list[Token], page: Page) -> tuple[int, int | None, Kind] | None:
    """Return the first spell of time with its range, bound and kind; None where it can't be told for sure."""
    spells = (spell_at(tokens, at, page) for at in range(len(tokens)))
    spell = next((spell for spell in spells if spell is not None), None)
    if spell is None:
        return None
    span = _with_range(tokens, spell, page)
    if span is None or _is_doubtful(tokens, spell, span, page):
        return None
    low, high, kind = span.low.seconds(), span.high.seconds(), _kind(tokens, span.start, span.end)
    if span.low != span.high:
        return (low, high, kind) if low <= high else None
    bound = "min" if spell.more else _bound(tokens, span)
    if bound == "max":
        return 0, high, kind
    return low, None if bound == "min" else high, kind


def _bound(tokens: list[Token], span: _Range) -> str:
    near = words_before(tokens, span.start)
    if any("_".join(reversed(near[:size])) in _UP_TO for size in (1, 2, 3)):
        return "max"
    return bound_before(tokens, span.start) or bound_behind(tokens, span.end)


def _with_range(tokens: list[Token], spell: Spell, page: Page) -> _Range | None:
    """Join the other end of a range: the bare 5 of "5-10 min", or the second spell of "30 s - 2 min"."""
    alone = _Range(spell.start, spell.end, spell.value, spell.value)
    later = connector(tokens, spell.end, between=is_between(tokens, spell.start))
    other = spell_at(tokens, later, page) if later is not None and later < len(tokens) else None
    if other is not None and not spell.more:
        return alone._replace(end=other.end, high=other.value) if spell.unit and other.unit else None
    for at in range(max(0, spell.start - 4), spell.start):
        low = bare_count(tokens, at, page)
        if low is None or (at and tokens[at - 1].text in SIGNS):
            continue
        if connector(tokens, at + 1, between=is_between(tokens, at)) == spell.start:
            return _with_bare(tokens, at, low, spell)
    return alone


def _with_bare(tokens: list[Token], at: int, low: Ratio, spell: Spell) -> _Range | None:
    """Join the bare number `low` at token `at` to the spell after it; None where it may count something else."""
    if not spell.unit or sum(token.kind == "n" for token in tokens[spell.start : spell.end]) > 1:
        return None
    before = tokens[at - 1] if at else None
    spaced_dash = tokens[at + 1].text == "-" and tokens[at + 1].gap
    if spaced_dash and before is not None and before.kind == "w" and before.text not in _BESIDE:
        return None  # "Task 3 - 5 min"
    return _Range(at, spell.end, low.times(spell.unit), spell.value)


def _is_doubtful(tokens: list[Token], spell: Spell, span: _Range, page: Page) -> bool:
    """Tell whether what stands around makes it a date, a time of day, a negative or half a number."""
    before = tokens[span.start - 1] if span.start else None
    if before is not None and before.kind == "n":
        return True
    if before is not None and before.text == "/" and _is_count(tokens, span.start - 2):
        return True  # "5/10 min", but not "$0.50 / 5 min"
    if not spell.unit:
        near = {*words_before(tokens, span.start), *words_behind(tokens, span.end)}
        if near & _TIME_OF_DAY or any(token.kind == "n" for token in tokens[: span.start]):
            return True
    return is_minus(tokens, span.start) or _is_half_told(tokens, span.end, spell, page)


def _is_count(tokens: list[Token], at: int) -> bool:
    """Tell whether token `at` is a number of something else than money."""
    return at >= 0 and tokens[at].kind == "n" and not (at and tokens[at - 1].text in SIGNS)


def _is_half_told(tokens: list[Token], end: int, spell: Spell, page: Page) -> bool:
    """Tell whether the number behind may be minutes or something else: "1 h 30 places"."""
    if end >= len(tokens) or spell.unit not in (60, 3600):
        return False
    text = tokens[end].digits
    return text != "" and len(text) <= 2 and int(text) <= 59 and spell_at(tokens, end, page) is None  # noqa: PLR2004 - minutes


def _has_phrase(said: list[str], phrases: frozenset[str]) -> bool:
    """Tell whether consecutive words make one of the phrases."""
    pieces = ("_".join(said[at : at + size]) for at in range(len(said)) for size in (1, 2, 3))
    return any(piece in phrases for piece in pieces)


def _kind(tokens: list[Token], start: int, end: int) -> Kind:
    """Return what the words around tokens `start` to `end` make of the time."""
    near, behind = words_before(tokens, start), words_behind(tokens, end)
    ahead = list(reversed(near))
    if _has_phrase(ahead, _AGO_AHEAD) or _has_phrase(behind, _AGO_BEHIND):
        return "ago"
    nearest = next((word for word in near if word not in _ABOUT), "")
    return "left" if _has_phrase(ahead, _LEFT) or _has_phrase(behind, _LEFT) or nearest in _LEFT_IN else "duration"
