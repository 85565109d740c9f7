"""Words in the person's language, from the same catalogues the extension reads."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING

from piecework.resources import locales_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "fr")
_HOLE = re.compile(r"\{(\w+)\}")


class Words:
    """One language. `t` is what templates call."""

    def __init__(self, language: str, catalogue: Mapping[str, str]) -> None:
        self.language = language
        self._catalogue = catalogue

    def t(self, key: str, /, **values: str | int) -> str:
        """The words of a key with its holes filled, the key itself where there are none.

        A count `n` chooses between `key_one` and `key_other`. The answer is plain text: escape it.
        """
        text = None
        if isinstance(count := values.get("n"), int):
            text = self._catalogue.get(f"{key}_{self._plural(count)}") or self._catalogue.get(f"{key}_other")
        if text is None:
            text = self._catalogue.get(key, key)
        return _HOLE.sub(lambda hole: str(values.get(hole[1], hole[0])), text)

    def find(self, key: str, otherwise: str) -> str:
        """The words of a key that may be unknown: a state or a cause that a newer extension sends."""
        return self._catalogue.get(key, otherwise)

    def listed(self, key: str) -> list[str]:
        """Words kept as one comma-separated entry, such as the names of the months."""
        return self.t(key).split(",")

    def _plural(self, count: int) -> str:
        # CLDR: French counts 0 and 1 as one, English only 1.
        one = abs(count) < 2 if self.language == "fr" else count == 1  # noqa: PLR2004 - the rule itself
        return "one" if one else "other"


@cache
def words_in(language: str) -> Words:
    """The words of one of LANGUAGES."""
    path = locales_dir() / f"{language}.json"
    return Words(language, json.loads(path.read_text(encoding="utf-8")))


def told_in(chosen: str) -> Words:
    """The words of what is told outside a page: in the language of the settings, else in the machine's."""
    machine = next((text for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (text := os.environ.get(name))), "")
    return words_in(choose_language(chosen, machine.split(".")[0].replace("_", "-")))


def choose_language(chosen: str, accept: str) -> str:
    """The language to answer in: the setting, else the best of an Accept-Language header, else English."""
    for tag in (chosen, *_accepted(accept)):
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _accepted(header: str) -> list[str]:
    """Tags of an Accept-Language header, best first; what can't be read is left out."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if quality > 0:
            found.append((quality, tag))
    return [tag for _, tag in sorted(found, key=lambda one: -one[0])]
