"""Which platform a text names, and what rows without an id are recognised by. Purely."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from piecework.imports.bad import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from piecework.imports.rows import Options
    from piecework.platforms import Platform

LONGEST: Final = 41
_COMMON: Final = frozenset({"connect", "tasker", "testable", "practice", "practice site", "hire group"})
"""Names of platforms that are everyday words: in the text of a payment they name nobody."""


def platform_in(text: str, platforms: Mapping[str, Platform]) -> str:
    """The one platform whose name stands in the text as a word; "" for none, and for two.

    A longer name wins over one inside it, a platform's own name over another one's alias.
    """
    text = text.casefold()
    best: dict[tuple[int, int], tuple[int, str]] = {}
    for rank, own, name in _names(platforms):
        if name in _COMMON or (at := _place(name, text)) is None:
            continue
        best[at] = min(best.get(at, (rank, own)), (rank, own))
    found = {own for at, (_, own) in best.items() if not any(_inside(at, other) for other in best)}
    return found.pop() if len(found) == 1 else ""


def platform_word(text: str, platforms: Mapping[str, Platform]) -> str:
    """The platform a cell names, known or not: its id, else a plain word of it. Raises BadRow for no word at all."""
    wanted = text.strip().casefold()
    if wanted in platforms:
        return wanted
    known = min(((rank, own) for rank, own, name in _names(platforms) if name == wanted), default=None)
    if known is not None:
        return known[1]
    word = re.sub(r"[^a-z0-9]+", "-", wanted).strip("-")[:LONGEST].strip("-")
    if not word:
        raise BadRow(f"“{text[:40]}” names no platform" if text.strip() else "the platform is missing")
    return word


def payer(text: str, options: Options) -> str:
    """The platform that a payment came from. Raises BadRow where that is not known for certain."""
    found = platform_in(text, options.platforms) or options.platform
    if not found:
        raise BadRow(f"the payer “{text[:80]}” is no platform that is known; say whose it is (--platform)")
    return found


class Ordinals:
    """Numbers rows that say the very same: two equal tasks of one day are two tasks, in every export."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def key(self, *texts: str) -> str:
        """What a row without an id is recognised by."""
        name = hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:24]
        self._seen[name] += 1
        return f"~{name}#{self._seen[name]}"


def _names(platforms: Mapping[str, Platform]) -> Iterator[tuple[int, str, str]]:
    """(0 for a name, 1 for an alias; the id; the name in small letters) of every platform."""
    for own, platform in platforms.items():
        yield 0, own, platform.name.casefold()
        for alias in platform.aliases:
            yield 1, own, alias.casefold()


def _place(name: str, text: str) -> tuple[int, int] | None:
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) if name in text else None
    return None if found is None else found.span()


def _inside(inner: tuple[int, int], outer: tuple[int, int]) -> bool:
    return inner != outer and outer[0] <= inner[0] and inner[1] <= outer[1]
