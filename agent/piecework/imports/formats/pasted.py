"""Lines of text as they are copied from a site's page: each with a date and an amount, whatever else it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import moment, order_of, read_clock, read_day, stamp
from piecework.imports.naming import Ordinals, platform_word
from piecework.imports.rows import Amount, Left, When, Work
from piecework.imports.statuses import known
from piecework.imports.values import pay_amount
from piecework.now import utc, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source

ID: Final = "pasted"
_DATES: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?!\d)"
    r"|\d{1,2}(?:st|nd|rd|th|er|e)?\s+[^\W\d_]{3,9}\.?,?\s+\d{4}"
    r"|[^\W\d_]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]\.?m\.?)?(?![\d:])", re.IGNORECASE)
_PARTS: Final = re.compile(r"\t+|\s{2,}|\s\|\s|\s[\u00b7\u2022\u2013\u2014]\s|\u00a0{2,}")
_MONEY: Final = re.compile(
    r"([-+\u2212]?\s?(?:[A-Z]{0,3}[$\u20ac\u00a3\u00a5\u20b9]|\b[A-Z]{3})\s?\d(?:[\d.,]*\d)?(?!\w)"
    r"|(?<!\w)[-+\u2212]?\d(?:[\d.,]*\d)?\s?(?:[$\u20ac\u00a3\u00a5\u20b9]|[A-Z]{3}\b))"
)
_ALONE: Final = re.compile(
    r"[-+\u2212(]?\s*[^\w\s]{0,2}\s*\d[\d.,' \u00a0\u202f]*\s*[^\d\s]{0,4}\)?|[A-Z]{3}\s?[\d.,]+"
)
LONGEST: Final = 2_000


class Line(NamedTuple):
    """What one line says. `sign` is -1 where the amount has a minus before it."""

    at: When
    stamp: str
    amount: Amount
    sign: int
    status: str
    title: str


def fits(source: Source) -> bool:
    """Any text in which a first line has a date."""
    return not source.is_json and _DATES.search(source.text[:LONGEST]) is not None


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One piece of work for each line. Raises BadFile where nobody said of which platform."""
    if not options.platform:
        raise BadFile("Row 1: a text does not say whose it is. Name the platform (--platform).")
    platform = platform_word(options.platform, options.platforms)
    definition = options.platforms.get(platform)
    zone_name = definition.zone if definition is not None else options.zone
    names = Ordinals()
    for found in lines(source.text, platform, zone_name, options):
        if isinstance(found, Left):
            yield found
            continue
        row, line = found
        if line.sign < 0:
            yield Left(row, "is money that went out")
            continue
        key = names.key(platform, line.stamp, str(line.amount.micro), line.amount.currency, line.title)
        yield Work(
            row,
            platform,
            key,
            line.status or "approved",
            title=line.title,
            pay=line.amount,
            at=line.at,
            status_raw=line.status,
        )


def lines(text: str, platform: str, zone_name: str, options: Options) -> Iterator[tuple[int, Line] | Left]:
    """Every line that is not blank, by its number. Raises BadFile where dates can be read in two ways."""
    all_lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    dates = [found[0] for _, line in all_lines if (found := _DATES.search(line[:LONGEST]))]
    order = order_of(dates, (), options.dates, utc(options.now_us).date())
    definition = options.platforms.get(platform)
    told = options.columns.get("currency", "").removeprefix("=").upper()
    currency = told or (definition.currency() if definition is not None else None)
    for number, line in all_lines:
        try:
            yield number, read_line(line, order, zone_name, currency, options.now_us)
        except BadRow as cause:
            yield Left(number, str(cause))


def read_line(line: str, order: str, zone_name: str, currency: str | None, now_us: int) -> Line:
    """A date, an amount, perhaps a state, and what is left is the title. Raises BadRow."""
    if len(line) > LONGEST:
        raise BadRow(f"has more than {LONGEST} characters")
    date = _DATES.search(line)
    if date is None:
        raise BadRow("has no date")
    rest = f"{line[: date.start()]}  {line[date.end() :]}"
    clock = _CLOCK.search(rest)
    if clock is not None:
        rest = f"{rest[: clock.start()]}  {rest[clock.end() :]}"
    day, time = read_day(date[0], order), read_clock(clock[0]) if clock else None
    at = moment(day, time, zone(zone_name), f"{date[0]} {clock[0] if clock else ''}".strip(), now_us)
    parts = [part.strip(" \t,;|") for part in _PARTS.split(rest)]
    parts, place, amount = _amount([part for part in parts if part], currency)
    sign = -1 if parts[place].lstrip("(").startswith(("-", "\u2212")) else 1
    others = [part for index, part in enumerate(parts) if index != place] or [parts[place]]
    status = next((kind for part in others if (kind := known(part))), "")
    title = max((part for part in others if not known(part)), key=len, default="")
    return Line(at, stamp(day, time), amount, sign, status, title)


def _amount(parts: list[str], currency: str | None) -> tuple[list[str], int, Amount]:
    """The parts, which of them is the amount, and the amount.

    It is the part that is an amount and no more, else one that holds one, else the one sum with its currency's sign
    among other numbers: "Task 12: $0.10 (credited in 7 days)". Raises BadRow.
    """
    for wanted in (True, False):
        for place, part in enumerate(parts):
            if bool(_ALONE.fullmatch(part)) is wanted and (found := _read(part, currency)) is not None:
                return parts, place, found
    split = [piece.strip() for part in parts for piece in _MONEY.split(part) if piece.strip()]
    sums = [place for place, piece in enumerate(split) if _MONEY.fullmatch(piece)]
    if len(sums) == 1 and (found := _read(split[sums[0]], currency)) is not None:
        return split, sums[0], found
    raise BadRow("has no amount that can be read for sure")


def _read(part: str, currency: str | None) -> Amount | None:
    if not any(letter.isdigit() for letter in part):
        return None
    try:
        return pay_amount(part.lstrip("-+\u2212"), currency)
    except BadRow:
        return None
