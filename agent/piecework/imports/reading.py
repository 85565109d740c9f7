"""Which kind of file it is: asked of every format in turn, or told by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.errors import BadFile, BadUsage
from piecework.imports.formats import (
    activitywatch,
    clockify,
    generic,
    hitdb,
    microworkers,
    mturk_engine,
    mturk_suite,
    pasted,
    payoneer,
    paypal,
    prolific,
    sproutgigs,
    toggl,
    wise,
)
from piecework.imports.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Format, Options, Row

_ALL: Final[tuple[Format, ...]] = (
    mturk_suite,
    hitdb,
    microworkers,
    activitywatch,
    mturk_engine,
    prolific,
    paypal,
    payoneer,
    wise,
    clockify,
    toggl,
    sproutgigs,
    generic,
    pasted,
)
"""In the order in which they are asked: the last two take what no other knows, where the person says how."""
FORMATS: Final = tuple(form.ID for form in _ALL)
"""Names of the formats, as answers and options write them."""


class Reading(NamedTuple):
    """A file whose kind is known."""

    form: Format
    source: Source

    @property
    def name(self) -> str:
        """The format's name."""
        return self.form.ID

    def size(self) -> int:
        """About how many rows it has."""
        return self.source.size()

    def rows(self, options: Options) -> Iterator[Row]:
        """Its rows, anew at each call. Raises BadFile, BadUsage."""
        return self.form.rows(self.source, options)


def open_file(data: bytes, name: str = "") -> Reading:
    """Finds out what a file is, or takes the person's word. Raises BadFile for one of no known kind, BadUsage."""
    source = Source(data)
    if name:
        chosen = next((form for form in _ALL if form.ID == name), None)
        if chosen is None:
            raise BadUsage(f"There is no format “{name}”. There are: {', '.join(FORMATS)}.")
        return Reading(chosen, source)
    for form in _ALL:
        if form.fits(source):
            return Reading(form, source)
    raise BadFile(
        f"Row 1: this is no file Piecework knows ({', '.join(FORMATS)}). If it is one, say which (--format); "
        "a table of another kind is read by its columns (--map)."
    )
