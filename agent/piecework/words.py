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

    def entries(self, prefix: str) -> dict[str, str]:
        """Every entry whose key begins so, with its holes."""
        return {key: text for key, text in self._catalogue.items() if key.startswith(prefix)}

    def find(self, key: str, otherwise: str) -> str:
        """The words of a key that may be unknown: a state or a cause that a newer extension sends."""
        return self._catalogue.get(key, otherwise)

    def anew(self, prefix: str, text: str) -> str:
        """An English text of the program's own, in this language; itself where no catalogue entry made it.

        What was kept or logged is English. Entries that begin with `prefix` are its patterns: what stands in their
        holes is taken over as it is.
        """
        if self.language == LANGUAGES[0]:
            return text
        for key, pattern in _patterns(prefix):
            if found := pattern.fullmatch(text):
                return self.t(key, **found.groupdict())
        return text

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


@cache
def _patterns(prefix: str) -> list[tuple[str, re.Pattern[str]]]:
    """English entries that begin with `prefix`, as patterns of the texts they make; the most telling first."""
    found = words_in(LANGUAGES[0]).entries(prefix).items()
    known = sorted(found, key=lambda one: (len(_HOLE.findall(one[1])), -len(one[1])))
    return [(key, re.compile(_HOLE.sub(r"(?P<\1>.+?)", _escaped(text)), re.DOTALL)) for key, text in known]


def _escaped(text: str) -> str:
    """A text as a pattern of itself; its holes stay holes."""
    return "".join(part if _HOLE.fullmatch(part) else re.escape(part) for part in re.split(r"(\{\w+\})", text))


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
