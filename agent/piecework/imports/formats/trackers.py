"""What the tables of time trackers share: start and end by the person's own clock, and words that name a platform."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.imports.bad import BadRow
from piecework.imports.dates import moment, order_of, read_clock, read_day, stamp
from piecework.imports.naming import Ordinals, platform_in, platform_word
from piecework.imports.rows import Left, Span
from piecework.imports.tables import Cells
from piecework.now import DAY_US, utc, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row, When

_START: Final = (("start date",), ("start time",))
_END: Final = (("end date", "stop date"), ("end time", "stop time"))
_EMPTY: Final = "-"
"""What Toggl writes into a cell that says nothing."""
_WORDS: Final = ("project", "client", "description", "task", "tags")


class Tracker(NamedTuple):
    """Whose table it is. `breaks` are words of its column "Type" for time that is no work."""

    name: str
    dates: str = ""
    breaks: frozenset[str] = frozenset()


def spans(found: list[Cells | tuple[int, BadRow]], tracker: Tracker, options: Options) -> Iterator[Row]:
    """Each row as a stretch of work. Raises BadFile where the dates can be read in two ways."""
    texts = [_said(cells, *day) for cells in found if isinstance(cells, Cells) for day in (_START[0], _END[0])]
    order = order_of(texts, told=options.dates or tracker.dates, today=utc(options.now_us).date())
    names = Ordinals()
    for cells in found:
        if not isinstance(cells, Cells):
            yield Left(cells[0], str(cells[1]))
            continue
        try:
            yield _span(cells, tracker, order, options, names)
        except BadRow as cause:
            yield Left(cells.row, str(cause))


def check_length(start_us: int, end_us: int) -> None:
    """Raises BadRow for a stretch that ends before it begins, or lasts longer than a day."""
    if end_us <= start_us:
        raise BadRow("ends when it begins, or before")
    if end_us - start_us > DAY_US:
        raise BadRow("lasts more than a day")


def _span(cells: Cells, tracker: Tracker, order: str, options: Options, names: Ordinals) -> Span:
    if (kind := _said(cells, "type").casefold()) in tracker.breaks:
        raise BadRow(f"is a {kind}, no work")
    start, begun = _moment(cells, _START, order, options)
    if not any(_said(cells, *names) for names in _END):
        raise BadRow("has no end yet: the clock runs")
    end, ended = _moment(cells, _END, order, options)
    check_length(start.us, end.us)
    said = [_said(cells, name) for name in _WORDS]
    platform = next((own for text in said if (own := platform_in(text, options.platforms))), options.platform)
    if not platform:
        platform = platform_word(next((text for text in said[:2] if text), ""), options.platforms)
    title = _said(cells, "description") or _said(cells, "task")
    # Not by its words: which columns a report has is the account's choice, and may be another the next time.
    key = names.key(tracker.name, begun, ended, platform)
    return Span(cells.row, platform, key, start, end.us, title=title)


def _said(cells: Cells, *names: str) -> str:
    text = cells.get(*names)
    return "" if text == _EMPTY else text


def _moment(
    cells: Cells, pair: tuple[tuple[str, ...], tuple[str, ...]], order: str, options: Options
) -> tuple[When, str]:
    """The moment, and its stamp."""
    text, clock = (_said(cells, *names) for names in pair)
    if not clock:
        raise BadRow(f"the {pair[1][0]} is missing")
    day, time = read_day(text, order), read_clock(clock)
    return moment(day, time, zone(options.zone), f"{text} {clock}", options.now_us), stamp(day, time)


def iso_us(text: str) -> int:
    """µs UTC of "2026-11-21T10:00:00.5+00:00". Raises BadRow."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as cause:
        raise BadRow(f"“{text[:40]}” is no time") from cause
    if found.tzinfo is None:
        raise BadRow(f"“{text[:40]}” does not say its zone")
    return round_us(found)


def round_us(found: datetime) -> int:
    """µs UTC of an aware datetime."""
    return (found - utc(0)) // (utc(1) - utc(0))
