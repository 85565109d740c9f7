"""What the three MTurk histories share: their platform, its day, and how a HIT becomes a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from piecework.imports.bad import BadRow
from piecework.imports.rows import Left, Work
from piecework.imports.statuses import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from piecework.imports.rows import Amount, Options, Row, When

T = TypeVar("T")
PLATFORM: Final = "mturk"
_ZONE: Final = "America/Los_Angeles"
"""MTurk's day where no definition says it."""
CURRENCY: Final = "USD"
LONGEST_ID: Final = 100


def zone(options: Options) -> str:
    """The zone of MTurk's day."""
    known = options.platforms.get(PLATFORM)
    return known.zone if known is not None else _ZONE


def hit(  # noqa: PLR0913 - what a history says of a HIT
    row: int,
    hit_id: str,
    *,
    status: str,
    title: str,
    requester: str,
    pay: Amount | None,
    at: When,
    assignment: str = "",
    bonus: Amount | None = None,
) -> Work:
    """One HIT. It is known by its own id; the assignment's tells two attempts at one HIT apart. Raises BadRow."""
    if not hit_id.strip() or len(hit_id) > LONGEST_ID:
        raise BadRow("the HIT has no id")
    return Work(
        row,
        PLATFORM,
        f"hit:{hit_id}",
        kind_of(status),
        title=title,
        requester=requester,
        task=hit_id,
        assignment=assignment,
        pay=pay,
        bonus=bonus,
        at=at,
        status_raw=status,
    )


def rows_of(entries: Iterable[tuple[int, T | BadRow]], read: Callable[[int, T], Work]) -> Iterator[Row]:
    """Every entry as a row, or why it is none."""
    for number, entry in entries:
        try:
            if isinstance(entry, BadRow):
                raise entry
            yield read(number, entry)
        except BadRow as cause:
            yield Left(number, str(cause))
