"""Reading a pay as a page writes it. The ledger believes this parser; the extension's one previews the same.

Nothing is guessed silently: a text that could mean two sums is `unreadable` and kept as it is.
"""

from typing import Final, Literal

import msgspec

from piecework.money.amounts import read_amounts
from piecework.money.numbers import EXACT_LIMIT, clean, fold, is_blank, is_disguised, page_of, tokenise, words_only
from piecework.money.spans import Text, find
from piecework.money.words import words

PARSER_VERSION: Final = 1
"""Raised with every change of an answer, so that `reparse` knows which parser made an older reading."""

_NONE_TEXTS: Final = words("none_texts")
_ZERO_TEXTS: Final = words("zero_texts")


class Pay(msgspec.Struct, frozen=True):
    """A pay as stated, or why there is none.

    `stated`: `micro` is the pay, or the lower end of a range, in micro-units of `currency`; `max_micro` the upper
    end, equal for an exact pay and None where it is open ("from $2"). `currency` is None where neither the text
    nor the definition says it. `none`: no pay is stated. `unreadable`: `raw` holds something that can't be told
    for sure. `per` is one of `per.UNITS`.
    """

    state: Literal["stated", "none", "unreadable"]
    micro: int | None
    max_micro: int | None
    currency: str | None
    per: str
    raw: str
    parser: int = PARSER_VERSION


def parse_pay(text: str, *, lang: str = "en", currency: str | None = None) -> Pay:
    """Read the pay of a task out of a page's text. Never raises; see `Pay` for the answer.

    `lang` is the page's language: it decides what "1.234" is and whose cents "cents" are. `currency` is the
    definition's hint (ISO code, or "PTS…"): it wins only where the text names no currency, and decides a bare "$".
    """
    raw = clean(text)
    page = page_of(lang)
    tokens = tokenise(fold(raw), page.lang)
    said = words_only(tokens)
    if said in _NONE_TEXTS or is_blank(tokens):
        return Pay("none", None, None, None, "task", raw)
    if said in _ZERO_TEXTS:
        return Pay("stated", 0, 0, currency or None, "task", raw)
    found = None if is_disguised(raw) else find(Text(tokens, read_amounts(tokens, page), page, currency or None))
    if found is None or max(found[0].low, found[0].high or 0) >= EXACT_LIMIT:
        return Pay("unreadable", None, None, None, "task", raw)
    pay, per = found
    return Pay("stated", pay.low, pay.high, pay.currency, per, raw)
