"""HITDB's backup (an older userscript): `{HIT: [...], STATS: [...]}`; the statistics repeat the hits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from piecework.errors import BadFile
from piecework.imports.bad import BadRow
from piecework.imports.dates import noon
from piecework.imports.formats import mturk
from piecework.imports.jsons import NULL, each
from piecework.imports.values import json_amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from piecework.imports.rows import Amount, Options, Row, Work
    from piecework.imports.source import Source

ID: Final = "hitdb"


class _Hit(msgspec.Struct, rename="camel"):
    hit_id: str
    date: str
    status: str
    reward: msgspec.Raw = NULL
    bonus: msgspec.Raw = NULL
    requester_name: str | None = None
    title: str | None = None


class _Parts(msgspec.Struct):
    pay: msgspec.Raw = NULL
    bonus: msgspec.Raw = NULL


_hits: Final = msgspec.json.Decoder(_Hit)
_parts: Final = msgspec.json.Decoder(_Parts)


def fits(source: Source) -> bool:
    """A list `HIT` at the top."""
    return source.document is not None and "HIT" in source.document.entries


def rows(source: Source, options: Options) -> Iterator[Row]:
    """One row for each hit."""
    hits = source.document.listed("HIT") if source.document is not None else None
    if hits is None:
        raise BadFile("Row 1: there is no list “HIT” in this file.")
    zone = mturk.zone(options)

    def read(number: int, hit: _Hit) -> Work:
        pay, bonus = _money(hit)
        return mturk.hit(
            number,
            hit.hit_id,
            status=hit.status,
            title=hit.title or "",
            requester=hit.requester_name or "",
            pay=pay,
            bonus=bonus,
            at=noon(hit.date, zone, options.now_us),
        )

    entries = each(hits, _hits)
    return mturk.rows_of(entries, read)


def _money(hit: _Hit) -> tuple[Amount | None, Amount | None]:
    """Reward and bonus: two numbers, or one object of both."""
    if bytes(hit.reward)[:1] != b"{":
        return json_amount(hit.reward, mturk.CURRENCY), json_amount(hit.bonus, mturk.CURRENCY)
    try:
        both = _parts.decode(hit.reward)
    except msgspec.DecodeError as cause:
        raise BadRow(str(cause)) from cause
    return json_amount(both.pay, mturk.CURRENCY), json_amount(both.bonus, mturk.CURRENCY)
