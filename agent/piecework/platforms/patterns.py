"""URL patterns of definitions: `scheme://host/path?query` with `*`, `{id}` and `{n}` (see _schema.json)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

_PARTS = re.compile(r"(\*|\{id\}|\{n\})")
_PATH = {"*": ".*", "{id}": r"(?P<id>[^/?#]+)", "{n}": r"(?P<n>[0-9]+)"}
_SAMPLE = {"*": "x", "{id}": "x", "{n}": "1"}


def origin_of(pattern: str) -> str:
    """The origin a pattern lies in, as definitions list origins: `https://host/*`."""
    split = urlsplit(pattern)
    return f"{split.scheme}://{split.netloc}/*"


def matches(pattern: str, url: str) -> bool:
    """Whether an address is one the pattern means: any port, query in any order, other parameters allowed."""
    mine, its = urlsplit(pattern), urlsplit(url)
    if (mine.scheme, mine.hostname) != (its.scheme, its.hostname):
        return False
    if not _regex(mine.path).fullmatch(its.path):
        return False
    given = dict(parse_qsl(its.query, keep_blank_values=True))
    wanted = parse_qsl(mine.query, keep_blank_values=True)
    return all(name in given and _regex(value).fullmatch(given[name]) is not None for name, value in wanted)


def sample(pattern: str) -> str:
    """An address the pattern matches."""
    return _PARTS.sub(lambda match: _SAMPLE[match[0]], pattern)


def overlap(left: str, right: str) -> bool:
    """Whether some address is meant by both patterns, judged by a sample of each."""
    return matches(left, sample(right)) or matches(right, sample(left))


@lru_cache(maxsize=512)
def _regex(text: str) -> re.Pattern[str]:
    seen: set[str] = set()
    parts = []
    for piece in _PARTS.split(text):
        # A group can be named once only: where a pattern captures twice, the first is what counts.
        parts.append("[^/?#]+" if piece in seen else _PATH.get(piece, re.escape(piece)))
        seen |= {piece} & {"{id}", "{n}"}
    return re.compile("".join(parts) or "/?")
