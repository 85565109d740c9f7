"""The words around an amount or a time: "up to", "from", "5 to 10", "between 1 and 3"."""

from typing import Final

from piecework.money.numbers import Token
from piecework.money.words import words

_UP_TO: Final = words("up_to")
_AT_LEAST: Final = words("at_least")
_AFTER_UP_TO: Final = words("after_up_to")
_AFTER_AT_LEAST: Final = words("after_at_least")
_ABOUT: Final = words("about")
_RANGE: Final = words("range_words")
_AND: Final = words("and_words")
_BETWEEN: Final = words("between")
_MINUTES: Final = words("per_minute")
_BREAKS: Final = ("•", "(", ")", ",", "%", "=")
_OPENERS: Final = ("•", ":", "(", "=", "~")
_LONGEST: Final = 4
"""Words of the longest phrase in the tables."""


def words_before(tokens: list[Token], at: int) -> list[str]:
    """Return up to six words that stand right before token `at`, nearest first, up to a number or a break."""
    found: list[str] = []
    for token in reversed(tokens[max(0, at - 12) : at]):
        if token.kind == "n":
            # The "min" of "5 min. $5" is the five's, so it bounds nothing.
            return found[:-1] if found and found[-1] in _MINUTES else found
        if token.text in _BREAKS:
            break
        if token.kind == "w":
            found.append(token.text)
    return found[:6]


def words_behind(tokens: list[Token], at: int) -> list[str]:
    """Return up to four words that stand right after token `at - 1`, in order, up to a number or a break."""
    found: list[str] = []
    for token in tokens[at : at + 8]:
        if token.kind == "n" or token.text in _BREAKS:
            break
        if token.kind == "w":
            found.append(token.text)
    return found[:_LONGEST]


def _phrase_bound(near: list[str]) -> str:
    """Return what the words nearest to a place say; the longest phrase wins: "no more than" is no "more than"."""
    for size in range(min(len(near), _LONGEST), 0, -1):
        phrase = "_".join(reversed(near[:size]))
        if phrase in _UP_TO or phrase in _AT_LEAST:
            return "max" if phrase in _UP_TO else "min"
    return ""


def bound_before(tokens: list[Token], at: int) -> str:
    """Return "max", "min" or "" as said before token `at`; words of vagueness in between are passed over."""
    sign = tokens[at - 1].text if at else ""
    if sign in ("<", "≤"):
        return "max"
    if sign in (">", "≥"):
        return "min"
    near = words_before(tokens, at)
    while near:
        if bound := _phrase_bound(near):
            return bound
        if near[0] not in _ABOUT:
            return ""
        near = near[1:]
    return ""


def bound_behind(tokens: list[Token], at: int) -> str:
    """Return "max", "min" or "" as said from token `at` on: "$5+", "15 € max.", "$5 or more"."""
    if at >= len(tokens):
        return ""
    if tokens[at].text == "+" and not tokens[at].gap:
        return "" if at + 1 < len(tokens) and tokens[at + 1].kind == "n" else "min"
    for phrases, bound in ((_AFTER_UP_TO, "max"), (_AFTER_AT_LEAST, "min")):
        for size in (2, 1):
            piece = tokens[at : at + size]
            follows_number = at + size < len(tokens) and tokens[at + size].kind == "n"
            if "_".join(token.text for token in piece) in phrases and not follows_number:
                return bound
    return ""


def is_between(tokens: list[Token], at: int) -> bool:
    """Tell whether a "between" stands before token `at`."""
    return any(word in _BETWEEN for word in words_before(tokens, at)[:2])


def connector(tokens: list[Token], at: int, *, between: bool) -> int | None:
    """Return the token after the "-", "to" or "bis zu" at token `at`; None where nothing joins two amounts.

    An "and" joins only where a "between" stood before, a "~" only where it stands tight ("5~10").
    """
    if at >= len(tokens):
        return None
    tight = not tokens[at].gap and at + 1 < len(tokens) and not tokens[at + 1].gap
    if tokens[at].text == "-" or (tokens[at].text == "~" and tight):
        return at + 1
    pieces = [(index, token.text) for index, token in enumerate(tokens[at : at + 3], at) if token.text != "'"]
    for size in (2, 1):
        phrase = "_".join(text for _, text in pieces[:size])
        if len(pieces) >= size and (phrase in _RANGE or (between and phrase in _AND)):
            return pieces[size - 1][0] + 1
    return None


def is_minus(tokens: list[Token], start: int) -> bool:
    """Tell whether the dash before token `start` is a minus, not the separator of "Reward - $5"."""
    if not start or tokens[start - 1].text != "-":
        return False
    if start == 1 or tokens[start - 2].text in _OPENERS:
        return True
    dash, before = tokens[start - 1], tokens[start - 2]
    return not tokens[start].gap and (dash.gap or before.kind == "n")
