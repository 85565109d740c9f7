"""Words, phrases and regular expressions of a rule, looked for within a time limit. Pure.

The package `regex` is used because it can stop: the standard library's `re` runs on a hostile pattern for hours.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import regex

LIMIT_S = 0.1
"""How long one pattern may look at one text. A harmless one takes microseconds."""
PROBE_S = 0.02
"""The same while a pattern is tried out. It is tried twice: a busy machine makes no pattern hostile."""
LONGEST = 200
_PROBE = 300
_PROBED = 8
_SLOW: set[str] = set()


class BadPattern(ValueError):
    """A pattern that is no pattern, or that takes too long; its text says which."""


class Words(NamedTuple):
    """What a rule looks for: words and phrases as one pattern, regular expressions one by one."""

    plain: re.Pattern[str] | None
    patterns: tuple[regex.Pattern[str], ...]


class Found(NamedTuple):
    """Whether any was found; `slow` names a pattern that ran out of time, which then counts as not found."""

    any: bool
    slow: str = ""


def folded(text: str) -> str:
    """As texts are compared: compatible forms and cases of a letter are one."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=512)
def compile_words(entries: tuple[str, ...], *, careful: bool = False) -> Words:
    """Reads a rule's list. `careful` also tries each regular expression on texts that lead hostile ones astray.

    Raises BadPattern.
    """
    plain: list[str] = []
    patterns: list[regex.Pattern[str]] = []
    for entry in entries:
        if len(entry) > 1 and entry.startswith("/") and entry.endswith("/"):
            pattern = _compile(entry[1:-1])
            if careful:
                _try_out(pattern)
            patterns.append(pattern)
        else:
            text = entry[1:-1] if len(entry) > 1 and entry[0] == entry[-1] == '"' else entry
            parts = [re.escape(part) for part in folded(text).split()]
            if parts:
                plain.append(r"\s+".join(parts))
    # Escaped words alone can't lead any engine astray.
    whole = re.compile(rf"(?<!\w)(?:{'|'.join(plain)})(?!\w)") if plain else None
    return Words(whole, tuple(patterns))


def find(words: Words, text: str) -> Found:
    """Whether any of the words is in the text."""
    text = folded(text)
    if words.plain is not None and words.plain.search(text):
        return Found(any=True)
    slow = ""
    for pattern in words.patterns:
        if pattern.pattern in _SLOW:
            slow = pattern.pattern
            continue
        try:
            if pattern.search(text, timeout=LIMIT_S):
                return Found(any=True)
        except TimeoutError:
            # A pattern that was slow once is not tried again: a list has hundreds of titles.
            _SLOW.add(pattern.pattern)
            slow = pattern.pattern
    return Found(any=False, slow=slow)


def _compile(text: str) -> regex.Pattern[str]:
    import regex  # noqa: PLC0415 - 4 MB that an agent without such a rule does not need

    if not text or len(text) > LONGEST:
        raise BadPattern(f"A regular expression has 1 to {LONGEST} characters.")
    try:
        # Its case is left as it is: in a pattern \S is not \s.
        return regex.compile(unicodedata.normalize("NFKC", text), regex.VERSION1 | regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError, MemoryError) as cause:
        raise BadPattern(f"“{text}” is no regular expression: {cause}.") from cause


def _try_out(pattern: regex.Pattern[str]) -> None:
    """Raises BadPattern for one that a long title of the pattern's own letters keeps busy."""
    letters = [letter for letter in dict.fromkeys(pattern.pattern) if letter.isalnum()][:_PROBED]
    probes = [letter * _PROBE + "!" for letter in dict.fromkeys([*letters, "a", "0", " "])]
    probes.append("".join(letters) * (_PROBE // max(1, len(letters))) + "!")
    for probe in probes:
        if _is_slow(pattern, probe) and _is_slow(pattern, probe):
            raise BadPattern(
                f"“{pattern.pattern}” takes too long on a long title. Leave out repetitions within repetitions."
            )


def _is_slow(pattern: regex.Pattern[str], text: str) -> bool:
    try:
        pattern.search(text, timeout=PROBE_S)
    except TimeoutError:
        return True
    return False
