"""From amounts to one pay: which amount counts, what range or bound it is part of, and when it is no pay at all."""

from typing import Final, Literal, NamedTuple

from piecework.money.amounts import MICRO, Amount
from piecework.money.bounds import bound_before, bound_behind, connector, is_between, is_minus
from piecework.money.currency import POINTS, anywhere, beside_bare, is_points, resolve
from piecework.money.numbers import Page, Token
from piecework.money.per import Per, per_ahead, per_at, per_behind
from piecework.money.words import words

_DOLLARS: Final = words("dollars")
_POINT_WORDS: Final = words("points")
_LABELS: Final = words("labels")
_AND: Final = words("and_words")
_ABOUT: Final = words("about")
_WORTH: Final = words("is_worth") | {"(", "=", "≈", "~"}
_TIMES: Final = frozenset(word for unit in ("hour", "minute", "day", "week", "month") for word in words(f"per_{unit}"))
_BOUND_ROWS: Final = ("up_to", "at_least", "after_up_to", "after_at_least", "range_words", "between")
_BOUND_WORDS: Final = frozenset(word for row in _BOUND_ROWS for phrase in words(row) for word in phrase.split("_"))
_BESIDE_BARE: Final = _LABELS | _ABOUT | _POINT_WORDS | _BOUND_WORDS | _AND | set(":~≈=().+<>≤≥-'•,")


class Text(NamedTuple):
    """One text on the way through the parser. `hint` is the definition's currency."""

    tokens: list[Token]
    amounts: list[Amount]
    page: Page
    hint: str | None

    def code(self, amount: Amount, partner: Amount | None = None) -> str | None:
        """Return the currency of an amount: written beside it, named elsewhere in the text, or the hint.

        `partner` is the other end of its range, whose currency counts for both: "$5 - $10 CAD".
        """
        named = amount.named
        if named is not None and named.code is None and named.kind != "pts":
            others = (other for other in self.amounts if other.named and other not in (amount, partner))
            other = anywhere(self.tokens, {at for other in others for at in range(other.start, other.end)})
            if other is not None and (named.kind == "sub" or (named.family == "$" and other.code in _DOLLARS)):
                return other.code
        return resolve(named, self.hint, self.page)

    def is_end(self, at: int) -> bool:
        """Tell whether the text, or its part before a bullet, ends at token `at`."""
        return at >= len(self.tokens) or self.tokens[at].text == "•"

    def amount_at(self, start: int | None) -> Amount | None:
        """Return the amount whose first token is `start`."""
        return next((amount for amount in self.amounts if amount.start == start), None)


class Found(NamedTuple):
    """A pay in micro-units; tokens `start` to `end` (excluded) say it."""

    low: int
    high: int | None
    currency: str | None
    start: int
    end: int


def find(text: Text) -> tuple[Found, str] | None:
    """Return the pay and what it is for; None where it can't be told for sure."""
    index = next((index for index, amount in enumerate(text.amounts) if amount.named is not None), None)
    if index is None:
        return _find_bare(text)
    index = _worth(text, index)
    found = _span(text, index)
    if found is None:
        return None
    per = _per(text, found)
    return found, per.unit if per else "task"


def _worth(text: Text, index: int) -> int:
    """Return the index of the money that points are said to be worth: "250 points ($2.50)"."""
    points = text.amounts[index]
    if points.kind != "pts":
        return index
    for other, amount in enumerate(text.amounts):
        if other > index and amount.kind in ("cur", "sub"):
            between = text.tokens[points.end : amount.start]
            return other if any(token.text in _WORTH for token in between) else index
    return index


def _per(text: Text, found: Found) -> Per | None:
    later = (amount.start for amount in text.amounts if amount.start >= found.end and amount.named is not None)
    stop = next(later, len(text.tokens))
    return per_behind(text.tokens, found.end, stop) or per_ahead(text.tokens, found.start)


def _find_bare(text: Text) -> tuple[Found, str] | None:
    """Read a number whose currency is not written: only where nothing else stands beside it but known words."""
    if not text.amounts or any(amount.thousands for amount in text.amounts):
        return None
    found = _span(text, 0)
    if found is None or (found.end < len(text.tokens) and text.tokens[found.end].text in _TIMES):
        return None  # "5 min" is a time
    per, named = _per(text, found), beside_bare(text.tokens)
    taken = {at for said in (found, per, named) if said for at in range(said.start, said.end)}
    rest = [token.text for at, token in enumerate(text.tokens) if at not in taken]
    if any(piece not in _BESIDE_BARE for piece in rest):
        return None
    if named is not None:
        found = found._replace(currency=resolve(named, text.hint, text.page))
    elif any(piece in _POINT_WORDS for piece in rest):
        found = found._replace(currency=text.hint if is_points(text.hint) else POINTS)
    return found, per.unit if per else "task"


