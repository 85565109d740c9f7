"""Which platform a text names, and what rows without an id are recognised by. Purely."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from piecework.imports.rows import BadRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from piecework.imports.rows import Options
    from piecework.platforms import Platform

LONGEST: Final = 41
_BESIDE: Final = {
    "mturk": ("Amazon Mechanical Turk", "Mechanical Turk", "MTurk"),
    "prolific": ("Prolific",),
    "microworkers": ("Microworkers",),
    "sproutgigs": ("SproutGigs", "Sprout Gigs", "Picoworkers"),
    "clickworker": ("Clickworker",),
    "uhrs": ("UHRS",),
    "appen": ("Appen", "CrowdGen"),
    "oneforma": ("OneForma", "Centific"),
    "telus": ("TELUS",),
    "ysense": ("ySense", "ClixSense"),
    "toloka": ("Toloka",),
    "connect": ("CloudResearch",),
    "dataannotation": ("DataAnnotation", "Data Annotation"),
    "outlier": ("Outlier",),
    "remotasks": ("Remotasks",),
    "usertesting": ("UserTesting", "User Testing"),
    "testable": ("Testable Minds", "Testable"),
    "neevo": ("Neevo", "Defined.ai"),
    "hivemicro": ("Hive Micro",),
    "rapidworkers": ("RapidWorkers",),
    "taskrabbit": ("TaskRabbit",),
    "roamler": ("Roamler",),
    "bemyeye": ("BeMyEye",),
    "mobeye": ("Mobeye",),
}
"""Names of platforms that may have no definition: a definition's own names come first."""


def platform_in(text: str, platforms: Mapping[str, Platform]) -> str:
    """The one platform whose name stands in the text as a word; "" for none, and for two."""
    text = text.casefold()
    found = {own for own, names in _names(platforms) if any(_stands(name, text) for name in names)}
    return found.pop() if len(found) == 1 else ""


def platform_word(text: str, platforms: Mapping[str, Platform]) -> str:
    """The platform a cell names, known or not: its id, else a plain word of it. Raises BadRow for no word at all."""
    wanted = text.strip().casefold()
    for own, names in _names(platforms):
        if wanted == own or wanted in {name.casefold() for name in names}:
            return own
    word = re.sub(r"[^a-z0-9]+", "-", wanted).strip("-")[:LONGEST].strip("-")
    if not word:
        raise BadRow(f"“{text[:40]}” names no platform" if text.strip() else "the platform is missing")
    return word


def payer(text: str, options: Options) -> str:
    """The platform that a payment came from. Raises BadRow where that is not known for certain."""
    found = platform_in(text, options.platforms) or options.platform
    if not found:
        raise BadRow(f"the payer “{text[:80]}” is no platform that is known; say which with --platform")
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


def _names(platforms: Mapping[str, Platform]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for own, platform in platforms.items():
        yield own, (platform.name, *platform.aliases, *_BESIDE.get(own, ()))
    for own, names in _BESIDE.items():
        if own not in platforms:
            yield own, names


def _stands(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text) is not None
