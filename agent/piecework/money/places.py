"""Reading how many places a task has: "640 places", "2980/3000", "1.442,6k HITs"."""

from typing import Final, NamedTuple

import msgspec

from piecework.money.bounds import is_minus
from piecework.money.currency import SIGNS
from piecework.money.numbers import Token, clean, fold, is_disguised, read_number, to_units, tokenise, words_only
from piecework.money.words import words

_OF: Final = words("of_words")
_STILL_FREE: Final = words("still_free")
_GONE: Final = words("gone")
_FULL_TEXTS: Final = words("full_texts")
_NOT_PLACES: Final = words("not_places")
_MULTIPLES: Final = {"k": 1_000, "m": 1_000_000}
_MAY_FOLLOW: Final = frozenset("/+).,:•-")
_BETWEEN_WORDS: Final = 2
"""Words that may stand in "5 places left of 20" before the "of"."""


class Places(msgspec.Struct, frozen=True):
    """How many places are left, taken and there in all; None is what the text does not say."""

    left: int | None = None
    taken: int | None = None
    total: int | None = None


class _Count(NamedTuple):
    value: int
    start: int
    end: int


def parse_places(text: str) -> Places:
    """Read places out of a page's text. Never raises; a text without a count gives three None.

    "a/b" and "a of b" are done and total, unless the text speaks of what is left or available. A single number is
    what is left, unless the text says that it is done.
    """
    raw = clean(text)
    tokens = [] if is_disguised(raw) else tokenise(fold(raw), "")
    said = words_only(tokens)
    if said is not None:
        return Places(left=0) if said in _FULL_TEXTS else Places()
    counts = (_count_at(tokens, at) for at in range(len(tokens)))
    first = next((count for count in counts if count is not None), None)
    if first is None:
        return Places()
    words_said = {token.text for token in tokens if token.kind == "w"}
    is_free, is_gone = bool(_STILL_FREE & words_said), bool(_GONE & words_said)
    behind = _of(tokens, first.end)
    if behind is None:
        return Places(taken=first.value) if is_gone and not is_free else Places(left=first.value)
    total = _count_at(tokens, behind)
    if total is None or _of(tokens, total.end) is not None:
        return Places()
    return _of_total(first.value, total.value, is_left=is_free and not is_gone)


def _of_total(value: int, total: int, *, is_left: bool) -> Places:
    """Return the places where `value` of `total` are left, or done; an overfull task has none left."""
    if is_left:
        return Places(value, total - value, total) if value <= total else Places()
    return Places(max(0, total - value), value, total)


def _of(tokens: list[Token], at: int) -> int | None:
    """Return where the total of "a/b", "a of b" or "a places left of b" stands."""
    for passed in range(_BETWEEN_WORDS + 1):
        here = at + passed
        if here + 1 >= len(tokens) or tokens[here].kind == "n":
            return None
        if tokens[here].text in _OF or (tokens[here].text == "/" and not passed):
            here += 2 if tokens[here].text == "out" and tokens[here + 1].text == "of" else 1
            return here if here < len(tokens) and tokens[here].kind == "n" else None
        if tokens[here].kind != "w":
            return None
    return None


def _count_at(tokens: list[Token], at: int) -> _Count | None:
    """Return the whole number at token `at`; None for money, percentages, times, negatives and parts of names."""
    if tokens[at].kind != "n" or is_minus(tokens, at):
        return None
    before = tokens[at - 1] if at else None
    if before is not None and (before.text in SIGNS or (before.kind == "w" and not tokens[at].gap)):
        return None
    number = read_number(tokens[at].text, "")
    end, unit = at + 1, 1
    follower = tokens[end] if end < len(tokens) else None
    if follower is not None and follower.kind == "w" and not follower.gap:
        unit, end = _MULTIPLES.get(follower.text, 0), end + 1
        if unit == 0 or (follower.text == "m" and not follower.upper):
            return None
    value = to_units(number, unit) if number else None
    if value is None or _is_something_else(tokens, at, end):
        return None
    return _Count(value, at, end)


def _is_something_else(tokens: list[Token], at: int, end: int) -> bool:
    """Tell whether the number of tokens `at` to `end` is part of a clock, or followed by another unit."""
    if at > 1 and tokens[at - 1].text == ":" and tokens[at - 2].kind == "n":
        return True
    if end >= len(tokens):
        return False
    follower = tokens[end]
    if follower.text == ":" and end + 1 < len(tokens) and tokens[end + 1].kind == "n":
        return True
    if follower.text == "/" and (end + 1 >= len(tokens) or tokens[end + 1].kind != "n"):
        return True
    strange = follower.kind == "s" and not follower.gap and follower.text not in _MAY_FOLLOW
    return strange or follower.text == "%" or follower.text in SIGNS or follower.text in _NOT_PLACES
