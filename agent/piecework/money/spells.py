"""Spells of time inside a text: "1 h 30", "2 days, 3:04:05", "une demi-heure", exact to the fraction."""

from typing import Final, NamedTuple

from piecework.money.currency import SIGNS
from piecework.money.numbers import Page, Token, read_number
from piecework.money.words import values, words

SIZES: Final = (1, 60, 3600, 86400, 604800, 2592000, 31536000)
"""Seconds of a second, minute, hour, day, week, month of 30 days and year of 365."""

_UNIT_OF: Final = {word: size for size in SIZES for word in words(f"unit_{size}")}
_UNIT_LANGS: Final = values("unit_langs")
_NUMBER_WORDS: Final = {word: int(value) for word, value in values("number_words").items()}
_QUARTER_HOURS: Final = {word: int(value) for word, value in values("quarter_hours").items()}
_HALF: Final = words("half_words")
_WHOLE_AND_HALF: Final = {word: int(value) for word, value in values("whole_and_half").items()}
_QUARTER: Final = words("quarter_words")
_AND: Final = words("and_words")
_SIGN_PARTS: Final = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4)}
_SLASH_PARTS: Final = frozenset(((1, 2), (1, 4), (3, 4), (1, 3), (2, 3)))
_PRIME: Final = "\u2032"
_DOUBLE_PRIME: Final = "\u2033"
_ENDS_TAIL: Final = words("left") | words("ago_behind") | {"•", ")", ",", "."}
_BETWEEN_UNITS: Final = _AND | {",", "."}


class Ratio(NamedTuple):
    """An exact fraction; seconds are rounded once, at the very end."""

    num: int
    den: int

    def plus(self, other: "Ratio") -> "Ratio":
        """Return the sum."""
        return Ratio(self.num * other.den + other.num * self.den, self.den * other.den)

    def times(self, factor: int) -> "Ratio":
        """Return the product."""
        return Ratio(self.num * factor, self.den)

    def seconds(self) -> int:
        """Return whole seconds, half rounded up."""
        return (2 * self.num + self.den) // (2 * self.den)


class Spell(NamedTuple):
    """A spell of time said by tokens `start` to `end` (excluded)."""

    start: int
    end: int
    value: Ratio
    unit: int
    """Seconds of its last unit; 0 for a clock such as 12:30."""
    more: bool
    """Whether a "+" opens it upwards."""


class _Count(NamedTuple):
    """How many of a unit, and the token after it."""

    value: Ratio
    end: int
    more: bool = False


def _text(tokens: list[Token], at: int) -> str:
    return tokens[at].text if 0 <= at < len(tokens) else ""


def unit_at(tokens: list[Token], at: int, page: Page) -> int:
    """Return the seconds of the unit at token `at`, 0 where there is none."""
    text = _text(tokens, at)
    if text in (_PRIME, _DOUBLE_PRIME):
        return 60 if text == _PRIME else 1
    if _UNIT_LANGS.get(text, page.lang) != page.lang:
        return 0
    return _UNIT_OF.get(text, 0)


def bare_count(tokens: list[Token], at: int, page: Page) -> Ratio | None:
    """Return the number at token `at`, in figures or as a word, whatever it counts."""
    if tokens[at].kind == "n":
        number = read_number(tokens[at].text, page.point)
        return Ratio(number.digits, 10**number.scale) if number else None
    value = _NUMBER_WORDS.get(tokens[at].text)
    return Ratio(value, 1) if value else None


def _part(tokens: list[Token], at: int) -> _Count | None:
    """Read "½" or "1/2" at token `at`."""
    if (sign := _SIGN_PARTS.get(_text(tokens, at))) is not None:
        return _Count(Ratio(*sign), at + 1)
    if _text(tokens, at + 1) == "/" and at + 2 < len(tokens) and tokens[at].digits and tokens[at + 2].digits:
        slash = (int(tokens[at].text), int(tokens[at + 2].text))
        return _Count(Ratio(*slash), at + 3) if slash in _SLASH_PARTS else None
    return None


def _digits_count(tokens: list[Token], at: int, page: Page) -> _Count | None:
    """Read a written number at token `at`, with a fraction behind it if there is one."""
    if (part := _part(tokens, at)) is not None:
        return part
    if tokens[at].kind != "n" or (number := read_number(tokens[at].text, page.point)) is None:
        return None
    value = Ratio(number.digits, 10**number.scale)
    if (part := _part(tokens, at + 1)) is not None:
        return _Count(value.plus(part.value), part.end)
    if _text(tokens, at + 1) == "+" and not tokens[at + 1].gap:
        return _Count(value, at + 2, more=True)
    return _Count(value, at + 1)


def _skip_small(tokens: list[Token], at: int) -> int:
    """Return the token after the "an", "of an", "d'" or "-" that may stand before a unit."""
    while _text(tokens, at) in ("of", "d", "de", "'", "-", "a", "an", "una"):
        at += 1
    return at


def _word_count(tokens: list[Token], at: int) -> _Count | None:
    """Read a number word at token `at`: "an", "half an", "une demi-", "anderthalb", "trois quarts d'"."""
    text = _text(tokens, at)
    if text in _WHOLE_AND_HALF:
        return _Count(Ratio(2 * _WHOLE_AND_HALF[text] + 1, 2), at + 1)
    count = Ratio(1, 1)
    if text in _NUMBER_WORDS:
        count, at = Ratio(_NUMBER_WORDS[text], 1), at + 1
        text = _text(tokens, at)
    elif text not in _HALF and text not in _QUARTER:
        return None
    if text in _HALF:
        return _Count(Ratio(count.num, 2), _skip_small(tokens, at + 1))
    if text in _QUARTER:
        return _Count(Ratio(count.num, 4), _skip_small(tokens, at + 1))
    return _Count(count, at)


