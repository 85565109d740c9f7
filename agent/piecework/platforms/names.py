"""Platforms of which nothing but a name is known: found by it, and never read by invented selectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from piecework.errors import BadDefinition
from piecework.platforms.parts import Date, Part, Short
from piecework.resources import platforms_dir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from piecework.platforms.definition import Platform

NAMES = "_aliases.json"


class Named(Part, frozen=True, kw_only=True):
    """One name, with other names for the same, what little is known, and from where."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    aliases: list[Short]
    note: str
    source: str
    date: Date


def load_names(folder: Path | None = None) -> list[Named]:
    """The table of names, by name. Raises BadDefinition with what is wrong in it."""
    path = (folder or platforms_dir()) / NAMES
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Named], strict=True)
    except (OSError, msgspec.DecodeError, UnicodeError) as cause:
        raise BadDefinition(f"{path}: {cause}") from cause


def check_names(names: list[Named], platforms: Mapping[str, Platform]) -> Iterator[str]:
    """Names that are out of order, that stand twice, or that a definition has already."""
    if [one.name for one in names] != sorted((one.name for one in names), key=str.casefold):
        yield f"{NAMES}: not in the order of the names"
    taken = {word.casefold(): one.id for one in platforms.values() for word in (one.id, one.name, *one.aliases)}
    for named in names:
        for word in (named.name, *named.aliases):
            owner = taken.setdefault(word.casefold(), named.name)
            if owner != named.name:
                yield f"{NAMES}: {word} is {owner} already"


def slug(name: str) -> str:
    """An id for a name: lower case, everything but letters and digits as one dash."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())
