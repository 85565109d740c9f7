"""From a page's text to clean text, tokens and exact decimal numbers. Everything here is hostile input.

The same steps, in the same order, are in `extension/lib/numbers.js`.
"""

import re
from typing import Final, NamedTuple

from piecework.money.words import TABLE, values, words

LIMIT: Final = 200
"""Characters (code points) of a text that are looked at and kept."""

EXACT_LIMIT: Final = 2**53
"""Every figure read stays below this, so that a page script holds it exactly too."""

GLUE: Final = "\u00a0"
_OVERRIDES: Final = re.compile("[\u202d\u202e]")
_NUMBER_TEXT: Final = r"[0-9]+(?:[.,'][0-9]+)*"
_LEADING_POINT: Final = r"(?<![A-Za-z0-9.,])[.,]" + _NUMBER_TEXT
_GROUPED: Final = r"[1-9][0-9]{0,2}(?:SPACE[0-9]{3})+(?![0-9])(?:[.,][0-9]+)?(?![.,']?[0-9])"
_BLANK_SIGNS: Final = frozenset("-•.,:")
_POINT_LANGS: Final = words("point_langs")
_POINT_REGIONS: Final = words("point_regions")


_FOLD_KINDS: Final = {"drop": "", "space": " ", "glue": GLUE, "dash": "-", "quote": "'", "bullet": "•"}


def _codes(name: str) -> list[int]:
    """Return the code points of a row such as "300-36f ad"."""
    found: list[int] = []
    for span in TABLE[name].split():
        first, _, last = span.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def _fold_table() -> dict[int, str]:
    """What each character is read as: accents off, kinds of space, dash, quote and bullet made one."""
    table = {int(code, 16): sign for code, sign in values("fold_signs").items()}
    for kind, sign in _FOLD_KINDS.items():
        table |= dict.fromkeys(_codes(f"fold_{kind}"), sign)
    for letters, plain in values("fold").items():
        table |= {ord(letter): plain for letter in letters}
        table |= {ord(letter.upper()): plain.upper() for letter in letters if len(letter.upper()) == 1}
    return table


_FOLD: Final = _fold_table()


class Token(NamedTuple):
    """One piece of a folded text: `n` number, `w` word in lower case, `s` any other single character."""

    kind: str
    text: str
    gap: bool
    """Whether white space stands before it."""
    upper: bool
    """Whether a word was written in capitals throughout."""

    @property
    def digits(self) -> str:
        """The text of a number without any separator, "" for everything else."""
        return self.text if self.kind == "n" and self.text.isdigit() else ""


class Decimal(NamedTuple):
    """An exact number: `digits` divided by ten to the power of `scale`."""

    digits: int
    scale: int


class Page(NamedTuple):
    """What a page's language says of its numbers."""

    lang: str
    """Two letters."""
    point: str
    """The decimal sign."""


def clean(text: str) -> str:
    """Return `text` cut to 200 characters, well-formed (a lone surrogate becomes U+FFFD), without NUL."""
    joined = text[: 2 * LIMIT].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined[:LIMIT].replace("\0", "")


def is_disguised(raw: str) -> bool:
    """Tell whether the text turns its own direction around, so that a person saw another number than it says."""
    return _OVERRIDES.search(raw) is not None


def fold(raw: str) -> str:
    """Return the text without accents and marks, with one kind of space, dash, quote and bullet; case stays."""
    return raw.translate(_FOLD)


def page_of(lang: str) -> Page:
    """Return the number habits of a language tag such as "fr" or "de-CH"; an unknown one writes 1,5."""
    tag = lang.lower().replace("_", "-")
    base = tag.split("-", 1)[0]
    return Page(base, "." if base in _POINT_LANGS or tag in _POINT_REGIONS or not base else ",")


def _token_pattern(space: str) -> re.Pattern[str]:
    grouped = _GROUPED.replace("SPACE", space)
    return re.compile(f"([ {GLUE}]+)|({grouped}|{_NUMBER_TEXT}|{_LEADING_POINT})|([A-Za-z]+)|(.)", re.DOTALL)


# In English a plain space never parts thousands: "$5 640 places" holds two numbers.
_TOKENS_EN: Final = _token_pattern(GLUE)
_TOKENS: Final = _token_pattern(f"[ {GLUE}]")


def tokenise(folded: str, lang: str) -> list[Token]:
    """Cut a folded text into numbers, words and single characters."""
    found: list[Token] = []
    gap = False
    for match in (_TOKENS_EN if lang == "en" else _TOKENS).finditer(folded):
        space, number, word, sign = match.groups()
        if space:
            gap = True
            continue
        if number:
            found.append(Token("n", number, gap, upper=False))
        elif word:
            found.append(Token("w", word.lower(), gap, word.isupper()))
        else:
            found.append(Token("s", sign, gap, upper=False))
        gap = False
    return found


def words_only(tokens: list[Token]) -> str | None:
    """Return the words of a text joined by "_"; None where it holds a number."""
    if any(token.kind == "n" for token in tokens):
        return None
    return "_".join(token.text for token in tokens if token.kind == "w")


def is_blank(tokens: list[Token]) -> bool:
    """Tell whether a text holds nothing but dashes, points and the like, which stand for "nothing here"."""
    return all(token.text in _BLANK_SIGNS for token in tokens)


_SINGLE: Final = re.compile(r"([0-9]*)([.,])([0-9]+)")
_THOUSANDS: Final = re.compile(r"([1-9][0-9]{0,2}(?:([.,'])[0-9]{3})(?:\2[0-9]{3})*)(?:([.,])([0-9]+))?")
_LAKHS: Final = re.compile(r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]+))?")


def _is_thousand(match: re.Match[str], point: str) -> bool:
    """Tell whether one separator before three digits parts thousands: not after a zero, not the page's point."""
    whole, sign, rest = match.groups()
    return len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and sign != point  # noqa: PLR2004 - a group


def read_number(text: str, point: str) -> Decimal | None:
    """Read one number token exactly; None where its separators make no number.

    `point` is the decimal sign expected, which decides "1.234" and "1,234" alone; "" means that three digits
    after one separator are always thousands.
    """
    spaced = " " in text or GLUE in text
    body = text.replace(" ", "").replace(GLUE, "")
    if body.isdigit():
        return Decimal(int(body), 0)
    if single := _SINGLE.fullmatch(body):
        if not spaced and _is_thousand(single, point):
            return Decimal(int(single[1] + single[3]), 0)
        return Decimal(int(single[1] + single[3]), len(single[3]))
    if (grouped := _THOUSANDS.fullmatch(body)) and grouped[2] != grouped[3]:
        rest = grouped[4] or ""
        return Decimal(int(re.sub("[.,']", "", grouped[1]) + rest), len(rest))
    if lakhs := _LAKHS.fullmatch(body):
        rest = lakhs[2] or ""
        return Decimal(int(lakhs[1].replace(",", "") + rest), len(rest))
    return None


def to_units(number: Decimal, unit: int) -> int | None:
    """Return the number times `unit` where that is a whole number below 2**53, else None. Nothing is rounded."""
    whole, rest = divmod(number.digits * unit, 10**number.scale)
    return whole if rest == 0 and whole < EXACT_LIMIT else None
