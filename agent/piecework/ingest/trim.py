"""Every text of a body is cut once more on this side: what a client sends is not believed to be cut."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from piecework.errors import Refused
from piecework.watch.reading import RAW, REQUESTER, TITLE, URL, cut, short_id

T = TypeVar("T", bound=msgspec.Struct)

LIMITS = {"title": TITLE, "requester": REQUESTER, "url": URL, "text": 2_000, "reason": 500, "rule": 500, "lang": 20}
"""Longest text of a field, in characters; RAW for those that are not named. Ids are hashed, never cut."""
IDS = frozenset({"task", "assignment", "session", "alert", "id"})
MOST = 500
"""Longest list inside a body that is no look."""
FREE = 64 << 10
"""Largest body that is kept as it was sent, in bytes."""


def trim(body: T) -> T:
    """The body with its texts cut, NUL dropped; the same object where nothing was too long."""
    changes: dict[str, Any] = {}
    for name in body.__struct_fields__:
        value = getattr(body, name)
        fresh = _trimmed(name, value)
        if fresh is not value:
            changes[name] = fresh
    return msgspec.structs.replace(body, **changes) if changes else body


def check_size(raw: bytes) -> None:
    """Raises Refused for a body that is larger than anything an event has to say."""
    if len(raw) > FREE:
        raise Refused(f"the body has {len(raw)} bytes, {FREE} are the most")


def _trimmed(name: str, value: object) -> object:
    if isinstance(value, str):
        if name in IDS:
            return value if len(value) <= RAW and "\0" not in value else short_id(value)
        most = LIMITS.get(name, RAW)
        return value if len(value) <= most and "\0" not in value else cut(value, most)
    if isinstance(value, msgspec.Struct):
        return trim(value)
    if isinstance(value, list):
        fresh = [_trimmed(name, item) for item in value[:MOST]]
        same = len(fresh) == len(value) and all(left is right for left, right in zip(fresh, value, strict=True))
        return value if same else fresh
    return value
