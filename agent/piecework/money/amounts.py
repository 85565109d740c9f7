"""The amounts of a text: every number with what is written around it. No meaning yet, that is `pay`'s."""

from typing import Final, NamedTuple

from piecework.money import currency
from piecework.money.currency import Named
from piecework.money.numbers import Decimal, Page, Token, read_number, to_units
from piecework.money.words import words

MICRO: Final = 1_000_000
_ENGLISH: Final = words("dollars") | {"GBP"}
_GLUED: Final = words("per_strong") | words("range_words") - {"a"}


class Amount(NamedTuple):
    """One number of the text with its currency: tokens `start` to `end` (excluded)."""

    start: int
    end: int
    number: Decimal | None
    """None where the number can't be read, or is below zero."""
    named: Named | None
    prefix: bool
    """Whether the currency stands before the number."""
    thousands: bool
    """Whether a tight k multiplies it."""

    @property
    def kind(self) -> str:
        """`cur`, `sub`, `pts` or `bare`."""
        return self.named.kind if self.named else "bare"

    def micro(self, kind: str | None = None) -> int | None:
        """Return the amount in micro-units (a hundredth's hundredth), None where it can't be held exactly."""
        if self.number is None:
            return None
        unit = MICRO // 100 if (kind or self.kind) == "sub" else MICRO
        return to_units(self.number, unit * 1000 if self.thousands else unit)


def _point(page: Page, named: Named | None, *, prefix: bool) -> str:
    """Return the decimal sign to expect: "$1,500" is English on every page, points have no thousandths."""
    if named is None or page.point == ".":
        return page.point
    english = prefix and (named.family == "$" or named.code in _ENGLISH)
    if not english:
        return page.point
    return "." if page.lang in ("fr", "de") else ""


def _is_split(tokens: list[Token], at: int) -> bool:
    """Tell whether token `at` is the middle of "2€50": both neighbours are numbers, all tight, two digits after."""
    if at + 1 >= len(tokens) or tokens[at].gap or tokens[at].kind != "s":
        return False
    cents = tokens[at + 1]
    return not cents.gap and len(cents.digits) == 2  # noqa: PLR2004 - cents


def _split_amount(tokens: list[Token], at: int) -> Amount | None:
    """Read "2€50" at number `at`; None where it is no such form."""
    named = currency.after(tokens, at + 1)
    if named is None or named.kind != "cur" or named.end != at + 2 or not tokens[at].digits:
        return None
    if not _is_split(tokens, at + 1):
        return None
    number = Decimal(int(tokens[at].text + tokens[at + 2].text), 2)
    return Amount(at, at + 3, number, named._replace(end=at + 3), prefix=False, thousands=False)


def _is_glued(tokens: list[Token], at: int) -> bool:
    """Tell whether an unknown word hangs on to the number before token `at`: the "e309" of "1e309"."""
    if at >= len(tokens) or tokens[at].kind != "w" or tokens[at].gap:
        return False
    return tokens[at].text not in _GLUED and currency.after(tokens, at) is None


def _below_zero(tokens: list[Token], at: int, floor: int) -> Named | None:
    """Return the currency of "$-5" when number `at` is the five."""
    if at - 2 < floor or tokens[at - 1].text != "-":
        return None
    return currency.before(tokens, at - 1, floor)


def _is_whole(tokens: list[Token], at: int) -> bool:
    """Tell whether ",-" or ".-" stands tight behind a number, as in "12,- €"."""
    if at + 1 >= len(tokens) or tokens[at].text not in (",", ".") or tokens[at + 1].text != "-":
        return False
    follows = tokens[at + 2] if at + 2 < len(tokens) else None
    joined = follows is not None and not follows.gap and (follows.kind == "n" or follows.text in ("$", "£"))
    return not joined and not tokens[at].gap and not tokens[at + 1].gap


def _read(tokens: list[Token], at: int, floor: int, page: Page) -> Amount:
    if (split := _split_amount(tokens, at)) is not None:
        return split
    left = currency.before(tokens, at, floor)
    after = at + 1
    thousands = after < len(tokens) and tokens[after].text == "k" and not tokens[after].gap
    after += thousands
    after += 2 * _is_whole(tokens, after)
    right = currency.after(tokens, after)
    if right is not None and right.kind != "cur" and left is not None:
        right = None  # "$5 credit": the sign says what it is
    named, agreed = currency.merge(left, right)
    start, end = left.start if left else at, right.end if right else after
    if (minus := _below_zero(tokens, at, floor)) is not None:
        return Amount(minus.start, end, None, minus, prefix=True, thousands=thousands)
    if not agreed or (right is None and _is_glued(tokens, after)):
        return Amount(start, end, None, named, prefix=left is not None, thousands=thousands)
    is_points = named is not None and named.kind == "pts"
    point = "" if is_points else _point(page, named, prefix=left is not None)
    number = read_number(tokens[at].text, point)
    return Amount(start, end, number, named, prefix=left is not None, thousands=thousands)


def read_amounts(tokens: list[Token], page: Page) -> list[Amount]:
    """Return every number of the text as an amount, in order; a bare one has no currency."""
    found: list[Amount] = []
    floor = 0
    for at, token in enumerate(tokens):
        if token.kind == "n" and at >= floor:
            found.append(_read(tokens, at, floor, page))
            floor = found[-1].end
    return found
