"""ActivityWatch's export: the browser's tabs on a platform's own pages become time, less what the person was away.

Only tabs on pages of described platforms are looked at: the rest of a day on a computer is nobody's business here.
A page where a task is worked counts as work, every other page of a platform as search. A tab stays "current" while
another program is in front, so the time of those is taken out too, as ActivityWatch itself does (its documentation,
"Working with data": browser events count while a browser's window is active and the person not away; a tab that makes
sound is nobody away). Of windows only the program's name is read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import check_moment
from piecework.imports.formats.trackers import check_length, iso_us
from piecework.imports.jsons import Entries, Raws, each, inside
from piecework.imports.naming import Ordinals
from piecework.imports.rows import Left, Span, When
from piecework.now import DAY_US, SECOND_US
from piecework.platforms.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from piecework.imports.rows import Options, Row
    from piecework.imports.source import Source
    from piecework.platforms import Platform

ID: Final = "activitywatch"
_TABS: Final = "web.tab.current"
_AWAY: Final = "afkstatus"
_WINDOWS: Final = "currentwindow"
_BROWSERS: Final = re.compile(
    r"(?<![a-z])(?:chrom|firefox|brave|(?:ms|microsoft )edge|opera|vivaldi|safari|(?:arc|zen)(?![a-z])"
    r"|librewolf|waterfox|floorp|nightly|navigator)",
    re.IGNORECASE,
)
_NO_HOST: Final = frozenset({"", "unknown"})
_SHORTEST_US: Final = SECOND_US
Stretches = list[tuple[int, int]]


class _Data(msgspec.Struct):
    url: str | None = None
    title: str | None = None
    status: str | None = None
    app: str | None = None
    audible: bool | None = None


class _Event(msgspec.Struct):
    timestamp: str
    duration: float = 0.0
    data: _Data = msgspec.field(default_factory=_Data)


class _Bucket(msgspec.Struct):
    type: str | None = None
    hostname: str | None = None
    events: Raws | None = None

    @property
    def host(self) -> str:
        """The computer it was recorded on; "" where it does not say."""
        return "" if self.hostname is None or self.hostname.casefold() in _NO_HOST else self.hostname


class _Gaps(NamedTuple):
    """What is taken out of the time of a tab: while another program was in front, and that and while away."""

    behind: Stretches
    both: Stretches


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
    hosts = _hosts(options.platforms)
    names, number = Ordinals(), 0
    for bucket in tabs:
        gaps = _gaps(bucket, buckets)
        for place, event in each(bucket.events or [], _events):
            if isinstance(event, BadRow):
                yield Left(number + place, str(event))
                continue
            platform = options.platforms.get(hosts.get(_host(event.data.url or ""), ""))
            if platform is not None:
                yield from _spans(number + place, event, platform, gaps, names, options.now_us)
        number += len(bucket.events or [])


def _spans(  # noqa: PLR0913, PLR0917 - what a stretch is made of
    row: int, event: _Event, platform: Platform, gaps: _Gaps, names: Ordinals, now_us: int
) -> Iterator[Row]:
    try:
        start_us = iso_us(event.timestamp)
        check_moment(start_us, event.timestamp, now_us)
        length_us = _length(event.duration)
        if length_us < _SHORTEST_US:
            return
        check_length(start_us, start_us + length_us)
    except BadRow as cause:
        yield Left(row, str(cause))
        return
    kind = "work" if _is_work(platform, event.data.url or "") else "search"
    out = gaps.behind if event.data.audible else gaps.both
    for start, end in without(start_us, start_us + length_us, out):
        key = names.key(ID, platform.id, str(start), str(end))
        at = When(start, event.timestamp[:60], start // DAY_US)
        yield Span(row, platform.id, key, at, end, kind, event.data.title or "")


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


def _gaps(tabs: _Bucket, buckets: list[_Bucket]) -> _Gaps:
    """What the other watchers of the same computer saw."""
    near = [one for one in buckets if not (one.host and tabs.host) or one.host == tabs.host]
    behind = [
        stretch
        for bucket in near
        if bucket.type == _WINDOWS
        for stretch in _stretches(bucket, lambda data: bool(data.app) and not _BROWSERS.search(data.app or ""))
    ]
    away = [
        stretch
        for bucket in near
        if bucket.type == _AWAY
        for stretch in _stretches(bucket, lambda data: data.status == "afk")
    ]
    return _Gaps(_joined(behind), _joined(behind + away))


def _stretches(bucket: _Bucket, wanted: Callable[[_Data], bool]) -> Iterator[tuple[int, int]]:
    """The times of a bucket's events that say what is wanted; what can't be read is passed over."""
    for _, event in each(bucket.events or [], _events):
        if isinstance(event, BadRow) or not wanted(event.data):
            continue
        try:
            start_us = iso_us(event.timestamp)
            yield start_us, start_us + _length(event.duration)
        except BadRow:
            continue


def _joined(found: Stretches) -> Stretches:
    """Sorted and joined."""
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
