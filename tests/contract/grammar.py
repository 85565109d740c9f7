"""A seeded grammar of pays, times and places as pages write them, right, half right and hostile.

The same seed gives the same strings. Every word of the parsers' own table comes up, so that a word known to one
language's parser alone is noticed.
"""

import random
from typing import Final, TypedDict

from piecework.money.words import TABLE

LANGS: Final = ("en", "fr", "de", "es", "de-CH", "es-MX", "pt", "")
HINTS: Final = (None, None, "USD", "EUR", "CAD", "GBP", "SEK", "CNY", "PTS", "PTS-CLICK", "")
SIGNS: Final = ("$", "€", "£", "¥", "¢", "US$", "CA$", "A$", "R$", "₹", "USD", "EUR", "usd", "TRY", "kr", "Rs.", "Fr.")
SPACES: Final = ("", "", " ", " ", "\u00a0", "\u202f", "  ", "\n")
DASHES: Final = ("-", " - ", "–", " – ", "—", "\u2212", " to ", " à ", " bis ", " a ", " y ", " and ")  # noqa: RUF001 - dashes
MARKS: Final = ("•", "·", "|", "/", "(", ")", ":", ",", ".", "+", "=", "~", "≈", "<", ">", "≥", "%", "'", "’", "½", "′")  # noqa: RUF001 - marks
HOSTILE: Final = (
    "\0",
    "\ud83d",
    "😀",
    "\u202e",
    "\u200b",
    "\ufeff",
    "e\u0301",
    "\u0665",
    "\uff15",
    "²",
    "İ",
    "ß",
    "NaN",
    "1e309",
    "<script>",
    "-5",
    "constructor",
    "__proto__",
)
_WORDS: Final = tuple(
    word.split("=", 1)[0].replace("_", " ")
    for row in sorted(TABLE)
    if not row.startswith("fold")
    for word in TABLE[row].split()
)


class Line(TypedDict):
    """One string with what the parsers are told beside it."""

    what: str
    text: str
    lang: str
    hint: str | None
    unit: str


def _number(rng: random.Random) -> str:
    """Return a number in one of the ways pages write them, well-formed or not."""
    whole = str(rng.choice((0, rng.randrange(10), rng.randrange(100), rng.randrange(1000), rng.randrange(10**7))))
    form = rng.randrange(9)
    if form == 0:
        return whole
    if form == 1:
        return f"{int(whole):,}".replace(",", rng.choice((",", ".", " ", "\u00a0", "\u202f", "'", "’")))  # noqa: RUF001 - Swiss
    decimals = "".join(rng.choices("0123456789", k=rng.choice((1, 2, 2, 2, 3, 4, 6, 7))))
    if form == 2:
        return f"{int(whole):,}.{decimals}"
    if form == 3:
        return f"{int(whole):,}".replace(",", ".") + "," + decimals
    if form == 4:
        return rng.choice(".,") + decimals
    return whole + rng.choice((".", ",")) + decimals


def _amount(rng: random.Random) -> str:
    number, sign, space = _number(rng), rng.choice(SIGNS), rng.choice(SPACES)
    word = rng.choice(TABLE[rng.choice(("cents_any", "cents_euro", "pence", "points", "dollar_names"))].split())
    forms = (sign + space + number, number + space + sign, number + space + word, number, sign + number + " CAD")
    return rng.choice(forms) + rng.choice(("", "", "", "k", "+", ",-"))


def _words(rng: random.Random, row: str) -> str:
    return rng.choice(TABLE[row].split()).split("=", 1)[0].replace("_", " ")


def _pay(rng: random.Random) -> str:
    before = rng.choice(
        ("", "", "", _words(rng, rng.choice(("up_to", "at_least", "labels", "about", "between"))) + " ")
    )
    text = before + _amount(rng)
    if rng.random() < 0.3:
        text += rng.choice(DASHES) + _amount(rng)
    if rng.random() < 0.4:
        unit = _words(rng, "per_" + rng.choice(("hour", "minute", "day", "page", "task", "unit")))
        text += rng.choice(("/", " / ", " per ", " par ", " pro ", " por ", " an ", " l’", " ")) + unit  # noqa: RUF001 - quote
    if rng.random() < 0.2:
        text += rng.choice((" • ", " (", " | ", "\n", " + ")) + _amount(rng)
    return text


def _time(rng: random.Random) -> str:
    sizes = sorted(rng.sample((1, 60, 3600, 86400, 604800), k=rng.choice((1, 1, 2, 3))), reverse=True)
    count = _words(rng, "number_words") if rng.random() < 0.2 else _number(rng)
    pieces = [f"{count}{rng.choice(SPACES)}{_words(rng, f'unit_{size}')}" for size in sizes]
    text = rng.choice((" ", ", ", "", " and ", " et ")).join(pieces)
    if rng.random() < 0.2:
        text = ":".join(f"{rng.randrange(70):02d}" for _ in range(rng.choice((2, 2, 3, 4))))
    if rng.random() < 0.3:
        text = rng.choice((_number(rng), text)) + rng.choice(DASHES) + text
    rows = ("ago_ahead", "left", "left_in", "up_to", "at_least", "about", "time_labels", "time_up_to", "time_of_day")
    before = rng.choice(("", "", _words(rng, rng.choice(rows)) + " "))
    behind = rng.choice(("", "", " " + _words(rng, rng.choice(("ago_behind", "left", "time_of_day", "after_up_to")))))
    return before + text + behind


def _places(rng: random.Random) -> str:
    text = str(rng.choice((rng.randrange(10), rng.randrange(5000), _number(rng)))) + rng.choice(
        ("", "", "k", "M", "%", "+")
    )
    if rng.random() < 0.4:
        text += rng.choice(("/", " / ", " of ", " von ", " sur ", " de ", " out of ", " places left of ")) + _number(
            rng
        )
    rows = ("still_free", "gone", "not_places", "of_words")
    return (
        rng.choice(("", "", "Places: ", "Available: "))
        + text
        + rng.choice(("", "", " " + _words(rng, rng.choice(rows))))
    )


def _soup(rng: random.Random) -> str:
    """Return words, numbers and signs in no order at all."""
    pieces = [
        rng.choice((rng.choice(_WORDS), _number(rng), rng.choice(MARKS + SIGNS))) for _ in range(rng.randrange(1, 9))
    ]
    return "".join(piece + rng.choice(SPACES) for piece in pieces)


def _spoil(rng: random.Random, text: str) -> str:
    """Change a few characters: cut, doubled, swapped with something hostile, capitals, very long."""
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(text) + 1)
        piece = rng.choice((rng.choice(HOSTILE), rng.choice(MARKS), rng.choice(SPACES), rng.choice(SIGNS), text[:at]))
        text = rng.choice((text[:at] + piece + text[at:], text[:at] + text[at + 1 :], text.upper(), text[at:] + piece))
    return text * 30 if rng.random() < 0.03 else text


def lines(seed: int, count: int) -> list[Line]:
    """Return `count` lines of the grammar; the same seed gives the same lines."""
    rng = random.Random(seed)  # noqa: S311 - test data, not a secret
    makers = {"pay": _pay, "time": _time, "places": _places}
    found: list[Line] = []
    for _ in range(count):
        what = rng.choice(("pay", "pay", "time", "time", "places"))
        text = _soup(rng) if rng.random() < 0.25 else makers[what](rng)
        if rng.random() < 0.25:
            text = _spoil(rng, text)
        unit = rng.choice(("", "", "minutes", "seconds"))
        found.append(Line(what=what, text=text, lang=rng.choice(LANGS), hint=rng.choice(HINTS), unit=unit))
    return found
