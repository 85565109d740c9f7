"""What is wrong with a definition, in words: its shape, and what a schema can't say."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import msgspec
from msgspec import UNSET, UnsetType

from piecework.platforms.asking import looking_faults
from piecework.platforms.definition import Earning, Listing, Platform, Signal, WorkPage
from piecework.platforms.parts import Field, Fields
from piecework.platforms.patterns import origin_of, overlap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_SELECTOR = 200


def check(document: object) -> list[str]:
    """Everything wrong with one definition; empty when it can be used."""
    try:
        platform = msgspec.convert(document, Platform, strict=True)
    except msgspec.ValidationError as cause:
        return [str(cause)]
    return [
        *_origins(platform),
        *_selectors(document, "$"),
        *_captures(platform),
        *_ids(platform),
        *_boxes(platform),
        *looking_faults(platform),
        *_home(platform),
    ]


def check_all(documents: Mapping[str, object]) -> list[str]:
    """Everything wrong with a set of definitions, by file name: each alone, then all together."""
    faults = [f"{name}: {fault}" for name, document in documents.items() for fault in check(document)]
    if faults:
        return faults
    platforms = [(name, msgspec.convert(document, Platform)) for name, document in documents.items()]
    known = {platform.id for _, platform in platforms}
    faults += [
        f"{name}: life.successor: there is no platform {platform.life.successor}"
        for name, platform in platforms
        if platform.life.successor is not UNSET and platform.life.successor not in known - {platform.id}
    ]
    for (left_name, left), (right_name, right) in combinations(platforms, 2):
        faults += [f"{left_name}, {right_name}: both are called {word}" for word in _shared(left, right)]
        faults += [
            f"{left_name}, {right_name}: both claim {mine} and {its}"
            for mine in pages_of(left)
            for its in pages_of(right)
            if overlap(mine, its)
        ]
    return faults


def _shared(left: Platform, right: Platform) -> list[str]:
    """Names that mean both. Who took another's place may carry its names as aliases: old names lead to it too."""
    successors = {left.life.successor, right.life.successor}
    if left.id in successors or right.id in successors:
        names = {right.id.casefold(), right.name.casefold()}
        return [word for word in (left.id, left.name) if word.casefold() in names]
    names = {word.casefold() for word in (right.id, right.name, *right.aliases)}
    return [word for word in (left.id, left.name, *left.aliases) if word.casefold() in names]


def pages_of(platform: Platform) -> list[str]:
    """Every address a content script of this platform is to run on."""
    groups = [
        platform.account.urls,
        *(listing.urls for listing in platform.listings),
        *(page.urls for page in platform.work.pages),
        *(signal.urls for signal in platform.work.signals),
        *(earning.urls for earning in platform.earnings),
    ]
    found = dict.fromkeys(url for group in groups if not isinstance(group, UnsetType) for url in group)
    return list(found)


def _origins(platform: Platform) -> Iterator[str]:
    boxes = [] if isinstance(platform.messages, UnsetType) else platform.messages
    for url in dict.fromkeys([*pages_of(platform), *(url for box in boxes for url in box.urls)]):
        if origin_of(url) not in platform.origins:
            yield f"origins: {url} is not covered; add {origin_of(url)}"


def _selectors(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "sel" and isinstance(item, str) and len(item) > MOST_SELECTOR:
                yield f"{path}.sel: a selector has at most {MOST_SELECTOR} characters"
            yield from _selectors(item, f"{path}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _selectors(item, f"{path}[{number}]")


def _captures(platform: Platform) -> Iterator[str]:
    for listing in platform.listings:
        where = f"listings.{listing.id}"
        yield from _captured(where, _patterns(listing.urls, listing.answers, listing.link), _fields(listing))
        if listing.url_template is not UNSET and "{id}" not in listing.url_template:
            yield f"{where}.url_template: {{id}} is missing"
        for url in _patterns(listing.link):
            if "{id}" not in url:
                yield f"{where}.link: {{id}} is missing in {url}"
    parts: list[tuple[str, WorkPage | Signal | Earning]] = [
        *((f"work.pages[{n}]", page) for n, page in enumerate(platform.work.pages)),
        *((f"work.signals[{n}]", signal) for n, signal in enumerate(platform.work.signals)),
        *((f"earnings.{earning.id}", earning) for earning in platform.earnings),
    ]
    for where, part in parts:
        answers = UNSET if isinstance(part, WorkPage) else part.answers
        yield from _captured(where, _patterns(part.urls, answers), _fields(part))


def _patterns(*groups: list[str] | UnsetType) -> list[str]:
    return [url for group in groups if not isinstance(group, UnsetType) for url in group]


def _fields(part: Listing | WorkPage | Signal | Earning) -> list[Field]:
    found = [] if part.fields is UNSET else [getattr(part.fields, name) for name in Fields.__struct_fields__]
    if isinstance(part, Listing):
        found.append(part.page_number)
    return [field for field in found if isinstance(field, Field)]


def _captured(where: str, urls: list[str], fields: list[Field]) -> Iterator[str]:
    wanted = {place.captured for field in fields for place in field.from_ if isinstance(place.captured, str)}
    for name in sorted(wanted):
        if not any(f"{{{name}}}" in url for url in urls):
            yield f"{where}: a field takes what {{{name}}} captured, and no address holds {{{name}}}"


def _boxes(platform: Platform) -> Iterator[str]:
    boxes = [] if isinstance(platform.messages, UnsetType) else platform.messages
    for number, box in enumerate(boxes):
        if (box.reader == "page-json") == (box.answers is UNSET):
            yield f"messages[{number}]: page-json needs answers, and nothing else has any"
        if box.count is UNSET and box.some is UNSET:
            yield f"messages[{number}]: neither count nor some: it could never say that there are messages"


def _ids(platform: Platform) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for listing in platform.listings:
        # A list may come in several answers, each with its own shape; a page has one.
        if (listing.id, listing.reader) in seen and listing.reader != "page-json":
            yield f"listings.{listing.id}: two {listing.reader} readers of one list"
        seen.add((listing.id, listing.reader))
        if listing.reader == "page-json" and listing.answers is UNSET:
            yield f"listings.{listing.id}: page-json needs answers"
        if listing.reader == "embedded-json" and listing.embedded is UNSET:
            yield f"listings.{listing.id}: embedded-json needs embedded"
        if (listing.rows is UNSET or listing.fields is UNSET) and listing.shape is UNSET:
            yield f"listings.{listing.id}: rows and fields are missing, and its shape is not said to be unknown"


def _home(platform: Platform) -> Iterator[str]:
    if isinstance(platform.home, str) and not platform.home.startswith(("https://", "http://")):
        yield f"home: {platform.home} is no web address"
