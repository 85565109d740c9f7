"""ActivityWatch's export: the browser's tabs on a platform's own pages become time, less what the person was away.

Only tabs on pages of described platforms are looked at: the rest of a day on a computer is nobody's business here.
A page where a task is worked counts as work, every other page of a platform as search.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.formats.trackers import check_length, iso_us
from piecework.imports.jsons import Entries, Raws, each, inside
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Left, Span, When
from piecework.now import DAY_US, SECOND_US
from piecework.platforms.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source
    from piecework.platforms import Platform

ID: Final = "activitywatch"
_TABS: Final = "web.tab.current"
_AWAY: Final = "afkstatus"
_SHORTEST_US: Final = SECOND_US
Stretches = list[tuple[int, int]]


class _Data(msgspec.Struct):
    url: str = ""
    title: str = ""
    status: str = ""


class _Event(msgspec.Struct):
    timestamp: str
    duration: float = 0.0
    data: _Data = msgspec.field(default_factory=_Data)


class _Bucket(msgspec.Struct):
    type: str = ""
    events: Raws = []


_events: Final = msgspec.json.Decoder(_Event)
_buckets: Final = msgspec.json.Decoder(_Bucket)


def fits(source: Source) -> bool:
    """Buckets at the top, or one bucket."""
    if source.document is None:
        return False
    names = set(source.document.entries)
    return "buckets" in names or {"events", "type", "id"} <= names


def rows(source: Source, options: Options) -> Iterator[Row]:
    """Stretches on platforms' pages, each cut by the times the person was away."""
    buckets = _all(source)
    tabs = [bucket for bucket in buckets if bucket.type == _TABS]
    if not tabs:
        raise BadFile(f"Row 1: there is no bucket of the type {_TABS}: the browser's watcher was not at work.")
    away = _away([bucket for bucket in buckets if bucket.type == _AWAY])
    hosts = _hosts(options.platforms)
    names, number = Ordinals(), 0
    for bucket in tabs:
        for place, event in each(bucket.events, _events):
            if isinstance(event, BadRow):
                yield Left(number + place, str(event))
                continue
            platform = options.platforms.get(hosts.get(_host(event.data.url), ""))
            if platform is not None:
                yield from _spans(number + place, event, platform, away, names)
        number += len(bucket.events)


def _spans(row: int, event: _Event, platform: Platform, away: Stretches, names: Ordinals) -> Iterator[Row]:
    try:
        start_us = iso_us(event.timestamp)
        length_us = _length(event.duration)
        if length_us < _SHORTEST_US:
            return
        check_length(start_us, start_us + length_us)
    except BadRow as cause:
        yield Left(row, str(cause))
        return
    kind = "work" if _is_work(platform, event.data.url) else "search"
    for start, end in without(start_us, start_us + length_us, away):
        key = names.key(ID, platform.id, str(start), str(end))
        yield Span(
            row, platform.id, key, When(start, event.timestamp[:60], start // DAY_US), end, kind, event.data.title
        )


def without(start_us: int, end_us: int, gaps: Stretches) -> Stretches:
    """What is left of a stretch when sorted gaps that do not overlap are taken out.

    >>> without(0, 10, [(2, 3), (5, 20)])
    [(0, 2), (3, 5)]
    """
    found: Stretches = []
    at = start_us
    for begin, end in gaps[max(0, bisect_right(gaps, (start_us, start_us)) - 1) :]:
        if begin >= end_us:
            break
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    if at < end_us:
        found.append((at, end_us))
    return found


def _all(source: Source) -> list[_Bucket]:
    if source.document is None:
        raise BadFile("Row 1: this is no JSON.")
    entries = source.document.entries
    if "buckets" not in entries:
        return [inside(source.data, _Bucket)]
    return [inside(raw, _Bucket) for raw in inside(entries["buckets"], Entries).values()]


def _away(buckets: list[_Bucket]) -> Stretches:
    """When the person was away, sorted and joined."""
    found: Stretches = []
    for bucket in buckets:
        for _, event in each(bucket.events, _events):
            if isinstance(event, BadRow) or event.data.status != "afk":
                continue
            try:
                start_us = iso_us(event.timestamp)
                found.append((start_us, start_us + _length(event.duration)))
            except BadRow:
                continue
    joined: Stretches = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _length(seconds: float) -> int:
    if not 0 <= seconds <= 2 * DAY_US / SECOND_US:
        raise BadRow(f"“{seconds}” seconds are no length")
    return round(seconds * SECOND_US)


def _hosts(platforms: Mapping[str, Platform]) -> dict[str, str]:
    return {_host(origin): own for own, platform in platforms.items() for origin in platform.origins}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_work(platform: Platform, url: str) -> bool:
    patterns = (pattern for page in platform.work.pages for pattern in page.urls)
    return any(matches(pattern, url) for pattern in patterns)
