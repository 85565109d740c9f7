"""mturk-engine's backup: its hit database, `{HIT id: entry}`, alone or as a part of the program's whole state.

The state is one JSON object in its last version. Before, its `.bak` file was the stored parts one behind the other,
`"reduxPersist:NAME":PART`, with nothing between them, which is no JSON (github.com/Anveio/mturk-engine,
src/utils/backup.ts of 2017). A part may be a text that holds JSON, and a map of Immutable.js lies under `data`.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import noon
from piecework.imports.formats import mturk
from piecework.imports.jsons import NULL, Entries, Raws, each, inside
from piecework.imports.values import json_amount
from piecework.ledger.moments import read_moment
from piecework.now import HOUR_US, utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Options, Row, Work
    from piecework.imports.source import Source

ID: Final = "mturk-engine"
PART: Final = "hitDatabase"
_LOOSE: Final = re.compile(r'"[\w:]*hitDatabase":\s*')
_MONTH_FIRST: Final = re.compile(r"(\d{2})(\d{2})(\d{4})")
_HALF_DAY: Final = timedelta(microseconds=12 * HOUR_US)


class _Requester(msgspec.Struct):
    name: str | None = None


class _Hit(msgspec.Struct):
    id: str
    date: str
    status: str
    reward: msgspec.Raw = NULL
    bonus: msgspec.Raw = NULL
    title: str | None = None
    requester: _Requester | None = None
    assignment: str | None = msgspec.field(default=None, name="assignmentId")


_hits: Final = msgspec.json.Decoder(_Hit)


def fits(source: Source) -> bool:
    """A part `hitDatabase`, or entries that look like hits of it."""
    if source.document is None:
        return source.data[:1] == b'"' and _LOOSE.search(source.text) is not None
    entries = source.document.entries
    if any(name.endswith(PART) for name in entries):
        return True
    first = next(iter(entries.values()), None)
    return first is not None and _looks_like_a_hit(first)


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each hit, in the order of the file."""
    zone = mturk.zone(options)

    def read(number: int, hit: _Hit) -> Work:
        requester = hit.requester.name if hit.requester is not None else None
        return mturk.hit(
            number,
            hit.id,
            status=hit.status,
            title=hit.title or "",
            # The page's address wrote blanks as "+", and the program kept them so.
            requester=(requester or "").replace("+", " "),
            pay=json_amount(hit.reward, mturk.CURRENCY),
            bonus=json_amount(hit.bonus, mturk.CURRENCY),
            at=noon(day_of(hit.date), zone, options.now_us)._replace(raw=hit.date[:60]),
            assignment=hit.assignment or "",
        )

    entries = each(_database(source), _hits)
    return mturk.rows_of(entries, read)


def day_of(text: str) -> str:
    """The work day as "YYYY-MM-DD": MMDDYYYY, or a midnight of whatever zone the browser was in. Raises BadRow.

    >>> day_of("09222017"), day_of("2017-09-22T04:00:00.000Z"), day_of("2017-09-21T22:00:00.000Z")
    ('2017-09-22', '2017-09-22', '2017-09-22')
    """
    if found := _MONTH_FIRST.fullmatch(text):
        return f"{found[3]}-{found[1]}-{found[2]}"
    moment = read_moment(text, "UTC")
    if moment is None:
        raise BadRow(f"“{text[:30]}” is no date")
    return text[:10] if moment.day_us else (utc(moment.us) + _HALF_DAY).date().isoformat()


def _database(source: Source) -> Raws:
    part = _part(source)
    if bytes(part)[:1] == b'"':
        # The program keeps its parts as JSON texts inside of JSON.
        part = msgspec.Raw(inside(part, str).encode())
    if bytes(part)[:1] == b"[":
        return inside(part, Raws)
    entries = inside(part, Entries)
    return list((inside(entries["data"], Entries) if "__serializedType__" in entries else entries).values())


def _part(source: Source) -> msgspec.Raw:
    """The database as it is written. Raises BadFile where there is none."""
    if source.document is not None:
        named = (raw for name, raw in source.document.entries.items() if name.endswith(PART))
        return next(named, msgspec.Raw(source.data))
    found = _LOOSE.search(source.text)
    if found is None:
        raise BadFile("Row 1: this is no JSON.")
    try:
        _, end = json.JSONDecoder().raw_decode(source.text, found.end())
    except (ValueError, RecursionError) as cause:
        raise BadFile("Row 1: the part “hitDatabase” is damaged or cut off.") from cause
    return msgspec.Raw(source.text[found.end() : end].encode())


def _looks_like_a_hit(raw: msgspec.Raw) -> bool:
    try:
        names = msgspec.json.decode(raw, type=Entries)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return False
    return {"id", "date", "reward", "status"} <= set(names)
