"""Which currency a text names beside a number, and what a definition's hint may decide."""

from typing import Final, NamedTuple

from piecework.money.numbers import Page, Token
from piecework.money.words import values, words

POINTS: Final = "PTS"
"""Points are a commodity of their own; a platform's own kind is "PTS-" and its name."""

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for "no currency": what a pay of nothing is in."""

SIGNS: Final = values("signs")
_MARKS: Final = values("dollar_marks")
_CODES: Final = words("codes")
_UPPER_CODES: Final = words("upper_codes")
_NAMES: Final = values("names")
_FAMILIES: Final = {
    "dollar_names": "$",
    "krona_names": "kr",
    "rupee_names": "rs",
    "unknown_names": "?",
    "cents_any": "cents",
    "cents_euro": "ct",
    "cents_unknown": "?",
}
_FAMILY_OF: Final = {word: family for name, family in _FAMILIES.items() for word in words(name)}
_SUB: Final = words("cents_any") | words("cents_euro") | words("cents_unknown") | words("pence")
_PENCE: Final = words("pence")
_POINTS: Final = words("points")
_HINTED: Final = {"$": words("dollars"), "kr": words("kroner"), "rs": words("rupees"), "yen": {"CNY"}}
_VAGUE_ALONE: Final = frozenset(("p", "c"))
_DEFAULTS: Final = {"$": "USD", "yen": "JPY", "ct": "EUR"}


class Named(NamedTuple):
    """A currency as written. `code` is certain; otherwise `family` says what it could be."""

    code: str | None
    family: str
    kind: str
    """`cur` a whole unit, `sub` a hundredth, `pts` points."""
    start: int
    end: int
    """The tokens it takes, end excluded."""


def is_points(code: str | None) -> bool:
    """Tell whether a code is a commodity of points."""
    return code is not None and code.split("-", 1)[0] == POINTS


def resolve(named: Named | None, hint: str | None, page: Page) -> str | None:
    """Return the code of what was written; the definition's hint decides only what the text leaves open."""
    if named is None:
        return hint
    if named.kind == "pts":
        return hint if is_points(hint) else POINTS
    if named.code is not None:
        return named.code
    allowed = _HINTED.get(named.family)
    if hint is not None and not is_points(hint) and (allowed is None or hint in allowed):
        return hint
    if named.family == "cents":
        return "USD" if page.lang == "en" else "EUR"
    return _DEFAULTS.get(named.family)


def _word(token: Token, start: int, end: int) -> Named | None:
    """Return the currency a single word names, if it does."""
    text = token.text
    if text in _CODES or (token.upper and text in _UPPER_CODES):
        return Named(text.upper(), "", "cur", start, end)
    if text in _NAMES:
        return Named(_NAMES[text], "", "cur", start, end)
    if text in _PENCE:
        return Named("GBP", "", "sub", start, end)
    if text in _FAMILY_OF:
        return Named(None, _FAMILY_OF[text], "sub" if text in _SUB else "cur", start, end)
    return Named(None, "", "pts", start, end) if text in _POINTS else None


def _sign(token: Token, start: int, end: int) -> Named | None:
    """Return the currency a single sign names, if it does."""
    if token.text == "¢":
        return Named(None, "$", "sub", start, end)
    if token.text == "$":
        return Named(None, "$", "cur", start, end)
    if token.text == "¥":
        return Named(None, "yen", "cur", start, end)
    return Named(SIGNS[token.text], "", "cur", start, end) if token.text in SIGNS else None


def _is_mark(token: Token) -> bool:
    """Tell whether a word may say whose dollar a sign beside it is: the US of US$."""
    return token.kind == "w" and token.text in _MARKS


def before(tokens: list[Token], at: int, floor: int) -> Named | None:
    """Return the currency written right before token `at`; nothing left of `floor` is looked at."""
    last = at - 1
    if last > floor and tokens[last].text == "." and tokens[last - 1].text in ("rs", "fr", "sfr", "kr"):
        last -= 1
    if last < floor:
        return None
    token = tokens[last]
    if token.kind == "w":
        named = _word(token, last, at)
        return named if named and named.kind == "cur" and named.family != "?" else None
    named = _sign(token, last, at)
    if named and named.family == "$" and named.kind == "cur" and last > floor:
        mark = tokens[last - 1]
        if _is_mark(mark) and (not token.gap or mark.upper):
            return Named(_MARKS[mark.text], "", "cur", last - 1, at)
    return named


def after(tokens: list[Token], at: int) -> Named | None:
    """Return the currency written at token `at`, which follows a number."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.kind == "w":
        return _named_after(tokens, at)
    named = _sign(token, at, at + 1)
    if named is None or following is None:
        return named
    if token.gap and following.kind == "n" and not following.gap:
        return None  # in "level 5 $10" the sign belongs to the ten
    if token.text == "$" and _is_mark(following) and (not following.gap or following.upper):
        return Named(_MARKS[following.text], "", "cur", at, at + 2)
    return named


def _named_after(tokens: list[Token], at: int) -> Named | None:
    """Return what a word after a number names: "5 US dollars", "75p", "120 pts"."""
    token = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    name = at + 2 if following is not None and following.text == "-" else at + 1  # "2 US-Dollar"
    if _is_mark(token) and name < len(tokens) and _FAMILY_OF.get(tokens[name].text) == "$":
        return Named(_MARKS[token.text], "", "cur", at, name + 1)
    if _is_mark(token) and following is not None and following.text == "$" and not following.gap:
        price = tokens[at + 2] if at + 2 < len(tokens) else None  # in "level 5 US$10" the sign belongs to the ten
        joined = price is not None and price.kind == "n" and not price.gap
        return None if joined else Named(_MARKS[token.text], "", "cur", at, at + 2)
    named = _word(token, at, at + 1)
    if named and token.text in _VAGUE_ALONE and token.gap:
        return None  # "75p" is money, "75 p" may be pages
    if named and named.family == "$" and following is not None and following.upper and _is_mark(following):
        return Named(_MARKS[following.text], "", "cur", at, at + 2)
    return named


def merge(left: Named | None, right: Named | None) -> tuple[Named | None, bool]:
    """Join what stands on both sides of a number ("$0.50 CAD"); False where the two contradict each other."""
    if left is None or right is None:
        return left or right, True
    if right.kind != left.kind:
        return left, False
    for vague, other in ((left, right), (right, left)):
        if vague.code is None and (other.family == vague.family or other.code in _HINTED.get(vague.family, ())):
            return Named(other.code, other.family, "cur", left.start, right.end), True
    joined = left._replace(end=right.end)
    return joined, (left.code, left.family) == (right.code, right.family)


def beside_bare(tokens: list[Token]) -> Named | None:
    """Return the currency that stands apart from the only number: "Pay ($): 0.50", "10.00 (USD)"."""
    signs = (_sign(token, at, at + 1) for at, token in enumerate(tokens) if token.kind == "s")
    return anywhere(tokens, set()) or next((named for named in signs if named is not None), None)


def anywhere(tokens: list[Token], besides: set[int]) -> Named | None:
    """Return the first currency named for certain, wherever it stands: the one of "5 cents (EUR)".

    `besides` are the tokens of other amounts, whose currency is theirs alone.
    """
    for at, token in enumerate(tokens):
        if at in besides:
            continue
        named = _word(token, at, at + 1) if token.kind == "w" else _sign(token, at, at + 1)
        certain = token.kind == "s" or (len(token.text) > 2 and (token.upper or token.text in _NAMES))  # noqa: PLR2004 - "fr"
        if named and named.kind == "cur" and named.code is not None and certain:
            return named
    return None