def _span(text: Text, index: int) -> Found | None:
    """Return the amount at `index` with the range, bound or hundredths around it."""
    amount = text.amounts[index]
    low = amount.micro()
    if low is None:
        return None
    alone = Found(low, low, text.code(amount), amount.start, amount.end)
    found = _with_earlier(text, index, alone)
    if found is alone:
        found = _with_later(text, amount, alone)
    if found is None or is_minus(text.tokens, found.start) or _is_cut(text, found.end):
        return None
    if found is alone:
        return _bounded(text, _with_hundredths(text, amount, alone))
    return found if found.high is not None and found.low <= found.high else None


def _with_earlier(text: Text, index: int, alone: Found) -> Found | None:
    """Join the bare number before: the 1 of "1 - 3 €". Returns `alone` where nothing joins, None if unclear."""
    amount = text.amounts[index]
    earlier = text.amounts[index - 1] if index else None
    if earlier is None or earlier.named is not None:
        return alone
    if not amount.prefix and _is_one_figure(text.tokens, earlier, amount.start):
        return None
    between = is_between(text.tokens, earlier.start)
    if connector(text.tokens, earlier.end, between=between) != amount.start:
        return alone
    dash, spaced = text.tokens[earlier.end].text == "-", text.tokens[earlier.end].gap
    if amount.prefix and (dash or bound_before(text.tokens, amount.start) == "max"):
        return alone if spaced else None
    before = text.tokens[earlier.start - 1] if earlier.start else None
    strange = before is not None and before.kind == "w" and before.text not in _BESIDE_BARE
    low = earlier.micro(amount.kind)
    if low is None or earlier.thousands != amount.thousands or (dash and spaced and strange):
        return None
    return alone._replace(low=low, start=earlier.start)


def _with_later(text: Text, amount: Amount, alone: Found) -> Found | None:
    """Join the amount after: the 10 of "$5-10". Returns `alone` where nothing joins, None if unclear."""
    between = is_between(text.tokens, amount.start)
    joined = connector(text.tokens, amount.end, between=between)
    if joined is None and amount.end < len(text.tokens) and text.tokens[amount.end].text == "~":
        joined = amount.end + 1
    other = text.amount_at(joined)
    if joined is None or other is None:
        return alone
    code = text.code(amount, other)
    if other.named is None:
        joins = _joins(text, other, tight=joined < len(text.tokens) and not text.tokens[joined].gap)
        if joins != "yes":
            return alone if joins == "no" else None
    elif text.code(other, amount) != code:
        return None
    high = other.micro(other.kind if other.named else amount.kind)
    third = text.amount_at(connector(text.tokens, other.end, between=False))
    if high is None or other.thousands != amount.thousands or (third is not None and third.named is not None):
        return None
    return alone._replace(high=high, currency=code, end=other.end)


def _is_one_figure(tokens: list[Token], earlier: Amount, start: int) -> bool:
    """Tell whether a bare number belongs to the amount at `start`: "1 250 USD" in English, "1/2 €", "1E-3 USD"."""
    apart = start - earlier.end
    if apart != 1:
        return apart <= (0 if earlier.number else 2)
    sign = tokens[earlier.end]
    tight = not sign.gap and not tokens[start].gap
    return earlier.number is None or sign.text in ("+", "/") or (sign.text == ":" and tight)


def _joins(text: Text, other: Amount, *, tight: bool) -> Literal["yes", "no", "unclear"]:
    """Tell whether a bare number after "$5 -" is the upper end, or the start of "- 10 min"."""
    if text.is_end(other.end) or per_at(text.tokens, other.end) is not None:
        return "yes"
    follower = text.tokens[other.end]
    if follower.text in _BESIDE_BARE and follower.text not in _TIMES:
        return "yes"
    if follower.kind == "w" and follower.text not in _TIMES:
        return "yes" if tight else "no"
    return "unclear" if tight else "no"


def _with_hundredths(text: Text, amount: Amount, alone: Found) -> Found:
    """Add the cents of "1 euro et 50 centimes"."""
    at = amount.end
    if at < len(text.tokens) and text.tokens[at].text in _AND:
        at += 1
    cents = text.amount_at(at)
    if amount.kind != "cur" or cents is None or cents.kind != "sub":
        return alone
    micro = cents.micro()
    if micro is None or micro >= MICRO or alone.low % MICRO:
        return alone
    return alone._replace(low=alone.low + micro, high=alone.low + micro, end=cents.end)


def _bounded(text: Text, found: Found) -> Found:
    """Open or close the range of "from $2" and "up to $15"."""
    bound = bound_before(text.tokens, found.start) or bound_behind(text.tokens, found.end)
    if bound == "max":
        return found._replace(low=0)
    return found._replace(high=None) if bound == "min" else found


def _is_cut(text: Text, end: int) -> bool:
    """Tell whether a dash or a lone number right behind makes the amount doubtful: "5-", "5 € 10"."""
    if end >= len(text.tokens):
        return False
    token = text.tokens[end]
    doubtful = token.kind == "n" or (token.text == "-" and not token.gap)
    return doubtful and text.is_end(end + 1)
