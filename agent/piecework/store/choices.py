"""A forgotten platform in what the person has chosen: lists of platforms, mappings of columns, rules. Purely.

Choices stay when a platform is forgotten, what they say of it goes: an entry of a list, a key "platform" or
"platform:list", a constant "=Platform" of a mapping. A rule that was about that platform alone goes as a whole, for
without its name it would be about every one.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

TOLD_LATER: Final = "forget."
"""Settings `forget.<cid>.<number>`: what a browser has yet to forget, told when it comes back and dropped then."""
_ALONE: Final = "platforms"


class _Gone:
    """What a value becomes that was the platform's name."""


_GONE: Final = _Gone()


def clear_choices(conn: sqlite3.Connection, names: Collection[str]) -> int:
    """Takes a platform's id and names out of settings and rules; returns how many rows that changed."""
    known = frozenset(name.casefold() for name in names if name)
    return _settings(conn, known) + _rules(conn, known)


def without(value: Any, known: frozenset[str]) -> Any:  # noqa: ANN401 - JSON of any shape
    """A JSON value without what names one of the platforms (in small letters); `_GONE` for such a name itself.

    >>> without({"look": ["a", "b"], "lists": {"a:jobs": 1, "b:jobs": 2}}, frozenset({"a"}))
    {'look': ['b'], 'lists': {'b:jobs': 2}}
    """
    if isinstance(value, str):
        return _GONE if _names(value, known) else value
    if isinstance(value, list):
        return [left for one in value if (left := without(one, known)) is not _GONE]
    if isinstance(value, dict):
        kept = {name: without(one, known) for name, one in value.items() if not _names(name, known)}
        return {name: one for name, one in kept.items() if one is not _GONE}
    return value


def _names(text: str, known: frozenset[str]) -> bool:
    bare = text.casefold().removeprefix("=").strip()
    return bare in known or bare.split(":", 1)[0] in known


def _said_in(text: str, known: frozenset[str]) -> bool:
    """Whether a text of words names one of them."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text.casefold()) for name in known)


def _settings(conn: sqlite3.Connection, known: frozenset[str]) -> int:
    changed = 0
    for name, value in conn.execute("SELECT name, value FROM setting").fetchall():
        if name.startswith(TOLD_LATER):
            continue
        left = _left(value, known)
        if left is _GONE:
            conn.execute("DELETE FROM setting WHERE name = ?", (name,))
        elif left != value:
            conn.execute("UPDATE setting SET value = ? WHERE name = ?", (left, name))
        changed += left != value
    return changed


def _left(value: str, known: frozenset[str]) -> Any:  # noqa: ANN401 - text, or gone
    """What stays of a setting: of words that name the platform, nothing."""
    try:
        document = msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError):
        return _GONE if _said_in(value, known) else value
    left = without(document, known)
    return left if left is _GONE else value if left == document else msgspec.json.encode(left).decode()


def _rules(conn: sqlite3.Connection, known: frozenset[str]) -> int:
    changed = 0
    for own, name, body in conn.execute("SELECT id, name, body FROM rule").fetchall():
        document = msgspec.json.decode(body)
        left = without(document, known)
        if document == left and not _said_in(f"{own} {name}", known):
            continue
        changed += 1
        if document.get(_ALONE) and not left.get(_ALONE):
            conn.execute("DELETE FROM rule WHERE id = ?", (own,))
            conn.execute("DELETE FROM snooze WHERE what = 'rule' AND name = ?", (own,))
            continue
        called = f"rule-{uuid.uuid4().hex[:8]}" if _said_in(own, known) else own
        said = (called, called if _said_in(name, known) else name, msgspec.json.encode(left).decode())
        conn.execute("UPDATE rule SET id = ?, name = ?, body = ? WHERE id = ?", (*said, own))
        conn.execute("UPDATE alert SET rule = ? WHERE rule = ?", (called, own))
        conn.execute("UPDATE snooze SET name = ? WHERE what = 'rule' AND name = ?", (called, own))
    return changed
