"""What a pay is for: a task, an hour, a page. Read from the words around an amount."""

from typing import Final, NamedTuple

from piecework.money.numbers import Token
from piecework.money.words import words

UNITS: Final = ("hour", "minute", "day", "week", "month", "page", "task", "unit")
_UNIT_OF: Final = {word: unit for unit in UNITS for word in words(f"per_{unit}")}
_ADVERB_OF: Final = {
    word: unit for unit in ("hour", "minute", "day", "week", "month") for word in words(f"adverbs_{unit}")
}
_TIMES: Final = frozenset(("hour", "minute", "day", "week", "month"))
_STRONG: Final = words("per_strong")
_WEAK: Final = words("per_weak")
_ARTICLES: Final = words("per_articles")
_SKIP: Final = words("per_skip")
_MATERIAL: Final = words("per_material")


class Per(NamedTuple):
    """What is paid for, and the tokens that say so (`start` to `end`, excluded)."""

    unit: str
    start: int
    end: int


def _object(tokens: list[Token], at: int) -> tuple[int, str]:
    """Return where the noun after a "per" stands, and the number before it: the "1,000" of "per 1,000 HITs"."""
    lot = ""
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "n" and not lot:
            lot = token.text
        elif token.text not in _SKIP and token.text not in ("'", "("):
            break
        at += 1
    return at, lot


def _spelled(tokens: list[Token], at: int) -> Per | None:
    """Read "p/h", "p.h." and "p h" at token `at`."""
    if tokens[at].text != "p":
        return None
    end = at + 1
    if end < len(tokens) and tokens[end].text in ("/", "."):
        end += 1
    return Per("hour", at, end + 1) if end < len(tokens) and tokens[end].text == "h" else None


def _after_word(tokens: list[Token], at: int, *, known: bool) -> Per | None:
    """Read "per hour", "/ HIT", "l'heure" with its preposition at token `at`; `known` takes no unknown noun."""
    sign = tokens[at].text
    strong, article = sign in _STRONG, sign in _ARTICLES
    if not strong and not article and sign not in _WEAK and sign != "/":
        return None
    noun, lot = _object(tokens, at + 1)
    if lot and (article or sign == "/"):
        return None  # "$0.50 / 5 min" parts the pay from the time, "for a 1 hour study" says no rate
    end = min(noun + 1, len(tokens))
    if lot not in ("", "1") or (noun < len(tokens) and tokens[noun].text in _MATERIAL):
        return Per("unit", at, end)
    unit = _UNIT_OF.get(tokens[noun].text) if noun < len(tokens) else None
    if unit is None and sign == "each" and (noun == len(tokens) or tokens[noun].kind == "s"):
        return Per("task", at, at + 1)
    if unit is None and strong and not known and noun < len(tokens) and tokens[noun].kind == "w":
        unit = "unit"
    if unit is None or (article and unit not in _TIMES and unit != "task"):
        return None
    return Per(unit, at, end)


def per_at(tokens: list[Token], at: int, *, known: bool = False) -> Per | None:
    """Return what is paid for where token `at` begins to say it; `known` takes no unknown noun for a unit."""
    token = tokens[at]
    if token.kind == "w" and token.text in _ADVERB_OF:
        return Per(_ADVERB_OF[token.text], at, at + 1)
    return _spelled(tokens, at) or _after_word(tokens, at, known=known)


def per_behind(tokens: list[Token], at: int, stop: int) -> Per | None:
    """Return what is paid for as said after the amount that ends before token `at`.

    Looks as far as token `stop`, the next number or the next bullet.
    """
    if at < stop and tokens[at].kind == "w" and tokens[at].gap and _UNIT_OF.get(tokens[at].text) in _TIMES:
        return Per(_UNIT_OF[tokens[at].text], at, at + 1)  # "$12 hr"
    while at < stop and tokens[at].text != "•":
        if (found := per_at(tokens, at)) is not None:
            return found
        if tokens[at].kind == "n":
            return None
        at += 1
    return None


def per_ahead(tokens: list[Token], stop: int) -> Per | None:
    """Return what is paid for as said before the amount that starts at token `stop`: "Hourly: $15-$30"."""
    for at in range(stop - 1, -1, -1):
        if tokens[at].text == "•" or tokens[at].kind == "n":
            return None
        if tokens[at].text in _ARTICLES:
            continue
        found = per_at(tokens, at, known=True)
        if found is not None and found.end <= stop:
            return found
    return None