def _and_part(tokens: list[Token], at: int) -> _Count | None:
    """Read "and a half", "et demie", "y media", "et quart" at token `at`."""
    if _text(tokens, at) not in _AND:
        return None
    at += 1
    if _text(tokens, at) in _NUMBER_WORDS:
        at += 1
    if _text(tokens, at) in _HALF:
        return _Count(Ratio(1, 2), at + 1)
    return _Count(Ratio(1, 4), at + 1) if _text(tokens, at) in _QUARTER else None


def _plural_end(tokens: list[Token], at: int) -> int:
    """Return the token after the "(s)" of "5 minute(s)", or `at` itself."""
    if "".join(_text(tokens, index) for index in range(at, at + 3)) in ("(s)", "(n)", "(en)", "(es)"):
        return at + 3
    return at


def _counted(tokens: list[Token], at: int, page: Page) -> Spell | None:
    """Read one count with its unit at token `at`."""
    quarter = _QUARTER_HOURS.get(_text(tokens, at))
    if quarter is not None:
        return Spell(at, at + 1, Ratio(quarter, 1), 60, more=False)
    count = _digits_count(tokens, at, page) or _word_count(tokens, at)
    if count is None:
        return None
    part = _and_part(tokens, count.end)
    if part is not None and unit_at(tokens, part.end, page):
        count = _Count(count.value.plus(part.value), part.end)
    end = count.end
    if _text(tokens, end) == "-" and not tokens[end].gap:
        end += 1  # "a 5-minute survey"
    unit = unit_at(tokens, end, page)
    if not unit or (tokens[at].kind == "w" and len(tokens[end].text) == 1):
        return None  # "a m" is no minute
    value, end = count.value.times(unit), _plural_end(tokens, end + 1)
    part = _and_part(tokens, end)
    if part is not None and not unit_at(tokens, part.end, page):
        return Spell(at, part.end, value.plus(part.value.times(unit)), unit, count.more)
    return Spell(at, end, value, unit, count.more)


def clock_at(tokens: list[Token], at: int, page: Page) -> Spell | None:
    """Read "0:45" (minutes and seconds), "1:30 h" or "23:59:10" at token `at`; parts over 59 make none."""
    parts = [at]
    while _text(tokens, parts[-1] + 1) == ":" and parts[-1] + 2 < len(tokens):
        sign, number = tokens[parts[-1] + 1], tokens[parts[-1] + 2]
        if sign.gap or number.gap or not number.digits:
            break
        parts.append(parts[-1] + 2)
    figures = [int(tokens[part].text) for part in parts if tokens[part].digits]
    if len(figures) != len(parts) or len(figures) not in (2, 3) or max(figures[1:]) > 59:  # noqa: PLR2004 - a clock
        return None
    end = parts[-1] + 1
    unit = unit_at(tokens, end, page)
    if end < len(tokens) and tokens[end].kind == "w" and not tokens[end].gap and not unit:
        return None
    if len(figures) == 2:  # noqa: PLR2004 - two parts
        scale = 60 if unit == 3600 else 1  # noqa: PLR2004 - "1:30 h" is hours and minutes
        return Spell(at, end + (unit > 1), Ratio((figures[0] * 60 + figures[1]) * scale, 1), 0, more=False)
    return Spell(at, end, Ratio(figures[0] * 3600 + figures[1] * 60 + figures[2], 1), 0, more=False)


def _bare_tail(tokens: list[Token], spell: Spell, page: Page) -> Spell | None:
    """Read the 30 of "1h30" and "1 h 30": minutes after hours, seconds after minutes."""
    if spell.unit not in (60, 3600) or spell.more or spell.end >= len(tokens):
        return None
    token = tokens[spell.end]
    if not token.digits or len(token.text) > 2 or int(token.text) > 59:  # noqa: PLR2004 - two digits
        return None
    follower = tokens[spell.end + 1] if spell.end + 1 < len(tokens) else None
    alone = follower is None or follower.text in _ENDS_TAIL or (not token.gap and follower.kind == "w")
    if not alone or unit_at(tokens, spell.end + 1, page):
        return None
    size = spell.unit // 60
    return Spell(spell.start, spell.end + 1, spell.value.plus(Ratio(int(token.text) * size, 1)), size, more=False)


def _is_inside(tokens: list[Token], at: int, page: Page) -> bool:
    """Tell whether token `at` only ends a longer piece: the 9 of "1e9 h"."""
    letters = tokens[at - 1]
    if letters.kind != "w" or tokens[at].gap or unit_at(tokens, at - 1, page):
        return False
    return at > 1 and tokens[at - 2].kind == "n" and not letters.gap


def spell_at(tokens: list[Token], at: int, page: Page) -> Spell | None:
    """Read the spell of time that starts at token `at`: counts with ever smaller units, added up."""
    if at and (tokens[at - 1].text in SIGNS or _is_inside(tokens, at, page)):
        return None
    spell = clock_at(tokens, at, page) or _counted(tokens, at, page)
    while spell is not None and spell.unit:
        if (tail := _bare_tail(tokens, spell, page)) is not None:
            return tail
        behind = spell.end
        while _text(tokens, behind) in _BETWEEN_UNITS:
            behind += 1
        if behind >= len(tokens) or spell.more or (tokens[behind].kind != "n" and behind == spell.end):
            break
        clock = clock_at(tokens, behind, page) if spell.unit >= 86400 else None  # noqa: PLR2004 - a day
        further = clock or _counted(tokens, behind, page)
        if further is None or further.unit >= spell.unit or further.more:
            break
        spell = Spell(spell.start, further.end, spell.value.plus(further.value), further.unit, more=False)
    return spell
